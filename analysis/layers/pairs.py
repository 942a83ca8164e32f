"""G- as flat arrays of pairs: what connectivity is measured of.

Nothing here reads names or dates, so that resampled networks can be measured without building
any table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.layers.day_tables import Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """The distinct pairs of G- among `areas` areas and `actors` actors.

    Attributes
    ----------
    areas, actors
        How many there are; as vertices of G-, areas come first.
    edge_area, edge_actor
        Area-actor pairs, sorted: indices of areas and of actors.
    pair_one, pair_other
        Actor-actor pairs, sorted, the smaller index first.
    """

    areas: int
    actors: int
    edge_area: Ints
    edge_actor: Ints
    pair_one: Ints
    pair_other: Ints

    @property
    def vertices(self) -> int:
        """Number of areas and actors together."""
        return self.areas + self.actors

    @property
    def ends(self) -> tuple[Ints, Ints]:
        """Both ends of every pair as vertices of G-."""
        one = np.concatenate([self.edge_area, self.pair_one + self.areas])
        return one, np.concatenate([self.edge_actor, self.pair_other]) + self.areas

    def only(self, edges: Any, between: Any) -> Pairs:
        """Some of the pairs: `edges` picks area-actor pairs, `between` actor-actor pairs."""
        return Pairs(
            self.areas,
            self.actors,
            self.edge_area[edges],
            self.edge_actor[edges],
            self.pair_one[between],
            self.pair_other[between],
        )


def pairs_of(ties: pl.DataFrame, areas: int, actors: int) -> Pairs:
    """The pairs with an alive tie, of ties with their ends `a`, `b` as vertices.

    Examples
    --------
    Two areas and three actors; one tie is there twice, one has lapsed, one leads to a hub.

    >>> ties = pl.DataFrame(
    ...     {
    ...         "status": ["alive", "alive", "lapsed", "alive", "alive"],
    ...         "a": [2, 2, 3, 4, 4],
    ...         "b": [0, 0, 1, 3, -1],
    ...     }
    ... )
    >>> found = pairs_of(ties, 2, 3)
    >>> found.edge_area.tolist(), found.edge_actor.tolist()
    ([0], [0])
    >>> found.pair_one.tolist(), found.pair_other.tolist()
    ([1], [2])
    """
    alive = ties.filter(pl.col("status") == "alive", pl.col("a") >= 0, pl.col("b") >= 0)
    distinct = (
        alive.select(low=pl.min_horizontal("a", "b"), high=pl.max_horizontal("a", "b"))
        .filter(pl.col("low") != pl.col("high"))
        .unique()
        .sort("low", "high")
    )
    low, high = distinct["low"].to_numpy(), distinct["high"].to_numpy()
    of_area, of_actors = (low < areas) & (high >= areas), low >= areas
    return Pairs(
        areas,
        actors,
        edge_area=low[of_area],
        edge_actor=high[of_area] - areas,
        pair_one=low[of_actors] - areas,
        pair_other=high[of_actors] - areas,
    )
