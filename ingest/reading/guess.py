"""The evidence behind what a sheet was taken for, and the question where there isn't enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.sheet_guess import ColumnGuess, KindScore, SheetGuess, SheetQuestion
from graph.model.vocabulary import SHEET_WORDS
from ingest.files.raw import RawSheet
from ingest.rows.sheet_table import SheetTable
from ingest.sheets.content import FORMS, SAMPLE_ROWS, column_content
from ingest.sheets.headers import (
    Clues,
    HeaderCell,
    SheetLayout,
    candidate_layouts,
    header_cells,
    known_count,
    layout_key,
)
from ingest.sheets.mapping import SheetMapping
from ingest.values.cells import Raw
from ingest.values.sheet_words import words
from ingest.values.text import is_empty

_FEWEST_HEADERS = 2
_LOOKED_AT = 30
"""First rows of a sheet among which its header is sought."""
_CANDIDATES = 5


def guess_of(table: SheetTable, clues: Clues) -> SheetGuess:
    """What a table was taken for, and why."""
    layout = table.layout
    by = _by(layout, clues)
    return SheetGuess(
        kind=layout.kind,
        layout=layout.key,
        by=by,
        **_told(layout, by),
        header_row=table.header_row,
        columns=tuple(
            ColumnGuess(
                letter=use.head.letter,
                header=use.head.text,
                role=use.role,
                fields=use.fields,
                by=use.by,
            )
            for use in layout.uses
        ),
        others=tuple(KindScore(kind=k, score=s) for k, s in layout.others[:_CANDIDATES]),
    )


def _by(layout: SheetLayout, clues: Clues) -> str:
    if layout.mapping is not None:
        return "mapping" if clues.mapping is not None else "taught"
    if clues.as_kind is not None:
        return "option"
    return "names" if layout.named else "headers"


def _told(layout: SheetLayout, by: str) -> dict[str, str]:
    """The evidence in a sentence."""
    known = [u.head.text for u in layout.uses if u.fields]
    content = [u.head.text for u in layout.uses if u.fields and u.by == "content"]
    zh = {
        "mapping": "映射文件指明",
        "taught": "这种表式以前教过",
        "option": "--as 指明",
        "names": "表名、标题或文件名和表头",
        "headers": "表头",
    }[by]
    en = {
        "mapping": "the mapping says so",
        "taught": "this layout was taught",
        "option": "--as says so",
        "names": "names of sheet, title or file, and headers",
        "headers": "headers",
    }[by]
    zh += f"：认出{len(known)}列（{'、'.join(known[:4])}{'等' if len(known) > 4 else ''}）"
    en += f": {len(known)} columns known ({', '.join(known[:4])}{' …' if len(known) > 4 else ''})"
    if content:
        zh += f"；按内容认出：{'、'.join(content)}"
        en += f"; by their cells: {', '.join(content)}"
    return {"zh": zh, "en": en}


# ------------------------------------------------------------------------- questions


def question_of(sheet: RawSheet, clues: Clues, file: str) -> SheetQuestion | None:
    """What to ask about a sheet of no known kind; None where it doesn't look like a table.

    The header is the row with most texts among the first ones that has rows of as many cells
    below it.
    """
    rows: list[tuple[int, list[Raw]]] = []
    for number, cells in enumerate(sheet.rows(), start=1):
        if any(not is_empty(c) for c in cells):
            rows.append((number, cells))
        if len(rows) >= _LOOKED_AT + SAMPLE_ROWS:
            break
    best: tuple[int, int] | None = None
    for at, (_, cells) in enumerate(rows[:_LOOKED_AT]):
        heads = header_cells(cells)
        if len(heads) < _FEWEST_HEADERS or len({h.text for h in heads}) < len(heads):
            continue
        below = [sum(1 for c in r if not is_empty(c)) for _, r in rows[at + 1 : at + 4]]
        if not below or max(below) * 2 < len(heads):
            continue
        if best is None or (len(heads) + known_count(heads, None)) > best[0]:
            best = len(heads) + known_count(heads, None), at
    if best is None:
        return None
    number, cells = rows[best[1]]
    sample = [r for _, r in rows[best[1] + 1 :]]
    return make_question(
        number, cells, clues, sample, file=file, sheet=sheet.name, count=sheet.count
    )


def make_question(
    number: int,
    cells: Sequence[Raw],
    clues: Clues,
    sample: Sequence[Sequence[Raw]],
    *,
    file: str,
    sheet: str,
    count: int,
) -> SheetQuestion:
    """The question about a header row."""
    heads = header_cells(cells)
    near = candidate_layouts(heads, clues, sample)[:_CANDIDATES]
    others = [k for k in SHEET_WORDS if k not in {layout.kind for layout in near}]
    where = " ".join(filter(None, [file, sheet]))
    return SheetQuestion(
        file=file,
        sheet=sheet,
        layout=layout_key(heads, clues),
        header_row=number,
        rows=max(count - number, 0),
        columns=tuple(_column(head, sample) for head in heads),
        candidates=tuple(
            KindScore(
                kind=layout.kind,
                score=layout.score,
                columns={u.head.text: u.fields[0] for u in layout.uses if u.fields},
            )
            for layout in near
        ),
        zh=f"请说明：{where} 是哪一种表（表头在第{number}行）？可用 --as 指明，或在页面上选定。",
        en=f"Please say which kind of sheet {where} is (header in row {number}): with --as, or on "
        "the page.",
        choices=(*(str(layout.kind) for layout in near), *map(str, others)),
    )


def _column(head: HeaderCell, sample: Sequence[Sequence[Raw]]) -> ColumnGuess:
    content = column_content(sample, head.index)
    return ColumnGuess(letter=head.letter, header=head.text, role="ignored", holds=content.form)


def form_word(form: str | None, lang: str) -> str:
    """What a column holds, for people."""
    return FORMS.get(form or "text", FORMS["text"])[1 if lang == "en" else 0]


# --------------------------------------------------------------------------- teaching


def taught_layouts(decisions: Iterable[Decision]) -> Mapping[str, SheetMapping | None]:
    """Layouts by key out of the decisions in force; None stands for a sheet that is no roster.

    A decision that an older version of the program made and that can't be followed any more is
    left out: the sheet is asked about again.
    """
    found: dict[str, SheetMapping | None] = {}
    for decision in decisions:
        if decision.kind != "layout" or decision.value is None:
            continue
        kind = decision.value.get("kind")
        if kind is None:
            found[decision.key] = None
            continue
        try:
            found[decision.key] = SheetMapping(
                kind=kind, columns=decision.value.get("columns") or {}
            )
        except ValueError:
            continue
    return found


def checked_columns(kind: str, columns: Mapping[str, object]) -> SheetMapping:
    """The mapping that an answer makes.

    Raises
    ------
    UsageError
        If a field isn't one of the kind's, or nothing says what the rows are about.
    """
    try:
        mapping = SheetMapping.model_validate({"kind": kind, "columns": dict(columns)})
    except ValueError as error:
        known = "、".join(sorted(words().kinds[kind].names)) if kind in words().kinds else "-"  # type: ignore[index]
        raise UsageError(
            f"列的说明有误；{kind} 可用的字段：{known}",
            f"the columns are wrong; fields of {kind}: {known}",
        ) from error
    return mapping
