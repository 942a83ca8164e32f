"""Results as tables: what a column is called and how it is read from a record, declared together.

One declaration serves the table for people, in the language of the call, and the CSV, whose
headings are the keys that the JSON has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.call import Call, Format
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, print_table, write_out
from graph.model.readable import readable

if TYPE_CHECKING:
    from pydantic import BaseModel

    from graph.model.texts import Bilingual


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column; `read` is the name of a field, or what makes the cell of a record."""

    zh: str
    en: str
    read: str | Callable[[Any], Any]
    wide: bool = False
    """Takes the room that is left on a terminal, and folds its text."""

    def cell(self, record: Any) -> Any:
        """The column's cell of one record; None where a mapping lacks it."""
        if callable(self.read):
            return self.read(record)
        if isinstance(record, Mapping):
            return record.get(self.read)
        return getattr(record, self.read)


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Some records under some columns.

    Examples
    --------
    >>> grids = RecordTable([RecordColumn("名称", "name", "name")], [{"name": "=第一网格"}])
    >>> grids.csv().splitlines()
    ['name', "'=第一网格"]
    """

    columns: Sequence[RecordColumn]
    records: Sequence[Any]
    style: Callable[[Any], str | None] | None = None
    """The style of a record's row on a terminal."""

    def rows(self) -> list[list[Any]]:
        """One row a record."""
        return [[column.cell(record) for column in self.columns] for record in self.records]

    def csv(self) -> str:
        """As CSV text, without the byte order mark."""
        return csv_text([column.en for column in self.columns], self.rows())

    def show(self, call: Call) -> None:
        """Print it for people."""
        wide = [at for at, column in enumerate(self.columns) if column.wide]
        print_table(
            [call.say(column.zh, column.en) for column in self.columns],
            self.rows(),
            wide=wide[0] if wide else None,
            styles=[self.style(record) for record in self.records] if self.style else (),
        )


def by_key(keys: Iterable[str]) -> list[RecordColumn]:
    """Columns that are called as the fields that they hold, for a CSV."""
    return [RecordColumn(key, key, key) for key in keys]


def one_row(values: Mapping[str, Any]) -> RecordTable:
    """One record, with a column for each of its values."""
    return RecordTable(by_key(values), [values])


def write_result(
    call: Call, result: BaseModel, csv: Callable[[], RecordTable], show: Callable[[], object]
) -> int:
    """Print a result in the form that the call asks for; only that form is made."""
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        write_out(csv().csv(), encoding="utf-8-sig")
    else:
        show()
    return DONE


def write_paths(call: Call, paths: Iterable[Path], show: Callable[[], object]) -> int:
    """Print where files were written."""
    written = [readable(str(path)) for path in paths]
    if call.format is Format.JSON:
        write_out(json.dumps({"out": written}, ensure_ascii=False, indent=2) + "\n")
    elif call.format is Format.CSV:
        write_out(csv_text(["out"], [[path] for path in written]), encoding="utf-8-sig")
    else:
        show()
    return DONE


def print_notes(call: Call, notes: Iterable[Bilingual]) -> None:
    """Print what to know about the whole, a line each."""
    for note in notes:
        print_line(call.say(note.zh, note.en))
