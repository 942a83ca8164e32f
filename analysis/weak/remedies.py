"""What would change a verdict: the least that lifts an area, as ties that somebody can make.

Two things lift an area: ties that lapsed and can be renewed, and partners that are new to it. A
new partner counts as one that is tied to another area of the main network already, and whose
withdrawal alone cuts nothing off; an actor with no other tie would be a partner, but no bridge.
Every change is checked by judging the area again.

What misleads: the smallest change isn't the easiest one. That an actor is near and tied to few
areas doesn't say that it is willing, or able; and a verdict that is lifted on paper by a tie
that nobody lives up to has not been lifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice

import polars as pl

from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.weak.area_verdict import AreaTrial, TrialNetwork
from analysis.weak.results import VERDICTS, WEAK, Change, Goal, Verdict, WeakGrids
from analysis.weak.texts import both, counted
from graph.model.vocabulary import KIND_WORDS, LEVEL_WORDS

CANDIDATES = 10
"""At most so many actors are named (more where a change needs more)."""
_SCANNED = 400
"""Actors that are looked at for one change, nearest first."""
_TRIED = 4000
"""Sets of lapsed ties that are tried for one change; beyond, ties are taken one by one."""
_SEVERITY: dict[Verdict, int] = {verdict: at for at, verdict in enumerate(VERDICTS)}
_ACTOR_KINDS = ("public", "enterprise", "social", "property", "owners")

TEMPLATES: dict[str, tuple[str, str]] = {
    "renew": (
        "续签与{actors}的{ties}条失效共建关系，判断可由“{before}”变为“{after}”。",
        "Renew {ties_en} with {actors_en}: from {before_en} to {after_en}.",
    ),
    "add": (
        "新增{add}家与其他{level}有联系的共建单位{kinds}{candidates}，判断可由“{before}”变为“{after}”。",
        "Add {add_en} tied to another {level_en}{kinds_en}{candidates_en}: from {before_en} to "
        "{after_en}.",
    ),
    "both": (
        "续签与{actors}的{ties}条失效共建关系，再新增{add}家与其他{level}有联系的共建单位"
        "{kinds}{candidates}，判断可由“{before}”变为“{after}”。",
        "Renew {ties_en} with {actors_en} and add {add_en} tied to another {level_en}{kinds_en}"
        "{candidates_en}: from {before_en} to {after_en}.",
    ),
}
"""Kind of change -> sentence in zh and en."""


def would_change(city: LayeredCity, judged: WeakGrids) -> dict[str, tuple[Change, ...]]:
    """The smallest changes that lift each area.

    Parameters
    ----------
    city
        The city that was judged. Not changed.
    judged
        The verdicts on it; only its areas are looked at.

    Returns
    -------
    dict
        Area code -> changes, the smallest first. For the next better verdict, and for the
        nearest one that isn't weak: the fewest partners to add; the fewest lapsed ties whose
        renewal alone does it, where it does; else as many renewals as can take the place of
        partners to add. Empty for adequate and unknown areas, and where nothing does it.

    Notes
    -----
    No change of ties to an area is smaller than adding independent partners: each of them
    raises the cut by one and joins the main component, which is as much as a tie can do. So
    the smallest number is reckoned, and then checked. Renewals are sought by size among all
    sets, up to some thousands of sets; beyond, greedily.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from analysis.weak.weak_grids import weak_grids
    >>> from graph.model.labels import Label, TieType
    >>> from graph.model.wanted import WantedGraph, WantedTie
    >>> from graph.model.network import Network
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {
    ...     g: {"name": g, "path": f"/{g}/", "named_by": ["ties"]} for g in ("g1", "g2", "g3")
    ... }
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "市第一医院", "kind": "hospital"}}
    >>> w.ties[TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID] = {
    ...     "t1": WantedTie("u", "g1", {}), "t2": WantedTie("u", "g2", {})
    ... }
    >>> city = LayeredCity(Network.from_wanted(w, as_of="2019-08-01"), Policy())
    >>> found = would_change(city, weak_grids(city))
    >>> [(c.goals, c.add, c.candidates, c.after) for c in found["g3"]]
    [(('next',), 1, ('u',), 'single_thread'), (('out_of_weakness',), 2, (), 'thin')]
    """
    trials = TrialNetwork(city)
    layers, names = city.layers, city.network.name_of
    lapsed = _lapsed(layers)
    changes: dict[str, tuple[Change, ...]] = {}
    for area in judged.areas:
        if area.verdict in ("adequate", "unknown"):
            changes[area.code] = ()
            continue
        index = layers.area_index[area.code]
        seeker = _Seeker(AreaTrial(trials, area, index), lapsed.get(index, {}), names)
        changes[area.code] = tuple(seeker.changes())
    return changes


def _lapsed(layers: TieLayers) -> dict[int, dict[int, str]]:
    """Area -> actor that is no partner now -> the smallest key of their lapsed ties."""
    n = layers.areas.height
    area, actor = pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b") - n
    rows = (
        layers.ties.filter(pl.col("status") == "lapsed")
        .select(area.alias("area"), actor.alias("actor"), "tie")
        .filter(pl.col("area") >= 0, pl.col("area") < n, pl.col("actor") >= 0)
        .sort("area", "actor", "tie")
    )
    alive = set(zip(layers.graph.edge_area.tolist(), layers.graph.edge_actor.tolist(), strict=True))
    found: dict[int, dict[int, str]] = {}
    for g, a, tie in rows.iter_rows():
        if (g, a) not in alive:
            found.setdefault(g, {}).setdefault(a, tie)
    return found


class _Seeker:
    """The changes of one area."""

    def __init__(
        self, trial: AreaTrial, lapsed: Mapping[int, str], names: Mapping[str, str]
    ) -> None:
        self.trial, self.lapsed, self.names = trial, lapsed, names
        self.city, self.area = trial.city, trial.area
        self.missing = [kind for kind in _ACTOR_KINDS if kind not in trial.kinds]

    def changes(self) -> Iterator[Change]:
        """Changes by size; those that reach both goals once."""
        goals: list[Goal] = ["next"]
        if self.area.verdict in WEAK:
            goals.append("out_of_weakness")
        found: dict[tuple[object, ...], Change] = {}
        for goal in goals:
            for change in self._for(goal):
                same = (change.kind, change.ties, change.add, change.kinds, change.candidates)
                if same in found:
                    change = change.model_copy(update={"goals": tuple(goals)})
                found[same] = change
        yield from sorted(found.values(), key=lambda c: (len(c.ties) + c.add, c.add))

    def _reaches(self, goal: Goal, verdict: Verdict) -> bool:
        if goal == "next":
            return _SEVERITY[verdict] > _SEVERITY[self.area.verdict]
        return verdict not in WEAK

    # ------------------------------------------------------------------ what is needed

    def _for(self, goal: Goal) -> Iterator[Change]:
        add = self._fewest_added(goal, ())
        renewed = self._fewest_renewed(goal)
        if renewed is not None:
            yield self._change(goal, renewed, 0)
        if add is not None:
            yield self._change(goal, (), add)
            if renewed is None and add > 1:
                yield from self._renewed_in_place(goal, add)

    def _most(self) -> int:
        """More partners than this are never needed."""
        policy, residents = self.city.policy, self.area.residents or 0
        return int(policy.thin_partners_per_1000 * residents / 1000) + policy.thin_partners + 8

    def _fewest_added(self, goal: Goal, renewed: Sequence[int]) -> int | None:
        """The fewest independent partners that do it besides renewals; None where none do."""
        most = self._most() if self.city.pairs.areas > 1 else 0  # one area has no other
        for many in range(most + 1):
            brought = self._brought(renewed)[:many]
            if self._reaches(goal, self.trial.verdict(renewed, new=many, classes=brought)):
                return many
        return None

    def _brought(self, renewed: Sequence[int]) -> list[str]:
        """Kinds that new partners can bring besides those of renewed ones."""
        own = {self.city.class_of[actor] for actor in renewed}
        return [kind for kind in self.missing if kind not in own]

    def _order(self) -> list[int]:
        """Actors of lapsed ties: those that bring a new kind first, then by number."""
        missing = set(self.missing)
        return sorted(self.lapsed, key=lambda a: (self.city.class_of[a] not in missing, a))

    def _fewest_renewed(self, goal: Goal) -> tuple[int, ...] | None:
        """The smallest set of lapsed ties whose renewal does it; None where none does."""
        order = self._order()
        everything = self.trial.verdict(order) if order else self.area.verdict
        if not order or not self._reaches(goal, everything):
            return None
        least = self._fewest_added(goal, ()) or 1  # no renewal does more than a new partner
        tried = 0
        for size in range(least, len(order) + 1):
            for chosen in combinations(order, size):
                tried += 1
                if tried > _TRIED:
                    return self._pruned(goal, order)
                if self._reaches(goal, self.trial.verdict(chosen)):
                    return chosen
        return None

    def _pruned(self, goal: Goal, order: Sequence[int]) -> tuple[int, ...]:
        """All, less what isn't needed, taken away one by one from the last."""
        kept = list(order)
        for actor in reversed(order):
            rest = [a for a in kept if a != actor]
            if self._reaches(goal, self.trial.verdict(rest)):
                kept = rest
        return tuple(kept)

    def _renewed_in_place(self, goal: Goal, add: int) -> Iterator[Change]:
        """As many renewals as can take the place of partners to add, the number kept."""
        order = self._order()
        for many in range(min(add - 1, len(order)), 0, -1):
            for chosen in islice(combinations(order, many), _TRIED // 10):
                if self._fewest_added(goal, chosen) == add - many:
                    yield self._change(goal, chosen, add - many)
                    return

    # ------------------------------------------------------------------ who can do it

    def _change(self, goal: Goal, renewed: Sequence[int], add: int) -> Change:
        wanted = self._kinds_wanted(goal, renewed, add)
        bundle, others = self._candidates(goal, renewed, add, wanted) if add else ([], [])
        with_all = [*renewed, *bundle]
        if bundle or not add:
            after = self.trial.verdict(with_all)
        else:
            after = self.trial.verdict(renewed, new=add, classes=wanted[:add])
        keys = self.city.layers.actor_keys
        renewals = sorted(renewed)
        change = Change(
            goals=(goal,),
            kind="both" if renewed and add else "add" if add else "renew",
            ties=tuple(self.lapsed[actor] for actor in renewals),
            actors=tuple(keys[actor] for actor in renewals),
            add=add,
            kinds=tuple(wanted),
            candidates=tuple(keys[actor] for actor in [*bundle, *others]),
            before=self.area.verdict,
            after=after,
            zh="",
            en="",
        )
        zh, en = self._sentences(change)
        return change.model_copy(update={"zh": zh, "en": en})

    def _kinds_wanted(self, goal: Goal, renewed: Sequence[int], add: int) -> list[str]:
        """Kinds among which the new partners must bring different ones; none if any will do."""
        if not add or self._reaches(goal, self.trial.verdict(renewed, new=add)):
            return []
        return self._brought(renewed)

    def _candidates(
        self, goal: Goal, renewed: Sequence[int], add: int, wanted: Sequence[str]
    ) -> tuple[list[int], list[int]]:
        """Actors that together reach the goal, nearest first, and others in their place.

        The first list is empty where the city has too few.
        """
        bundle: list[int] = []
        others: list[int] = []
        base = list(renewed)
        cut = self.trial.cut(base)
        weak = self.area.verdict in WEAK
        for actor in islice(self._nearby(renewed), _SCANNED):
            kind = self.city.class_of[actor]
            if len(bundle) == add:
                if len(bundle) + len(others) >= CANDIDATES:
                    break
                if (not wanted or kind in wanted) and (
                    not weak or self.trial.bears(actor, base, cut)
                ):
                    others.append(actor)
                continue
            taken = {self.city.class_of[a] for a in bundle}
            if wanted and (kind not in wanted or kind in taken):
                continue
            if weak and not self.trial.bears(actor, [*base, *bundle], cut + len(bundle)):
                continue
            bundle.append(actor)
        reached = len(bundle) == add and self._reaches(goal, self.trial.verdict([*base, *bundle]))
        return (bundle, others) if reached else ([], [])

    def _nearby(self, renewed: Sequence[int]) -> Iterator[int]:
        """Actors that can hold an area: of the same community, street, district, city."""
        seen = {*self.trial.mine, *renewed}
        for code in (*reversed(self.area.path), ""):
            for actor in self.city.near.get(code, ()):
                if actor not in seen:
                    seen.add(actor)
                    yield actor

    # ------------------------------------------------------------------ in words

    def _sentences(self, change: Change) -> tuple[str, str]:
        level_zh, level, _ = LEVEL_WORDS[self.city.layers.level]
        named = [self.names.get(key, key) for key in change.actors]
        near = [self.names.get(key, key) for key in change.candidates[: max(change.add, 3)]]
        kinds = [KIND_WORDS[kind] for kind in change.kinds]
        words = both(
            ties=(len(change.ties), counted(len(change.ties), "lapsed tie", "lapsed ties")),
            actors=("、".join(named), ", ".join(named)),
            add=(change.add, counted(change.add, "partner", "partners")),
            level=(level_zh, level),
            kinds=(
                f"，须为不同的新类别（{'、'.join(zh for zh, _ in kinds)}）",
                f", each of another of these kinds ({', '.join(en for _, en in kinds)})",
            )
            if kinds
            else ("", ""),
            candidates=(f"，如{'、'.join(near)}", f", such as {', '.join(near)}")
            if near
            else ("", ""),
            before=VERDICTS[change.before],
            after=VERDICTS[change.after],
        )
        zh, en = TEMPLATES[change.kind]
        return zh.format_map(words), en.format_map(words)
