"""`gongjian diagnose`: everything for an area, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.areas import prefix_of
from cli.call import Call
from cli.judging import Judged, city_of
from cli.output import csv_text, json_text, print_line
from cli.progress import Report, progress
from cli.tables import print_notes, write_paths
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from analysis.table import Table
    from analysis.tables.five import FiveTables
    from graph.model.texts import Lang

_MAPS_MAX = 24
"""Most maps of the areas below; where there are more, they are coarse and many: none is drawn."""


def diagnose(
    call: Call,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="写入的文件夹 | the folder to write")
    ],
    outside: Annotated[
        bool,
        typer.Option("--outside", help="对外使用：不列不足5人的数 | withhold small counts"),
    ] = False,
) -> int:
    """Write tables, maps, workbook and report of the call's area."""
    if out.is_file():
        raise UsageError(f"--out {out} 是文件；请写文件夹", f"--out {out} is a file; name a folder")
    with call.store() as store:
        network = call.network(store)
    place = prefix_of(network, call.area)
    with progress(call.lang) as report:
        from analysis.tables.five import five_tables

        report("judge", 0, 1)
        judged = Judged(city_of(call, network).judged(), place)
        report("judge", 1, 1)
        report("tables", 0, 1)
        tables = five_tables(judged.city, area=judged.area, outside=outside)
        report("tables", 1, 1)
        written = write_all(call, judged, tables, out, report)
    return write_paths(call, written, lambda: tell(call, tables, written, out))


def write_all(
    call: Call,
    judged: Judged,
    tables: FiveTables,
    out: Path,
    report: Report,
) -> list[Path]:
    """Write every file into the folder, and give the paths, the report first."""
    from analysis.weak_details import in_full
    from maps.paper.report import report_html
    from maps.paper.workbook import workbook_bytes

    out.mkdir(parents=True, exist_ok=True)
    maps = [] if tables.outside else write_maps(call, judged, out, report)
    page = out / "report.html"
    html = report_html(
        tables,
        lang=call.lang,
        map_href="map.html" if maps else None,
        book_href="diagnosis.xlsx",
    )
    page.write_text(html, encoding="utf-8")
    book = out / "diagnosis.xlsx"
    book.write_bytes(workbook_bytes(tables, lang=call.lang))
    data = [(out / "diagnosis.json", json_text(tables))]
    if not tables.outside:
        city, place = judged.city, judged.place
        weak = in_full(city, city.weak.within(place.path) if place else city.weak)
        data += [
            (out / "weak-grids.json", json_text(weak)),
            (out / "needs.json", json_text(city.gaps.by_need(judged.area))),
        ]
    for path, text in data:
        path.write_text(text, encoding="utf-8")
    return [page, book, *write_csv(tables, out / "tables"), *(path for path, _ in data), *maps]


def write_csv(tables: FiveTables, folder: Path) -> list[Path]:
    """One CSV file per table, for spreadsheets: with byte order mark, cells made safe."""
    folder.mkdir(exist_ok=True)
    written = []
    for table in tables.tables:
        path = folder / f"{table.name}.csv"
        path.write_text(table_csv(table), encoding="utf-8-sig", newline="")
        written.append(path)
    return written


def table_csv(table: Table) -> str:
    """A table as CSV text, columns by their keys."""
    return csv_text([column.name for column in table.columns], table.rows)


def write_maps(call: Call, judged: Judged, out: Path, report: Report) -> list[Path]:
    """The map of the area, and those of the areas directly below in which any is judged."""
    from maps.render import render_map, write_map

    lang: Lang = call.lang
    shown = judged.area
    areas = judged.network.areas
    root = shown or next(iter(areas.filter(areas["parent"].is_null())["key"]), None)
    holding = {code for a in judged.city.weak.areas for code in a.path[:-1]}
    below = [c for c in areas.filter(areas["parent"] == root)["key"] if c in holding]
    below = below if root is not None and len(below) <= _MAPS_MAX else []
    written = []
    targets = [(shown, out / "map.html"), *((c, out / "maps" / f"{c}.html") for c in below)]
    for number, (code, path) in enumerate(targets):
        report("map", number, len(targets))
        path.parent.mkdir(exist_ok=True)
        picture = render_map(judged.city, area=code, lang=lang)
        write_map(path, picture)
        written.append(path)
    report("map", len(targets), len(targets))
    return written


def tell(call: Call, tables: FiveTables, written: list[Path], out: Path) -> None:
    """What was found, in a few sentences, and where it all is."""
    from maps.paper.report import summary

    for sentence in summary(tables, call.lang):
        print_line(sentence)
    print_notes(call, tables.notes)
    print_line(
        call.say(
            f"共写入 {len(written)} 个文件：{out}；先看 {written[0]}",
            f"{len(written)} files are in {out}; begin with {written[0]}",
        )
    )
