"""`gongjian sample`: a synthetic city on the real division tree, as messy rosters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.call import Call, Format
from cli.errors import DONE
from cli.output import csv_text, print_line, write_out
from cli.progress import progress
from graph.model.errors import UsageError
from graph.model.readable import readable

DATE = "2019-08-01"
"""Day on which the sheets say they were filled in, where `--date` names none."""


def sample(
    call: Call,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="写入的文件夹 | folder to write to")
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 | seed")] = 0,
    streets: Annotated[
        int | None,
        typer.Option("--streets", min=1, help="街道数（默认 3） | number of streets (3)"),
    ] = None,
    grids: Annotated[
        int | None, typer.Option("--grids", min=12, help="网格数（默认随街道） | number of grids")
    ] = None,
    people: Annotated[
        int | None, typer.Option("--people", min=0, help="党员和志愿者数 | members and volunteers")
    ] = None,
    full_city: Annotated[
        bool,
        typer.Option("--full-city", help="全市：3000 个网格，20 万人 | all of it: 3,000 grids"),
    ] = False,
    clean: Annotated[
        bool, typer.Option("--clean", help="写规整的表格 | tidy sheets, none of the mess")
    ] = False,
) -> int:
    """Write the rosters of an invented city; the same seed writes the same city."""
    from ingest.synthetic.sample import write_sample

    if out.is_file():
        raise UsageError(f"--out {out} 是文件；请写文件夹", f"--out {out} is a file; name a folder")
    with progress(call.lang) as told:
        summary = write_sample(
            out,
            seed=seed,
            streets=streets,
            grids=grids,
            people=people,
            messy=not clean,
            full_city=full_city,
            date=call.on or DATE,
            progress=told,
        )
    counts = {
        "streets": summary.streets,
        "communities": summary.communities,
        "grids": summary.grids,
        "bodies": summary.bodies,
        "people": summary.people,
        "tie_rows": summary.tie_rows,
        "resources": summary.resources,
        "needs": summary.needs,
    }
    if call.format is Format.JSON:
        files = [readable(str(path)) for path in summary.files]
        whole = {"out": str(out), "date": summary.date, "seed": seed, **counts, "files": files}
        write_out(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    elif call.format is Format.CSV:
        write_out(csv_text(list(counts), [list(counts.values())]), encoding="utf-8-sig")
    else:
        print_line(
            call.say(
                f"合成示例城市（虚构）已写入 {out}：{summary.streets} 个街道，"
                f"{summary.grids} 个网格，"
                f"{summary.bodies} 个单位和组织，{summary.people} 人，{summary.tie_rows} 行共建；"
                "导入时请加 --synthetic",
                f"A synthetic city was written to {out}: {summary.streets} streets, "
                f"{summary.grids} grids, {summary.bodies} bodies, {summary.people} people, "
                f"{summary.tie_rows} tie rows; import it with --synthetic",
            )
        )
    return DONE
