"""Which at most k ties are worth most: one program a block, and one budget for all of them.

Blocks don't interact, so the city's best is the best way to share k ties out among them. How
much a block yields for how many ties is worked out only where it could matter: a cheap bound
stands in, the best sharing-out under the bounds is found, its blocks are solved, and so on
until all of it is solved. What the bounds still promise when the effort is spent is the bound
that is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from analysis.layers.edits import TieEnds
from analysis.recommend.blocks import blocks
from analysis.recommend.ground import Ground
from analysis.recommend.program import solve
from analysis.recommend.program_model import Block, Program
from analysis.recommend.worth import worth_of

_ANCHORS = 8
"""Components up to which each is tried as the main one that takes the place of today's."""
_TRIED = 3
"""Of more than these, how many are tried."""
_ROUNDS = 40
"""Choices of one block that are refused because F1 gives less than the program promised."""
_PRICES = 6
"""Prices of a tie at which one block is bounded, at most."""
_FIRST = 1.0
"""Effort of a program's first try; each further one takes twice as much."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The ties chosen, what they are worth, and what no choice can be worth more than."""

    ties: tuple[TieEnds, ...]
    objective: Fraction
    bound: Fraction
    proven: bool
    effort: float


def choose_ties(ground: Ground) -> Choice:
    """The best at most `ground.most` of the candidate ties.

    Equal inputs give equal choices. Where several are worth the same: the fewest ties, then the
    most preferred, then the smallest keys, block by block.

    Notes
    -----
    A weak area is lifted into the main component, so the program takes that of today as given.
    Enough ties could make another component the main one; then the sound areas of today's
    become weak. That this can't pay is shown by a bound that doesn't ask for a main component
    at all, less what would be lost; where it doesn't show, other components are tried.
    """
    effort = Effort(ground.policy.recommend_effort)
    most = min(ground.most, len(ground.ties))
    if most < 1:
        return Choice((), Fraction(0), Fraction(0), True, 0.0)
    main = ground.web.main
    found = _ChoiceSearch(ground, main, effort).run(most)
    if ground.steady:
        return _choice([found], found.bound, effort)
    tried = [found]
    others = _other_mains(ground)
    bound = found.bound
    if main is not None:
        free = _ChoiceSearch(ground, None, effort).run(most).bound if others else Fraction(0)
        free -= len(ground.web.sound) * ground.least_lift
        if free <= found.worth:
            return _choice(tried, found.bound, effort)
        bound = max(bound, free)
    if len(others) <= _ANCHORS:
        tried += [_ChoiceSearch(ground, part, effort, whole=True).run(most) for part in others]
        bounds = [t.bound for t in tried if main is not None or t is not found]
        return _choice(tried, min(bound, max(bounds, default=bound)), effort)
    tried += [_ChoiceSearch(ground, part, effort).run(most) for part in others[:_TRIED]]
    return _choice(tried, bound, effort)


@dataclass
class Effort:
    """Deterministic seconds of the solver that are left."""

    left: float
    spent: float = 0.0

    def take(self, seconds: float) -> None:
        self.left -= seconds
        self.spent += seconds


@dataclass(frozen=True, slots=True)
class _ChoiceFound:
    ties: tuple[TieEnds, ...]
    worth: Fraction
    bound: Fraction


def _choice(tried: Sequence[_ChoiceFound], bound: Fraction, effort: Effort) -> Choice:
    best = max(tried, key=lambda f: f.worth)
    bound = max(bound, best.worth)
    return Choice(best.ties, best.worth, bound, best.worth >= bound, effort.spent)


def _other_mains(ground: Ground) -> list[int]:
    """Components that could become the largest part of a main one without today's, the largest
    first: with as many as the ties can join to them, none larger than itself.
    """
    web = ground.web
    size = {part: len(areas) for part, areas in web.part_areas.items() if part != web.main}
    least = len(web.part_areas[web.main]) if web.main is not None else 2
    ordered = sorted(size, key=lambda part: (-size[part], part))
    found = []
    for at, part in enumerate(ordered):
        joined = sum(size[other] for other in ordered[at : at + ground.most + 1])
        if joined >= least:
            found.append(part)
    return found


@dataclass
class _Yield:
    """What a block yields: bounds by number of ties, and the choices known."""

    block: Block
    upper: list[Fraction]
    """At most this many points for 0, 1, ... ties; never falls."""
    found: dict[int, tuple[tuple[TieEnds, ...], Fraction]] = field(default_factory=dict)
    solved: set[int] = field(default_factory=set)
    tries: dict[int, int] = field(default_factory=dict)
    prices: set[Fraction] = field(default_factory=set)
    """Prices of a tie at which the block was solved."""

    def best(self, budget: int) -> tuple[tuple[TieEnds, ...], Fraction]:
        known = [v for j, v in sorted(self.found.items()) if len(v[0]) <= budget]
        return max(known, key=lambda v: v[1], default=((), Fraction(0)))


class _ChoiceSearch:
    """The search with one component taken as the main one (None: that isn't asked)."""

    def __init__(
        self, ground: Ground, anchor: int | None, effort: Effort, *, whole: bool = False
    ) -> None:
        self.ground, self.anchor, self.effort, self.whole = ground, anchor, effort, whole

    def run(self, most: int) -> _ChoiceFound:
        ground, effort = self.ground, self.effort
        found = list(blocks(ground, ground.ties, whole=self.whole))
        yields = [_Yield(block, self._bounds(block, most)) for block in found]
        while True:
            budgets, price = _share_out([y.upper for y in yields], most)
            todo = [(y, j) for y, j in zip(yields, budgets, strict=True) if j and j not in y.solved]
            if not todo or effort.left <= 0:
                break
            unpriced = [
                (y, j)
                for y, j in todo
                if j > 1 and price not in y.prices and len(y.prices) < _PRICES
            ]
            for y, _ in unpriced:
                if effort.left > 0:
                    self._price(y, price, most)
            for y, j in [] if unpriced else todo:
                if effort.left > 0:
                    self._solve(y, j)
        bound = sum((y.upper[j] for y, j in zip(yields, budgets, strict=True)), Fraction(0))
        lower = [_rising(y, most) for y in yields]
        chosen: list[TieEnds] = []
        for y, j in zip(yields, _share_out(lower, most)[0], strict=True):
            chosen += self._preferred(y, j)
        return _ChoiceFound(tuple(sorted(chosen)), worth_of(ground, chosen).objective, bound)

    # ------------------------------------------------------------------ one block

    def _solve(self, y: _Yield, budget: int) -> None:
        """Find the block's best for a budget, or as near as the effort allows."""
        tries = y.tries[budget] = y.tries.get(budget, 0) + 1
        effort = min(_FIRST * 2 ** (tries - 1), self.effort.left)
        bound, final = self._rounds(y, budget, effort)
        best = y.best(budget)[1]
        y.upper[budget] = min(y.upper[budget], max(bound, best))
        for j in range(budget - 1, -1, -1):  # fewer ties are never worth more
            y.upper[j] = min(y.upper[j], y.upper[budget])
        if final or best >= y.upper[budget] or effort >= self.effort.left:
            y.solved.update(range(min(len(y.best(budget)[0]), budget), budget + 1))

    def _price(self, y: _Yield, price: Fraction, most: int) -> None:
        """Bound the block for every number of ties at once: what it yields when each tie costs
        `price`, and the price of the ties on top (Lagrange).
        """
        program = Program(self.ground, y.block, self.anchor)
        y.prices.add(price)
        answer = solve(program, most, min(_FIRST, self.effort.left), price=price)
        if answer is None:
            self.effort.take(_FIRST)
            return
        self.effort.take(answer.effort)
        paid = Fraction(int(price * program.scale)) / program.scale
        for j in range(1, most + 1):
            y.upper[j] = min(y.upper[j], answer.bound + paid * j)
        if answer.ties:
            self._keep(y, len(answer.ties), answer.ties)
        for j, (_, worth) in y.found.items():  # never below what is known to be had
            for more in range(j, most + 1):
                y.upper[more] = max(y.upper[more], worth)

    def _rounds(self, y: _Yield, budget: int, effort: float) -> tuple[Fraction, bool]:
        """Solve, and refuse choices worth less than the program promised: the bound, and
        whether more effort can't help.
        """
        program = Program(self.ground, y.block, self.anchor)
        bound = y.upper[budget]
        for _ in range(1 if self.anchor is None else _ROUNDS):
            answer = solve(program, budget, effort)
            if answer is None:
                self.effort.take(effort)
                return bound, False
            self.effort.take(answer.effort)
            bound = answer.bound
            worth = self._keep(y, budget, answer.ties)
            if not answer.proven or worth >= bound:
                return bound, answer.proven
            if y.best(budget)[1] >= bound or self.effort.left <= 0 or not answer.ties:
                break
            program.refused.append(frozenset(answer.ties))
        return bound, True

    def _keep(self, y: _Yield, budget: int, ties: Sequence[TieEnds]) -> Fraction:
        worth = worth_of(self.ground, ties).objective
        if budget not in y.found or worth > y.found[budget][1]:
            y.found[budget] = tuple(ties), worth
        return worth

    def _preferred(self, y: _Yield, budget: int) -> Sequence[TieEnds]:
        """Of the choices as good as the best one known: the fewest ties, most preferred."""
        ties, worth = y.best(budget)
        if not ties:
            return ()
        effort = max(_FIRST, self.effort.left / 8)
        program = Program(self.ground, y.block, self.anchor)
        answer = solve(program, len(ties), effort, at_least=worth)
        if answer is None:
            return ties
        self.effort.take(answer.effort)
        same = worth_of(self.ground, answer.ties).objective >= worth
        return answer.ties if same else ties

    # ------------------------------------------------------------------ bounds

    def _bounds(self, block: Block, most: int) -> list[Fraction]:
        """A cheap bound for each number of ties: the sum of what each could bring at most."""
        ground, market = self.ground, self.ground.market
        lift = Fraction(repr(float(ground.policy.lift_weight)))
        each = []
        for tie in block.ties:
            points = ground.triad_points * len(ground.triads.closed_by.get(tie, ()))
            for part, arcs in _by_part(market.useful.get(tie, ()), market.part_of).items():
                if part is None:
                    points += sum(market.sites[s].rate for _, s in arcs)
                    continue
                rate = max(market.sites[s].rate for _, s in arcs)
                supply = sum(market.desks[d].supply for d in {d for d, _ in arcs})
                demand = sum(market.sites[s].demand or 0 for s in {s for _, s in arcs})
                points += rate * min(supply, demand)
            path = ground.lifting.paths.get(tie, frozenset())
            for area in path | ground.lifting.joins.get(tie, frozenset()):
                needed = max(1, 2 - ground.web.cut[area])
                points += lift / needed if area in path else (lift if needed == 1 else 0)
            each.append(points)
        sums = list(accumulate(sorted(each, reverse=True)[:most], initial=Fraction(0)))
        sums += [sums[-1]] * (most + 1 - len(sums))
        ceiling = self._everything(block)
        single = len(block.streets) < 2
        return [
            min(ground.fair(s) if single else s * ground.fair(Fraction(1)), ceiling) for s in sums
        ]

    def _everything(self, block: Block) -> Fraction:
        """All that the block could yield with any number of ties."""
        ground, market = self.ground, self.ground.market
        streets: dict[str, Fraction] = dict.fromkeys(block.streets, Fraction(0))
        for s in block.sites:
            site = market.sites[s]
            if site.demand is not None:
                streets[site.street] = streets.get(site.street, Fraction(0))
                streets[site.street] += site.rate * site.demand
        for s in {s for tie in block.ties for _, s in market.useful.get(tie, ())} & market.vague:
            street = market.sites[s].street
            streets[street] = streets.get(street, Fraction(0)) + market.sites[s].rate
        for triad in ground.triads.closed(block.ties):
            street = ground.triad_street(triad)
            streets[street] = streets.get(street, Fraction(0)) + ground.triad_points
        for area in block.weak:
            street = ground.area_street(area)
            streets[street] = streets.get(street, Fraction(0))
            streets[street] += Fraction(repr(float(ground.policy.lift_weight)))
        return sum((ground.fair(points) for points in streets.values()), Fraction(0))


def _by_part(
    arcs: Sequence[tuple[int, int]], part_of: dict[int, int]
) -> dict[int | None, list[tuple[int, int]]]:
    found: dict[int | None, list[tuple[int, int]]] = {}
    for desk, site in arcs:
        found.setdefault(part_of.get(site), []).append((desk, site))
    return found


def _rising(y: _Yield, most: int) -> list[Fraction]:
    return [y.best(budget)[1] for budget in range(most + 1)]


def _share_out(values: Sequence[Sequence[Fraction]], most: int) -> tuple[list[int], Fraction]:
    """How many of `most` ties each block gets so that the values' sum is highest, and what the
    last tie adds to it. A block's values are of 0 to `most` ties, and never fall.

    Of equal ways the one that gives later blocks less.

    Examples
    --------
    >>> budgets, last = _share_out([[0, 1, 5, 5], [0, 3, 3, 3]], 3)
    >>> budgets, int(last)
    ([2, 1], 3)
    """
    best: list[Fraction] = [Fraction(0)] * (most + 1)
    taken: list[list[int]] = []
    for own in values:
        rising = sorted({j for j in range(most + 1) if j == 0 or own[j] > own[j - 1]})
        now, took = [], []
        for budget in range(most + 1):
            options = [(best[budget - j] + own[j], -j) for j in rising if j <= budget]
            value, minus = max(options)
            now.append(value)
            took.append(-minus)
        best = now
        taken.append(took)
    budgets, left = [], most
    for took in reversed(taken):
        budgets.append(took[left])
        left -= took[left]
    return budgets[::-1], best[most] - best[most - 1]
