"""A city judged: both main answers for one day and level, made once and kept.

Weak grids and sharing gaps don't know each other. What joins them is the rank of an area: of
two areas equally weak and with as many residents, the one with more unmet needs comes first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from analysis.gaps.changed_gaps import changed_gaps
from analysis.gaps.gaps import Gaps, gaps
from analysis.gaps.results import UNMET
from analysis.layers.edited_layers import edited_layers, touched_areas, touched_ends
from analysis.layers.edits import Edits, changed_network
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from analysis.weak.results import Verdict, WeakGrids
from analysis.weak.weak_grids import weak_grids
from graph.model.labels import Day, Level
from graph.model.network import Network


@dataclass(frozen=True, eq=False)
class City(LayeredCity):
    """A whole city at a day, judged at a level.

    Layers, gaps and verdicts are made when they are first asked for. Two threads that ask at
    the same moment may both make them; the results are equal.

    Attributes
    ----------
    network, policy, day, level
        As for `analysis.layers.layered_city.LayeredCity`: `day` is that of the newest sheet
        unless given, and None only where nothing was ever imported.

    Notes
    -----
    Some five seconds for 3,000 grids, 500,000 ties and 20,000 needs.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.labels import Label, TieType
    >>> from graph.model.wanted import WantedGraph, WantedTie
    >>> from graph.model.network import Network
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {
    ...     g: {"name": g, "path": f"/{g}/", "named_by": ["ties"]} for g in ("g1", "g2")
    ... }
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "市第一医院", "kind": "hospital"}}
    >>> w.ties[TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID] = {
    ...     "t": WantedTie("u", "g1", {})
    ... }
    >>> city = City(Network.from_wanted(w, as_of="2019-08-01"), Policy())
    >>> city.day, [(a.code, a.verdict) for a in city.weak.areas], city.gaps.needs
    ('2019-08-01', [('g2', 'isolated'), ('g1', 'detached')], ())
    >>> without = city.with_edits(Edits(ties=frozenset({"t"})))
    >>> [(a.code, a.verdict) for a in without.weak.areas]
    [('g1', 'isolated'), ('g2', 'isolated')]

    A city of which nothing was imported:

    >>> nothing = City(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> nothing.day, nothing.weak.areas, nothing.gaps.needs
    (None, (), ())
    """

    @cached_property
    def gaps(self) -> Gaps:
        """Every need with its parts."""
        return gaps(self)

    @cached_property
    def weak(self) -> WeakGrids:
        """Every area with its verdict, ranked with unmet needs."""
        return weak_grids(self, unmet_needs=unmet_needs(self.gaps, self.layers))

    def judged(self) -> Self:
        """The same city, with both results made now."""
        _ = self.weak
        return self

    def with_edits(self, edits: Edits) -> City:
        """The city as it would be with some ties, actors or offers changed.

        Its results are those of the changed network judged anew, to the last digit, but are
        derived from this city's where the change doesn't reach.
        """
        changed = changed_network(self.network, edits, on=self.day)
        return EditedCity(changed, self.policy, self.day, self.level, before=self, edits=edits)


@dataclass(frozen=True, eq=False, kw_only=True)
class EditedCity(City):
    """A city that differs a little from another; made by `City.with_edits`."""

    before: City = field(repr=False)
    edits: Edits = field(repr=False)

    @cached_property
    def layers(self) -> TieLayers:
        """Those before with the changed ties."""
        before = self.before.layers
        return edited_layers(before, self.network, self.policy, self.edits) or super().layers

    @cached_property
    def gaps(self) -> Gaps:
        """Those before; only kinds of need that the change reaches are allocated again."""
        touched = touched_ends(self.before.layers, self.edits)
        return changed_gaps(self.before.gaps, self.before.network, self, touched)

    @cached_property
    def weak(self) -> WeakGrids:
        """All areas; records of those that the change doesn't reach are kept."""
        touched = touched_areas(self.before.layers, self.layers)
        return weak_grids(
            self,
            unmet_needs=unmet_needs(self.gaps, self.layers),
            reuse={a.code: a for a in self.before.weak.areas if a.code not in touched},
        )


def verdicts_of(
    network: Network, policy: Policy, day: Day | None, level: Level = "grid"
) -> dict[str, Verdict]:
    """The verdict of every judged area, by code; quicker than ranking them.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> verdicts_of(Network.from_wanted(WantedGraph(), as_of=None), Policy(), None)
    {}
    """
    return {a.code: a.verdict for a in weak_grids(City(network, policy, day, level)).areas}


def unmet_needs(gaps: Gaps, layers: TieLayers) -> dict[str, int]:
    """Judged area -> needs in it of which something is left to do; areas without are absent.

    A need that sits in a coarser area than those judged counts for none of them.
    """
    counts: Counter[str] = Counter()
    for need in gaps.needs:
        judged = layers.judged_of.get(need.area) if need.area is not None else None
        if judged is not None and need.status in UNMET:
            counts[judged] += 1
    return dict(sorted(counts.items()))
