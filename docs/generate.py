"""Write the pages of the documentation that follow from code and data: `make docs`."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from analysis.weak.results import VERDICTS
from graph.model import vocabulary
from graph.model.issues import issue_codes
from graph.model.labels import Label, TieType
from graph.model.signs import sign_codes

HERE = Path(__file__).resolve().parent
ROOMS = ("gongjian", "cli", "api", "maps", "ingest", "analysis", "graph")
_LEVELS = {"error": "错误 error", "warning": "提醒 warning", "info": "说明 info"}
_ISSUES_HEAD = """\
# 问题代码 / Issue codes

导入时发现的每个问题都有代码、位置（文件、工作表、行、列、单元格）和改法。花括号是随问题而变的内容。
Every issue of an import has a code, a place (file, sheet, row, column, cell) and the cure. Braces
hold what differs from case to case.

- 错误：该行（或该表）没有导入。error: the row (or the sheet) was not imported.
- 提醒：已导入，但请核对。warning: imported, but check it.
- 说明：供了解。info: for your knowledge.

本页由 `make docs` 从 `graph/data/issues.yaml` 生成。This page is made by `make docs`.

| 代码 code | 级别 level | 内容 message |
|---|---|---|
"""
_SIGNS_HEAD = """\
# 疑点 / Signs

回执里的疑点：这张表可能读错了，错在哪几格，怎么办。有重大疑点又没有人答复的表先不导入；
核对无误，用 `--accept 代码` 答复这一次，或在终端、网页上答复一次，以后同样表式不再问。
A sign says that a table may have been read wrongly, where, and what to do. A table with a grave
sign that nobody answered is held back: `--accept CODE` answers for one call, a person at the
terminal or on the page once for a layout.

本页由 `make docs` 从 `graph/data/signs.yaml` 生成。This page is made by `make docs`.

| 代码 code | 重大 grave | 内容 message | 怎么办 cure |
|---|---|---|---|
"""
_GLOSSARY_HEAD = """\
# 词汇 / Glossary

一物一词：中文词、英文词、类型、在代码中的位置。本页由 `make docs` 从代码生成。
One word for one thing: Chinese, English, type, where it stands. Made from the code by `make docs`.

"""
_LABEL_WORDS: dict[Label, str] = {
    Label.CITY: "市",
    Label.DISTRICT: "区县",
    Label.STREET: "街道",
    Label.COMMUNITY: "社区",
    Label.GRID: "网格",
    Label.BUILDING: "楼栋",
    Label.ORGANIZATION: "组织",
    Label.RESIDENT_UNIT: "驻区单位",
    Label.SOCIAL_ORGANIZATION: "社会组织",
    Label.MEMBER: "在职党员",
    Label.VOLUNTEER: "志愿者",
    Label.RESOURCE: "资源",
    Label.NEED: "需求",
    Label.PROJECT: "项目",
    Label.LINKAGE: "联动",
    Label.ACTIVITY: "活动",
    Label.FUND: "经费",
    Label.DATASET: "数据",
}
_TIE_WORDS: dict[TieType, str] = {
    TieType.PART_OF: "属于",
    TieType.SUBORDINATE_TO: "隶属",
    TieType.COVERS: "覆盖",
    TieType.LOCATED_IN: "坐落",
    TieType.CO_BUILDS: "共建",
    TieType.REPORTS_TO: "报到",
    TieType.WORKS_AT: "任职",
    TieType.VOLUNTEERS_WITH: "参加志愿队",
    TieType.SERVES: "服务",
    TieType.CONTACTS: "包联",
    TieType.PARTICIPATES: "参与",
    TieType.OFFERS: "提供",
    TieType.REQUESTS: "提出",
    TieType.MATCHES: "对接",
    TieType.FUNDS: "资助",
}
_LISTS = {
    "LEVEL_WORDS": "级别 levels, `Level`",
    "PART_WORDS": "需求的部分 parts of a need, `NeedParts`",
    "SHEET_WORDS": "表格种类 kinds of sheet, `SheetKind`",
    "ORGANIZATION_KINDS": "组织种类 `kind` of `Organization`",
    "UNIT_KINDS": "单位性质 `kind` of `ResidentUnit`",
    "SOCIAL_KINDS": "社会组织类别 `kind` of `SocialOrganization`",
    "KIND_WORDS": "伙伴类别 classes of partner, `partner_kinds`",
    "MECHANISMS": "共建机制 `mechanism` of `CO_BUILDS`",
    "RESOURCE_KINDS": "资源种类 `kind` of `Resource`",
    "SERVICES": "五项服务 `service` of needs and resources",
    "LINKAGE_KINDS": "联动种类 `kind` of `Linkage`",
    "FUND_KINDS": "经费来源 `kind` of `Fund`",
    "ROLES": "参与角色 `role` of `PARTICIPATES`",
    "PROGRESS": "进展 `status` of projects and matches",
}


def issues_page() -> str:
    """The page of issue codes, from their templates."""
    rows = [
        f"| `{code}` | {_LEVELS[entry['level']]} | {_cell(entry['zh'])}<br>{_cell(entry['en'])} |\n"
        for code, entry in sorted(issue_codes().items())
    ]
    return _ISSUES_HEAD + "".join(rows)


def signs_page() -> str:
    """The page of signs, from their templates."""
    rows = [
        f"| `{code}` | {'是 yes' if entry['grave'] else ''} | {_cell(entry['zh'])}<br>"
        f"{_cell(entry['en'])} | {_cell(entry['cure_zh'])}<br>{_cell(entry['cure_en'])} |\n"
        for code, entry in sign_codes().items()
    ]
    return _SIGNS_HEAD + "".join(rows)


def glossary_page() -> str:
    """The page of words, from labels, verdicts and the closed lists of the vocabulary."""
    parts = [
        _section("节点 nodes, `Label`", "graph/model/labels.py", _LABEL_WORDS),
        _section("关系 ties, `TieType`", "graph/model/labels.py", _TIE_WORDS),
        _section("判断 verdicts, `Verdict`", "analysis/weak/results.py", VERDICTS),
    ]
    for name, title in _LISTS.items():
        where = f"graph/model/vocabulary.py `{name}`"
        parts.append(_section(title, where, getattr(vocabulary, name)))
    return _GLOSSARY_HEAD + "\n".join(parts)


def _section(title: str, where: str, words: Mapping[Any, Any]) -> str:
    lines = [f"## {title}\n", f"{where}\n", "| 中文 zh | 英文 en | 值 value |", "|---|---|---|"]
    for value, word in words.items():
        zh, en = (word, str(value).replace("_", " ")) if isinstance(word, str) else word[:2]
        lines.append(f"| {zh} | {en} | `{value}` |")
    return "\n".join(lines) + "\n"


def rooms_picture() -> str:
    """The rooms and sub-rooms as layers: each stands above what it imports."""
    lines = ["```text"]
    for room in ROOMS:
        lines.append(room)
        layers = _layers(_imports_between_parts(room))
        lines.extend("    " + "  ".join(layer) for layer in layers)
    return "\n".join([*lines, "```"])


def architecture_page() -> str:
    """The page on the architecture, its picture made anew."""
    text = (HERE / "architecture.md").read_text(encoding="utf-8")
    picture = f"<!-- picture -->\n{rooms_picture()}\n<!-- end of picture -->"
    return re.sub(r"<!-- picture -->.*<!-- end of picture -->", lambda _: picture, text, flags=re.S)


def _imports_between_parts(room: str) -> dict[str, set[str]]:
    """Part of a room (a sub-room, or a file beside them) -> parts of it that it imports."""
    graph: dict[str, set[str]] = defaultdict(set)
    root = HERE.parent / room
    for path in sorted(root.rglob("*.py")):
        if path == root / "__init__.py":
            continue
        part = path.relative_to(root).parts[0].removesuffix(".py")
        graph[part] |= {p for p in _imported_parts(path, room) if p != part}
    return graph


def _imported_parts(path: Path, room: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == room:
                yield from (alias.name for alias in node.names)
            elif node.module.startswith(f"{room}."):
                yield node.module.split(".")[1]


def _layers(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Parts in layers, the top one first; a part stands right above what it imports.

    Raises
    ------
    CycleError
        If parts import one another in a circle.
    """
    height: dict[str, int] = {}
    for part in TopologicalSorter(graph).static_order():
        height[part] = max((height[b] + 1 for b in graph.get(part, ())), default=0)
    top = max(height.values(), default=0)
    return [sorted(p for p, h in height.items() if h == n) for n in range(top, -1, -1)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


PAGES = {
    "issues.md": issues_page,
    "signs.md": signs_page,
    "glossary.md": glossary_page,
    "architecture.md": architecture_page,
}

if __name__ == "__main__":
    for page, make in PAGES.items():
        (HERE / page).write_text(make(), encoding="utf-8")
