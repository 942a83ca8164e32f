"""`gongjian gaps`: needs that nobody meets, and what each lacks."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import place_text
from cli.call import Call
from cli.judging import Judged, judge, part_word
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, by_key, print_notes, write_result
from graph.model.vocabulary import PART_WORDS, SERVICES

if TYPE_CHECKING:
    from pydantic import BaseModel


class By(StrEnum):
    """What a row of the result is."""

    CATEGORY = "category"
    AREA = "area"
    NEED = "need"
    OFFER = "offer"
    SERVICE = "service"


def gaps(
    call: Call,
    by: Annotated[
        By,
        typer.Option(
            "--by",
            help="按类别、区域、逐项需求、逐项资源，或网格与五项服务对照 | "
            "a row per category, area, need or offer; or areas by the five services",
        ),
    ] = By.CATEGORY,
) -> int:
    """Compute the parts of every need and print them."""
    judged = judge(call)
    result = gap_result(judged, by, call)
    return write_result(
        call, result, lambda: csv_table(result, by), lambda: show(call, result, by, judged)
    )


def gap_result(judged: Judged, by: By, call: Call) -> Any:
    """The gaps of the call's area in the shape that `by` asks for."""
    found, area = judged.city.gaps, judged.area
    if by is By.AREA:
        return found.by_area(area, level=call.level)
    shapes = {
        By.CATEGORY: found.by_category,
        By.NEED: found.by_need,
        By.OFFER: found.by_offer,
        By.SERVICE: found.by_service,
    }
    return shapes[by](area)


def csv_table(result: BaseModel, by: By) -> RecordTable:
    """The CSV: the model's own fields, the parts one column each."""
    flat = [flat_row(row) for row in rows_of(result, by)]
    return RecordTable(by_key(dict.fromkeys(name for row in flat for name in row)), flat)


def rows_of(result: Any, by: By) -> list[dict[str, Any]]:
    """The rows of a result as plain values."""
    field = {By.NEED: "needs", By.CATEGORY: "categories", By.OFFER: "offers"}.get(by, "areas")
    return list(result.model_dump(mode="json")[field])


def flat_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its nested values as columns of their own.

    Examples
    --------
    >>> flat_row({"id": "n", "parts": {"met": 1}, "explain": {"zh": "a", "en": "b"}})
    {'id': 'n', 'met': 1, 'explain_zh': 'a', 'explain_en': 'b'}
    """
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name == "parts" and isinstance(value, dict):
            flat |= value
        elif name == "services":
            for service, cell in value.items():
                flat |= {f"{service}_{inner}": deep for inner, deep in cell.items()}
        elif name == "sources":
            flat[name] = [_source(cell) for cell in value]
        elif isinstance(value, dict):
            prefix = name.removesuffix("_parts")
            flat |= {f"{prefix}_{inner}": deep for inner, deep in value.items()}
        else:
            flat[name] = value
    return flat


def _source(cell: dict[str, Any]) -> str:
    """A row of a sheet as one text."""
    return "|".join(str(cell[part]) for part in ("file", "sheet", "row") if cell[part])


def show(call: Call, result: Any, by: By, judged: Judged) -> None:
    """Print the table for people, the totals, and what to know about the whole."""
    rows = rows_of(result, by)
    if rows:
        RecordTable(_columns(call, by, judged), rows).show(call)
        for line in _lines_below(call, result, by):
            print_line(line)
    else:
        print_line(
            call.say(
                "没有需求记录；请用 gongjian import 导入需求清单和资源清单",
                "No needs are recorded; gongjian import reads lists of needs and resources",
            )
        )
    print_notes(call, result.notes)


def _lines_below(call: Call, result: Any, by: By) -> list[str]:
    """What stands below a table of needs."""
    if by is By.OFFER:
        return []
    if by is By.SERVICE:
        return [
            call.say(
                "格内：状态 有共建关系的资源数/范围内资源数；需求数",
                "In a cell: coverage, offers tied / in range; needs",
            )
        ]
    totals = totals_line(call, result)
    return [totals, _asked_line(call, result)] if by is By.CATEGORY else [totals]


def _columns(call: Call, by: By, judged: Judged) -> list[RecordColumn]:
    """The columns of a table for people, by what its rows are."""
    names = judged.network.name_of
    code = RecordColumn("编码", "code", lambda row: row["code"] or "")
    area = RecordColumn("区域", "area", lambda row: _place(call, row, names))
    category = RecordColumn("类别", "category", lambda row: _category(call, row))
    if by is By.NEED:
        return _need_columns(call, area, category)
    if by is By.OFFER:
        return _offer_columns(call, names, category)
    if by is By.SERVICE:
        services = [
            RecordColumn(word, key, partial(_service_cell, call, key))
            for key, word in SERVICES.items()
        ]
        return [code, area, *services]
    first = [code, area] if by is By.AREA else [category]
    parts = [
        RecordColumn(word.zh, part, partial(_sum, call, part)) for part, word in PART_WORDS.items()
    ]
    return [*first, RecordColumn("需求数", "needs", "needs"), *parts]


def _need_columns(call: Call, area: RecordColumn, category: RecordColumn) -> list[RecordColumn]:
    return [
        RecordColumn("需求", "need", "name"),
        area,
        category,
        RecordColumn("状态", "status", lambda row: part_word(call, row["status"])),
        RecordColumn("数量", "requested", lambda row: _number(call, row["requested"])),
        RecordColumn("说明", "what is there", lambda row: call.say(**row["explain"]), wide=True),
    ]


def _offer_columns(call: Call, names: dict[str, str], category: RecordColumn) -> list[RecordColumn]:
    return [
        RecordColumn("资源", "offer", "name"),
        RecordColumn(
            "提供单位", "provider", lambda row: "、".join(names.get(p, p) for p in row["providers"])
        ),
        category,
        RecordColumn("数量", "capacity", lambda row: _number(call, row["capacity"])),
        RecordColumn("已用", "used", lambda row: _number(call, row["used"])),
        RecordColumn("闲置", "idle", lambda row: _number(call, row["idle"])),
        RecordColumn("多一份可多满足", "worth of one more", lambda row: _worth(call, row)),
        RecordColumn("可对接需求数", "connected needs", "connected_needs"),
    ]


def totals_line(call: Call, result: Any) -> str:
    """How many needs there are, and the sum of each part."""
    totals = result.totals.model_dump(mode="json")
    parts = [f"{part_word(call, part)} {_sum(call, part, totals) or 0}" for part in PART_WORDS]
    return call.say(
        f"共 {totals['needs']} 项需求，其中 {totals['unknown_quantity']} 项数量不明，只计项数："
        f"{'，'.join(parts)}",
        f"{totals['needs']} needs, {totals['unknown_quantity']} of unknown quantity "
        f"(counted only): {', '.join(parts)}",
    )


def _asked_line(call: Call, result: Any) -> str:
    """What is asked for most, and what is met least."""

    def told(rows: Any, *, unmet: bool) -> str:
        none = call.say("无", "none")
        parts = []
        for row in rows:
            number = f"{row.unmet}/{row.needs}" if unmet else str(row.needs)
            parts.append(f"{_category(call, row.model_dump())} {number}")
        return call.say("、", ", ").join(parts) or none

    return call.say(
        f"需求最多：{told(result.most_asked, unmet=False)}；"
        f"满足最少（未满足项数/需求项数）：{told(result.least_met, unmet=True)}",
        f"Asked most: {told(result.most_asked, unmet=False)}; "
        f"met least (unmet/needs): {told(result.least_met, unmet=True)}",
    )


def _number(call: Call, value: float | None) -> str:
    return call.say("不明", "unknown") if value is None else f"{value:.12g}"


def _worth(call: Call, row: dict[str, Any]) -> str:
    """Whether one more of an offer would meet more, and whether only with a tie."""
    if not row["worth"]:
        return ""
    if row["worth_connected"]:
        return call.say("是", "yes")
    return call.say("是（须牵线）", "yes (needs a tie)")


def _service_cell(call: Call, service: str, row: dict[str, Any]) -> str:
    from analysis.gaps.services import COVERAGE_WORDS

    cell = row["services"][service]
    word = call.say(*COVERAGE_WORDS[cell["coverage"]])
    tied = "?" if cell["connected"] is None else cell["connected"]
    needs = call.say(f"；需求{cell['needs']}", f"; {cell['needs']} needs") if cell["needs"] else ""
    return f"{word} {tied}/{cell['in_range']}{needs}"


def _category(call: Call, row: dict[str, Any]) -> str:
    none = call.say("未分类", "unclassified")
    return str(row["category"] or SERVICES.get(row["service"] or "", none))


def _place(call: Call, row: dict[str, Any], names: dict[str, str]) -> str:
    return place_text(names, row["path"]) or call.say("地点不明", "unknown place")


def _sum(call: Call, part: str, row: dict[str, Any]) -> str:
    """A part of several needs: the sum of known quantities, and needs of unknown quantity."""
    known, unknown = row["parts"][part], row["unknown_parts"][part]
    words = [f"{known:.12g}"] if known else []
    if unknown:
        words.append(call.say(f"{unknown}项", f"{unknown} needs"))
    return " + ".join(words)
