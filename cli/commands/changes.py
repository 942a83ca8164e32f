"""`gongjian changes`: what changed since a day, or since a state of the journal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import prefix_of
from cli.call import Call, checked_day
from cli.output import print_line
from cli.progress import progress
from cli.tables import RecordColumn, RecordTable, by_key, print_notes, write_result
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from analysis.changes import Changes, TieChange, VerdictChange
    from analysis.weak.results import Verdict
    from graph.model.labels import Day
    from graph.model.network import Network
    from graph.store.store import Store

_KEYS = (
    "kind",
    "what",
    "cause",
    "id",
    "name",
    "other",
    "before",
    "as_known_now",
    "after",
    "why",
    "evidence",
)
_CAUSES = {"world": ("实际变化", "happened"), "learned": ("新了解到", "learned")}
_HEAD = re.compile(r"[0-9a-fA-F]{6,16}")


def changes(
    call: Call,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE|HEAD",
            help="从哪一天，或日志的哪个版本起 | since a day, or a head of the journal",
        ),
    ],
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE|HEAD",
            help="到哪一天或哪个版本（默认现在） | until a day or head (now)",
        ),
    ] = None,
) -> int:
    """Judge both moments and print what differs, told apart by why."""
    from analysis.changes import changes as compared
    from analysis.layers.layered_city import LayeredCity

    day = checked_moment(since, "--since")
    last = checked_moment(until, "--until") if until else call.on
    with call.store() as store, progress(call.lang) as report:
        network = (
            store.network_at(until, report) if until and last is None else store.network(
                progress=report)
        )  # fmt: skip
        was = earlier(store, since, report)
    place = prefix_of(network, call.area)
    try:
        found = compared(was, LayeredCity(network, call.policy(), last, call.level), since=day)
    except ValueError as error:
        raise UsageError(
            f"--since {since} 晚于截止日期；请换一个更早的日期",
            f"--since {since} is later than the day it ends; give an earlier one",
        ) from error
    result = found.within(place.code) if place else found
    return write_result(call, result, lambda: csv_table(result), lambda: show(call, result))


def earlier(store: Store, since: str, report: Any) -> Network | None:
    """The network as it was known then; None where nothing had been recorded by that day."""
    from graph.journal.journal import EMPTY_HEAD

    was = store.network_at(since, report)
    return None if "-" in since and was.head == EMPTY_HEAD else was


def checked_moment(text: str, option: str) -> Day | None:
    """The day of a moment, or None where it is a head of the journal.

    Raises
    ------
    UsageError
        If it is neither.

    Examples
    --------
    >>> checked_moment("2019-08-01", "--since"), checked_moment("12ab34cd", "--since")
    ('2019-08-01', None)
    """
    if "-" in text:
        try:
            return checked_day(text)
        except UsageError as error:
            raise UsageError(
                error.zh.replace("--date", option), error.en.replace("--date", option)
            ) from error
    if _HEAD.fullmatch(text) is None:
        raise UsageError(
            f"{option} {text}：请写日期（2019-08-01）或日志的版本号（至少6位）",
            f"{option} {text}: give a day (2019-08-01), or 6 digits or more of a head",
        )
    return None


def csv_table(result: Changes) -> RecordTable:
    """One row a changed verdict or tie, under one header."""
    verdicts = [
        {
            "kind": "verdict",
            "cause": "+".join(area.causes),
            "id": area.code,
            "name": area.name,
            "before": area.before,
            "as_known_now": area.as_known_now,
            "after": area.after,
            "why": "；".join(reason.zh for reason in area.why),
            "evidence": [key for reason in area.why for key in reason.evidence],
        }
        for area in result.verdicts
    ]
    ties = [
        {
            "kind": "tie",
            "what": tie.what,
            "cause": tie.cause,
            "id": tie.start,
            "name": tie.start_name,
            "other": tie.end_name,
            "why": tie.mechanism,
            "evidence": tie.ties,
        }
        for tie in result.ties
    ]
    return RecordTable(by_key(_KEYS), [*verdicts, *ties])


def show(call: Call, result: Changes) -> None:
    """Print the changed verdicts with their reasons, then the ties by what became of them."""
    if result.verdicts:
        RecordTable(_verdict_columns(call), result.verdicts).show(call)
    if result.ties:
        RecordTable(_tie_columns(call), result.ties).show(call)
    print_line(summary_line(call, result))
    print_notes(call, result.notes)


def _verdict_columns(call: Call) -> list[RecordColumn]:
    from analysis.weak.results import VERDICTS

    def word(verdict: Verdict | None) -> str:
        return call.say("未登记", "not there") if verdict is None else call.say(*VERDICTS[verdict])

    def causes(area: VerdictChange) -> str:
        return call.say("、", ", ").join(call.say(*_CAUSES[c]) for c in area.causes)

    def why(area: VerdictChange) -> str:
        return call.say("", " ").join(call.say(r.zh, r.en) for r in area.why)

    return [
        RecordColumn("编码", "code", "code"),
        RecordColumn("名称", "name", "name"),
        RecordColumn("当时的判断", "then", lambda area: word(area.before)),
        RecordColumn("现在看当时", "then, as known now", lambda area: word(area.as_known_now)),
        RecordColumn("现在", "now", lambda area: word(area.after)),
        RecordColumn("由来", "cause", causes),
        RecordColumn("原因", "why", why, wide=True),
    ]


def _tie_columns(call: Call) -> list[RecordColumn]:
    from analysis.changes import WHATS
    from graph.model.vocabulary import MECHANISMS

    def mechanism(tie: TieChange) -> str:
        key = tie.mechanism or ""
        return call.say(MECHANISMS.get(key, key), key)

    return [
        RecordColumn("变化", "what", lambda tie: call.say(*WHATS[tie.what])),
        RecordColumn("由来", "cause", lambda tie: call.say(*_CAUSES[tie.cause])),
        RecordColumn("单位", "actor", "start_name"),
        RecordColumn("对象", "with", "end_name"),
        RecordColumn("方式", "mechanism", mechanism),
    ]


def summary_line(call: Call, result: Changes) -> str:
    """How many areas were weak, then and now, and how many differences are of which cause."""
    from analysis.weak.results import WEAK

    weak = [
        sum(n for verdict, n in counts.items() if verdict in WEAK)
        for counts in (result.summary_before, result.summary_as_known_now, result.summary_after)
    ]
    learned = sum("learned" in v.causes for v in result.verdicts)
    world = sum("world" in v.causes for v in result.verdicts)
    return call.say(
        f"{result.since or '—'} 至 {result.until or '—'}：全市薄弱 {weak[0]}"
        f"（按现在的数据 {weak[1]}）→ {weak[2]}；判断因实际变化而变的 {world} 个，"
        f"因新了解到情况而变的 {learned} 个，"
        f"新有数据的 {len(result.newly_covered)} 个。",
        f"{result.since or '—'} to {result.until or '—'}: weak in the whole city {weak[0]} "
        f"({weak[1]} as known now) → {weak[2]}; verdicts changed by what happened {world}, by what "
        f"was learned {learned}; newly covered {len(result.newly_covered)}.",
    )
