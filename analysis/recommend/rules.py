"""Which new ties may be made at all: who, to what, and how many.

A tie may join an actor and a judged area (or, where such ties count, the community of judged
grids) that lie in one *room*, an area of the policy's `candidate_level`. Neither end is
forbidden, the pair has no tie yet, and the actor has ties to spare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from analysis.gaps.fitting import Links, Places
from analysis.layers.edits import TieEnds
from graph.model.labels import AREA_LABELS, LEVEL_LABEL, Label

if TYPE_CHECKING:
    from analysis.layers.layers import TieLayers
    from analysis.policy import Policy
    from graph.model.network import Network

_RANK = {str(label): i for i, label in enumerate(AREA_LABELS)}
ANY = "*"
"""In a forbidden pair: whoever, or wherever."""


def pair_of(network: Network, text: str, option: str, *, any_too: bool = False) -> tuple[str, str]:
    """`ACTOR:AREA` as two keys; ids or names, and with `any_too` a `*` for either.

    Raises
    ------
    graph.model.errors.UnknownId
        If an end isn't known, or several bear its name; `option` is named then.
    """
    from analysis.layers.ids import Ids

    ids = Ids(network)
    told = text.replace("：", ":")
    if any_too and told.startswith(f"{ANY}:"):
        return ANY, ids.area(text[2:], option)
    if any_too and told.endswith(f":{ANY}"):
        return ids.actor(text[:-2], option)[0], ANY
    one, other = ids.parted(text, option)
    return ids.actor(one, option)[0], ids.area(other, option)


class Rules:
    """The rules of one city at one day.

    Parameters
    ----------
    layers, links, places, policy
        Of the same network, day and level.
    within
        Only targets at or below this area (a code); None for all.
    forbidden
        Pairs of actor and target that nobody wants; `ANY` stands for every one.

    Attributes
    ----------
    load
        Actor -> areas and actors that it is tied to by recorded, alive ties.
    spare
        Actor -> new ties that it can still take; those without any are absent.
    """

    def __init__(
        self,
        layers: TieLayers,
        links: Links,
        places: Places,
        policy: Policy,
        *,
        within: str | None = None,
        forbidden: Collection[TieEnds] = (),
    ) -> None:
        self.layers, self.links, self.places, self.policy = layers, links, places, policy
        self.within = within
        self.forbidden = frozenset(forbidden)
        self.load = _loads(layers)
        most = policy.max_ties_per_actor
        self.spare = {
            key: spare
            for key in layers.actor_keys
            if (spare := min(policy.max_new_ties_per_actor, most - self.load.get(key, 0))) > 0
        }
        self._own = str(LEVEL_LABEL[layers.level])
        self._level = (
            str(Label.CITY)
            if policy.candidate_level == "city"
            else str(LEVEL_LABEL[policy.candidate_level])
        )
        self._uncovered: frozenset[str] = frozenset()
        if not policy.uncovered_targets:
            self._uncovered = frozenset(layers.areas.filter(~pl.col("covered"))["code"])
        self._rooms: dict[str, str | None] = {}

    def may(self, actor: str, target: str) -> bool:
        """Whether the tie may be made, the actor's load aside."""
        if target in self.links.areas.get(actor, ()):
            return False
        room = self.room_of(target)
        if room is None or room not in self.rooms_of(actor):
            return False
        if not self.forbidden:
            return True
        asked = (TieEnds(actor, target), TieEnds(actor, ANY), TieEnds(ANY, target))
        return self.forbidden.isdisjoint(asked)

    def room_of(self, target: str) -> str | None:
        """The area whose actors may be tied to `target`; None where it is no target."""
        if target not in self._rooms:
            self._rooms[target] = self._room(target)
        return self._rooms[target]

    def _room(self, target: str) -> str | None:
        label, path = self.places.label.get(target), self.places.path.get(target, ())
        community = self.layers.level == "grid" and self.policy.community_ties_count
        if label != self._own and not (community and label == Label.COMMUNITY):
            return None
        if self.within is not None and self.within not in path:
            return None
        if target in self._uncovered:
            return None
        if _RANK[label] <= _RANK[self._level]:  # no wider than the room would be: one step up
            return path[-2] if len(path) > 1 else None
        return self.places.ancestor(target, self._level) or path[0]

    def rooms_of(self, actor: str) -> tuple[str, ...]:
        """Areas that the actor sits in, widest first; none where its seat isn't known."""
        return self.seats.get(actor, ())

    @cached_property
    def seats(self) -> Mapping[str, tuple[str, ...]]:
        """Actor -> codes of the areas it sits in, widest first."""
        rows = self.layers.actors.select("key", "path").drop_nulls().iter_rows()
        return {key: tuple(path.strip("/").split("/")) for key, path in rows}

    def street_of(self, area: str | None) -> str:
        """The area for which points are added up: of the candidates' level, else the judged
        one, and "" where no place is known.
        """
        if area is None:
            return ""
        return self.places.ancestor(area, self._level) or self.places.judged(area)

    @cached_property
    def actors_in(self) -> Mapping[str, tuple[int, ...]]:
        """Room -> actors, no hubs, that sit in it and have ties to spare; by their index."""
        found: dict[str, list[int]] = defaultdict(list)
        rooms = {room for t in self.layers.codes if (room := self.room_of(t)) is not None}
        for at, (key, hub) in enumerate(self.layers.actors.select("key", "hub").iter_rows()):
            if not hub and key in self.spare:
                for room in rooms.intersection(self.rooms_of(key)):
                    found[room].append(at)
        return {room: tuple(actors) for room, actors in found.items()}


def _loads(layers: TieLayers) -> dict[str, int]:
    """Actor -> different areas and actors at the other ends of its alive, recorded ties."""
    ties = layers.alive.filter(~pl.col("derived"))
    back = ties.filter("end_is_actor").select(pl.col("end").alias("a"), pl.col("start").alias("b"))
    ends = pl.concat([ties.select(pl.col("start").alias("a"), pl.col("end").alias("b")), back])
    counts = ends.filter(pl.col("a") != pl.col("b")).unique().group_by("a").agg(pl.len())
    return dict(counts.iter_rows())
