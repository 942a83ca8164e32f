"""Write the pages of the documentation that follow from data: `python docs/generate.py`."""

from __future__ import annotations

from pathlib import Path

from graph.model.issues import issue_codes

HERE = Path(__file__).resolve().parent
_LEVELS = {"error": "错误 error", "warning": "提醒 warning", "info": "说明 info"}
_HEAD = """\
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


def issues_page() -> str:
    """The page of issue codes, from their templates."""
    rows = [
        f"| `{code}` | {_LEVELS[entry['level']]} | {_cell(entry['zh'])}<br>{_cell(entry['en'])} |\n"
        for code, entry in sorted(issue_codes().items())
    ]
    return _HEAD + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


if __name__ == "__main__":
    (HERE / "issues.md").write_text(issues_page(), encoding="utf-8")
