"""`gongjian map`: one interactive map in one file, which works without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.call import Call, Format
from cli.errors import DONE
from cli.judging import Judged, judge
from cli.output import csv_text, print_line, write_out
from graph.model.errors import UsageError


def draw_map(
    call: Call,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="写入的网页 | the file to write")
    ],
    ties: Annotated[
        int,
        typer.Option(
            "--ties", min=0, max=1000, metavar="K", help="画出 K 条建议共建 | K recommended ties"
        ),
    ] = 0,
) -> int:
    """Draw the area's map into a file."""
    check_out(out)
    write(call, judge(call), out, ties=ties)
    if call.format is Format.JSON:
        import json

        write_out(json.dumps({"out": str(out)}, ensure_ascii=False) + "\n")
    elif call.format is Format.CSV:
        write_out(csv_text(["out"], [[str(out)]]), encoding="utf-8-sig")
    else:
        print_line(call.say(f"地图已写入 {out}", f"The map is in {out}"))
    return DONE


def write(call: Call, judged: Judged, out: Path, *, ties: int = 0) -> None:
    """Render the judged area and write it."""
    from analysis.recommend.recommend import recommend_ties
    from maps.render import render_map, write_map

    city, area = judged.city, judged.area
    recommended = recommend_ties(city, ties=ties, area=area) if ties else None
    picture = render_map(city, area=area, lang=call.lang, recommended=recommended)
    write_map(out, picture)


def check_out(out: Path) -> None:
    """Refuse a place that can't be written to, before the work is done.

    Raises
    ------
    UsageError
        If the folder isn't there or the path is a folder.
    """
    if out.is_dir():
        raise UsageError(
            f"--out {out} 是文件夹；请写文件名", f"--out {out} is a folder; name a file"
        )
    if not out.absolute().parent.is_dir():
        raise UsageError(
            f"--out {out}：没有文件夹 {out.parent}；请先建立",
            f"--out {out}: no folder {out.parent}; make it first",
        )
