"""What changed between two moments: in the world, and in what is known of it.

Between an old sheet and a new one two things happen at once. Ties begin, lapse and end, people
come and go; and things are learned that were so all along: a community hands in its first
sheet, a forgotten agreement is entered, a mistake is put right. To tell them apart, the earlier
day is judged twice: with what was known then, and with what is known now. Where these two
differ, something was only learned; where the second differs from today, something happened.

What misleads: a row that is gone from a newer sheet may be a tie that ended or a row that was
dropped; it counts as learned. An end without a date happened between the two sheets. Matches
and needs carry no history and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal

import polars as pl

from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.layers.notes import Note
from analysis.weak.results import Verdict, WeakGrid
from analysis.weak.texts import Reason
from analysis.weak.weak_grids import weak_grids
from graph.model.labels import Day, Level
from graph.model.network import Network
from graph.model.record import Record

Cause = Literal["world", "learned"]
What = Literal["begun", "renewed", "lapsed", "ended", "recorded", "corrected", "gone"]
WHATS: dict[What, tuple[str, str]] = {
    "begun": ("新建立", "begun"),
    "renewed": ("恢复", "alive again"),
    "lapsed": ("失效", "lapsed"),
    "ended": ("终止", "ended"),
    "recorded": ("补登", "recorded since"),
    "corrected": ("更正", "corrected since"),
    "gone": ("台账中不再有", "no longer in the sheets"),
}
"""What became of a tie: the first four happened, the last three were learned."""
_CAUSES: tuple[Cause, ...] = ("learned", "world")
"""Between the first two of three judgements, and between the last two."""
_NAMED = 3
_BEST = ("alive", "lapsed", "ended", "not_begun", "none")

Relation = tuple[str, str, str, str]
"""Type, start, end, mechanism: the same for all agreements of a pair that follow each other."""


class TieChange(Record):
    """A relation that changed; `ties` are the keys under it, now or (where gone) then."""

    what: What
    cause: Cause
    type: str
    mechanism: str | None
    start: str
    start_name: str
    end: str
    end_name: str
    path: tuple[str, ...]
    """Codes down to the area that it leads to; empty between two actors."""
    ties: tuple[str, ...]


class VerdictChange(Record):
    """An area whose verdict changed.

    Attributes
    ----------
    before
        Verdict of the earlier day as it was known then; None: the area wasn't known.
    as_known_now
        Verdict of the earlier day as it is known now; None likewise.
    after
        Verdict of the later day.
    causes
        `learned` where the first two differ, `world` where the last two do.
    why
        Sentences for each, with the ties and areas behind them.
    """

    code: str
    name: str
    path: tuple[str, ...]
    before: Verdict | None
    as_known_now: Verdict | None
    after: Verdict | None
    causes: tuple[Cause, ...]
    why: tuple[Reason, ...]


class CoveredArea(Record):
    """A judged area for which tie data came in."""

    code: str
    name: str
    path: tuple[str, ...]


class Changes(Record):
    """`gongjian changes`: relations and verdicts that changed.

    Relations are sorted by what became of them, verdicts by code; `newly_covered` are judged
    areas for which tie data came in since. `summary_*` count verdicts of the three judgements.
    """

    since: Day | None
    until: Day | None
    since_head: str
    until_head: str
    area: str | None
    level: Level
    policy_hash: str
    ties: tuple[TieChange, ...]
    verdicts: tuple[VerdictChange, ...]
    newly_covered: tuple[CoveredArea, ...]
    summary_before: dict[Verdict, int]
    summary_as_known_now: dict[Verdict, int]
    summary_after: dict[Verdict, int]
    notes: tuple[Note, ...]

    def within(self, area: str) -> Changes:
        """The same, showing only what lies in one area (a code).

        The summaries stay those of the whole city.
        """
        return self.model_copy(
            update={
                "area": area,
                "ties": tuple(t for t in self.ties if area in t.path),
                "verdicts": tuple(v for v in self.verdicts if area in v.path),
                "newly_covered": tuple(a for a in self.newly_covered if area in a.path),
            }
        )


def changes(was: Network | None, city: LayeredCity, *, since: Day | None = None) -> Changes:
    """What changed between an earlier day and a later one.

    Parameters
    ----------
    was
        The network as it was known at the earlier moment. None: only today's knowledge is
        asked, of both days; then nothing can have been learned.
    city
        The city as it is known at the later moment, at the later day.
    since
        The earlier day; by default the newest sheet's of `was`.

    Returns
    -------
    Changes
        Equal inputs give equal results; of two equal networks and days it is empty.

    Raises
    ------
    ValueError
        If the earlier day is later than the later one, or isn't known.

    Notes
    -----
    Three judgements: a few seconds for a whole city.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.labels import Label, TieType
    >>> from graph.model.wanted import WantedGraph, WantedTie
    >>> from graph.model.network import Network
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {"g": {"name": "g", "path": "/g/", "named_by": ["ties"]}}
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "市第一医院", "kind": "hospital"}}
    >>> w.ties[TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID] = {
    ...     "t": WantedTie("u", "g", {"valid_from": "2019-06-01"})
    ... }
    >>> city = LayeredCity(Network.from_wanted(w, as_of="2019-08-01"), Policy())
    >>> found = changes(None, city, since="2019-01-01")
    >>> [(t.what, t.cause) for t in found.ties]
    [('begun', 'world')]
    >>> [(v.before, v.after) for v in found.verdicts]
    [('isolated', 'detached')]
    """
    network, later = city.network, city.day
    earlier = since or (was.as_of if was is not None else None) or later
    then = known = now = _JudgedCity(city)
    if later is not None and earlier is not None:
        if earlier > later:
            raise ValueError(f"the earlier day {earlier} is after the later one {later}")
        known_now = as_known_now(was, network, earlier, later)
        known_then = known_now if was is None else as_known_now(was, was, earlier, later)
        then, known = (
            _JudgedCity(LayeredCity(network_then, city.policy, earlier, city.level))
            for network_then in (known_then, known_now)
        )
    ties = tuple(_tie_changes(then, known, now))
    return Changes(
        since=earlier,
        until=later,
        since_head=(was or network).head,
        until_head=network.head,
        area=None,
        level=city.level,
        policy_hash=city.policy.digest(),
        ties=ties,
        verdicts=tuple(_verdict_changes(then, known, now, ties)),
        newly_covered=() if was is None else tuple(_newly_covered(then, now)),
        summary_before=then.summary,
        summary_as_known_now=known.summary,
        summary_after=now.summary,
        notes=now.notes,
    )


def _newly_covered(then: _JudgedCity, now: _JudgedCity) -> Iterator[CoveredArea]:
    covered = {code for code, area in then.areas.items() if area.verdict != "unknown"}
    for code, area in sorted(now.areas.items()):
        if area.verdict != "unknown" and code not in covered:
            yield CoveredArea(code=code, name=area.name, path=area.path)


class _JudgedCity:
    """One city with its verdicts and the relations behind them."""

    def __init__(self, city: LayeredCity) -> None:
        self.network, self.layers = city.network, city.layers
        verdicts = weak_grids(city)
        self.areas: dict[str, WeakGrid] = {a.code: a for a in verdicts.areas}
        self.summary, self.notes = verdicts.summary, verdicts.notes

    @cached_property
    def relations(self) -> dict[Relation, tuple[str, tuple[str, ...]]]:
        """Relation -> the best status of its ties, and their keys."""
        columns = ("type", "start", "end", "mechanism", "status", "tie")
        grouped: dict[Relation, list[tuple[str, str]]] = defaultdict(list)
        for type_, start, end, mechanism, status, tie in self.layers.ties.select(
            columns
        ).iter_rows():
            grouped[type_, start, end, mechanism or ""].append((status, tie))
        return {
            relation: (
                min((status for status, _ in ties), key=_BEST.index),
                tuple(sorted({tie for _, tie in ties})),
            )
            for relation, ties in grouped.items()
        }


# ---------------------------------------------------------------------- knowledge and world


def as_known_now(was: Network | None, network: Network, day: Day, until: Day) -> Network:
    """What is known now of how things stood on an earlier day.

    Signs of life, services and ends without a date that a newer sheet tells may lie after the
    day: a sign or service between it and `until` is replaced by the last one that was known
    then; an end is taken to have come after it where no such tie was recorded as ended then. A
    tie of which nothing but such a sign is known had not begun. What is dated after `until`
    stands as it does in any judgement of that day.
    """
    return replace(
        network,
        head=f"{network.head}@{day}",
        ties=_ties_then(was, network, day, until),
        people=_people_then(was, network, day, until),
    )


_SAME_TIE = ["type", "start", "start_label", "end", "end_label", "mechanism"]


def _ties_then(was: Network | None, network: Network, day: Day, until: Day) -> pl.DataFrame:
    ties = network.ties
    old = (was.ties if was is not None else ties.clear()).select(
        *_SAME_TIE,
        pl.when(pl.col("last_sign") <= day).then("last_sign").alias("old_sign"),
        (~pl.col("ended").fill_null(False)).alias("went_on"),
        pl.lit(True).alias("known"),
    )
    old = old.group_by(_SAME_TIE).agg(
        pl.col("old_sign").max(), pl.col("went_on").all(), pl.col("known").first()
    )
    late = (pl.col("last_sign") > day) & (pl.col("last_sign") <= until)
    bare = late & pl.col("valid_from").is_null() & pl.col("known").is_null()
    return (
        ties.join(old, on=_SAME_TIE, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.when(bare).then("last_sign").otherwise("valid_from").alias("valid_from"),
            pl.when(late & ~bare).then("old_sign").otherwise("last_sign").alias("last_sign"),
            pl.when(pl.col("went_on")).then(pl.lit(False)).otherwise("ended").alias("ended"),
        )
        .select(ties.columns)
    )


def _people_then(was: Network | None, network: Network, day: Day, until: Day) -> pl.DataFrame:
    people = network.people
    old = (was.people if was is not None else people.clear()).select(
        "key",
        "label",
        pl.when(pl.col("last_service") <= day).then("last_service").alias("old_service"),
    )
    late = (pl.col("last_service") > day) & (pl.col("last_service") <= until)
    return (
        people.join(old, on=["key", "label"], how="left", maintain_order="left")
        .with_columns(
            pl.when(late).then("old_service").otherwise("last_service").alias("last_service")
        )
        .select(people.columns)
    )


# ---------------------------------------------------------------------- ties


def _tie_changes(then: _JudgedCity, known: _JudgedCity, now: _JudgedCity) -> list[TieChange]:
    found = []
    nothing: tuple[str, tuple[str, ...]] = ("none", ())
    for relation in sorted({*then.relations, *known.relations, *now.relations}):
        old, old_ties = then.relations.get(relation, nothing)
        was, was_ties = known.relations.get(relation, nothing)
        new, new_ties = now.relations.get(relation, nothing)
        keys = new_ties or was_ties or old_ties
        for what, cause in (*_learned(old, was), *_happened(was, new)):
            found.append(_tie_change(what, cause, relation, keys, now, then))
    order = list(WHATS)
    found.sort(key=lambda c: order.index(c.what))
    return found


def _learned(old: str, known: str) -> Iterator[tuple[What, Cause]]:
    if old in ("none", "not_begun") and known not in ("none", "not_begun"):
        yield "recorded", "learned"
    elif old not in ("none", "not_begun") and known == "none":
        yield "gone", "learned"
    elif old != known and "none" not in (old, known):
        yield "corrected", "learned"


def _happened(known: str, new: str) -> Iterator[tuple[What, Cause]]:
    if new == "alive" and known in ("none", "not_begun"):
        yield "begun", "world"
    elif new == "alive" and known in ("lapsed", "ended"):
        yield "renewed", "world"
    elif known == "alive" and new in ("lapsed", "none"):
        yield "lapsed", "world"
    elif known in ("alive", "lapsed") and new == "ended":
        yield "ended", "world"


def _tie_change(
    what: What,
    cause: Cause,
    relation: Relation,
    keys: tuple[str, ...],
    now: _JudgedCity,
    then: _JudgedCity,
) -> TieChange:
    type_, start, end, mechanism = relation
    names = (now.network.name_of, then.network.name_of)
    path = now.network.path_of.get(end) or then.network.path_of.get(end) or ""
    return TieChange(
        what=what,
        cause=cause,
        type=type_,
        mechanism=mechanism or None,
        start=start,
        start_name=_name(start, names),
        end=end,
        end_name=_name(end, names),
        path=tuple(part for part in path.split("/") if part),
        ties=keys,
    )


def _name(key: str, names: Iterable[Mapping[str, str]]) -> str:
    return next((found[key] for found in names if key in found), key)


# ---------------------------------------------------------------------- verdicts


def _verdict_changes(
    then: _JudgedCity, known: _JudgedCity, now: _JudgedCity, ties: Iterable[TieChange]
) -> Iterator[VerdictChange]:
    ties_at = _by_area(ties, now.layers)
    for code in sorted({*then.areas, *known.areas, *now.areas}):
        steps = [judged.areas.get(code) for judged in (then, known, now)]
        verdicts = [None if area is None else area.verdict for area in steps]
        near = [*ties_at[code], *ties_at[now.layers.parent_of.get(code, "")]]
        why: dict[Cause, tuple[Reason, ...]] = {}
        for step, cause in enumerate(_CAUSES):
            if verdicts[step] != verdicts[step + 1]:
                of_cause = [change for change in near if change.cause == cause]
                why[cause] = tuple(_why(code, steps[step], steps[step + 1], of_cause))
        if why:
            shown = next(area for area in reversed(steps) if area is not None)
            yield VerdictChange(
                code=code,
                name=shown.name,
                path=shown.path,
                before=verdicts[0],
                as_known_now=verdicts[1],
                after=verdicts[2],
                causes=tuple(why),
                why=tuple(reason for reasons in why.values() for reason in reasons),
            )


def _by_area(ties: Iterable[TieChange], layers: TieLayers) -> defaultdict[str, list[TieChange]]:
    ties_at = defaultdict[str, list[TieChange]](list)
    for change in ties:
        if change.path:
            ties_at[layers.judged_of.get(change.end, change.end)].append(change)
    return ties_at


def _why(
    code: str, before: WeakGrid | None, after: WeakGrid | None, ties: list[TieChange]
) -> list[Reason]:
    """Sentences on what made the difference between two judgements of one area."""
    if before is None:
        return [_reason("area", code, "区域是新登记的", "The area is new")]
    if after is None:
        return [_reason("area", code, "区域已不在台账中", "The area is no longer there")]
    reasons = [
        *_coverage_reasons(code, before, after),
        *_tie_reasons(ties),
        *_people_reasons(code, before, after),
    ]
    return reasons or [_network_reason(code, before, after)]


def _reason(kind: str, code: str, zh: str, en: str) -> Reason:
    return Reason(code=kind, zh=f"{zh}。", en=f"{en}.", evidence=(code,))


def _coverage_reasons(code: str, before: WeakGrid, after: WeakGrid) -> Iterator[Reason]:
    if before.verdict == "unknown":
        zh = "此前没有交来共建台账，现在有了"
        yield _reason("covered", code, zh, "Tie data came in for the first time")
    elif after.verdict == "unknown":
        zh = "共建台账已撤回，情况不明"
        yield _reason("uncovered", code, zh, "The tie data were withdrawn")


def _people_reasons(code: str, before: WeakGrid, after: WeakGrid) -> Iterator[Reason]:
    for old, new, zh, en in (
        (before.members, after.members, "活跃报到党员", "Active members"),
        (before.volunteers, after.volunteers, "活跃志愿者", "Active volunteers"),
    ):
        if old != new:
            yield _reason("people", code, f"{zh}由{old}人变为{new}人", f"{en}: from {old} to {new}")
    if before.residents != after.residents:
        old_zh, new_zh = _or_unknown(before.residents), _or_unknown(after.residents)
        en = f"Residents: from {before.residents} to {after.residents}"
        yield _reason("residents", code, f"登记人口由{old_zh}变为{new_zh}", en)


def _network_reason(code: str, before: WeakGrid, after: WeakGrid) -> Reason:
    """The area's own ties are as they were."""
    zh = (
        f"本区域的关系没有变，是周边的共建网络变了（割断数{before.cut}→{after.cut}，"
        f"所在片{before.component_areas}→{after.component_areas}个）"
    )
    en = (
        "Nothing changed at the area itself: the network around it did "
        f"(cut {before.cut} → {after.cut}, areas in its component {before.component_areas} → "
        f"{after.component_areas})"
    )
    return _reason("elsewhere", code, zh, en)


def _tie_reasons(ties: list[TieChange]) -> Iterator[Reason]:
    for what, (zh, en) in WHATS.items():
        changed = [change for change in ties if change.what == what]
        if not changed:
            continue
        names = list(dict.fromkeys(change.start_name for change in changed))
        shown, more = names[:_NAMED], len(names) > _NAMED
        yield Reason(
            code=what,
            zh=f"{zh}共建关系{len(changed)}条（{'、'.join(shown)}{'等' if more else ''}）。",
            en=f"Ties {en}: {len(changed)} ({', '.join(shown)}{', …' if more else ''}).",
            evidence=tuple(tie for change in changed for tie in change.ties)[:20],
        )


def _or_unknown(number: int | None) -> str:
    return "不明" if number is None else f"{number}人"
