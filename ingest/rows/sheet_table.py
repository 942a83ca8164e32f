"""One table of a sheet: its columns as they are read, and its rows as statements.

Rows go through one at a time. A row is rejected where one of its problems is an error; rows
read are rows kept and rows rejected, and totals and notes at the foot are neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.model.dataset import SheetColumn
from graph.model.issue import Issue
from graph.model.issues import issue_codes, make_issue
from graph.model.rows import Statement
from graph.names.plain import community_key
from ingest.files.raw import RawSheet
from ingest.files.xlsx_facts import column_letters
from ingest.rows.row import Row
from ingest.rows.statements import build
from ingest.sheets.headers import Layout, Use
from ingest.sheets.mapping import SheetMapping
from ingest.sheets.titles import Heading, read_heading
from ingest.values.best_written import best_written
from ingest.values.cells import Flaw, Problem, Raw, shown
from ingest.values.fields import Field, Reader, Word, field_of, reader_for
from ingest.values.sheet_words import field_word, match_key, value_of, words
from ingest.values.text import is_empty, is_null, mask_numbers

_CACHED_FORMS = frozenset({"person", "id", "phone"})
_CACHE_MAX = 50_000


@dataclass(slots=True)
class _Source:
    """A column as it is read."""

    name: str
    use: Use
    spec: Field
    read: Reader
    cache: dict[Any, tuple[Any, Problem | None]] | None
    words: dict[str, str | None]
    mapping: SheetMapping | None

    def value(self, raw: Raw) -> tuple[Any, Problem | None]:
        if self.cache is None or isinstance(raw, bool):
            return self._value(raw)
        found = self.cache.get(raw)
        if found is None:
            if len(self.cache) >= _CACHE_MAX:
                self.cache.clear()
            found = self.cache[raw] = self._value(raw)
        return found

    def _value(self, raw: Raw) -> tuple[Any, Problem | None]:
        if self.mapping and self.mapping.is_unknown(self.name, raw):
            return None, None
        if self.words and not isinstance(raw, Flaw):
            key = match_key(shown(raw))
            if key in self.words:
                told = self.words[key]
                if told is None:
                    return None, None
                if self.spec.form == "word":
                    return Word(shown(raw), value_of(told, *self.spec.lists)), None
                raw = told
        return self.read(raw)


@dataclass(slots=True)
class Table:
    """One table being read."""

    layout: Layout
    heading: Heading
    file: str
    sheet: RawSheet
    secret: bytes
    scoped: bool
    header_row: int
    open_right: bool = True
    """Whether filled cells to the right of the header are this table's to tell about."""
    rows: list[Statement] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    rows_read: int = 0
    rows_rejected: int = 0
    no_data: int = 0
    left_out: int = 0
    hidden: int = 0
    late: list[list[Raw]] = field(default_factory=list)
    """Rows at the foot that may give 填报单位 or 填报日期."""
    cleaned: dict[int, dict[int, str | int | float]] | None = None
    """Where a cleaned copy is wanted: row -> column -> the cell as it should be written."""
    rejected: list[int] = field(default_factory=list)
    """Numbers of the rejected rows."""
    _sources: list[_Source] = field(default_factory=list)
    _doubles: list[tuple[_Source, Use]] = field(default_factory=list)
    _headers: dict[str, str] = field(default_factory=dict)
    _letters: dict[str, str] = field(default_factory=dict)
    _serials: frozenset[int] = frozenset()
    _used: frozenset[int] = frozenset()
    _only: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    _constants: dict[str, Any] = field(default_factory=dict)
    _noted: bool = False
    _told: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        layout, mapping = self.layout, self.layout.mapping
        for use in layout.uses:
            for name in use.fields:
                source = self._source(name, use)
                self._sources.append(source)
                self._headers[name] = use.head.text
                self._letters[name] = use.head.letter
                self._doubles += [(source, double) for double in layout.doubles.get(name, ())]
        self._serials = frozenset(u.head.index for u in layout.uses if u.role == "serial")
        self._used = frozenset(u.head.index for u in layout.uses)
        if mapping:
            self._settle_mapping(mapping)
        for use in layout.uses:
            if use.by == "content":
                self._tell_content(use)
        for header, used in layout.seconds:
            self.issues.append(
                make_issue(
                    "column_second",
                    file=self.file,
                    sheet=self.sheet.name,
                    row=self.header_row,
                    column=header,
                    header=header,
                    used=used,
                )
            )

    def _tell_content(self, use: Use) -> None:
        name = field_word(self.layout.kind, use.fields[0]) if use.fields else "个人信息（不保存）"
        self.issues.append(
            make_issue(
                "column_by_content",
                file=self.file,
                sheet=self.sheet.name,
                row=self.header_row,
                column=use.head.text,
                letter=use.head.letter,
                header=use.head.text,
                name=name,
            )
        )

    def _source(self, name: str, use: Use) -> _Source:
        layout, mapping = self.layout, self.layout.mapping
        known = "street" if name == "place" else name
        spec = field_of(layout.kind, known)
        if name == "uscc" and "证书" in use.head.text:
            spec = Field("certificate", key=True)
        target = name
        if name == "place" and mapping and mapping.place_level:
            target = mapping.place_level
        taught = mapping.words.get(name, {}) if mapping else {}
        return _Source(
            name=target,
            use=use,
            spec=spec,
            read=reader_for(name, spec, unit=use.unit, epoch_1904=self.sheet.epoch_1904),
            cache=None if spec.form in _CACHED_FORMS else {},
            words={match_key(k): v for k, v in taught.items()},
            mapping=mapping if mapping and name in mapping.unknown else None,
        )

    def _settle_mapping(self, mapping: SheetMapping) -> None:
        by_header = {match_key(u.head.text): u.head.index for u in self.layout.uses}
        for header, texts in mapping.only.items():
            index = by_header.get(match_key(header))
            if index is not None:
                self._only.append((index, frozenset(match_key(t) for t in texts)))
        for name, value in mapping.constants.items():
            target = mapping.place_level if name == "place" and mapping.place_level else name
            spec = field_of(self.layout.kind, target)
            read = reader_for(target, spec, unit=None, epoch_1904=False)
            self._constants[target] = read(value)[0]

    # ------------------------------------------------------------------------ rows

    def add(self, number: int, cells: Sequence[Raw], filled: Sequence[Raw], lone: bool) -> None:
        """One row of the sheet: as it stands, and with merged cells filled down."""
        first, last = self.layout.first, self.layout.last
        end = max(last + 1, len(cells)) if self.open_right else last + 1
        inside = [
            i
            for i, c in enumerate(cells[first:end], start=first)
            if c != "" and c is not None and not (isinstance(c, str) and c.isspace())
        ]
        if not inside:
            return
        if self._is_foot(cells, inside, lone):
            self.no_data += 1
            self.late.append([cells[i] for i in inside])
            return
        if all(i in self._serials for i in inside):
            return
        if any(_key(filled, i) not in texts for i, texts in self._only):
            self.left_out += 1
            return
        self.rows_read += 1
        self.hidden += number in self.sheet.hidden_rows
        self._read(number, cells, filled, inside)

    def _is_foot(self, cells: Sequence[Raw], inside: list[int], lone: bool) -> bool:
        """Whether a row is a total or a note, or numbers the columns below the header."""
        told = cells[inside[0]]
        if not self.rows_read and len(inside) > 2:
            counted = [shown(cells[i]) for i in inside]
            if counted == [str(n) for n in range(1, len(inside) + 1)]:
                return True
        if isinstance(told, str):
            key = match_key(told) if len(told) <= 500 else ""
            if key.startswith(words().totals):
                return True
            if key.startswith(words().notes) and not key.startswith(words().no_footer):
                self._noted = True
                return True
        if self._noted and lone and len(self._used) > 2:
            return isinstance(told, str)
        self._noted = False
        return False

    def _read(
        self, number: int, cells: Sequence[Raw], filled: Sequence[Raw], inside: list[int]
    ) -> None:
        row = Row(number, {}, self.secret, self.scoped, self._headers)
        width = len(filled)
        values = row.values
        for source in self._sources:
            index = source.use.head.index
            raw = filled[index] if index < width else None
            if raw is None or raw == "":
                value, problem = None, None
            elif source.spec.is_number and (index >= len(cells) or is_empty(cells[index])):
                value, problem = None, Problem("number_merged")
            else:
                value, problem = source.value(raw)
                if problem is not None and isinstance(raw, Flaw):
                    level = None if source.spec.key else "warning"
                    problem = Problem(raw.code, {"text": raw.text}, level=level)
                if self.cleaned is not None:
                    self._clean(number, source, raw, value, problem)
            if values.get(source.name) is None:
                values[source.name] = value
            if problem is not None:
                row.problems.append((source.name, problem))
        for source, double in self._doubles:
            self._compare(row, source, double, filled)
        for name, value in self._constants.items():
            if values.get(name) is None:
                values[name] = value
        statements = build(self.layout.kind, row)
        rejected = self._tell(row, filled)
        rejected |= self._surplus(number, cells, inside)
        if rejected or not statements:
            self.rows_rejected += 1
            self.rejected.append(number)
        else:
            self.rows.extend(statements)

    def _clean(
        self, number: int, source: _Source, raw: Raw, value: Any, problem: Problem | None
    ) -> None:
        """Note how a cell is best written, where that says exactly the same."""
        if self.cleaned is None or source.spec.is_personal or source.words or source.mapping:
            return
        better = best_written(raw, value, problem, source.value)
        if better is not None:
            self.cleaned.setdefault(number, {})[source.use.head.index] = better

    def _compare(self, row: Row, source: _Source, double: Use, filled: Sequence[Raw]) -> None:
        """A header that stands twice: harmless where the second agrees or is empty."""
        index = double.head.index
        raw = filled[index] if index < len(filled) else None
        if is_empty(raw):
            return
        value, _ = source.value(raw)
        if row.values.get(source.name) is None:
            row.values[source.name] = value
        elif value is not None and not _agree(source.name, value, row.values[source.name]):
            row.problems.append(
                (source.name, Problem("column_repeated", {"header": double.head.text}, "***"))
            )

    def _tell(self, row: Row, filled: Sequence[Raw]) -> bool:
        """Turn a row's problems into issues; say whether one rejects it."""
        rejected = False
        for name, problem in row.problems:
            level = problem.level or issue_codes()[problem.code]["level"]
            rejected |= level == "error"
            self.issues.append(self._issue(row.number, name, problem, level, filled))
        return rejected

    def _issue(
        self, number: int, name: str, problem: Problem, level: str, filled: Sequence[Raw]
    ) -> Issue:
        source = next((s for s in self._sources if s.name == name), None)
        text = problem.shown
        if source is not None and text is None:
            index = source.use.head.index
            raw = filled[index] if index < len(filled) else None
            text = mask_numbers(shown(raw)) or None
            if text and source.spec.is_personal:
                text = "****"
        return make_issue(
            problem.code,
            file=self.file,
            sheet=self.sheet.name,
            row=number,
            column=source.use.head.text if source else None,
            letter=source.use.head.letter if source else None,
            shown=text,
            level=level,
            **problem.params,
        )

    def _surplus(self, number: int, cells: Sequence[Raw], inside: list[int]) -> bool:
        """Filled cells under no header: in a CSV beyond it, the row has shifted."""
        for i in inside:
            if i in self._used:
                continue
            shifted = self.sheet.is_text and i > self.layout.last
            if not shifted and i in self._told:
                continue  # a whole column without a header is told once
            self._told.add(i)
            # what stands there may be anything, a phone number too
            issue = make_issue(
                "cells_surplus",
                file=self.file,
                sheet=self.sheet.name,
                row=number,
                letter=column_letters(i),
                shown="***",
                level="error" if shifted else "warning",
            )
            self.issues.append(issue)
            return shifted
        return False

    # --------------------------------------------------------------------- the end

    def columns(self) -> dict[str, SheetColumn]:
        """Field of the statement -> column, for the dataset's info."""
        return {
            s.name: SheetColumn(letter=s.use.head.letter, header=s.use.head.text)
            for s in self._sources
            if not s.spec.is_personal
        }

    def dropped(self) -> tuple[str, ...]:
        """Headers of personal columns."""
        named = [u for u in self.layout.uses if u.role == "dropped"]
        named += [s.use for s in self._sources if s.spec.is_personal or self._names_in(s)]
        return tuple(dict.fromkeys(u.head.text for u in sorted(named, key=lambda u: u.head.index)))

    def _names_in(self, source: _Source) -> bool:
        """Columns that hold names of persons, of which only a count or a yes is kept."""
        if source.spec.form == "cross":
            return True
        return source.spec.form == "workers" and any(
            isinstance(raw, str) and not any(c.isdigit() for c in raw) and not is_null(raw)
            for raw in source.cache or ()
        )

    def ignored(self) -> tuple[str, ...]:
        """Headers that no field stands for."""
        return tuple(
            dict.fromkeys(
                u.head.text for u in self.layout.uses if u.role == "ignored" and not u.fields
            )
        )

    def close(self) -> None:
        """The counts that the report tells."""
        told: list[tuple[str, int]] = [
            ("rows_hidden", self.hidden),
            ("rows_no_data", self.no_data),
            ("rows_left_out", self.left_out),
        ]
        for code, count in told:
            if count:
                self.issues.append(
                    make_issue(code, file=self.file, sheet=self.sheet.name, count=count)
                )
        late = read_heading(self.late)
        self.heading = replace(
            self.heading,
            reporter=self.heading.reporter or late.reporter,
            reported_on=self.heading.reported_on or late.reported_on,
        )


def _agree(name: str, one: Any, other: Any) -> bool:
    """Whether two cells under one header say the same, by match keys."""
    if isinstance(one, str) and isinstance(other, str):
        key = community_key if name in ("community", "home_community") else match_key
        return key(one) == key(other)
    return bool(one == other)


def _key(cells: Sequence[Raw], index: int) -> str:
    return match_key(shown(cells[index])) if index < len(cells) else ""
