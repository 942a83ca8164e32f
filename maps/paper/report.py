"""The diagnosis of an area as a plain report: one HTML file, to read offline and to print.

It shows the tables of `analysis.tables.five` under the five headings, each with its question,
what its numbers mean, and what the data leave unknown. Long tables show their first rows; all
rows are in the workbook and the CSV files beside it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.table import HEADINGS, Table
from analysis.weak.results import VERDICTS, WATCH, WEAK
from maps.paper.printed_values import UNKNOWN, shown

if TYPE_CHECKING:
    from jinja2 import Template

    from analysis.tables.five import FiveTables
    from graph.model.texts import Lang

ROWS = 60
"""Most rows of a table in the report."""
_NUMERALS = "一二三四五六七八九十"
_LEVELS = {
    "grid": ("网格", "grids"),
    "community": ("社区", "communities"),
    "street": ("街道", "streets"),
    "district": ("区县", "districts"),
}
_WORDS: dict[str, dict[Lang, str]] = {
    "summary": {"zh": "概况", "en": "In short"},
    "first": {"zh": "薄弱网格和需求", "en": "Weak grids and needs"},
    "date": {"zh": "判断日期", "en": "Day judged"},
    "policy": {"zh": "判断标准", "en": "Policy"},
    "none": {"zh": "没有这样的情况。", "en": "None."},
    "legend": {
        "zh": f"“{UNKNOWN}”表示不明：没有交来能说明的台账，不等于没有。",
        "en": f"“{UNKNOWN}” is unknown: no sheet tells; it isn't none.",
    },
    "map": {"zh": "交互地图", "en": "Interactive map"},
    "book": {"zh": "全部数据（Excel）", "en": "All data (Excel)"},
    "outside": {
        "zh": "本件供对外使用：人数不足5人的数及能推算出它们的数不列。",
        "en": "For use outside: counts under 5 persons, and what gives them away, are left out.",
    },
    "planning": {
        "zh": "本报告是规划参考，结论只说明已交来的台账，不评价任何单位和个人。",
        "en": "A planning aid: it tells what the sheets handed in tell, and rates nobody.",
    },
}


def report_html(
    found: FiveTables,
    *,
    lang: Lang = "zh",
    map_href: str | None = None,
    book_href: str | None = None,
) -> str:
    """The report as one HTML page that loads nothing.

    Parameters
    ----------
    found
        The tables.
    lang
        Language of headings and definitions; sentences about single areas are in Chinese.
    map_href, book_href
        Where map and workbook lie, beside the report.
    """
    css = (Path(__file__).parents[1] / "page" / "report.css").read_text(encoding="utf-8")
    from markupsafe import Markup

    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    words = {name: texts[lang] for name, texts in _WORDS.items()}
    return _template().render(
        lang="zh-CN" if lang == "zh" else "en",
        csp=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:",
        css=Markup(css),  # noqa: S704 - our own file; escaped, its hash would be another
        title=f"{found.name}共建网络诊断" if lang == "zh" else f"Diagnosis: {found.name}",
        subtitle="Diagnosis of the co-building network" if lang == "zh" else found.name,
        w=words,
        found=found,
        notes=[note.zh if lang == "zh" else note.en for note in found.notes],
        summary=list(summary(found, lang)),
        sections=list(_sections(found, lang)),
        map_href=map_href,
        book_href=book_href,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = (Path(__file__).parents[1] / "page" / "report.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)


def summary(found: FiveTables, lang: Lang = "zh") -> Iterator[str]:
    """The main findings in sentences, each from numbers of a table."""
    zh = lang == "zh"
    counts = {str(verdict): found.summary.get(verdict, 0) for verdict in VERDICTS}
    words = {str(verdict): said[0 if zh else 1] for verdict, said in VERDICTS.items()}
    judged = sum(counts.values())
    weak = sum(counts[v] for v in WEAK)
    watch = sum(counts[v] for v in WATCH)
    level = _LEVELS[found.level][0 if zh else 1]
    named = [f"{words[v]} {n}" for v, n in counts.items() if n and v in WEAK]
    listed = ("、" if zh else ", ").join(named)
    within = f"（{listed}）" if zh and named else f" ({listed})" if named else ""
    yield (
        f"共有{judged}个{level}：薄弱{weak}个{within}，需关注{watch}个，正常{counts['adequate']}个，"
        f"数据不足{counts['unknown']}个。"
        if zh
        else f"{judged} {level}: {weak} weak{within}, {watch} to watch, "
        f"{counts['adequate']} adequate, {counts['unknown']} unknown."
    )
    whole = next(iter(found.table("connectivity").records()), None)
    if whole is not None and whole["covered"]:
        with_hubs, without = whole["main_with_hubs"], whole["main_without_hubs"]
        yield (
            f"有共建数据的{whole['covered']}个{level}中，算上组织有{with_hubs:.1%}连成一片；不算组织，"
            f"只有{without:.1%}连在主网上，分成{whole['parts_without_hubs']}片。"
            if zh
            else f"Of {whole['covered']} {level} with tie data, {with_hubs:.1%} hang together with "
            f"hubs; without them {without:.1%} are in the main component, in "
            f"{whole['parts_without_hubs']} components."
        )
    held = found.table("articulation")
    if held.rows:
        yield (
            f"有{len(held.rows)}家单位，其中任何一家退出都会使至少一个现在不薄弱的{level}变薄弱。"
            if zh
            else f"{len(held.rows)} actors each hold at least one area up: without it the area "
            "would become weak."
        )
    bare = found.table("branches").column("branch").count(False)
    if bare:
        yield (f"有{bare}个网格没有网格党支部。" if zh else f"{bare} grids have no grid branch.")
    needs = len(found.table("needs").rows)
    if needs:
        statuses = found.table("needs").column("status")
        shared, ready = statuses.count("共享缺口"), statuses.count("可对接")
        yield (
            f"有需求{needs}项，其中{ready}项可以直接对接，{shared}项有人提供但缺一条共建关系。"
            if zh
            else f"{needs} needs: {ready} can be matched at once; for {shared} somebody offers "
            "what is needed, but no tie leads there."
        )


def _sections(found: FiveTables, lang: Lang) -> Iterator[dict[str, Any]]:
    """First the verdicts, then the five headings, each with its tables."""
    zh = lang == "zh"
    first = [t for t in found.tables if t.heading is None]
    yield {"title": _WORDS["first"][lang], "other": _WORDS["first"]["en" if zh else "zh"],
           "tables": [_table(t, lang) for t in first]}  # fmt: skip
    for number, (heading, (title, english)) in enumerate(HEADINGS.items()):
        tables = [t for t in found.tables if t.heading == heading]
        yield {
            "title": f"{_NUMERALS[number]}、{title}" if zh else english,
            "other": english if zh else title,
            "tables": [_table(t, lang) for t in tables],
        }


def _table(table: Table, lang: Lang) -> dict[str, Any]:
    zh = lang == "zh"
    rows = _first(table)
    more = len(table.rows) - len(rows)
    more_zh = f"共{len(table.rows)}行，这里列{len(rows)}行，其余见 Excel 和 CSV。"
    more_en = f"{len(table.rows)} rows, {len(rows)} of them here; the rest in the workbook."
    return {
        "name": table.name,
        "title": table.zh if zh else table.en,
        "other": table.en if zh else table.zh,
        "definition": table.definition_zh if zh else table.definition_en,
        "coverage": table.coverage_zh if zh else table.coverage_en,
        "more": (more_zh if zh else more_en) if more else "",
        "columns": [
            {"title": c.zh if zh else c.en, "other": c.en if zh else c.zh, "kind": c.kind}
            for c in table.columns
        ],
        "rows": [
            [shown(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)]
            for row in rows
        ],
    }


def _first(table: Table) -> Sequence[tuple[Any, ...]]:
    """The first rows; of the verdicts those that are weak or to watch."""
    rows = table.rows
    if table.name == "weak_grids":
        calm = {VERDICTS["adequate"][0], VERDICTS["unknown"][0]}
        at = [c.name for c in table.columns].index("verdict")
        rows = tuple(row for row in rows if row[at] not in calm)
    if rows and table.name in ("participation", "silent_units") and len(rows) > ROWS:
        return [*rows[: ROWS - 1], rows[-1]]  # with the sums
    return rows[:ROWS]
