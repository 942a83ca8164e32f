"""`gongjian what-if`: what would change if actors withdrew, ties were made or renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import place_text
from cli.call import Call
from cli.judging import STYLES, judge, part_word, verdict_word
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, by_key, print_notes, write_result
from graph.model.errors import UsageError
from graph.model.vocabulary import PART_WORDS

if TYPE_CHECKING:
    from analysis.layers.edits import NewOffer
    from analysis.layers.ids import Ids
    from analysis.scenario.what_if import AreaChange, NeedChange, NeedStanding, ScenarioResult

_MEASURES = ("verdict", "partners", "partner_kinds", "cut", "in_main")
_KEYS = (
    "kind",
    "id",
    "name",
    "path",
    *(f"{name}_{when}" for name in _MEASURES for when in ("before", "after")),
    "status_before",
    "status_after",
    "requested",
    *(f"{part}_{when}" for part in PART_WORDS for when in ("before", "after")),
)


def what_if(
    call: Call,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="ID",
            help="退出的单位、组织或关系，可多次 | an actor or tie that goes; repeatable",
        ),
    ] = None,
    without_hubs: Annotated[
        bool,
        typer.Option("--without-hubs", help="没有组织依托时 | with all hubs withdrawn"),
    ] = False,
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            metavar="A:B",
            help="新建共建：单位:区域或单位，可多次 | a new tie, ACTOR:AREA or ACTOR:ACTOR",
        ),
    ] = None,
    renew: Annotated[
        list[str] | None,
        typer.Option(
            "--renew",
            metavar="ID",
            help="续签失效的关系，或一个网格的全部失效关系 | a lapsed tie, or all of an area",
        ),
    ] = None,
    offer: Annotated[
        list[str] | None,
        typer.Option(
            "--offer",
            metavar="A:CATEGORY[:N[:RANGE]]",
            help="新增资源：单位:类别[:数量[:服务范围]] | a new offer",
        ),
    ] = None,
) -> int:
    """Judge the city as it would be, and print the differences; nothing is stored."""
    from analysis.layers.ids import Ids
    from analysis.scenario.edits import NewTie, Scenario
    from analysis.scenario.what_if import what_if as judged_so

    if not (remove or without_hubs or add or renew or offer):
        raise UsageError(
            "没有写要改什么；请用 --remove、--without-hubs、--add、--renew 或 --offer",
            "nothing to try: give --remove, --without-hubs, --add, --renew or --offer",
        )
    judged = judge(call)
    ids = Ids(judged.network)
    pairs = [ids.parted(text) for text in add or ()]
    scenario = Scenario(
        remove=tuple(remove or ()),
        without_hubs=without_hubs,
        add=tuple(NewTie(actor=one, target=other) for one, other in pairs),
        renew=tuple(renew or ()),
        offers=tuple(parsed_offer(text, ids) for text in offer or ()),
    )
    result = judged_so(judged.city, scenario).differences(judged.area)
    return write_result(
        call,
        result,
        lambda: csv_table(result),
        lambda: show(call, result, judged.network.name_of),
    )


def parsed_offer(text: str, ids: Ids) -> NewOffer:
    """`PROVIDER:CATEGORY[:QUANTITY[:RANGE]]`; a provider's id may itself hold colons.

    Raises
    ------
    UsageError
        If a part is missing, or the quantity is no number.
    """
    from pydantic import ValidationError

    from analysis.layers.edits import NewOffer

    pieces = [piece.strip() for piece in text.replace("：", ":").split(":")]
    heads = [n for n in range(1, len(pieces)) if _known(":".join(pieces[:n]), ids)]
    at = heads[0] if heads else 1
    provider, rest = ":".join(pieces[:at]), pieces[at:]
    try:
        if not rest or len(rest) > 3 or not rest[0]:
            raise ValueError(text)
        quantity = float(rest[1]) if len(rest) > 1 and rest[1] else None
        return NewOffer(
            provider=provider,
            category=rest[0],
            quantity=quantity,
            range=rest[2] if len(rest) > 2 else None,
        )
    except (ValueError, ValidationError) as error:
        raise UsageError(
            f"--offer {text}：请写成 单位:类别[:数量[:服务范围]]，数量不小于 0",
            f"--offer {text}: write it as ACTOR:CATEGORY[:QUANTITY[:RANGE]], quantity 0 or more",
        ) from error


def _known(text: str, ids: Ids) -> bool:
    return text in ids.labels or text in ids.by_name


def csv_table(result: ScenarioResult) -> RecordTable:
    """One row a changed area or need, under one header."""
    rows: list[dict[str, Any]] = []
    for area in result.areas:
        row: dict[str, Any] = {"kind": "area", "id": area.code}
        row |= {"name": area.name, "path": "/".join(area.path)}
        for name in _MEASURES:
            row[f"{name}_before"] = getattr(area.before, name)
            row[f"{name}_after"] = getattr(area.after, name)
        rows.append(row)
    for need in result.needs:
        row = {"kind": "need", "id": need.id, "name": need.name, "path": "/".join(need.path)}
        row |= {"requested": need.requested}
        for when, found in (("before", need.before), ("after", need.after)):
            row[f"status_{when}"] = found.status
            row |= {f"{part}_{when}": value for part, value in found.parts.model_dump().items()}
        rows.append(row)
    return RecordTable(by_key(_KEYS), rows)


def show(call: Call, result: ScenarioResult, names: dict[str, str]) -> None:
    """Print the changed areas, the changed needs, and a line that sums each up."""
    if result.areas:
        RecordTable(
            _area_columns(call), result.areas, style=lambda area: STYLES[area.after.verdict]
        ).show(call)
    if result.needs:
        RecordTable(_need_columns(call, names), result.needs).show(call)
    print_line(summary_line(call, result))
    print_notes(call, result.notes)


def _area_columns(call: Call) -> list[RecordColumn]:
    def partners(area: AreaChange) -> int | str | None:
        before, after = area.before.partners, area.after.partners
        return before if before == after else f"{before} → {after}"

    def why(area: AreaChange) -> str:
        reasons = (call.say(r.zh, r.en).rstrip("。.") for r in area.after.reasons)
        return call.say("；", "; ").join(reasons)

    return [
        RecordColumn("编码", "code", "code"),
        RecordColumn("名称", "name", "name"),
        RecordColumn("现在", "now", lambda area: verdict_word(call, area.before.verdict)),
        RecordColumn("将会", "then", lambda area: verdict_word(call, area.after.verdict)),
        RecordColumn("共建伙伴", "partners", partners),
        RecordColumn("说明", "why", why, wide=True),
    ]


def _need_columns(call: Call, names: dict[str, str]) -> list[RecordColumn]:
    def place(need: NeedChange) -> str:
        return place_text(names, need.path) or call.say("地点不明", "unknown place")

    def parts(need: NeedChange, found: NeedStanding) -> str:
        if need.requested is None:
            return part_word(call, found.status)
        quantities = found.parts.model_dump()
        return "，".join(f"{part_word(call, p)} {v:.12g}" for p, v in quantities.items() if v)

    return [
        RecordColumn("需求", "need", "name"),
        RecordColumn("地点", "place", place),
        RecordColumn("现在", "now", lambda need: parts(need, need.before)),
        RecordColumn("将会", "then", lambda need: parts(need, need.after)),
    ]


def summary_line(call: Call, result: ScenarioResult) -> str:
    """How many areas would be weak, and how large the sharing gap would be, now and then."""
    from analysis.weak.results import WEAK

    weak = [
        sum(count for verdict, count in summary.items() if verdict in WEAK)
        for summary in (result.summary_before, result.summary_after)
    ]
    gaps = [t.parts.sharing_gap for t in (result.gaps_before, result.gaps_after)]
    return call.say(
        f"{result.date}：薄弱 {weak[0]} → {weak[1]}，共享缺口 {gaps[0]:.12g} → {gaps[1]:.12g}；"
        f"{len(result.areas)}个区域、{len(result.needs)}项需求有变化。只是推演，没有写入数据。",
        f"{result.date}: weak {weak[0]} → {weak[1]}, sharing gap {gaps[0]:.12g} → {gaps[1]:.12g}; "
        f"{len(result.areas)} areas and {len(result.needs)} needs differ. Nothing was stored.",
    )
