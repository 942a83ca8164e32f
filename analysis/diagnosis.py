"""Both answers at once: weak grids and resource-sharing gaps of one city at one day.

The two analyses don't know each other. What joins them is the rank of an area: of two areas
equally weak and with as many residents, the one with more unmet needs comes first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from analysis.gaps.gaps import Gaps, sharing_gaps
from analysis.gaps.results import UNMET
from analysis.layers.layers import TieLayers, tie_layers
from analysis.policy import Policy
from analysis.weak.weak_grids import WeakGrids, weak_grids
from graph.model.labels import Day, Level
from graph.model.network import Network


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Weak grids, ranked with unmet needs, and the gaps; of the same city, day and level."""

    weak_grids: WeakGrids
    gaps: Gaps
    layers: TieLayers | None = field(default=None, repr=False, compare=False)
    """What both were judged by; None where nothing was ever imported."""

    def within(self, area: str) -> Diagnosis:
        """Both, showing only what lies in one area (a code); nothing is judged anew."""
        return replace(self, weak_grids=self.weak_grids.within(area), gaps=self.gaps.within(area))


def diagnose(
    network: Network, policy: Policy, *, on: Day | None = None, level: Level = "grid"
) -> Diagnosis:
    """Judge every area of a level, and take every need apart.

    Parameters
    ----------
    network
        One whole city. Not changed.
    policy
        Thresholds and definitions of both analyses.
    on
        The day judged; by default the day of the newest sheet.
    level
        The kind of area judged.

    Returns
    -------
    Diagnosis
        Equal inputs give equal results.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> found = diagnose(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> found.weak_grids.areas, found.gaps.needs
    ((), ())
    """
    day = on or network.as_of
    if day is None:  # nothing was ever imported
        return Diagnosis(
            weak_grids(network, policy, level=level), sharing_gaps(network, policy, level=level)
        )
    layers = tie_layers(network, policy, on=day, level=level)
    gaps = sharing_gaps(network, policy, on=day, level=level, layers=layers)
    weak = weak_grids(
        network, policy, on=day, level=level, layers=layers, unmet_needs=unmet_needs(gaps, layers)
    )
    return Diagnosis(weak, gaps, layers)


def unmet_needs(gaps: Gaps, layers: TieLayers) -> dict[str, int]:
    """Judged area -> needs in it of which something is left to do; areas without are absent.

    A need that sits in a coarser area than those judged counts for none of them.
    """
    found: Counter[str] = Counter()
    for need in gaps.needs:
        judged = layers.judged_of.get(need.area) if need.area is not None else None
        if judged is not None and need.status in UNMET:
            found[judged] += 1
    return dict(sorted(found.items()))
