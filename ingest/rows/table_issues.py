"""The issues of a table: each with the file, the sheet and the cell that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.model.issue import Issue
from graph.model.issues import issue_codes, make_issue
from ingest.kinds.row import Row
from ingest.rows.columns import SourceColumn, TableColumns, cell_at
from ingest.sheets.headers import ColumnUse
from ingest.values.cells import CellProblem, shown
from ingest.values.person_names import without_persons
from ingest.values.sheet_words import field_word


@dataclass(slots=True)
class TableIssues:
    """Issues in the order in which they were found."""

    file: str
    sheet: str
    issues: list[Issue] = field(default_factory=list)

    def add(self, code: str, **params: Any) -> None:
        self.issues.append(make_issue(code, file=self.file, sheet=self.sheet, **params))

    def add_header(self, columns: TableColumns, header_row: int) -> None:
        """What there is to tell about columns: those known by their cells alone, and those
        that another column stands in for.
        """
        layout = columns.layout
        for use in layout.uses:
            if use.by == "content":
                name = field_word(layout.kind, use.fields[0]) if use.fields else None
                self.add(
                    "column_by_content",
                    row=header_row,
                    **_place(use),
                    header=use.head.text,
                    name=name or "个人信息（不保存）",
                )
        for header, used in layout.seconds:
            self.add("column_second", row=header_row, column=header, header=header, used=used)

    def add_problems(self, row: Row, columns: TableColumns, filled: Sequence[Any]) -> bool:
        """Turn a row's problems into issues; say whether one rejects it."""
        rejected = False
        for name, problem in row.problems:
            level = _level(problem)
            rejected |= level == "error"
            source = columns.source_of(name)
            text = problem.shown
            if source is not None and text is None:
                text = _shown(source, filled)
            self.add(
                problem.code,
                row=row.number,
                **(_place(source.use) if source else {}),
                shown=text,
                level=level,
                **_safe(problem.params),
            )
        return rejected


def is_grave(problem: CellProblem) -> bool:
    """Whether a cell with this problem can't be used, if it gives no value."""
    return _level(problem) != "info"


def _level(problem: CellProblem) -> str:
    return problem.level or issue_codes()[problem.code]["level"]


def _shown(source: SourceColumn, filled: Sequence[Any]) -> str | None:
    """A cell as an issue may show it."""
    text = without_persons(shown(cell_at(filled, source.index)))
    if text and source.spec.is_personal:
        return "****"
    return text or None


def _safe(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a message quotes of a cell, without persons."""
    return {
        name: without_persons(value) if name in ("word", "text", "reading") else value
        for name, value in params.items()
    }


def _place(use: ColumnUse) -> dict[str, str]:
    return {"column": use.head.text, "letter": use.head.letter}
