"""The co-building network at a date: who is tied to which area, and who to whom.

`tie_layers` reads a whole city's network once and gives what the analyses share. Two layers
are told apart. In **G-** an edge is an alive tie between an area and an actor that is no hub,
or between two such actors. **G+** has the hubs as well (the organisations that hold an area
together by office, and every area above the level judged) and the administrative edges, which
hang everything together; so only G- tells who really works with whom.

What misleads: a pair counts once, however many agreements it has signed; a tie to a community
is no tie to its grids; a tie without any date is taken as alive, and flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from analysis.layers.day_tables import (
    Ints,
    actor_table,
    area_table,
    count_people,
    end_table,
    members_ties,
    people_table,
    place_table,
    recorded_ties,
    with_ends,
)
from analysis.layers.pairs import Pairs, pairs_of
from analysis.policy import Policy
from graph.model.labels import Day, Level
from graph.model.network import Network


@dataclass(frozen=True, eq=False)
class TieLayers:
    """The layers of one city at one date and level. Made by `tie_layers`; nothing changes it.

    Attributes
    ----------
    date, level
        The day judged, and the kind of area judged.
    areas
        Judged areas sorted by `code`; the row number is the area's index. Columns `code`,
        `name`, `path`, `parent`, `residents`, `covered` (tie data were handed in for it).
    actors
        Organisations, units and social organisations; the row number is the actor's index.
        Columns `key`, `label`, `name`, `kind`, `actor_class`, `hub`, `area`, `path`.
    ties
        Every tie that can be co-building, alive or not, sorted: `tie` (its key), `type`,
        `derived`, `status` (alive, ended, lapsed, not_begun), `undated`; `start` (always an
        actor) and `end` (area or actor; for a participation the event's area, for a match the
        provider and the need's area), `end_is_actor`; and the ends as numbers: `a`, `b` are
        vertices of G- (the area's index, or the number of areas + the actor's index; -1 for a
        hub or a coarser area), `a_place`, `b_place` the code of a hub's or coarser area's
        place; and `mechanism`, `weight` (of a derived tie: how many members).
    graph
        The distinct pairs of G-, as indices into `areas` and `actors`.
    members, volunteers
        Active people who report to, and who serve, each area.
    activity_unknown
        People of each area of whom no date of service or registration is known.
    judged_of
        Area code -> code of the judged area that it is or lies in; coarser areas are absent.
    parent_of
        Area code -> code of its parent; the root is absent.
    path_of
        Area code -> path.
    """

    date: Day
    level: Level
    areas: pl.DataFrame
    actors: pl.DataFrame
    ties: pl.DataFrame
    graph: Pairs
    members: Ints
    volunteers: Ints
    activity_unknown: Ints
    judged_of: Mapping[str, str]
    parent_of: Mapping[str, str]
    path_of: Mapping[str, str]

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the judged areas, by index."""
        return self.areas["code"].to_list()

    @cached_property
    def actor_keys(self) -> list[str]:
        """Keys of the actors, by index."""
        return self.actors["key"].to_list()

    @cached_property
    def area_index(self) -> dict[str, int]:
        """Code of a judged area -> its index."""
        return {code: at for at, code in enumerate(self.codes)}

    @cached_property
    def alive(self) -> pl.DataFrame:
        """The alive rows of `ties`."""
        return self.ties.filter(pl.col("status") == "alive")

    @cached_property
    def ends(self) -> pl.DataFrame:
        """Every end of an alive tie that lies in an area, seen from its other end.

        `place` is the area's code (contracted to the level judged, coarser areas keep theirs),
        `via` is `area` where the tie goes to the area itself and `hub` where it goes to a hub
        that sits there; `actor` is the key of the actor at the other end, hub or not, null
        where an area stands there; `tie` its key. A hub's tie to an area within its own place
        is that area's, and none of the others' there.
        """
        return self._ends(self.alive)

    def _ends(self, ties: pl.DataFrame) -> pl.DataFrame:
        is_area = ~pl.col("end_is_actor")
        to_end = self._far_ends(ties, "b", is_area, pl.col("start"))
        to_start = self._far_ends(ties, "a", pl.lit(False), pl.when("end_is_actor").then("end"))
        both = pl.concat([to_end, to_start]).with_columns(
            pl.col("place").replace(dict(self.judged_of))
        )
        inward = pl.col("actor").is_null() & (pl.col("via") == "hub")
        path = pl.col("end").replace_strict(dict(self.path_of), default="")
        within = path.str.contains(pl.format("/{}/", "place"), literal=True)
        return both.filter(~(inward & within)).drop("end").unique(maintain_order=True)

    def _far_ends(
        self, ties: pl.DataFrame, far: str, is_area: pl.Expr, actor: pl.Expr
    ) -> pl.DataFrame:
        """Ends on one side of ties that lie in an area; `is_area` where its key is an area's."""
        n = self.areas.height
        codes = self.areas.select(pl.int_range(pl.len(), dtype=pl.Int64).alias(far), "code")
        own = is_area | pl.col("code").is_not_null()
        return (
            ties.filter(pl.col(far) < n)
            .join(codes, on=far, how="left", maintain_order="left")
            .select(
                pl.coalesce("code", f"{far}_place").alias("place"),
                pl.when(own).then(pl.lit("area")).otherwise(pl.lit("hub")).alias("via"),
                actor.alias("actor"),
                "tie",
                "end",
            )
            .filter(pl.col("place").is_not_null())
        )

    @cached_property
    def links(self) -> pl.DataFrame:
        """The distinct `actor`, `place`, `via` of `ends`: which actor is tied to which place."""
        found = self.ends.filter(pl.col("actor").is_not_null())
        return found.select("actor", "place", "via").unique().sort("actor", "place", "via")

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Alive ties between two actors that are no hubs, both ways: `actor`, `other`."""
        keys = np.array(self.actor_keys, dtype=object)
        one, other = keys[self.graph.pair_one].tolist(), keys[self.graph.pair_other].tolist()
        return pl.DataFrame(
            {"actor": one + other, "other": other + one},
            schema={"actor": pl.String, "other": pl.String},
        ).sort("actor", "other")

    @cached_property
    def ties_at(self) -> dict[str, list[str]]:
        """Area code -> alive ties to it, or to a hub that sits in it, sorted."""
        return _ties_by_place(self.ends)

    @cached_property
    def hub_ties(self) -> dict[str, list[str]]:
        """Those of `ties_at` that are no edges of G-: to hubs and coarser areas, and of hubs."""
        low, high = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b")
        rest = self.alive.filter((low < 0) | (high < self.areas.height))
        return _ties_by_place(self._ends(rest))

    @cached_property
    def lapsed_ties(self) -> dict[str, list[str]]:
        """Judged area -> recorded ties to the area itself that have lapsed, sorted."""
        return self._by_area(self.ties.filter(pl.col("status") == "lapsed"))

    @cached_property
    def undated_ties(self) -> dict[str, list[str]]:
        """Judged area -> alive ties to the area itself that bear no date, sorted."""
        return self._by_area(self.alive.filter("undated"))

    def _by_area(self, ties: pl.DataFrame) -> dict[str, list[str]]:
        ends = pl.concat(ties.select(pl.col(side).alias("at"), "tie") for side in ("a", "b"))
        here = ends.filter(pl.col("at").is_between(0, self.areas.height - 1)).unique()
        found = here.group_by("at").agg(pl.col("tie").sort()).sort("at")
        return {self.codes[at]: ties for at, ties in found.iter_rows()}

    def partner_ties(self, area: int) -> dict[int, list[str]]:
        """Partners of an area (actor indices, ascending) and the alive ties under each."""
        offsets, actors, ties = self._edge_ties
        found: dict[int, list[str]] = {}
        for at in range(offsets[area], offsets[area + 1]):
            found.setdefault(actors[at], []).append(ties[at])
        return found

    @cached_property
    def _edge_ties(self) -> tuple[list[int], list[int], list[str]]:
        """Alive ties between areas and actors, by area and actor: offsets, actors, keys."""
        n = self.areas.height
        area, actor = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b") - n
        found = (
            self.alive.filter(area >= 0, area < n, actor >= 0)
            .select(area.alias("area"), actor.alias("actor"), "tie")
            .sort("area", "actor", maintain_order=True)
        )
        offsets = np.searchsorted(found["area"].to_numpy(), np.arange(n + 1)).tolist()
        return offsets, found["actor"].to_list(), found["tie"].to_list()


def tie_layers(network: Network, policy: Policy, *, on: Day, level: Level = "grid") -> TieLayers:
    """The layers of a whole city at a day, judged at a level.

    At a level above the grid, ties to finer areas count for the judged area they lie in, and a
    hub organisation that sits in a judged area, or below, stands for that area itself.

    Parameters
    ----------
    network
        One whole city. Not changed.
    policy
        Says what is a hub, how long ties and people stay alive without a sign, how many
        active members make their employer a partner, and which sheets cover an area.
    on
        The day judged, ISO text.
    level
        The kind of area judged.

    Returns
    -------
    TieLayers
        The same for equal inputs, whatever the order of sheets and rows.

    Notes
    -----
    Half a second for 500,000 ties of 20,000 actors and 200,000 people.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> nothing = Network.from_wanted(WantedGraph(), as_of="2019-08-01")
    >>> tie_layers(nothing, Policy(), on="2019-08-01").areas.height
    0
    """
    places = place_table(network, level)
    judged_of = {code: judged for code, judged, at in places.iter_rows() if at >= 0}
    areas = area_table(network, policy, level, judged_of)
    n = areas.height
    actors = actor_table(network, policy)
    people = people_table(network, policy, on, places)
    members = members_ties(network, policy, on, people, areas, level)
    ties = with_ends(
        pl.concat([recorded_ties(network, policy, on), members]),
        end_table(network, actors, places, level, n),
    )
    return TieLayers(
        date=on,
        level=level,
        areas=areas,
        actors=actors,
        ties=ties,
        graph=pairs_of(ties, n, actors.height),
        members=count_people(people, n, pl.col("reports") & pl.col("active")),
        volunteers=count_people(people, n, ~pl.col("reports") & pl.col("active")),
        activity_unknown=count_people(people, n, pl.col("active").is_null()),
        judged_of=judged_of,
        parent_of={
            code: parent
            for code, parent in network.areas.select("key", "parent").iter_rows()
            if parent is not None
        },
        path_of=network.path_of,
    )


def _ties_by_place(ends: pl.DataFrame) -> dict[str, list[str]]:
    grouped = ends.select("place", "tie").unique().group_by("place")
    return dict(grouped.agg(pl.col("tie").sort()).sort("place").iter_rows())
