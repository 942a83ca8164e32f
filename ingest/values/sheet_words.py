"""The words of incoming sheets, from the one data file `ingest/data/headers.yaml`.

Headers, kinds of sheet, values of kind and status, null words and footers are data, so that
an office's own words can be added without touching code. Texts are compared as match keys
(`graph.names.plain.plain`, lower case).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.model.labels import SheetKind
from graph.names.plain import plain

PLACE_FIELDS = (
    "city",
    "district",
    "street",
    "street_code",
    "community",
    "community_code",
    "grid",
    "grid_code",
)
SHARED_RANK = 100
"""From this rank on a header is of a place that all kinds share."""
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LEADING_NUMBER = re.compile(r"^\d{1,2}[.、](?=\D)")


@lru_cache(maxsize=50_000)
def match_key(text: str) -> str:
    """`plain` and lower case: what word lists compare.

    Examples
    --------
    >>> match_key(" 统一社会\\n信用代码 "), match_key("Ｎｏ.")
    ('统一社会信用代码', 'no.')
    """
    return plain(text).lower()


@lru_cache(maxsize=50_000)
def header_keys(text: str) -> tuple[tuple[str, ...], str | None]:
    """Keys under which a header may be known, best first, and its bracketed part.

    Leading marks (*, 1.) and a trailing colon don't count. 甲方(共建主体) is looked for whole,
    without its bracket, and by each part beside a stroke.

    Examples
    --------
    >>> header_keys("*预算（万元）")
    (('预算(万元)', '预算'), '万元')
    >>> header_keys("共建主体/甲方")[0]
    ('共建主体/甲方', '共建主体', '甲方')
    """
    whole = _LEADING_NUMBER.sub("", match_key(text).strip("*#:：※★"))
    found = [whole]
    inner = _BRACKETED.findall(whole)
    outer = _BRACKETED.sub("", whole)
    if inner:
        found.append(outer)
    found += re.split(r"[/、|]", outer)
    if not outer:
        found += inner
    keys = tuple(dict.fromkeys(k for k in found if k))
    return keys, inner[-1] if inner else None


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind of sheet is told, and its fields."""

    kind: SheetKind
    words: tuple[str, ...]
    needs: tuple[frozenset[str], ...]
    """Of each set one field must have a column."""
    fields: dict[str, tuple[str, int]]
    """Header key -> field, and its rank among the field's headers (0 = preferred)."""
    personal: frozenset[str]
    names: frozenset[str]
    """All fields of the kind."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """All word lists, as match keys."""

    kinds: dict[SheetKind, KindWords]
    serial: frozenset[str]
    aside: frozenset[str]
    """Headers of columns that offices keep for their own use."""
    body_words: frozenset[str]
    """Headers that may also name a body."""
    headers: frozenset[str]
    """Every header known of any kind."""
    reporter: tuple[str, ...]
    report_date: tuple[str, ...]
    complete: tuple[str, ...]
    synthetic: tuple[str, ...]
    no_area: tuple[str, ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]
    no_footer: tuple[str, ...]
    null: frozenset[str]
    ditto: frozenset[str]
    """Cells that stand for the one above, as they are written."""
    nobody: frozenset[str]
    """Words in the place of a body that name none."""
    name_notes: tuple[str, ...]
    """Words in brackets that are no part of a name."""
    balance: tuple[str, ...]
    """Words of money that is left, and no new fund."""
    gone: tuple[str, ...]
    """Words of a body that is no more where it was."""
    whole_community: frozenset[str]
    no_end: frozenset[str]
    vague: tuple[str, ...]
    units: frozenset[str]
    true: frozenset[str]
    false: frozenset[str]
    status: dict[str, str]
    """Word of a status -> what it says."""
    values: dict[str, dict[str, str]]
    """List name (`unit_kinds`, `mechanisms`, `urgency` …) -> word -> value."""
    people_words: tuple[str, ...]
    body_endings: frozenset[str]


VALUE_LISTS = (
    "organization_kinds",
    "unit_kinds",
    "social_kinds",
    "mechanisms",
    "resource_kinds",
    "linkage_kinds",
    "fund_kinds",
    "progress",
    "urgency",
)


@lru_cache(maxsize=1)
def words() -> SheetWords:
    """The project's words."""
    text = (Path(__file__).parents[1] / "data" / "headers.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    kinds = {SheetKind(name): _kind(SheetKind(name), data) for name in data["kinds"]}
    serial = _keys(data["serial"])
    headers = set(serial)
    for kind in kinds.values():
        headers |= kind.fields.keys() | kind.personal
    lists: dict[str, Any] = {name: _keys(data[name]) for name in _TUPLES}
    lists |= {name: frozenset(_keys(data[name])) for name in _SETS}
    return SheetWords(
        kinds=kinds,
        serial=frozenset(serial),
        headers=frozenset(headers),
        totals=_keys(data["footers"]["totals"]),
        notes=_keys(data["footers"]["notes"]),
        no_footer=_keys(data["footers"]["except"]),
        values={name: _values(data[name]) for name in VALUE_LISTS},
        status={key: says for says, texts in data["status"].items() for key in _keys(texts)},
        body_endings=frozenset(data["body_endings"]),
        ditto=frozenset(data["ditto"]),
        null=frozenset(unicodedata.normalize("NFKC", t).lower() for t in data["null"]),
        **lists,
    )


_TUPLES = (
    "reporter",
    "report_date",
    "complete",
    "synthetic",
    "no_area",
    "name_notes",
    "balance",
    "gone",
    "vague",
    "people_words",
)
_SETS = (
    "aside",
    "body_words",
    "nobody",
    "whole_community",
    "no_end",
    "units",
    "true",
    "false",
)


def _keys(texts: list[str]) -> tuple[str, ...]:
    """Match keys, in the file's order."""
    return tuple(dict.fromkeys(match_key(t) for t in texts))


def _values(lists: dict[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, texts in lists.items():
        found.setdefault(match_key(value), value)
        for text in texts:
            found.setdefault(match_key(text), value)
    return found


def _kind(kind: SheetKind, data: dict[str, Any]) -> KindWords:
    entry = data["kinds"][kind]
    own: dict[str, list[str]] = entry["fields"]
    fields: dict[str, tuple[str, int]] = {}
    # a kind's own headers go before the place headers that all kinds share
    for rank, lists in ((0, own), (SHARED_RANK, data["places"])):
        for name, texts in lists.items():
            for i, text in enumerate(texts):
                fields.setdefault(match_key(text), (name, rank + i))
    personal = set(_keys(data["personal"])) | set(_keys(entry.get("personal", [])))
    if kind in (SheetKind.MEMBERS, SheetKind.VOLUNTEERS):
        personal |= set(_keys(data["personal_of_people"]))
    return KindWords(
        kind=kind,
        words=_keys(entry["words"]),
        needs=tuple(frozenset(one) for one in entry["needs"]),
        fields=fields,
        personal=frozenset(personal - fields.keys()),
        names=frozenset(own) | frozenset(PLACE_FIELDS),
    )


@lru_cache(maxsize=1)
def _field_words() -> dict[tuple[SheetKind, str], str]:
    found: dict[tuple[SheetKind, str], tuple[int, str]] = {}
    for kind in words().kinds.values():
        for header, (name, rank) in kind.fields.items():
            mark = kind.kind, name
            found[mark] = min(found.get(mark, (rank, header)), (rank, header))
    return {mark: header for mark, (_, header) in found.items()}


def field_word(kind: SheetKind, name: str) -> str:
    """What a field of a kind is usually headed.

    Examples
    --------
    >>> field_word(SheetKind.TIES, "subject"), field_word(SheetKind.NEEDS, "community")
    ('共建主体', '所在社区')
    """
    return _field_words().get((kind, name), name)


def value_of(text: str, *lists: str) -> str | None:
    """The value that a word stands for in the first of the lists that has it.

    Examples
    --------
    >>> value_of("民营 企业", "unit_kinds")
    'private_enterprise'
    >>> value_of("物业公司", "unit_kinds", "organization_kinds")
    'property_company'
    """
    table = words().values
    for key in header_keys(text)[0]:
        for name in lists:
            if (value := table[name].get(key)) is not None:
                return value
    return None
