"""Sheets of ties: 共建关系台账."""

from __future__ import annotations

from graph.model.rows import Statement, TieRow
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row
from ingest.values.fields import BEGIN, BODIES, COUNT, END, PERIOD, STATUS, TEXT, USCCS, one_of


def _tie(row: Row) -> list[Statement]:
    subjects = row.get("subject") or ()
    if not subjects:
        row.missing("subject")
        return []
    objects: tuple[str | None, ...] = row.get("object") or (None,)
    if objects == (None,):
        row.need_place()
    signed, valid_to = row.period("signed")
    row.in_order(signed, valid_to, "valid_to")
    codes = _codes_of(row, subjects)
    return [
        row.statement(
            TieRow,
            place,
            subject=subject,
            subject_uscc=code,
            object=target,
            mechanism_text=row.word("mechanism")[1],
            signed=signed,
            valid_to=valid_to,
        )
        for subject, code in zip(subjects, codes, strict=True)
        for target in objects
        for place in row.places()
    ]


def _codes_of(row: Row, subjects: tuple[str, ...]) -> tuple[str | None, ...]:
    """The credit code of each subject, where there are as many codes as subjects."""
    codes: tuple[str | None, ...] = row.get("subject_uscc") or ()
    if len(codes) == len(subjects):
        return codes
    if codes:
        row.tell("subject_uscc", "names_one_code", count=len(subjects))
    return (None,) * len(subjects)


TIES = Kind(
    {
        "subject": BODIES,
        "subject_uscc": USCCS,
        "object": BODIES,
        "mechanism": one_of("mechanisms"),
        "signed": BEGIN,
        "valid_to": END,
        "period": PERIOD,
        "count": COUNT,
        "status": STATUS,
        "intensity": TEXT,
    },
    _tie,
)
