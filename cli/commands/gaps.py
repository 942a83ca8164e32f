"""`gongjian gaps`: needs that nobody meets, and what each lacks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call, Format
from cli.errors import DONE
from cli.judging import Judged, judge, part_word
from cli.output import csv_text, json_text, print_line, print_table, write_out
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
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        write_out(csv_text(*csv_rows(result, by)), encoding="utf-8-sig")
    else:
        show(call, result, by, judged)
    return DONE


def gap_result(judged: Judged, by: By, call: Call) -> Any:
    """The gaps of the call's area in the shape that `by` asks for."""
    found, area = judged.city.gaps, judged.area
    if by is By.NEED:
        return found.by_need(area)
    if by is By.AREA:
        return found.by_area(area, level=call.level)
    if by is By.OFFER:
        return found.by_offer(area)
    if by is By.SERVICE:
        return found.by_service(area)
    return found.by_category(area)


def csv_rows(result: BaseModel, by: By) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the CSV: the model's own fields, the parts one column each."""
    flat = [flat_row(row) for row in rows_of(result, by)]
    header = list(dict.fromkeys(name for row in flat for name in row))
    return header, [[row.get(name) for name in header] for row in flat]


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
    if not rows:
        print_line(
            call.say(
                "没有需求记录；请用 gongjian import 导入需求清单和资源清单",
                "No needs are recorded; gongjian import reads lists of needs and resources",
            )
        )
    elif by is By.NEED:
        header = [
            call.say("需求", "need"),
            call.say("区域", "area"),
            call.say("类别", "category"),
            call.say("状态", "status"),
            call.say("数量", "requested"),
            call.say("说明", "what is there"),
        ]
        print_table(header, [_need_cells(call, row, judged) for row in rows], wide=5)
        print_line(totals_line(call, result))
    elif by is By.OFFER:
        print_table(offer_header(call), [_offer_cells(call, row, judged) for row in rows])
    elif by is By.SERVICE:
        header = [call.say("编码", "code"), call.say("区域", "area")]
        header += [call.say(word, code) for code, word in SERVICES.items()]
        print_table(header, [_service_cells(call, row, judged) for row in rows])
        print_line(
            call.say(
                "格内：状态 有共建关系的资源数/范围内资源数；需求数",
                "In a cell: coverage, offers tied / in range; needs",
            )
        )
    else:
        count = call.say("需求数", "needs")
        first = {
            By.AREA: [call.say("编码", "code"), call.say("区域", "area"), count],
            By.CATEGORY: [call.say("类别", "category"), count],
        }[by]
        header = [*first, *(part_word(call, part) for part in PART_WORDS)]
        print_table(header, [_sum_cells(call, row, by, judged) for row in rows])
        print_line(totals_line(call, result))
        if by is By.CATEGORY:
            print_line(_asked_line(call, result))
    for note in result.notes:
        print_line(call.say(note.zh, note.en))


def totals_line(call: Call, result: Any) -> str:
    """How many needs there are, and the sum of each part."""
    totals = result.totals.model_dump(mode="json")
    parts = [f"{part_word(call, part)} {_sum(call, totals, part) or 0}" for part in PART_WORDS]
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


def offer_header(call: Call) -> list[str]:
    """Heads of the table of offers."""
    return [
        call.say("资源", "offer"),
        call.say("提供单位", "provider"),
        call.say("类别", "category"),
        call.say("数量", "capacity"),
        call.say("已用", "used"),
        call.say("闲置", "idle"),
        call.say("多一份可多满足", "worth of one more"),
        call.say("可对接需求数", "connected needs"),
    ]


def _offer_cells(call: Call, row: dict[str, Any], judged: Judged) -> list[Any]:
    names = judged.network.name_of
    unknown = call.say("不明", "unknown")

    def number(value: float | None) -> str:
        return unknown if value is None else f"{value:.12g}"

    worth = call.say("是", "yes") if row["worth"] else ""
    if row["worth"] and not row["worth_connected"]:
        worth = call.say("是（须牵线）", "yes (needs a tie)")
    return [
        row["name"],
        "、".join(names.get(p, p) for p in row["providers"]),
        _category(call, row),
        number(row["capacity"]),
        number(row["used"]),
        number(row["idle"]),
        worth,
        row["connected_needs"],
    ]


def _service_cells(call: Call, row: dict[str, Any], judged: Judged) -> list[Any]:
    from analysis.gaps.services import COVERAGE_WORDS

    cells = []
    for service in SERVICES:
        cell = row["services"][service]
        word = call.say(*COVERAGE_WORDS[cell["coverage"]])
        tied = "?" if cell["connected"] is None else cell["connected"]
        needs = (
            call.say(f"；需求{cell['needs']}", f"; {cell['needs']} needs") if cell["needs"] else ""
        )
        cells.append(f"{word} {tied}/{cell['in_range']}{needs}")
    return [row["code"], _place(call, row, judged), *cells]


def _category(call: Call, row: dict[str, Any]) -> str:
    none = call.say("未分类", "unclassified")
    return str(row["category"] or SERVICES.get(row["service"] or "", none))


def _place(call: Call, row: dict[str, Any], judged: Judged) -> str:
    names = judged.network.name_of
    place = "/".join(names.get(code, code) for code in row["path"][-2:])
    return place or call.say("地点不明", "unknown place")


def _need_cells(call: Call, row: dict[str, Any], judged: Judged) -> list[Any]:
    requested = row["requested"]
    return [
        row["name"],
        _place(call, row, judged),
        _category(call, row),
        part_word(call, row["status"]),
        call.say("不明", "unknown") if requested is None else f"{requested:.12g}",
        call.say(row["explain"]["zh"], row["explain"]["en"]),
    ]


def _sum_cells(call: Call, row: dict[str, Any], by: By, judged: Judged) -> list[Any]:
    sums = [_sum(call, row, part) for part in PART_WORDS]
    if by is By.AREA:
        return [row["code"] or "", _place(call, row, judged), row["needs"], *sums]
    return [_category(call, row), row["needs"], *sums]


def _sum(call: Call, row: dict[str, Any], part: str) -> str:
    """A part of several needs: the sum of known quantities, and needs of unknown quantity."""
    known, unknown = row["parts"][part], row["unknown_parts"][part]
    words = [f"{known:.12g}"] if known else []
    if unknown:
        words.append(call.say(f"{unknown}项", f"{unknown} needs"))
    return " + ".join(words)
