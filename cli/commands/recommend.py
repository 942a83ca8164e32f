"""`gongjian recommend`: ties worth making, whom to bring together and why."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call
from cli.judging import judge
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, print_notes, write_result

if TYPE_CHECKING:
    from analysis.recommend.results import Recommendations, Recommended


def recommend(
    call: Call,
    ties: Annotated[
        int,
        typer.Option("--ties", min=0, max=1000, metavar="K", help="最多几条 | how many at most"),
    ] = 10,
    promise: Annotated[
        list[str] | None,
        typer.Option(
            "--promise",
            metavar="A:B",
            help="已约定的共建，视为已有，可多次 | a tie that will be made anyway; repeatable",
        ),
    ] = None,
    forbid: Annotated[
        list[str] | None,
        typer.Option(
            "--forbid",
            metavar="A:B",
            help="不考虑的共建，* 代表任何一方，可多次 | a tie out of the question; * is any",
        ),
    ] = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", metavar="FILE.xlsx", help="另存为 Excel | also as a workbook"),
    ] = None,
) -> int:
    """Choose the ties, and print them with what they would change; nothing is stored."""
    from analysis.recommend.recommend import recommend_ties
    from analysis.recommend.rules import pair_of

    judged = judge(call)
    found = recommend_ties(
        judged.city,
        ties=ties,
        area=judged.area,
        promised=[pair_of(judged.network, text, "promise") for text in promise or ()],
        forbidden=[pair_of(judged.network, text, "forbid", any_too=True) for text in forbid or ()],
    )
    if excel is not None:
        write_excel(found, excel)
    return write_result(call, found, lambda: csv_table(found), lambda: show(call, found))


def csv_table(found: Recommendations) -> RecordTable:
    """One row a tie, in the order in which to make them."""
    from analysis.recommend.columns import COLUMNS

    columns = [RecordColumn(c.zh, c.name, itemgetter(at)) for at, c in enumerate(COLUMNS)]
    return RecordTable(columns, found.rows())


def write_excel(found: Recommendations, path: Path) -> None:
    """The recommendations as a workbook.

    Raises
    ------
    UsageError
        If the file can't be written.
    """
    from graph.model.errors import UsageError
    from maps.paper.recommend_workbook import recommendations_workbook

    try:
        path.write_bytes(recommendations_workbook(found))
    except OSError as error:
        raise UsageError(
            f"--excel {path}：写不了（{error.strerror}）；请换个位置",
            f"--excel {path}: can't be written ({error.strerror}); choose another place",
        ) from error


def show(call: Call, found: Recommendations) -> None:
    """Print the table, what all ties together would change, and what to know about it."""
    if found.ties:
        RecordTable(_columns(call), list(enumerate(found.ties, start=1))).show(call)
    else:
        print_line(call.say("没有建议。", "No recommendations."))
    for line in summary_lines(call, found):
        print_line(line)
    print_notes(call, found.notes)


def _columns(call: Call) -> list[RecordColumn]:
    from analysis.recommend.columns import SHORT

    def why(tie: Recommended) -> str:
        nearer = call.say(tie.why_not_nearer.zh, tie.why_not_nearer.en)
        return call.say(tie.why.zh, tie.why.en) + call.say("", " ") + nearer

    cells: dict[str, Callable[[tuple[int, Recommended]], Any]] = {
        "number": lambda row: row[0],
        "actor_name": lambda row: row[1].actor_name,
        "target_name": lambda row: row[1].target_name,
        "closed": lambda row: row[1].closed or None,
        "lifts": lambda row: len(row[1].lifts) or None,
        "why_zh": lambda row: why(row[1]),
    }
    return [RecordColumn(c.zh, c.en, cells[c.name], wide=c.name == "why_zh") for c in SHORT]


def summary_lines(call: Call, found: Recommendations) -> list[str]:
    """Before and after, and how sure it is that nothing better exists."""
    before, after = found.before, found.after
    lines = [
        call.say(
            f"{found.date}：{len(found.ties)}条共建全部建成后，共享缺口由{before.sharing_gap}"
            f"降为{after.sharing_gap}，数量不明的缺口由{before.unknown_gaps}项降为"
            f"{after.unknown_gaps}项，薄弱由{before.weak}个降为{after.weak}个。",
            f"{found.date}: with all {len(found.ties)} ties the sharing gap goes from "
            f"{before.sharing_gap} to {after.sharing_gap}, gaps of unknown quantity from "
            f"{before.unknown_gaps} to {after.unknown_gaps}, weak areas from {before.weak} to "
            f"{after.weak}.",
        )
    ]
    if before.open_triads:
        lines.append(
            call.say(
                f"只差一条的三方、三社由{before.open_triads}个变为{after.open_triads}个。",
                f"Triads that lack one tie: {before.open_triads}, then {after.open_triads}.",
            )
        )
    if found.date is None:
        lines = [
            call.say(
                "还没有导入数据；请用 gongjian import 文件 导入台账",
                "Nothing was imported yet; gongjian import FILE reads rosters",
            )
        ]
    elif found.ties:
        lines.append(
            call.say(
                f"得分 {found.objective:.6g}，上界 {found.bound:.6g}，差距 {found.gap:.2%}"
                f"（{'已证明最优' if found.method == 'exact' else '已找到的最好方案'}）。",
                f"Worth {found.objective:.6g} points, bound {found.bound:.6g}, gap "
                f"{found.gap:.2%} ({found.method}).",
            )
        )
    return lines
