"""`gongjian what-if`: what would change if actors withdrew, ties were made or renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call, Format
from cli.errors import DONE
from cli.judging import STYLES, judge, part_word, verdict_word
from cli.output import csv_text, json_text, print_line, print_table, write_out
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from analysis.layers.edits import NewOffer
    from analysis.layers.ids import Ids
    from analysis.scenario.what_if import AreaChange, NeedChange, ScenarioResult

_MEASURES = ("verdict", "partners", "partner_kinds", "cut", "in_main")
_HEADER = (
    "kind",
    "id",
    "name",
    "path",
    *(f"{name}_{when}" for name in _MEASURES for when in ("before", "after")),
    "status_before",
    "status_after",
    "requested",
    *(
        f"{part}_{when}"
        for part in ("met", "matchable", "sharing_gap", "exhausted", "absent", "unclassified")
        for when in ("before", "after")
    ),
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
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        write_out(csv_text(_HEADER, csv_rows(result)), encoding="utf-8-sig")
    else:
        show(call, result, judged.network.name_of)
    return DONE


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


def csv_rows(result: ScenarioResult) -> list[list[Any]]:
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
    return [[row.get(name) for name in _HEADER] for row in rows]


def show(call: Call, result: ScenarioResult, names: dict[str, str]) -> None:
    """Print the changed areas, the changed needs, and a line that sums each up."""
    if result.areas:
        header = ["编码", "名称", "现在", "将会", "共建伙伴", "说明"]
        english = ["code", "name", "now", "then", "partners", "why"]
        rows = [_area_cells(call, area) for area in result.areas]
        styles = [STYLES[area.after.verdict] for area in result.areas]
        print_table([call.say(z, e) for z, e in zip(header, english, strict=True)], rows,
                    wide=5, styles=styles)  # fmt: skip
    if result.needs:
        header = ["需求", "地点", "现在", "将会"]
        english = ["need", "place", "now", "then"]
        rows = [_need_cells(call, need, names) for need in result.needs]
        print_table([call.say(z, e) for z, e in zip(header, english, strict=True)], rows)
    print_line(summary_line(call, result))
    for note in result.notes:
        print_line(call.say(note.zh, note.en))


def _area_cells(call: Call, area: AreaChange) -> list[Any]:
    before, after = area.before, area.after
    return [
        area.code,
        area.name,
        verdict_word(call, before.verdict),
        verdict_word(call, after.verdict),
        before.partners if before.partners == after.partners
        else f"{before.partners} → {after.partners}",
        call.say("；", "; ").join(call.say(r.zh, r.en).rstrip("。.") for r in after.reasons),
    ]  # fmt: skip


def _need_cells(call: Call, need: NeedChange, names: dict[str, str]) -> list[Any]:
    place = "/".join(names.get(code, code) for code in need.path[-2:])

    def told(status: str, parts: dict[str, Any]) -> str:
        if need.requested is None:
            return part_word(call, status)
        return "，".join(f"{part_word(call, p)} {v:.12g}" for p, v in parts.items() if v)

    return [
        need.name,
        place or call.say("地点不明", "unknown place"),
        told(need.before.status, need.before.parts.model_dump()),
        told(need.after.status, need.after.parts.model_dump()),
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
