"""Recommended ties 建议共建: whom to bring together, and what that is worth.

At most k new ties between an actor and a grid (or its community) are chosen so that they close
the most of the sharing gap, lift the most weak grids out of weakness and close open triads of
communities, in points that the policy sets, a street's further points counting less. The best
choice is found by an integer program over independent parts of the city; what the ties bring is
measured afterwards, on the whole city judged again with all of them.

What misleads: the ties are taken to be made and to hold, and offers to be given where a path
leads. Points add unlike things; the policy says what a unit of each is worth. A grid of which
no tie data were handed in may be tied already: its needs can be closed, with a word to ask
first, but it can't be lifted, as it isn't weak. Nothing here ranks actors: who isn't named may
be as good, and the reason why somebody nearer isn't is told with each tie.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

import polars as pl

from analysis.city import City
from analysis.gaps.gaps import Gaps
from analysis.layers.edits import TieEnds, new_ties
from analysis.layers.layers import TieLayers
from analysis.layers.notes import Note
from analysis.policy import Policy
from analysis.recommend.choice import Choice, choose_ties
from analysis.recommend.ground import Ground
from analysis.recommend.order import OrderStep, in_order
from analysis.recommend.results import (
    ClosedTriad,
    Lift,
    Load,
    Recommendations,
    Recommended,
    Standing,
)
from analysis.recommend.texts import Teller
from analysis.tables.triads import OpenTriad, open_triads
from analysis.tables.view import View
from analysis.weak.results import WeakGrids
from graph.model.errors import UnknownId, no_such_area
from graph.model.labels import Level

__all__ = ["Recommendations", "Recommended", "recommend_ties"]

DEFAULT_TIES = 10
MOST_TIES = 1000
_GENERAL_NOTES = frozenset({"synthetic", "no_ties", "level_too_fine", "no_level", "not_covered"})


def recommend_ties(
    city: City,
    *,
    ties: int = DEFAULT_TIES,
    area: str | None = None,
    promised: Collection[tuple[str, str]] = (),
    forbidden: Collection[tuple[str, str]] = (),
) -> Recommendations:
    """Choose at most `ties` new ties that are worth most together.

    Parameters
    ----------
    city
        One whole city. Not changed. Points, fairness, candidates and loads are its policy's.
    ties
        Most ties to make, 0 to 1000. Fewer are given where more would bring nothing.
    area
        New ties go to targets in this area (a code) only. The city is judged as a whole still.
    promised
        Ties that will be made anyway (actor, target): taken as made, not counted in `ties`.
    forbidden
        Pairs (actor, target) that are out of the question; "*" stands for any.

    Returns
    -------
    Recommendations
        Equal inputs give equal results, whatever the machine's load. Before and after are both
        measured: no figure is the program's own.

    Raises
    ------
    ValueError
        If `ties` is out of range.
    graph.model.errors.UnknownArea
        If the network has no such area.
    graph.model.errors.UnknownId
        If an end of a promised tie isn't known.

    Notes
    -----
    For a city of 3,000 grids, 21,000 actors and 6,000 needs about a quarter of a minute. The
    choice of new ties contains the budgeted maximum coverage problem (S. Khuller, A. Moss, J.
    Naor, *Information Processing Letters* 70, 1999), so that no fast method is exact in all
    cases; see `analysis.recommend.choice` for how it is parted, and `policy.recommend_effort` for
    when the search ends.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> found = recommend_ties(City(Network.from_wanted(WantedGraph(), as_of=None), Policy()))
    >>> found.ties, found.objective, found.method
    ((), 0.0, 'exact')
    """
    if not 0 <= ties <= MOST_TIES:
        raise ValueError(f"ties must be 0 to {MOST_TIES}: {ties}")
    if area is not None and area not in city.network.path_of:
        raise no_such_area(area)
    day, level, policy = city.day, city.level, city.policy
    if day is None:
        return _nothing(policy, level, ties)
    base = _with_promised(city, promised) if promised else city
    triads = triads_after = open_triads(View(base))
    ground = Ground(
        base.network,
        policy,
        base.layers,
        base.gaps,
        base.weak,
        most=ties,
        triads=triads,
        within=area,
        forbidden=[TieEnds(*pair) for pair in forbidden],
    )
    choice = choose_ties(ground)
    steps = in_order(ground, choice.ties)
    after = base
    if steps:
        after = base.with_edits(new_ties(base.network, choice.ties))
        triads_after = open_triads(View(after))
        _check_triads(ground, choice.ties, triads_after)
    report = _Report(ground, base, after, steps)
    return Recommendations(
        date=day,
        area=area,
        level=level,
        policy_hash=policy.digest(),
        asked=ties,
        ties=tuple(report.ties()),
        objective=float(choice.objective),
        bound=float(choice.bound),
        gap=_gap(choice),
        method="exact" if choice.proven else "best found",
        promised=tuple(sorted((a, t) for a, t in promised)),
        before=_standing(base, triads, area),
        after=_standing(after, triads_after, area),
        changes=tuple(report.changes.values()),
        notes=(*_notes(base.weak), *_own_notes(ground, choice)),
    )


def _nothing(policy: Policy, level: Level, ties: int) -> Recommendations:
    empty = Standing(sharing_gap=0, matchable=0, unknown_gaps=0, weak=0, open_triads=0)
    return Recommendations(
        date=None,
        area=None,
        level=level,
        policy_hash=policy.digest(),
        asked=ties,
        ties=(),
        objective=0.0,
        bound=0.0,
        gap=0.0,
        method="exact",
        promised=(),
        before=empty,
        after=empty,
        changes=(),
        notes=(),
    )


def _with_promised(city: City, promised: Collection[tuple[str, str]]) -> City:
    try:
        return city.with_edits(new_ties(city.network, [TieEnds(*pair) for pair in promised]))
    except ValueError as error:
        key = str(error).rpartition(": ")[2]
        raise UnknownId(
            f"已约定的共建里没有编号为 {key} 的单位或区域；请核对",
            f"a promised tie names {key}, which is no actor or area here; check it",
        ) from error


def _gap(choice: Choice) -> float:
    if choice.bound <= 0:
        return 0.0
    return float((choice.bound - choice.objective) / choice.bound)


def _check_triads(ground: Ground, ties: Collection[TieEnds], after: list[OpenTriad]) -> None:
    """A loose triad may come to be open; of those open before, those told to close are closed."""
    closed = ground.triads.closed(ties)
    left = {(t.code, t.triad) for at, t in enumerate(ground.triads.found) if at not in closed}
    before = {(t.code, t.triad) for t in ground.triads.found}
    if before.intersection((t.code, t.triad) for t in after) != left:
        raise RuntimeError("the city judged again closes other triads")


def _standing(city: City, triads: Collection[OpenTriad], area: str | None) -> Standing:
    weak, gaps = city.weak, city.gaps
    if area is not None:
        weak, gaps = weak.within(area), gaps.within(area)
        triads = [t for t in triads if f"/{area}/" in city.network.path_of[t.code]]
    totals = gaps.by_need().totals
    return Standing(
        sharing_gap=totals.parts.sharing_gap,
        matchable=totals.parts.matchable,
        unknown_gaps=totals.unknown_parts.sharing_gap,
        weak=sum(a.weak for a in weak.areas),
        open_triads=len(triads),
    )


class _Report:
    """What is told of each tie, checked against the city judged again."""

    def __init__(self, ground: Ground, before: City, after: City, steps: list[OrderStep]) -> None:
        self.ground, self.steps = ground, steps
        self.names = ground.network.name_of
        self.changes = _changes(before.weak, after.weak)
        self._check(before.gaps, after.gaps)
        self.added = Counter(step.tie.actor for step in steps)
        self.kinds = dict(ground.layers.actors.select("key", "kind").iter_rows())
        self.lapsed = _lapsed_pairs(ground.layers)

    def ties(self) -> Iterable[Recommended]:
        teller = Teller(self.ground, [step.tie for step in self.steps])
        for step in self.steps:
            lifts = tuple(self.changes[self._code(at)] for at in sorted(step.lifted))
            yield self._tie(step, lifts, teller)

    def _tie(self, step: OrderStep, lifts: tuple[Lift, ...], teller: Teller) -> Recommended:
        ground, tie = self.ground, step.tie
        needs, number = ground.lists.needs, ground.lists.scale.number
        closes: dict[str, int | float | None] = {
            needs[n].key: number(amount) for n, amount in step.amounts.items()
        }
        closes |= {needs[n].key: None for n in sorted(step.reached)}
        load = ground.rules.load.get(tie.actor, 0)
        renews = tuple(self.lapsed.get(tie, ()))
        return Recommended(
            actor=tie.actor,
            actor_name=self.names.get(tie.actor, tie.actor),
            actor_kind=self.kinds.get(tie.actor),
            target=tie.target,
            target_name=self.names.get(tie.target, tie.target),
            target_level=ground.places.label[tie.target].lower(),
            path=ground.places.path[tie.target],
            closes=dict(sorted(closes.items())),
            areas=tuple(sorted({ground.places.judged(n) for n in self._places_of(step)})),
            lifts=lifts,
            triads=tuple(self._triad(at) for at in sorted(step.triads)),
            supports=tuple(self._code(at) for at in sorted(step.supports)),
            load=Load(
                before=load,
                after=load + self.added[tie.actor],
                most=ground.policy.max_ties_per_actor,
            ),
            renews=renews,
            why=teller.why(step, lifts, bool(renews)),
            why_not_nearer=teller.why_not_nearer(tie),
        )

    def _triad(self, at: int) -> ClosedTriad:
        triad = self.ground.triads.found[at]
        name = self.names.get(triad.code, triad.code)
        return ClosedTriad(area=triad.code, name=name, triad=triad.triad)

    def _places_of(self, step: OrderStep) -> Iterable[str]:
        needs = self.ground.lists.needs
        return (area for n in (*step.amounts, *step.reached) if (area := needs[n].area) is not None)

    def _code(self, at: int) -> str:
        return self.ground.layers.codes[at]

    def _check(self, before: Gaps, after: Gaps) -> None:
        """No figure is told that the city judged again doesn't bear out."""
        told: dict[str, int] = defaultdict(int)
        scale, needs = self.ground.lists.scale, self.ground.lists.needs
        reached = {needs[n].key for step in self.steps for n in step.reached}
        for step in self.steps:
            for n, amount in step.amounts.items():
                told[needs[n].key] += amount
        for old, new in zip(before.needs, after.needs, strict=True):
            if old.requested is None:
                same = (old.parts.matchable != new.parts.matchable) == (old.id in reached)
            else:
                more = scale.whole(new.parts.matchable) - scale.whole(old.parts.matchable)
                same = more == told.get(old.id, 0)
            if not same:
                raise RuntimeError(f"the city judged again gives need {old.id} another figure")
        lifted = {self._code(at) for step in self.steps for at in step.lifted}
        left = {code for code, change in self.changes.items() if _leaves(change)}
        if lifted != left:
            raise RuntimeError(f"the city judged again lifts others: {sorted(lifted ^ left)}")


def _changes(before: WeakGrids, after: WeakGrids) -> dict[str, Lift]:
    then = {a.code: a for a in before.areas}
    return {
        a.code: Lift(area=a.code, name=a.name, from_=then[a.code].verdict, to=a.verdict)
        for a in sorted(after.areas, key=lambda a: a.code)
        if a.verdict != then[a.code].verdict
    }


def _leaves(change: Lift) -> bool:
    from analysis.weak.results import WEAK

    return change.from_ in WEAK and change.to not in WEAK


def _lapsed_pairs(layers: TieLayers) -> Mapping[TieEnds, list[str]]:
    """Actor and area whose tie has lapsed -> the lapsed ties."""
    rows = layers.ties.filter(pl.col("status") == "lapsed", ~pl.col("end_is_actor"))
    found: dict[TieEnds, list[str]] = defaultdict(list)
    for actor, area, tie in rows.select("start", "end", "tie").unique().sort("tie").iter_rows():
        found[TieEnds(actor, area)].append(tie)
    return found


def _notes(weak: WeakGrids) -> Iterable[Note]:
    return (note for note in weak.notes if note.code in _GENERAL_NOTES)


def _own_notes(ground: Ground, choice: Choice) -> Iterable[Note]:
    if not ground.ties and ground.most:
        yield Note(
            code="no_candidates",
            zh="没有能补缺口、能帮网格脱离薄弱或能补齐三方三社的共建可建议。",
            en="No tie that may be made would close a gap or a triad or help to lift a weak area.",
        )
    if not choice.proven:
        share = _gap(choice)
        yield Note(
            code="not_proven",
            zh=f"计算量用完，这是已找到的最好方案，离理论上界至多差{share:.1%}。",
            en=f"The effort is spent: the best found, at most {share:.1%} below the bound.",
        )
