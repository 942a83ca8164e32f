"""`gongjian weak-grids`: weak and watched grids, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.call import Call
from cli.judging import STYLES, judge, verdict_word
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, by_key, print_notes, write_result
from graph.model.texts import in_language

if TYPE_CHECKING:
    from analysis.weak.results import WeakGrid, WeakGrids
    from cli.areas import NamedArea
    from graph.model.network import Network
    from graph.model.texts import Lang


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
    return write_result(
        call,
        result,
        lambda: csv_table(result, judged.network),
        lambda: show(call, result, judged.network, measures=measures),
    )


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


def csv_table(result: WeakGrids, network: Network) -> RecordTable:
    """Every measure, the reasons in both languages."""
    from analysis.weak.columns import AREA, CERTAINTY, MEASURES, RESEARCH

    def lapsed(area: WeakGrid) -> int | None:
        return None if area.lapsed is None else len(area.lapsed)

    def above(area: WeakGrid) -> str:
        return "/".join(names_above(network, area.path))

    columns = [
        *by_key(column.name for column in AREA + MEASURES),
        RecordColumn("", "lapsed", lapsed),
        *by_key(["cut_actors"]),
        RecordColumn("", "path", lambda area: "/".join(area.path)),
        RecordColumn("", "above", above),
        *_in_both_languages("reasons"),
        *by_key(column.name for column in CERTAINTY + RESEARCH),
        *_in_both_languages("would_change"),
    ]
    return RecordTable(columns, result.areas)


def _in_both_languages(field: str) -> list[RecordColumn]:
    """Columns for the sentences of a field."""

    def joined(lang: Lang, area: WeakGrid) -> str:
        mark = "；" if lang == "zh" else "; "
        return mark.join(in_language(text, lang) for text in getattr(area, field) or ())

    return [RecordColumn("", f"{field}_{lang}", partial(joined, lang)) for lang in ("zh", "en")]


def show(call: Call, result: WeakGrids, network: Network, *, measures: bool) -> None:
    """Print the table for people, a line that sums it up, and what to know about the whole."""
    if result.areas:
        columns = _columns(call, network, measures=measures, certain=result.seed is not None)
        RecordTable(columns, result.areas, style=lambda area: STYLES[area.verdict]).show(call)
    elif result.summary:
        print_line(call.say("没有薄弱或需关注的区域。", "No weak or watched areas."))
    print_line(summary_line(call, result))
    print_notes(call, result.notes)


def _columns(call: Call, network: Network, *, measures: bool, certain: bool) -> list[RecordColumn]:
    from analysis.weak.columns import AREA, CERTAINTY, MEASURES, RESEARCH, SHORT

    def within(area: WeakGrid) -> str:
        return "/".join(names_above(network, area.path)[-2:])

    def reasons(area: WeakGrid) -> str:
        return call.say("；", "; ").join(text.rstrip("。.") for text in _texts(call, area))

    rank, code, name, verdict, _, residents = (
        RecordColumn(*column.heading, column.name) for column in AREA
    )
    shown = (MEASURES + RESEARCH if measures else SHORT) + (CERTAINTY if certain else ())
    return [
        rank,
        code,
        name,
        RecordColumn("所属", "within", within),
        replace(verdict, read=lambda area: verdict_word(call, area.verdict)),
        residents,
        *(RecordColumn(*column.heading, column.name) for column in shown),
        RecordColumn("原因", "reasons", reasons, wide=True),
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
