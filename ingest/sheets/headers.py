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
from ingest.sheets.content import Content, column_content, field_by_content
from ingest.sheets.mapping import SheetMapping
from ingest.values.cells import Raw
from ingest.values.fields import field_of
from ingest.values.sheet_words import KindWords, header_keys, match_key, words
from ingest.values.text import is_empty, tidy_text

Role = Literal["field", "dropped", "serial", "ignored"]
SURE_MARGIN = 1.5
"""How much better than the next kind a sheet must fit that no name tells."""
WORDS_TELL = 2.0
"""What it counts for a kind that a column's words are from its own list."""
HEADER_MAX = 120
"""A longer text is no header; some explain themselves in brackets."""


@dataclass(frozen=True, slots=True)
class Head:
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
class Use:
    """What a column is for."""

    head: Head
    role: Role
    fields: tuple[str, ...] = ()
    unit: str | None = None
    """Unit in the header's brackets."""
    by: Literal["header", "taught", "content"] = "header"
    """What told so."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table."""

    kind: SheetKind
    uses: tuple[Use, ...]
    first: int
    last: int
    """First and last column of the table."""
    score: float
    rows: int = 1
    """Rows that the header takes."""
    doubles: dict[str, tuple[Use, ...]] = field(default_factory=dict)
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

    def column(self, name: str) -> Use | None:
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


def header_cells(cells: Sequence[Raw]) -> list[Head]:
    """The texts of a row as header cells, or none where one can't be a header."""
    heads = []
    for i, cell in enumerate(cells):
        if is_empty(cell):
            continue
        if not isinstance(cell, str) or len(cell) > HEADER_MAX:
            if isinstance(cell, str) or not isinstance(cell, int | float):
                return []
            cell = str(cell)
        heads.append(Head(i, shown_header(cell)))
    return heads


def known_count(heads: Iterable[Head], mapping: SheetMapping | None) -> int:
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
) -> list[Layout]:
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


def layout_key(heads: Sequence[Head], clues: Clues) -> str:
    """Names a layout: 16 hex digits over its headers in any order, and the kinds of sheet that
    its names speak of. Next month's file has the same.

    Examples
    --------
    >>> one = layout_key([Head(0, "名称"), Head(1, "数量")], Clues(sheet="资源清单"))
    >>> one == layout_key([Head(0, "数 量"), Head(3, "名称")], Clues(sheet="8月资源清单"))
    True
    >>> one == layout_key([Head(0, "名称"), Head(1, "数量")], Clues(sheet="需求清单"))
    False
    """
    headers = sorted({match_key(h.above + h.text) for h in heads})
    named = sorted({k for t in (clues.sheet, clues.title, clues.file) for k in kinds_named(t)})
    told = json.dumps([headers, named], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _worth(layouts: Sequence[Layout]) -> int:
    """Columns that their headers tell; what was guessed from the cells below doesn't count: the
    group above a two-row header would be taken for its first column."""
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
) -> list[Head]:
    """Header cells of two rows, groups above; none where the second row isn't one."""
    low = {h.index: h.text for h in header_cells(below)}
    if not low or not all(isinstance(c, str) for c in below if not is_empty(c)):
        return []
    known = known_count([Head(i, t) for i, t in low.items()], clues.mapping)
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
        Head(i, low[i], top.get(i, "")) if i in low else Head(i, top[i])
        for i in sorted(low.keys() | top.keys())
        if low.get(i) or top.get(i)
    ]


def _tables(
    heads: Sequence[Head], clues: Clues, rows: int, sample: Sequence[Sequence[Raw]]
) -> list[Layout]:
    """One layout, or several where empty columns part header cells that each head a table."""
    if not heads:
        return []
    runs: list[list[Head]] = [[heads[0]]]
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
    heads: Sequence[Head], clues: Clues, rows: int, sample: Sequence[Sequence[Raw]]
) -> Layout | None:
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
    heads: Sequence[Head], clues: Clues, sample: Sequence[Sequence[Raw]]
) -> list[Layout]:
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
    heads: Sequence[Head],
    clues: Clues,
    rows: int,
    contents: _Contents,
    *,
    loose: bool = False,
) -> Layout | None:
    """The header read as one of a kind; None where it doesn't qualify, unless `loose`."""
    mapping = clues.mapping
    taught = mapping.column_keys() if mapping else {}
    drop = {match_key(h) for h in mapping.drop} if mapping else set()
    synonyms = mapping is None or mapping.others == "synonyms"
    uses: list[Use] = []
    ranks: list[int] = []
    unknown: list[int] = []
    for head in heads:
        keys, unit = head.keys()
        whole = match_key(head.text)
        if whole in taught:
            names = taught[whole]
            uses.append(Use(head, "field" if names else "ignored", names, unit, "taught"))
            ranks.append(-1)
        elif whole in drop:
            uses.append(Use(head, "dropped", by="taught"))
            ranks.append(0)
        else:
            use, rank = _known(kind, head, keys, unit) if synonyms else (Use(head, "ignored"), 0)
            if use.role == "ignored" and synonyms:
                unknown.append(len(uses))
            uses.append(use)
            ranks.append(rank)
    uses, doubles, seconds = _settle(uses, ranks)
    _by_content(kind, uses, ranks, unknown, contents)
    there = {name for use in uses for name in use.fields}
    named_alike = _named(kind.kind, clues)
    if not (loose or _qualifies(kind, there, heads, clues, taught, named=named_alike > 0)):
        return None
    return Layout(
        kind=kind.kind,
        uses=tuple(uses),
        first=heads[0].index,
        last=heads[-1].index,
        score=_score(uses, ranks) + named_alike + _word_score(kind, uses, contents),
        rows=rows,
        doubles=doubles,
        seconds=tuple(seconds),
        mapping=mapping,
        named=named_alike,
    )


def _word_score(kind: KindWords, uses: Sequence[Use], contents: _Contents) -> float:
    """What the words of closed lists tell: 公益慈善类 under 类别 is a social organisation's."""
    score = 0.0
    for use in uses:
        for name in use.fields:
            spec = field_of(kind.kind, "street" if name == "place" else name)
            if spec.form == "word" and contents.of(use.head.index).has_words(spec.lists[0]):
                score += WORDS_TELL
    return score


def _by_content(
    kind: KindWords, uses: list[Use], ranks: list[int], unknown: list[int], contents: _Contents
) -> None:
    """Columns under unknown headers whose cells can be but one thing."""
    taken = {name for use in uses for name in use.fields}
    for i in unknown:
        name = field_by_content(kind.kind, contents.of(uses[i].head.index), taken)
        if name == "personal":
            uses[i] = Use(uses[i].head, "dropped", by="content")
        elif name is not None:
            uses[i] = Use(
                uses[i].head, "field", (name,), header_keys(uses[i].head.text)[1], "content"
            )
            ranks[i] = 100
            taken.add(name)


def _known(kind: KindWords, head: Head, keys: Sequence[str], unit: str | None) -> tuple[Use, int]:
    for key in keys:
        if key in kind.fields:
            name, rank = kind.fields[key]
            return Use(head, "field", (name,), unit), rank
        if key in kind.personal:
            return Use(head, "dropped"), 0
        if key in words().serial:
            return Use(head, "serial"), 0
    return Use(head, "ignored"), 0


def _settle(
    uses: list[Use], ranks: list[int]
) -> tuple[list[Use], dict[str, tuple[Use, ...]], list[tuple[str, str]]]:
    """One column a field: the same header twice is a double, another header a second."""
    by_field: dict[str, list[int]] = {}
    for i, use in enumerate(uses):
        if ranks[i] >= 0:
            for name in use.fields:
                by_field.setdefault(name, []).append(i)
    taught = {n for i, u in enumerate(uses) if ranks[i] < 0 for n in u.fields}
    doubles: dict[str, tuple[Use, ...]] = {}
    seconds: list[tuple[str, str]] = []
    for name, places in by_field.items():
        best = min(places, key=lambda i: (ranks[i], i))
        same = match_key(uses[best].head.text)
        for i in places:
            if name in taught or (i != best and match_key(uses[i].head.text) != same):
                used = next(
                    u.head.text
                    for j, u in enumerate(uses)
                    if name in u.fields and (ranks[j] < 0 if name in taught else j == best)
                )
                seconds.append((uses[i].head.text, used))
                uses[i] = Use(uses[i].head, "ignored")
            elif i != best:
                doubles[name] = (*doubles.get(name, ()), uses[i])
                uses[i] = Use(uses[i].head, "field")
    return uses, doubles, seconds


def _qualifies(
    kind: KindWords,
    names: set[str],
    heads: Sequence[Head],
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


def _score(uses: Sequence[Use], ranks: Sequence[int]) -> float:
    """Fields of the kind's own weigh more than the places that all kinds share."""
    score = 0.0
    for use, rank in zip(uses, ranks, strict=True):
        if use.fields:
            score += 1.0 if rank >= 100 else 2.0
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
