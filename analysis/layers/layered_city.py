"""One city at a day and a level: what every analysis is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.layers.layers import TieLayers, tie_layers
from analysis.policy import Policy
from graph.model.labels import Day, Level
from graph.model.network import Network

BEFORE_ALL_SHEETS: Day = "1000-01-01"
"""Day of the layers of a city of which no sheet was imported, and so no day is known."""


@dataclass(frozen=True, eq=False)
class LayeredCity:
    """A whole city as it is known, at the day judged, with its tie layers.

    Analyses take it in place of a network, a policy, a day and a level; `analysis.city.City` is
    the same with the results of the two main analyses.

    Attributes
    ----------
    network
        The whole city, so that a tie across a street's border counts. Nothing changes it.
    policy
        Thresholds, hub kinds and what counts as data.
    day
        The day judged, ISO text. Where none is given, that of the newest sheet; None stays None
        only where nothing was ever imported: such a city has empty layers and results.
    level
        The kind of area judged. Some cities record ties to communities only.
    """

    network: Network
    policy: Policy
    day: Day | None = None
    level: Level = "grid"

    def __post_init__(self) -> None:
        if self.day is None:
            object.__setattr__(self, "day", self.network.as_of)

    @cached_property
    def layers(self) -> TieLayers:
        """The tie layers at the day and level, made once."""
        day = self.day or BEFORE_ALL_SHEETS
        return tie_layers(self.network, self.policy, on=day, level=self.level)

    @cached_property
    def uncovered(self) -> frozenset[str]:
        """Judged areas for which no tie data were handed in."""
        areas = self.layers.areas
        return frozenset(areas.filter(~areas["covered"])["code"])
