"""`gongjian changes`: what changed since a day, or since a state of the journal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import prefix_of
from cli.call import Call, Format, checked_day
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, print_table, write_out
from cli.progress import progress
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from analysis.changes import Changes, TieChange, VerdictChange
    from graph.model.labels import Day
    from graph.model.network import Network
    from graph.store.store import Store

_HEADER = (
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
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        write_out(csv_text(_HEADER, csv_rows(result)), encoding="utf-8-sig")
    else:
        show(call, result)
    return DONE


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


def csv_rows(result: Changes) -> list[list[Any]]:
    """One row a changed verdict or tie, under one header."""
    rows: list[list[Any]] = []
    for area in result.verdicts:
        why = "；".join(reason.zh for reason in area.why)
        evidence = [key for reason in area.why for key in reason.evidence]
        rows.append(
            ["verdict", None, "+".join(area.causes), area.code, area.name, None, area.before,
             area.as_known_now, area.after, why, evidence]
        )  # fmt: skip
    rows += [
        ["tie", tie.what, tie.cause, tie.start, tie.start_name, tie.end_name, None, None, None,
         tie.mechanism, tie.ties]
        for tie in result.ties
    ]  # fmt: skip
    return rows


def show(call: Call, result: Changes) -> None:
    """Print the changed verdicts with their reasons, then the ties by what became of them."""
    if result.verdicts:
        heads = ("编码", "名称", "当时的判断", "现在看当时", "现在", "由来", "原因")
        english = ("code", "name", "then", "then, as known now", "now", "cause", "why")
        header = [call.say(zh, en) for zh, en in zip(heads, english, strict=True)]
        print_table(header, [_verdict_cells(call, v) for v in result.verdicts], wide=6)
    if result.ties:
        header = [
            call.say("变化", "what"),
            call.say("由来", "cause"),
            call.say("单位", "actor"),
            call.say("对象", "with"),
            call.say("方式", "mechanism"),
        ]
        print_table(header, [_tie_cells(call, t) for t in result.ties])
    print_line(summary_line(call, result))
    for note in result.notes:
        print_line(call.say(note.zh, note.en))


def _verdict_cells(call: Call, area: VerdictChange) -> list[Any]:
    from analysis.weak.results import VERDICTS

    words = [
        call.say("未登记", "not there") if verdict is None else call.say(*VERDICTS[verdict])
        for verdict in (area.before, area.as_known_now, area.after)
    ]
    cause = call.say("、", ", ").join(call.say(*_CAUSES[c]) for c in area.causes)
    why = call.say("", " ").join(call.say(r.zh, r.en) for r in area.why)
    return [area.code, area.name, *words, cause, why]


def _tie_cells(call: Call, tie: TieChange) -> list[Any]:
    from analysis.changes import WHATS
    from graph.model.vocabulary import MECHANISMS

    mechanism = MECHANISMS.get(tie.mechanism or "", tie.mechanism)
    return [
        call.say(*WHATS[tie.what]),
        call.say(*_CAUSES[tie.cause]),
        tie.start_name,
        tie.end_name,
        call.say(mechanism or "", tie.mechanism or ""),
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
