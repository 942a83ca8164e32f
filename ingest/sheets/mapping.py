"""Mapping files: what the columns of other layouts mean, taught in YAML.

A mapping has one list, `sheets`. The first entry whose `files` and `sheet` patterns fit a
file's name and a sheet's name says what kind of sheet it is and which column feeds which
field; a sheet that no entry fits is read by the usual header words.

    sheets:
      - files: "hubei_needs.csv"
        kind: needs
        columns: {org_name: requester, item: [name, category], quantity: quantity, url: null}
        constants: {range: 湖北省}
        words: {kind: {医护住宿: venue}}
        unknown: {quantity: [1, ""]}
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.model.errors import UsageError
from graph.model.labels import SheetKind
from ingest.values.sheet_words import match_key, words

Scalar = str | int | float | bool | None
PlaceLevel = Literal["city", "district", "street", "community", "grid"]


def _text_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class SheetMapping(BaseModel):
    """One entry: which sheets it is for, and what their columns mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: tuple[str, ...] = ("*",)
    """Glob patterns on the file's name."""
    sheet: tuple[str, ...] = ("*",)
    """Glob patterns on the sheet's name (empty for CSV)."""
    kind: SheetKind
    columns: dict[str, str | tuple[str, ...] | None] = {}
    """Header -> field, several fields, or null: the column is kept aside."""
    others: Literal["synonyms", "ignore"] = "synonyms"
    """What headers do that `columns` doesn't name."""
    drop: tuple[str, ...] = ()
    """Headers of personal columns."""
    constants: dict[str, str | int | float] = {}
    """Field -> value where the row has none."""
    words: dict[str, dict[str, str | None]] = {}
    """Field -> text in the sheet -> text that stands for it; null = unknown."""
    unknown: dict[str, tuple[Scalar, ...]] = {}
    """Field -> cell values that mean unknown."""
    only: dict[str, tuple[str, ...]] = {}
    """Header -> texts; rows with other texts are left out."""
    place_level: PlaceLevel | None = None
    """The level that the field `place` stands for."""
    header_row: int | None = Field(default=None, ge=1)
    """The header's row number, where it can't be found by itself."""
    scope: str | None = None
    """Text of the area in which the sheet's names resolve."""
    complete: bool = False

    _lists = field_validator("files", "sheet", "drop", mode="before")(_text_list)

    @field_validator("words", mode="before")
    @classmethod
    def _text_words(cls, value: object) -> object:
        """YAML reads 1 and yes as other things than text; a sheet's word is text."""
        if not isinstance(value, dict):
            return value
        return {
            field: {str(k): v for k, v in table.items()} if isinstance(table, dict) else table
            for field, table in value.items()
        }

    @model_validator(mode="after")
    def _known_fields(self) -> SheetMapping:
        names = words().kinds[self.kind].names | ({"place"} if self.place_level else set())
        used = {f for fields in self.columns.values() for f in as_fields(fields)}
        used |= self.constants.keys() | self.words.keys() | self.unknown.keys()
        if wrong := sorted(used - names):
            hint = " (place needs place_level)" if "place" in wrong else ""
            raise ValueError(
                f"no field of {self.kind}: {', '.join(wrong)}{hint}; known: "
                + ", ".join(sorted(names))
            )
        return self

    def fits(self, file: str, sheet: str) -> bool:
        """Whether the entry is for a sheet of a file."""
        return any(fnmatchcase(file, p) for p in self.files) and any(
            fnmatchcase(sheet, p) for p in self.sheet
        )

    def column_keys(self) -> dict[str, tuple[str, ...]]:
        """Match key of each header named -> its fields (none = kept aside)."""
        return {match_key(h): as_fields(f) for h, f in self.columns.items()}

    def is_unknown(self, field: str, raw: object) -> bool:
        """Whether a cell is one of the placeholders of its field."""
        for value in self.unknown.get(field, ()):
            if value is None or value == "":
                if raw is None or str(raw).strip() == "":
                    return True
            elif _same(value, raw):
                return True
        return False


def as_fields(fields: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The fields of a `columns` entry.

    Examples
    --------
    >>> as_fields("name"), as_fields(("name", "provider")), as_fields(None)
    (('name',), ('name', 'provider'), ())
    """
    if fields is None:
        return ()
    return (fields,) if isinstance(fields, str) else fields


def _same(value: Scalar, raw: object) -> bool:
    try:
        return float(str(value).strip()) == float(str(raw).strip())
    except ValueError:
        return match_key(str(value)) == match_key(str(raw))


class Mapping(BaseModel):
    """A whole mapping file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheets: tuple[SheetMapping, ...]

    def for_sheet(self, file: str, sheet: str) -> SheetMapping | None:
        """The first entry for a sheet, or None."""
        return next((m for m in self.sheets if m.fits(file, sheet)), None)


def parse_mapping(text: str, where: str = "mapping") -> Mapping:
    """A mapping from YAML text.

    Raises
    ------
    UsageError
        Not YAML, or not a mapping: the message names the place in the file and what is wrong.

    Examples
    --------
    >>> m = parse_mapping("sheets: [{files: a.csv, kind: needs, columns: {item: name}}]")
    >>> m.for_sheet("a.csv", "").kind.value, m.for_sheet("b.csv", "")
    ('needs', None)
    >>> parse_mapping("sheets: [{kind: needs, columns: {item: nmae}}]")
    Traceback (most recent call last):
    ...
    graph.model.errors.UsageError: mapping: sheets[0]: no field of needs: nmae; known: category, ...
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "?"
        raise UsageError(
            f"{where}：{line} 不是有效的 YAML，请检查缩进和引号。",
            f"{where}: not valid YAML at {line}; check indents and quotes.",
        ) from error
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
        place = place.lstrip(".") or "file"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise UsageError(
            f"{where}：映射文件的 {place} 有误：{message}", f"{where}: {place}: {message}"
        ) from error


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises
    ------
    UsageError
        The file can't be read, or isn't a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path.name}：映射文件读不了，请检查路径和编码（UTF-8）。",
            f"{path.name}: the mapping can't be read; check the path and the encoding (UTF-8).",
        ) from error
    return parse_mapping(text, path.name)
