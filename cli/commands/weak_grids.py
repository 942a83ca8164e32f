"""`gongjian weak-grids`: weak and watched grids, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call, Format
from cli.errors import DONE
from cli.judging import STYLES, judge, verdict_word
from cli.output import csv_text, json_text, print_line, print_table, write_out

if TYPE_CHECKING:
    from analysis.weak.results import WeakGrid, WeakGrids
    from cli.areas import NamedArea
    from graph.model.network import Network


def weak_grids(
    call: Call,
    show_all: Annotated[
        bool, typer.Option("--all", help="也列正常和数据不足的 | adequate and unknown ones too")
    ] = False,
    measures: Annotated[
        bool,
        typer.Option("--measures", help="列出全部指标和研究用指标 | with all measures"),
    ] = False,
    certainty: Annotated[
        bool,
        typer.Option("--certainty", help="算薄弱概率和可靠程度 | how certain each verdict is"),
    ] = False,
) -> int:
    """Judge the city's grids and print those that need looking after."""
    from analysis.weak_details import in_full

    judged = judge(call)
    shown = kept(judged.city.weak, judged.place, show_all=show_all)
    result = in_full(judged.city, shown, certain=certainty, measured=measures)
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        write_out(csv_text(*csv_rows(result, judged.network)), encoding="utf-8-sig")
    else:
        show(call, result, judged.network, measures=measures)
    return DONE


def kept(result: WeakGrids, place: NamedArea | None, *, show_all: bool) -> WeakGrids:
    """The result within an area; without `show_all` only weak and watched areas.

    The summary still counts every verdict of the area.
    """
    from analysis.weak.results import WATCH

    if place is not None:
        result = result.within(place.path)
    if show_all:
        return result
    areas = tuple(a for a in result.areas if a.weak or a.verdict in WATCH)
    return result.model_copy(update={"areas": areas})


def names_above(network: Network, path: Sequence[str]) -> list[str]:
    """Names of the areas above a judged area (whose own code ends `path`), below the city."""
    return [network.name_of.get(code, code) for code in path[1:-1]]


def csv_rows(result: WeakGrids, network: Network) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the CSV: every measure, the reasons in both languages."""
    from analysis.weak.columns import CERTAINTY, MEASURES, RESEARCH

    measures = [column.name for column in MEASURES]
    plain = ["rank", "code", "name", "verdict", "weak", "residents", *measures]
    asked = [column.name for column in CERTAINTY + RESEARCH]
    header = [*plain, "lapsed", "cut_actors", "path", "above", "reasons_zh", "reasons_en"]
    header += [*asked, "would_change_zh", "would_change_en"]
    rows = [
        [
            *(getattr(area, name) for name in plain),
            len(area.lapsed) if area.lapsed is not None else None,
            area.cut_actors,
            "/".join(area.path),
            "/".join(names_above(network, area.path)),
            "；".join(reason.zh for reason in area.reasons),
            "; ".join(reason.en for reason in area.reasons),
            *(getattr(area, name) for name in asked),
            "；".join(change.zh for change in area.would_change or ()),
            "; ".join(change.en for change in area.would_change or ()),
        ]
        for area in result.areas
    ]
    return header, rows


def show(call: Call, result: WeakGrids, network: Network, *, measures: bool) -> None:
    """Print the table for people, a line that sums it up, and what to know about the whole."""
    from analysis.weak.columns import CERTAINTY, MEASURES, RESEARCH, SHORT

    columns = MEASURES + RESEARCH if measures else SHORT
    if result.seed is not None:
        columns += CERTAINTY
    header = [
        call.say("序", "rank"),
        call.say("编码", "code"),
        call.say("名称", "name"),
        call.say("所属", "within"),
        call.say("判断", "verdict"),
        call.say("人口", "residents"),
        *(call.say(*column.heading) for column in columns),
        call.say("原因", "reasons"),
    ]
    rows = [_cells(call, area, network, [c.name for c in columns]) for area in result.areas]
    if rows:
        styles = [STYLES[area.verdict] for area in result.areas]
        print_table(header, rows, wide=len(header) - 1, styles=styles)
    elif result.summary:
        print_line(call.say("没有薄弱或需关注的区域。", "No weak or watched areas."))
    print_line(summary_line(call, result))
    for note in result.notes:
        print_line(call.say(note.zh, note.en))


def _cells(call: Call, area: WeakGrid, network: Network, measures: Sequence[str]) -> list[Any]:
    return [
        area.rank,
        area.code,
        area.name,
        "/".join(names_above(network, area.path)[-2:]),
        verdict_word(call, area.verdict),
        area.residents,
        *(getattr(area, name) for name in measures),
        call.say("；", "; ").join(text.rstrip("。.") for text in _texts(call, area)),
    ]


def _texts(call: Call, area: WeakGrid) -> list[str]:
    """The reasons, then the smallest change that lifts the area: out of weakness, where weak."""
    texts = [call.say(r.zh, r.en) for r in area.reasons]
    goal = "out_of_weakness" if area.weak else "next"
    least = next((c for c in area.would_change or () if goal in c.goals), None)
    return texts if least is None else [*texts, call.say(least.zh, least.en)]


def summary_line(call: Call, result: WeakGrids) -> str:
    """Verdicts and how many areas have each, worst first; or what to do where there are none."""
    from analysis.weak.results import VERDICTS

    counts = [
        f"{verdict_word(call, verdict)} {result.summary[verdict]}"
        for verdict in VERDICTS
        if result.summary.get(verdict)
    ]
    if result.date is None:
        return call.say(
            "还没有导入数据；请用 gongjian import 文件 导入台账",
            "Nothing was imported yet; gongjian import FILE reads rosters",
        )
    if not counts:
        return call.say(
            f"{result.date}：没有这一级的区域；请导入区划网格表，或用 --level 换一级",
            f"{result.date}: no area of this level; import a sheet of areas, or choose a --level",
        )
    return call.say(f"{result.date}：{'，'.join(counts)}", f"{result.date}: {', '.join(counts)}")
