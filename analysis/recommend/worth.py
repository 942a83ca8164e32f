"""What a set of new ties would be worth, and where the worth comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from analysis.layers.edits import TieEnds
from analysis.recommend.ground import Ground
from analysis.recommend.market import Gain
from analysis.recommend.web import VerdictShift


@dataclass(frozen=True)
class Worth:
    """What a set of ties brings: points by street, and what they are made of."""

    gain: Gain
    standing: VerdictShift
    triads: frozenset[int]
    """Triads that close, by their place in `Ground.triads.found`."""
    streets: dict[str, Fraction]
    objective: Fraction


def worth_of(ground: Ground, ties: Collection[TieEnds]) -> Worth:
    """What the ties bring, measured."""
    gain, standing = ground.market.gain(ties), ground.standing(ties)
    streets: dict[str, Fraction] = defaultdict(Fraction)
    for need, amount in gain.amounts.items():
        streets[_street_of_need(ground, need)] += amount * _rate(ground, need)
    reached = Fraction(repr(ground.policy.unknown_need_weight))
    for need in gain.reached:
        streets[_street_of_need(ground, need)] += reached
    closed = ground.triads.closed(ties)
    for triad in closed:
        streets[ground.triad_street(triad)] += ground.triad_points
    lift = Fraction(repr(ground.policy.lift_weight))
    for area in standing.lifted:
        streets[ground.area_street(area)] += lift
    for area in standing.dropped:
        streets[ground.area_street(area)] -= lift
    total = sum((ground.fair(points) for points in streets.values()), Fraction(0))
    return Worth(gain, standing, closed, dict(streets), total)


def _street_of_need(ground: Ground, need: int) -> str:
    return ground.rules.street_of(ground.lists.needs[need].area)


def _rate(ground: Ground, need: int) -> Fraction:
    category = ground.lists.needs[need].category
    weight = ground.policy.category_weights.get(category or "", 1.0)
    points = Fraction(repr(float(ground.policy.gap_weight))) * Fraction(repr(float(weight)))
    return points / ground.typical


def received_by(ground: Ground, part: int) -> dict[int, int]:
    """Site -> what F1 gives it today, of one part of the market."""
    amounts = ground.market.flow(part, frozenset())
    return {
        s: sum(amounts.get(n, 0) for n in ground.market.sites[s].needs)
        for s, its in ground.market.part_of.items()
        if its == part
    }


def marks_of(ground: Ground, tie: TieEnds) -> Iterable[tuple[str, object]]:
    """What the tie has to do with: ties that share a mark are chosen together."""
    yield "actor", tie.actor
    for _, site in ground.market.useful.get(tie, ()):
        yield "street", ground.market.sites[site].street
        if site in ground.market.part_of:
            yield "flow", ground.market.part_of[site]
    for triad in sorted(ground.triads.closed_by.get(tie, ())):
        yield "triad", triad
        yield "street", ground.triad_street(triad)
    edge = ground.edge(tie)
    if edge is None:
        return
    for vertex in edge:
        if ground.web.part[vertex] != ground.web.main:
            yield "part", ground.web.part[vertex]
    if edge[1] in ground.chain:
        yield "chain", ground.chain[edge[1]]
    touched = {*ground.lifting.paths.get(tie, ()), *ground.lifting.joins.get(tie, ())}
    for area in sorted(touched):
        yield "weak", area
