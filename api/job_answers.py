"""What a person answers to a job's questions and signs, as decisions for the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.job_folder import Job
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import SheetKind
from graph.model.sheet_guess import layout_decision
from ingest.intake import sign_decisions
from ingest.reading.guess import checked_columns

_WHO = "page"


class LayoutAnswer(BaseModel):
    """What a person says a sheet is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: str = Field(max_length=40)
    kind: str | None = Field(default=None, max_length=40)
    """None: no roster, never to be read."""
    columns: dict[str, str | None] = {}
    """Header -> field; None: kept aside."""


def taught(job: Job, answers: Sequence[LayoutAnswer]) -> list[Decision]:
    """What sheets are, and their columns.

    Raises
    ------
    UsageError
        An answer isn't about a question of the job, or its columns are wrong.
    """
    asked = {q.layout: q for q in (job.result.questions if job.result else ())}
    decisions = []
    for one in answers:
        question = asked.get(one.layout)
        if question is None:
            raise UsageError("没有问过这张表", "this sheet wasn't asked about")
        kind = None
        if one.kind is not None:
            checked_columns(one.kind, one.columns)
            kind = SheetKind(one.kind)
        on = date.today().isoformat()
        decisions.append(layout_decision(question, kind, dict(one.columns), on=on, who=_WHO))
    return decisions


def accepted_signs(job: Job, codes: Sequence[str], known: Sequence[Decision]) -> list[Decision]:
    """That signs are right so, once for each layout that has them.

    Raises
    ------
    UsageError
        No table of the job has such a sign.
    """
    asked = [
        (receipt, sign)
        for receipt in (job.result.receipts if job.result else ())
        for sign in receipt.unanswered
        if sign.code in codes
    ]
    if {sign.code for _, sign in asked} != set(codes):
        raise UsageError("没有问过这个疑点", "no such sign was told of this file")
    return sign_decisions(asked, known=known, on=date.today().isoformat(), who=_WHO)
