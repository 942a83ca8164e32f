"""The columns of a table as they are read: readers, what a mapping taught, known cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graph.model.dataset import SheetColumn
from graph.model.issues import issue_codes
from graph.names.plain import community_key
from ingest.kinds.kinds import field_of
from ingest.kinds.row import Row
from ingest.rows.cell_account import columns_mask
from ingest.sheets.headers import ColumnUse, SheetLayout
from ingest.sheets.mapping import SheetMapping
from ingest.values.cells import CellProblem, CellReading, Flaw, Raw, shown
from ingest.values.fields import CERTIFICATE, Field, Reader, Word, reader_for
from ingest.values.person_names import mask_free_text, mask_place
from ingest.values.personal_numbers import MASK, mask_numbers
from ingest.values.sheet_words import match_key, value_of
from ingest.values.text import is_empty, is_null

_CACHE_MAX = 50_000
"""Cells of a column that are kept with their readings."""


@dataclass(slots=True)
class SourceColumn:
    """A column that feeds one field."""

    name: str
    """The field of the statement."""
    index: int
    use: ColumnUse
    spec: Field
    read: Reader
    cache: dict[Raw, CellReading] | None
    """Readings of cells; none of personal ones."""
    words: dict[str, str | None]
    """What a mapping says of words: match key -> the text that it stands for."""
    mapping: SheetMapping | None
    """The mapping that names placeholders of this field."""
    bit: int = field(init=False)
    """The column in a mask of cells."""

    def __post_init__(self) -> None:
        self.bit = 1 << self.index

    def value(self, raw: Raw) -> CellReading:
        if self.cache is None or isinstance(raw, bool):
            return self._value(raw)
        reading = self.cache.get(raw)
        if reading is None:
            if len(self.cache) >= _CACHE_MAX:
                self.cache.clear()
            reading = self.cache[raw] = self._value(raw)
        return reading

    def _value(self, raw: Raw) -> CellReading:
        if self.mapping and self.mapping.is_unknown(self.name, raw):
            return None, None
        if self.words and not isinstance(raw, Flaw):
            key = match_key(shown(raw))
            if key in self.words:
                text = self.words[key]
                if text is None:
                    return None, None
                if self.spec.form == "word":
                    return Word(shown(raw), value_of(text, *self.spec.lists)), None
                raw = text
        return _without_persons(self.read(raw), self.spec)

    def cell(self, cells: Sequence[Raw], filled: Sequence[Raw]) -> CellReading:
        """The column's cell in a row, as it stands or with merged cells filled down."""
        index = self.index
        raw = filled[index] if index < len(filled) else None
        if raw is None or raw == "":
            return None, None
        if self.spec.is_number and is_empty(cell_at(cells, index)):
            return None, CellProblem("number_merged")
        value, problem = self.value(raw)
        if problem is not None and isinstance(raw, Flaw):
            level = None if self.spec.key else "warning"
            problem = CellProblem(raw.code, {"text": raw.text}, level=level)
        return value, problem

    @property
    def holds_names(self) -> bool:
        """Whether the column holds names of persons, of which only a count or a yes is kept."""
        if self.spec.form == "cross":
            return True
        return self.spec.form == "workers" and any(
            isinstance(raw, str) and not any(c.isdigit() for c in raw) and not is_null(raw)
            for raw in self.cache or ()
        )


@dataclass(slots=True)
class TableColumns:
    """The columns of one table."""

    layout: SheetLayout
    epoch_1904: bool
    """The workbook's flag for serial dates."""
    cells_of: Callable[[int], Iterable[Raw]] = lambda _: ()
    """Gives all cells of a column, where one can't be read without the others."""
    sources: list[SourceColumn] = field(init=False)
    headers: dict[str, str] = field(init=False)
    """Field -> header, for messages."""
    serials: frozenset[int] = field(init=False)
    """Columns that number the rows."""
    used: frozenset[int] = field(init=False)
    """Columns under a header."""
    under_header: int = field(init=False)
    """The same as a mask."""
    doubles: int = field(init=False)
    """Mask of further columns under the same header, which `compare_doubles` reads."""
    aside: int = field(init=False)
    """Mask of columns that hold no data of ours: serial numbers, personal things."""
    unread: int = field(init=False)
    """Mask of columns whose headers no field stands for."""
    _doubles: list[tuple[SourceColumn, ColumnUse]] = field(init=False)
    _constants: dict[str, Any] = field(default_factory=dict)
    _only: list[tuple[int, frozenset[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        uses = self.layout.uses
        fed = [(name, use) for use in uses for name in use.fields]
        self.sources = [self._source(name, use) for name, use in fed]
        self.headers = {name: use.head.text for name, use in fed}
        self._doubles = [
            (source, double)
            for (name, _), source in zip(fed, self.sources, strict=True)
            for double in self.layout.doubles.get(name, ())
        ]
        self.serials = frozenset(u.head.index for u in uses if u.role == "serial")
        self.used = frozenset(u.head.index for u in uses)
        self.under_header = columns_mask(self.used)
        self.doubles = columns_mask(double.head.index for _, double in self._doubles)
        self.aside = columns_mask(u.head.index for u in uses if u.role in ("serial", "dropped"))
        self.unread = columns_mask(u.head.index for u in uses if u.role == "ignored")
        mapping = self.layout.mapping
        if mapping is None:
            return
        by_header = {match_key(u.head.text): u.head.index for u in uses}
        for header, texts in mapping.only.items():
            index = by_header.get(match_key(header))
            if index is not None:
                self._only.append((index, frozenset(match_key(t) for t in texts)))
        for name, value in mapping.constants.items():
            target = self._target(name)
            spec = field_of(self.layout.kind, target)
            read = reader_for(target, spec, unit=None, epoch_1904=False)
            self._constants[target] = read(value)[0]

    def _target(self, name: str) -> str:
        """The field of the statement; `place` is of the level that the mapping says."""
        mapping = self.layout.mapping
        return mapping.place_level if name == "place" and mapping and mapping.place_level else name

    def _source(self, name: str, use: ColumnUse) -> SourceColumn:
        mapping = self.layout.mapping
        spec = field_of(self.layout.kind, name)
        if name == "uscc" and "证书" in use.head.text:
            spec = CERTIFICATE
        taught = mapping.words.get(name, {}) if mapping else {}
        return SourceColumn(
            name=self._target(name),
            index=use.head.index,
            use=use,
            spec=spec,
            read=reader_for(
                name,
                spec,
                unit=use.unit,
                epoch_1904=self.epoch_1904,
                cells=partial(self.cells_of, use.head.index),
            ),
            cache=None if spec.is_personal else {},
            words={match_key(word): text for word, text in taught.items()},
            mapping=mapping if mapping and name in mapping.unknown else None,
        )

    def source_of(self, name: str) -> SourceColumn | None:
        return next((s for s in self.sources if s.name == name), None)

    def is_left_out(self, filled: Sequence[Raw]) -> bool:
        """Whether the mapping wants only rows with other texts."""
        return any(match_key(shown(cell_at(filled, i))) not in texts for i, texts in self._only)

    def add_constants(self, row: Row) -> None:
        """Values that the mapping gives to rows that have none."""
        for name, value in self._constants.items():
            if row.values.get(name) is None:
                row.values[name] = value

    def compare_doubles(self, row: Row, filled: Sequence[Raw]) -> None:
        """A header that stands twice: harmless where the second agrees or is empty."""
        for source, double in self._doubles:
            raw = cell_at(filled, double.head.index)
            if is_empty(raw):
                continue
            value, _ = source.value(raw)
            first = row.values.get(source.name)
            if first is None:
                row.values[source.name] = value
            elif value is not None and not _agree(source.name, value, first):
                params = {"header": double.head.text}
                row.problems.append((source.name, CellProblem("column_repeated", params, MASK)))

    # ------------------------------------------------------------------ for the dataset

    def read(self) -> dict[str, SheetColumn]:
        """Field of the statement -> column."""
        return {
            s.name: SheetColumn(letter=s.use.head.letter, header=s.use.head.text)
            for s in self.sources
            if not s.spec.is_personal
        }

    def dropped(self) -> tuple[str, ...]:
        """Headers of personal columns."""
        uses = [u for u in self.layout.uses if u.role == "dropped"]
        uses += [s.use for s in self.sources if s.spec.is_personal or s.holds_names]
        return tuple(dict.fromkeys(u.head.text for u in sorted(uses, key=lambda u: u.head.index)))

    def ignored(self) -> tuple[str, ...]:
        """Headers that no field stands for."""
        unused = (u for u in self.layout.uses if u.role == "ignored" and not u.fields)
        return tuple(dict.fromkeys(u.head.text for u in unused))


def _without_persons(reading: CellReading, spec: Field) -> CellReading:
    """A reading without numbers of persons, and names as far as they can be told in a cell."""
    value, problem = reading
    hide = _HIDERS[spec.holds]
    if spec.is_personal or not isinstance(value, str | tuple | Word):
        return reading
    told: Any
    if isinstance(value, str):
        told = hide(value)
    elif isinstance(value, Word):
        told = value if value.value is not None else Word(hide(value.text), None)
    elif all(isinstance(v, str) for v in value):
        told = tuple(dict.fromkeys(map(hide, value)))
    else:
        return reading  # a period, an amount
    if told == value:
        return reading
    if spec.form in _CODES:
        return None, CellProblem("personal_in_text", shown=MASK)  # a number of a person is no code
    kept = problem is not None and issue_codes()[problem.code]["level"] != "info"
    if problem is None or problem.code == "personal_in_text" or not kept:
        problem = CellProblem(
            "personal_in_text", shown=told[:60] if isinstance(told, str) else MASK
        )
    return told, problem


_CODES = frozenset({"uscc", "usccs", "certificate", "division", "grid_code"})
_HIDERS: dict[str, Callable[[str], str]] = {
    "text": mask_free_text,
    "places": mask_place,
    "codes": partial(mask_numbers, codes=True),
    "bodies": mask_numbers,
}
"""How persons are hidden in a cell; names beside bodies are for the row to see."""


def cell_at(cells: Sequence[Raw], index: int) -> Raw:
    """A row's cell; None beyond its end."""
    return cells[index] if index < len(cells) else None


def _agree(name: str, first: Any, second: Any) -> bool:
    """Whether two cells under one header say the same, by match keys."""
    if isinstance(first, str) and isinstance(second, str):
        key = community_key if name in ("community", "home_community") else match_key
        return key(first) == key(second)
    return bool(first == second)
