"""What the tables of a diagnosis look at: a city's results, and the area that is shown.

Everything is computed of the whole city; the area only says which rows are shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from analysis.city import City
from analysis.connectivity.articulation import Holding, holding
from analysis.layers.day_tables import residents_of
from analysis.layers.layers import TieLayers
from analysis.weak.results import WeakGrid
from graph.model.labels import Day, Label
from graph.model.network import Network


@dataclass(frozen=True, eq=False)
class View:
    """One city judged, seen from one area.

    Attributes
    ----------
    city
        The whole city, at one day and level.
    area
        Code of the area shown; None is the whole city.
    """

    city: City
    area: str | None = None

    @property
    def network(self) -> Network:
        """The whole city's network."""
        return self.city.network

    @property
    def layers(self) -> TieLayers:
        """The whole city's layers."""
        return self.city.layers

    @property
    def day(self) -> Day:
        """The day judged."""
        return self.layers.date

    @cached_property
    def areas(self) -> dict[str, dict[str, Any]]:
        """Every area of the city by code."""
        return {row["key"]: row for row in self.network.areas.iter_rows(named=True)}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas, actors, events."""
        return self.network.name_of

    @cached_property
    def residents(self) -> dict[str, int | None]:
        """Residents of every area; None where unknown."""
        return residents_of(self.network)

    def shows(self, code: str | None) -> bool:
        """Whether an area lies in the one shown."""
        if self.area is None:
            return True
        return code is not None and f"/{self.area}/" in (self.network.path_of.get(code) or "")

    def of_label(self, label: Label) -> list[str]:
        """Codes of the shown areas of a kind, sorted."""
        return [c for c, row in self.areas.items() if row["label"] == label and self.shows(c)]

    @cached_property
    def communities(self) -> list[str]:
        """Codes of the shown communities of which more is known than that they exist: with a
        grid, or named by another sheet than a list of divisions. A grid shown alone stands with
        its own.
        """
        own = self.community_of.get(self.area or "")
        above = own is not None and own != self.area
        found = [own] if above and own else self.of_label(Label.COMMUNITY)
        return [c for c in found if c in self._spoken_of]

    @cached_property
    def _spoken_of(self) -> set[str]:
        found = {c for code, c in self.community_of.items() if code != c}
        for code, row in self.areas.items():
            if set(row["named_by"] or ()) - {"divisions"}:
                found.add(code)
        return found

    @cached_property
    def grids(self) -> list[str]:
        """Codes of the shown grids."""
        return self.of_label(Label.GRID)

    @cached_property
    def community_of(self) -> dict[str, str]:
        """Code of an area in a community, itself included -> the community's code."""
        found = {}
        for code, row in self.areas.items():
            for above in reversed((row["path"] or "").strip("/").split("/")):
                if above in self.areas and self.areas[above]["label"] == Label.COMMUNITY:
                    found[code] = above
                    break
        return found

    @cached_property
    def parts(self) -> list[str]:
        """The area shown, then those directly below it (the root's, for the whole city)."""
        root = self.area or next((c for c, row in self.areas.items() if row["parent"] is None), "")
        below = [c for c, row in self.areas.items() if row["parent"] == root]
        return [root, *below] if root else []

    @cached_property
    def judged(self) -> list[WeakGrid]:
        """Shown areas of the level judged, by code."""
        found = [a for a in self.city.weak.areas if self.shows(a.code)]
        return sorted(found, key=lambda a: a.code)

    def told(self, code: str, kind: str) -> bool:
        """Whether a sheet of a kind was handed in that names the area, its community, or, of a
        community, one of its grids. Where none was, "none" can't be told from "unknown".
        """
        return code in self._told[kind]

    @cached_property
    def _told(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        inside: dict[str, list[str]] = defaultdict(list)
        for code, community in self.community_of.items():
            inside[community].append(code)
        for code, row in self.areas.items():
            for kind in row["named_by"] or ():
                found[kind].add(code)
                own = self.community_of.get(code)
                if own == code:
                    found[kind].update(inside[code])
                elif own is not None:
                    found[kind].add(own)
        return found

    @cached_property
    def holding(self) -> Holding:
        """What rests on single actors and pairs."""
        weak = {a.code: a for a in self.city.weak.areas}
        sound = [
            not weak[code].weak and weak[code].verdict != "unknown" for code in self.layers.codes
        ]
        return holding(self.layers, sound)

    @cached_property
    def actors(self) -> dict[str, dict[str, Any]]:
        """Actors by key, with class and whether a hub."""
        return {row["key"]: row for row in self.layers.actors.iter_rows(named=True)}

    @cached_property
    def participants(self) -> dict[str, list[dict[str, Any]]]:
        """Event -> its `PARTICIPATES` ties: `start`, `role`, and a chair's turn and term."""
        ties = self.network.ties.filter(pl.col("type") == "PARTICIPATES")
        columns = ["start", "end", "role", "turn", "term_from", "term_to"]
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in ties.select(columns).iter_rows(named=True):
            found[row["end"]].append(row)
        return found

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """Shown events that have begun by the day judged, or bear no date."""
        return [
            row
            for row in self.network.events.iter_rows(named=True)
            if self.shows(row["area"]) and (row["date"] is None or row["date"] <= self.day)
        ]
