"""Which row is a header, what kind of sheet it heads, and which column is which.

A row is a header where its cells name the fields that a kind of sheet must have. The kind is
chosen by the fields that are there and by the names of sheet, title and file. Columns may stand
in any order; a column that no field stands for is kept aside and named.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from graph.model.labels import SheetKind
from ingest.files.xlsx_facts import column_letters
from ingest.kinds.kinds import field_of
from ingest.sheets.content import Content, column_content, field_by_content
from ingest.sheets.mapping import SheetMapping
from ingest.values.cells import Raw
from ingest.values.sheet_words import SHARED_RANK, KindWords, header_keys, match_key, words
from ingest.values.text import is_empty, tidy_text

Role = Literal["field", "dropped", "serial", "ignored"]
SURE_MARGIN = 1.5
"""How much better than the next kind a sheet must fit that no name tells."""
WORDS_TELL = 2.0
"""What it counts for a kind that a column's words are from its own list."""
HEADER_MAX = 120
"""A longer text is no header; some explain themselves in brackets."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header cell; `above` is the group's text of a two-row header."""

    index: int
    text: str
    above: str = ""

    @property
    def letter(self) -> str:
        return column_letters(self.index)

    def keys(self) -> tuple[tuple[str, ...], str | None]:
        """Keys to look for, best first, and the bracketed part."""
        own, unit = header_keys(self.text)
        if not self.above:
            return own, unit
        both, _ = header_keys(self.above + self.text)
        group, _ = header_keys(self.above)
        return tuple(dict.fromkeys((*both[:1], *own, *group))), unit


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column is for."""

    head: HeaderCell
    role: Role
    fields: tuple[str, ...] = ()
    unit: str | None = None
    """Unit in the header's brackets."""
    by: Literal["header", "taught", "content"] = "header"
    """What says so."""
    rank: int = 0
    """Place among the headers of its field (0 = preferred); from `SHARED_RANK` on, a place that
    all kinds share."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The columns of one table."""

    kind: SheetKind
    uses: tuple[ColumnUse, ...]
    first: int
    last: int
    """First and last column of the table."""
    score: float
    rows: int = 1
    """Rows that the header takes."""
    doubles: dict[str, tuple[ColumnUse, ...]] = field(default_factory=dict)
    """Field -> further columns under the same header."""
    seconds: tuple[tuple[str, str], ...] = ()
    """Header kept aside because another means the same, and that other."""
    mapping: SheetMapping | None = None
    named: float = 0.0
    """Part of the score that the names of sheet, title and file give."""
    others: tuple[tuple[SheetKind, float], ...] = ()
    """Other kinds that the header fits, and their scores, the best first."""
    key: str = ""
    """Names the layout: equal headers, equal key."""

    @property
    def is_sure(self) -> bool:
        """Whether no other kind comes near, or a name says which it is."""
        if self.mapping is not None or self.named or not self.others:
            return True
        return self.score - self.others[0][1] >= SURE_MARGIN

    def with_unit(self, unit: str, names: Sequence[str]) -> SheetLayout:
        """The layout with a unit for columns of these fields whose headers say none."""
        uses = tuple(
            replace(u, unit=unit) if u.unit is None and set(u.fields) & set(names) else u
            for u in self.uses
        )
        return replace(self, uses=uses)

    def column(self, name: str) -> ColumnUse | None:
        return next((u for u in self.uses if name in u.fields), None)


@dataclass(frozen=True, slots=True)
class Clues:
    """What besides the header tells the kind of a sheet."""

    sheet: str = ""
    title: str = ""
    file: str = ""
    as_kind: SheetKind | None = None
    mapping: SheetMapping | None = None
    taught: Mapping[str, SheetMapping | None] = field(default_factory=dict)
    """Layouts that people taught, by `layout_key`; None: no roster."""


def shown_header(text: str) -> str:
    """A header as messages show it: no white space inside Chinese text.

    Examples
    --------
    >>> shown_header("统一社会\\n信用代码"), shown_header(" org  name ")
    ('统一社会信用代码', 'org name')
    """
    tidy = tidy_text(text)[0]
    return tidy if tidy.isascii() else "".join(tidy.split())


def header_cells(cells: Sequence[Raw]) -> list[HeaderCell]:
    """The texts of a row as header cells, or none where one can't be a header."""
    heads = []
    for i, cell in enumerate(cells):
        if is_empty(cell):
            continue
        if not isinstance(cell, str) or len(cell) > HEADER_MAX:
            if isinstance(cell, str) or not isinstance(cell, int | float):
                return []
            cell = str(cell)
        heads.append(HeaderCell(i, shown_header(cell)))
    return heads


def known_count(heads: Iterable[HeaderCell], mapping: SheetMapping | None) -> int:
    """How many header cells are known of any kind."""
    known = words().headers
    taught = mapping.column_keys().keys() if mapping else frozenset()
    return sum(1 for h in heads if any(k in known or k in taught for k in h.keys()[0]))


def may_be_header(cells: Sequence[Raw], mapping: SheetMapping | None) -> bool:
    """A cheap test on a row's first filled cells."""
    known = words().headers
    taught = mapping.column_keys().keys() if mapping else frozenset()
    seen = 0
    for cell in cells:
        if is_empty(cell):
            continue
        if not isinstance(cell, str):
            return False
        if len(cell) <= HEADER_MAX and any(k in known or k in taught for k in header_keys(cell)[0]):
            return True
        seen += 1
        if seen == 2:
            return False
    return False


def find_layouts(
    cells: Sequence[Raw],
    below: Sequence[Raw] | None,
    clues: Clues,
    spans: Sequence[tuple[int, int, int, int]] = (),
    sample: Sequence[Sequence[Raw]] = (),
) -> list[SheetLayout]:
    """The tables that a row heads: none where it is no header, several side by side.

    Parameters
    ----------
    below
        The next row, which may be the second row of the header.
    spans
        Merged ranges that begin in this row, as (rows, first column, rows, last column) with
        rows counted from this one (0).
    sample
        Some rows below: what columns hold whose header isn't known.
    """
    heads = header_cells(cells)
    taught = clues.taught and not clues.mapping and not clues.as_kind
    if taught and (key := layout_key(heads, clues)) in clues.taught:
        entry = clues.taught[key]
        return _tables(heads, replace(clues, mapping=entry), 1, sample) if entry else []
    if len(heads) < (1 if clues.mapping else 2) or not known_count(heads, clues.mapping):
        return []
    single = _tables(heads, clues, 1, sample)
    pair = _two_rows(cells, below, spans, clues) if below else []
    if taught and pair and (entry := clues.taught.get(layout_key(pair, clues))):
        return _tables(pair, replace(clues, mapping=entry), 2, sample[1:])
    double = _tables(pair, clues, 2, sample[1:])
    if _worth(double) > _worth(single):
        return double
    return single


def layout_key(heads: Sequence[HeaderCell], clues: Clues) -> str:
    """Names a layout: 16 hex digits over its headers in any order, and the kinds of sheet that
    its names speak of. Next month's file has the same.

    Examples
    --------
    >>> heads, next_month = ([HeaderCell(i, t) for i, t in enumerate(texts)]
    ...                      for texts in (["名称", "数量"], ["数 量", "名称"]))
    >>> key = layout_key(heads, Clues(sheet="资源清单"))
    >>> key == layout_key(next_month, Clues(sheet="8月资源清单"))
    True
    >>> key == layout_key(heads, Clues(sheet="需求清单"))
    False
    """
    headers = sorted({match_key(h.above + h.text) for h in heads})
    named = sorted({k for t in (clues.sheet, clues.title, clues.file) for k in kinds_named(t)})
    told = json.dumps([headers, named], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _worth(layouts: Sequence[SheetLayout]) -> int:
    """Columns that their headers tell; what was guessed from the cells below doesn't count: the
    group above a two-row header would be taken for its first column.
    """
    return sum(
        1
        for layout in layouts
        for use in layout.uses
        if use.role != "ignored" and use.by != "content"
    )


def _two_rows(
    cells: Sequence[Raw],
    below: Sequence[Raw],
    spans: Sequence[tuple[int, int, int, int]],
    clues: Clues,
) -> list[HeaderCell]:
    """Header cells of two rows, groups above; none where the second row isn't one."""
    low = {h.index: h.text for h in header_cells(below)}
    if not low or not all(isinstance(c, str) for c in below if not is_empty(c)):
        return []
    known = known_count([HeaderCell(i, t) for i, t in low.items()], clues.mapping)
    if known * 2 < len(low):
        return []
    top: dict[int, str] = {h.index: h.text for h in header_cells(cells)}
    for _, first, _, last in spans:
        for i in range(first + 1, last + 1):
            top.setdefault(i, top.get(first, ""))
    if not spans:
        group = ""
        for i in range(max([*top, *low]) + 1):
            if i in top:
                group = top[i]
            elif i in low:
                top[i] = group
    if not spans and all(i in {h.index for h in header_cells(cells)} for i in low):
        return []  # nothing is a group: the row below repeats the header
    return [
        HeaderCell(i, low[i], top.get(i, "")) if i in low else HeaderCell(i, top[i])
        for i in sorted(low.keys() | top.keys())
        if low.get(i) or top.get(i)
    ]


def _tables(
    heads: Sequence[HeaderCell], clues: Clues, rows: int, sample: Sequence[Sequence[Raw]]
) -> list[SheetLayout]:
    """One layout, or several where empty columns part header cells that each head a table."""
    if not heads:
        return []
    runs: list[list[HeaderCell]] = [[heads[0]]]
    for head in heads[1:]:
        if head.index == runs[-1][-1].index + 1:
            runs[-1].append(head)
        else:
            runs.append([head])
    if len(runs) > 1:
        starts = [i for i, run in enumerate(runs) if _best(run, clues, rows, ())]
        if len(starts) > 1:
            starts[0] = 0
            ends = [*starts[1:], len(runs)]
            joined = [
                [h for run in runs[a:b] for h in run] for a, b in zip(starts, ends, strict=True)
            ]
            found = [_best(part, clues, rows, sample) for part in joined]
            return [layout for layout in found if layout]
    best = _best(heads, clues, rows, sample)
    return [best] if best else []


def _best(
    heads: Sequence[HeaderCell], clues: Clues, rows: int, sample: Sequence[Sequence[Raw]]
) -> SheetLayout | None:
    """The kind that the header cells fit best, or None."""
    key = layout_key(heads, clues)
    contents = _Contents(sample)
    if clues.mapping:
        kinds = [clues.mapping.kind]
    else:
        kinds = [clues.as_kind] if clues.as_kind else list(words().kinds)
    found = [_layout(words().kinds[kind], heads, clues, rows, contents) for kind in kinds]
    # of equals the earlier in the word file
    fitting = sorted((layout for layout in found if layout), key=lambda o: -o.score)
    if not fitting:
        return None
    others = tuple((layout.kind, layout.score) for layout in fitting[1:])
    return replace(fitting[0], others=others, key=key)


def candidate_layouts(
    heads: Sequence[HeaderCell], clues: Clues, sample: Sequence[Sequence[Raw]]
) -> list[SheetLayout]:
    """Every kind that would know two of the header cells, or be named, the best first."""
    contents = _Contents(sample)
    found = [
        _layout(kind, heads, replace(clues, as_kind=kind.kind), 1, contents, loose=True)
        for kind in words().kinds.values()
    ]
    near = [o for o in found if o and (o.named or sum(1 for u in o.uses if u.fields) > 1)]
    return sorted(near, key=lambda o: -o.score)


class _Contents:
    """What columns of a sample hold, looked at only where asked."""

    def __init__(self, sample: Sequence[Sequence[Raw]]) -> None:
        self._sample = sample
        self._known: dict[int, Content] = {}

    def of(self, index: int) -> Content:
        if index not in self._known:
            self._known[index] = column_content(self._sample, index)
        return self._known[index]


def _layout(
    kind: KindWords,
    heads: Sequence[HeaderCell],
    clues: Clues,
    rows: int,
    contents: _Contents,
    *,
    loose: bool = False,
) -> SheetLayout | None:
    """The header read as one of a kind; None where it doesn't qualify, unless `loose`."""
    mapping = clues.mapping
    taught = mapping.column_keys() if mapping else {}
    drop = {match_key(h) for h in mapping.drop} if mapping else set()
    synonyms = mapping is None or mapping.others == "synonyms"
    uses: list[ColumnUse] = []
    unknown: list[int] = []
    for head in heads:
        whole = match_key(head.text)
        if whole in taught:
            names, unit = taught[whole], head.keys()[1]
            use = ColumnUse(head, "field" if names else "ignored", names, unit, "taught")
        elif whole in drop:
            use = ColumnUse(head, "dropped", by="taught")
        elif synonyms:
            use = _known(kind, head)
            if use.role == "ignored":
                unknown.append(len(uses))
        else:
            use = ColumnUse(head, "ignored")
        uses.append(use)
    doubles, seconds = _settle(uses)
    _by_content(kind, uses, unknown, contents)
    there = {name for use in uses for name in use.fields}
    named_alike = _named(kind.kind, clues)
    if not (loose or _qualifies(kind, there, heads, clues, taught, named=named_alike > 0)):
        return None
    return SheetLayout(
        kind=kind.kind,
        uses=tuple(uses),
        first=heads[0].index,
        last=heads[-1].index,
        score=_score(uses) + named_alike + _word_score(kind, uses, contents),
        rows=rows,
        doubles=doubles,
        seconds=tuple(seconds),
        mapping=mapping,
        named=named_alike,
    )


def _word_score(kind: KindWords, uses: Sequence[ColumnUse], contents: _Contents) -> float:
    """What the words of closed lists tell: 公益慈善类 under 类别 is a social organisation's."""
    score = 0.0
    for use in uses:
        for name in use.fields:
            spec = field_of(kind.kind, name)
            if spec.form == "word" and contents.of(use.head.index).has_words(spec.lists[0]):
                score += WORDS_TELL
    return score


def _by_content(
    kind: KindWords, uses: list[ColumnUse], unknown: list[int], contents: _Contents
) -> None:
    """Columns under unknown headers whose cells can be but one thing."""
    taken = {name for use in uses for name in use.fields}
    for i in unknown:
        head = uses[i].head
        name = field_by_content(kind.kind, contents.of(head.index), taken)
        if name == "personal":
            uses[i] = ColumnUse(head, "dropped", by="content")
        elif name is not None:
            unit = header_keys(head.text)[1]
            uses[i] = ColumnUse(head, "field", (name,), unit, "content", SHARED_RANK)
            taken.add(name)


def _known(kind: KindWords, head: HeaderCell) -> ColumnUse:
    """What a column is for by the words of a kind."""
    keys, unit = head.keys()
    for key in keys:
        if key in kind.fields:
            name, rank = kind.fields[key]
            return ColumnUse(head, "field", (name,), unit, rank=rank)
        if key in kind.personal:
            return ColumnUse(head, "dropped")
        if key in words().serial:
            return ColumnUse(head, "serial")
    return ColumnUse(head, "ignored")


def _settle(
    uses: list[ColumnUse],
) -> tuple[dict[str, tuple[ColumnUse, ...]], list[tuple[str, str]]]:
    """Leave one column to a field: the same header twice is a double, another header a second."""
    taught = {name: use for use in reversed(uses) if use.by == "taught" for name in use.fields}
    by_field: dict[str, list[int]] = {}
    for i, use in enumerate(uses):
        for name in use.fields if use.by != "taught" else ():
            by_field.setdefault(name, []).append(i)
    doubles: dict[str, tuple[ColumnUse, ...]] = {}
    seconds: list[tuple[str, str]] = []
    for name, columns in by_field.items():
        best = uses[min(columns, key=lambda i: (uses[i].rank, i))]
        used = taught.get(name, best).head.text
        for i in columns:
            head = uses[i].head
            if name in taught or match_key(head.text) != match_key(used):
                seconds.append((head.text, used))
                uses[i] = ColumnUse(head, "ignored")
            elif uses[i] is not best:
                doubles[name] = (*doubles.get(name, ()), uses[i])
                uses[i] = ColumnUse(head, "field")
    return doubles, seconds


def _qualifies(
    kind: KindWords,
    names: set[str],
    heads: Sequence[HeaderCell],
    clues: Clues,
    taught: dict[str, tuple[str, ...]],
    *,
    named: bool,
) -> bool:
    if clues.mapping:
        there = {match_key(h.text) for h in heads}
        wanted = sum(1 for f in taught.values() if f)
        found = sum(1 for key, f in taught.items() if f and key in there)
        if wanted:
            return found >= max(1, math.ceil(wanted / 2))
    needs = kind.needs
    if not needs[0] & names:
        return False
    if clues.as_kind or (named and len(names) >= 2):
        return True
    return all(one & names for one in needs[1:])


def _score(uses: Sequence[ColumnUse]) -> float:
    """Fields of the kind's own weigh more than the places that all kinds share."""
    score = 0.0
    for use in uses:
        if use.fields:
            score += 1.0 if use.rank >= SHARED_RANK else 2.0
        elif use.role == "dropped":
            score += 0.5
        elif use.role == "ignored":
            score -= 0.5
    return score


@lru_cache(maxsize=1)
def _kind_pattern() -> tuple[re.Pattern[str], dict[str, SheetKind]]:
    table = {word: kind.kind for kind in words().kinds.values() for word in kind.words}
    longest = sorted(table, key=lambda w: (-len(w), w))
    return re.compile("|".join(re.escape(w) for w in longest)), table


@lru_cache(maxsize=2_000)
def kinds_named(text: str) -> frozenset[SheetKind]:
    """Kinds that a sheet's name, a title or a file name speaks of.

    Examples
    --------
    >>> sorted(kinds_named("书院街道社会组织台账")), sorted(kinds_named("党组织台账"))
    ([<SheetKind.SOCIAL_ORGANISATIONS: 'social_organisations'>], \
[<SheetKind.ORGANISATIONS: 'organisations'>])
    """
    pattern, table = _kind_pattern()
    return frozenset(table[m[0]] for m in pattern.finditer(match_key(text)))


def _named(kind: SheetKind, clues: Clues) -> float:
    score = 0.0
    for text, weight in ((clues.sheet, 6.0), (clues.title, 5.0), (clues.file, 3.0)):
        if kind in kinds_named(text):
            score += weight
    return score
