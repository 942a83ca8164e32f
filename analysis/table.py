"""Tables of a diagnosis: typed rows with names and definitions in both languages.

A row is a frozen dataclass whose fields say what they are called and what they hold; its
docstring is the table's definition. Cells hold whole values: command line, JSON, CSV, workbook
and report show the same ones, rounded at most where they are printed. None is "unknown".
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Heading = Literal["network", "team", "service", "activity", "support"]
HEADINGS: dict[Heading, tuple[str, str]] = {
    "network": ("组织网络化", "A network of organisations"),
    "team": ("队伍专业化", "A trained staff"),
    "service": ("服务精细化", "Services that fit"),
    "activity": ("活动经常化", "Activities all the time"),
    "support": ("保障多元化", "Support from many sides"),
}
"""五化, the frame of the report."""
Kind = Literal["text", "list", "count", "share", "number", "flag"]
"""What a column holds: a text, several texts, a whole number, a share of one (0 to 1), another
number, yes or no."""
Cell = str | int | float | bool | tuple[str, ...] | None


class Column(BaseModel):
    """One column. `people` marks numbers of persons, which fall under the small-cell rule."""

    model_config = ConfigDict(frozen=True)

    name: str
    zh: str
    en: str
    kind: Kind
    people: bool = False


class Table(BaseModel):
    """One table of a diagnosis.

    Attributes
    ----------
    name
        Key, the same in every output: a file's name, a sheet's, an anchor.
    heading
        The heading of 五化 that it stands under; None for the verdicts and needs themselves.
    zh, en
        What it is called, as a question of the diagnosis.
    definition_zh, definition_en
        What a row and its numbers mean.
    coverage_zh, coverage_en
        What the data leave unknown; empty where nothing.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    heading: Heading | None
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    coverage_zh: str = ""
    coverage_en: str = ""

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of a column.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        for at, column in enumerate(self.columns):
            if column.name == name:
                return tuple(row[at] for row in self.rows)
        raise KeyError(name)

    def records(self) -> list[dict[str, Cell]]:
        """Rows as dictionaries by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def col(zh: str, en: str, kind: Kind = "count", *, people: bool = False) -> Any:
    """A field of a row class: what the column is called, and what it holds."""
    return field(metadata={"zh": zh, "en": en, "kind": kind, "people": people})


@dataclass(frozen=True)
class Spec:
    """What a table is, besides its rows: `row` is the class of its rows."""

    name: str
    heading: Heading | None
    zh: str
    en: str
    row: type
    definition_zh: str

    def table(self, rows: Iterable[Any], *, unknown: int = 0, of: int = 0) -> Table:
        """The table of some rows; `unknown` of `of` areas have no data for it.

        Examples
        --------
        >>> @dataclass(frozen=True)
        ... class Row:
        ...     '''Grids and their names.'''
        ...     code: str = col("编码", "code", "text")
        >>> spec = Spec("grids", None, "网格", "grids", Row, "网格及其名称。")
        >>> spec.table([Row("g1")], unknown=1, of=2).coverage_en
        'No data for 1 of 2 areas: unknown, which is not none.'
        """
        columns = tuple(Column(name=f.name, **f.metadata) for f in fields(self.row))
        names = [column.name for column in columns]
        return Table(
            name=self.name,
            heading=self.heading,
            zh=self.zh,
            en=self.en,
            definition_zh=self.definition_zh,
            definition_en=" ".join(inspect.getdoc(self.row).split()),  # type: ignore[union-attr]
            columns=columns,
            rows=tuple(tuple(getattr(row, name) for name in names) for row in rows),
            coverage_zh=f"{of}个区域中有{unknown}个没有这方面的数据，列为不明，不等于没有。"
            if unknown
            else "",
            coverage_en=f"No data for {unknown} of {of} areas: unknown, which is not none."
            if unknown
            else "",
        )
