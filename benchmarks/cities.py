"""Made cities whose true ties are known, of several kinds, as flat arrays.

They share nothing with `ingest.synthetic.sample` nor with the model of
`analysis.certainty.certainty`; each is made from a picture of how ties come about, so that a
figure that holds on all of them doesn't hang on one picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.certainty.certainty import RecordedPairs
from analysis.connectivity.engine import components, cuts
from analysis.layers.day_tables import Ints
from analysis.layers.pairs import Pairs

STREETS, COMMUNITIES, GRIDS = 4, 5, 8
"""Streets of a city, communities of a street, grids of a community."""


@dataclass(frozen=True, eq=False)
class Truth:
    """A made city: all its ties, where its grids are, and who lives there."""

    recorded: RecordedPairs
    community: Ints
    residents: Ints
    hub_ties: int
    """Actors that are tied to the hub of each community (the X of 1+X), besides all grids."""

    @property
    def weak(self) -> np.ndarray:  # type: ignore[type-arg]
        return weak_of(self.recorded.pairs)


def weak_of(pairs: Pairs) -> np.ndarray:  # type: ignore[type-arg]
    """Which areas are weak: at most one actor holds them, or outside the main component."""
    cut, _ = cuts(pairs)
    _, in_main = components(pairs)
    return (np.array(cut) <= 1) | ~in_main


class _Maker:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.n = STREETS * COMMUNITIES * GRIDS
        self.community = np.arange(self.n) // GRIDS
        self.street = self.community // COMMUNITIES
        self.residents = self.rng.lognormal(6.8, 0.5, self.n).astype(int) + 50
        self.ties: set[tuple[int, int]] = set()
        self.pairs: set[tuple[int, int]] = set()
        self.actors = 0

    def actor(self, grids: object) -> int:
        """A new actor, tied to these grids."""
        for grid in np.atleast_1d(grids):  # type: ignore[call-overload]
            self.ties.add((int(grid), self.actors))
        self.actors += 1
        return self.actors - 1

    def some(self, among: Ints, many: int, weight: np.ndarray | None = None) -> Ints:  # type: ignore[type-arg]
        p = None if weight is None else weight[among] / weight[among].sum()
        return self.rng.choice(among, min(many, len(among)), replace=False, p=p)

    def truth(self, hub_ties: int = 0) -> Truth:
        edges = np.array(sorted(self.ties), np.int64).reshape(-1, 2)
        between = np.array(sorted(self.pairs), np.int64).reshape(-1, 2)
        pairs = Pairs(self.n, self.actors, edges[:, 0], edges[:, 1], between[:, 0], between[:, 1])
        recorded = RecordedPairs(
            pairs,
            np.ones(len(edges), np.int64),
            np.ones(len(between), np.int64),
            np.ones(self.n, bool),
            self.street,
        )
        return Truth(recorded, self.community, self.residents, hub_ties)


def poisson(seed: int) -> Truth:
    """Actors with a Poisson number of ties to grids of their street, by residents."""
    made = _Maker(seed)
    weight = made.residents.astype(float)
    for street in range(STREETS):
        own = np.flatnonzero(made.street == street)
        for _ in range(int(made.rng.integers(30, 60))):
            among = np.arange(made.n) if made.rng.random() < 0.08 else own
            made.actor(made.some(among, 1 + made.rng.poisson(1.2), weight))
    return made.truth()


def preferential(seed: int) -> Truth:
    """Actors join where others are already, or bring a new tie of their own (Yule)."""
    made = _Maker(seed)
    degree = np.full(made.n, 0.4)
    for street in range(STREETS):
        own = np.flatnonzero(made.street == street)
        for _ in range(int(made.rng.integers(50, 90))):
            many = min(int(made.rng.zipf(2.2)), 15)
            among = np.arange(made.n) if made.rng.random() < 0.05 else own
            chosen = made.some(among, many, degree)
            degree[chosen] += 1
            made.actor(chosen)
    return made.truth()


def planted(seed: int) -> Truth:
    """Well tied grids, and among them planted ones without partners, with one that is tied
    elsewhere, with partners of their own only, and small groups that stay among themselves."""
    made = _Maker(seed)
    rng = made.rng
    kind = rng.choice(6, made.n, p=(0.62, 0.08, 0.1, 0.08, 0.06, 0.06))
    broad = [[made.actor([]) for _ in range(int(rng.integers(6, 14)))] for _ in range(STREETS)]
    everywhere = [made.actor([]) for _ in range(3)]
    for grid in range(made.n):
        known = [*broad[made.street[grid]], *everywhere]
        holds = {0: int(rng.integers(2, 8)), 2: 1}.get(int(kind[grid]), 0)
        for actor in rng.choice(known, min(holds, len(known)), replace=False):
            made.ties.add((grid, int(actor)))
        for _ in range(
            {0: rng.poisson(3), 2: rng.poisson(2), 3: 1 + rng.poisson(1)}.get(int(kind[grid]), 0)
        ):
            made.actor([grid])
    for street in range(STREETS):
        group = np.flatnonzero((made.street == street) & (kind >= 4))
        for low in range(0, len(group) - 1, 3):
            few = group[low : low + 3]
            for _ in range(int(rng.integers(2, 5))):
                made.actor(few)
    return made.truth()


def star(seed: int) -> Truth:
    """A full 1+X star over every community: the hub and its X look after all grids; only some
    grids have partners of their own that reach further."""
    made = _Maker(seed)
    rng = made.rng
    activity = rng.gamma(1.6, 1.0, COMMUNITIES * STREETS)
    for street in range(STREETS):
        own = np.flatnonzero(made.street == street)
        pool = [made.actor([]) for _ in range(25)]
        strength = rng.pareto(1.5, len(pool)) + 0.2
        for grid in own:
            many = rng.poisson(2.6 * activity[made.community[grid]])
            chosen = rng.choice(
                len(pool), min(many, len(pool)), replace=False, p=strength / strength.sum()
            )
            for actor in chosen:
                made.ties.add((int(grid), pool[int(actor)]))
            for _ in range(rng.poisson(1.0)):
                made.actor([grid])
    for _ in range(5):  # a hospital, a bank: here and there in the whole city
        made.actor(rng.choice(made.n, int(rng.integers(3, 9)), replace=False))
    return made.truth(hub_ties=12)


def star_planted(seed: int) -> Truth:
    """A full 1+X star with grids that plainly have partners and grids that plainly don't."""
    made = _Maker(seed)
    rng = made.rng
    lively = rng.random(made.n) < 0.7
    for street in range(STREETS):
        pool = [made.actor([]) for _ in range(20)]
        for grid in np.flatnonzero(made.street == street):
            many = 3 + rng.poisson(2) if lively[grid] else int(rng.random() < 0.4)
            for actor in rng.choice(pool, min(many, len(pool)), replace=False):
                made.ties.add((int(grid), int(actor)))
            for _ in range(rng.poisson(1.5)):
                made.actor([grid])
    for _ in range(6):
        made.actor(rng.choice(np.flatnonzero(lively), int(rng.integers(2, 6)), replace=False))
    return made.truth(hub_ties=12)


def two_each(seed: int) -> Truth:
    """Nearly every grid has exactly two broad partners and some of its own: one hidden tie
    makes it look weak."""
    made = _Maker(seed)
    rng = made.rng
    for street in range(STREETS):
        pool = [made.actor([]) for _ in range(6)]
        for grid in np.flatnonzero(made.street == street):
            many = 2 if rng.random() < 0.8 else int(rng.integers(0, 2))
            for actor in rng.choice(pool, many, replace=False):
                made.ties.add((int(grid), int(actor)))
            for _ in range(rng.poisson(2.5)):
                made.actor([grid])
    for _ in range(8):
        made.actor(rng.choice(made.n, 2, replace=False))
    return made.truth()


def chains(seed: int) -> Truth:
    """Few ties to grids, many between actors: grids hang together by way of others."""
    made = _Maker(seed)
    rng = made.rng
    for street in range(STREETS):
        pool = [
            made.actor(
                [grid]
                if rng.random() < 0.75
                else [grid, rng.choice(np.flatnonzero(made.street == street))]
            )
            for grid in np.flatnonzero(made.street == street)
            for _ in range(rng.poisson(1.8))
        ]
        for _ in range(len(pool)):
            a, b = sorted(rng.choice(pool, 2, replace=False).tolist())
            if rng.random() < 0.6:
                made.pairs.add((a, b))
    for _ in range(8):
        made.actor(rng.choice(made.n, 2, replace=False))
    return made.truth()


GENERATORS: dict[str, Callable[[int], Truth]] = {
    "poisson": poisson,
    "preferential": preferential,
    "planted": planted,
    "star": star,
    "star, planted": star_planted,
    "two each": two_each,
    "chains": chains,
}

STARS = ("star", "star, planted")
"""Kinds of city with a full 1+X star."""


def hide(truth: Truth, share: float, how: str, seed: int) -> RecordedPairs:
    """What is recorded once a share of all ties is hidden.

    `how`: `random`, each alike; `weak x3`, ties of truly weak grids three times as likely;
    `few`, likelier where a grid has few, by the inverse of their number.
    """
    rng = np.random.default_rng([seed, 7])
    full = truth.recorded
    pairs = full.pairs
    edges, between = len(pairs.edge_area), len(pairs.pair_one)
    weight = np.ones(edges + between)
    if how == "weak x3":
        weight[:edges][truth.weak[pairs.edge_area]] = 3.0
    elif how == "few":
        degree = np.bincount(pairs.edge_area, minlength=pairs.areas)
        weight[:edges] = 1.0 / degree[pairs.edge_area]
    gone = rng.choice(
        len(weight), round(share * len(weight)), replace=False, p=weight / weight.sum()
    )
    kept = np.ones(len(weight), bool)
    kept[gone] = False
    a, b = kept[:edges], kept[edges:]
    return RecordedPairs(
        pairs.only(a, b),
        full.edge_ties[a],
        full.pair_ties[b],
        full.covered,
        full.group,
    )
