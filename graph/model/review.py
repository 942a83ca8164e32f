"""Questions about who is who: what a person is asked, and what stands for and against."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from graph.model.labels import Day

State = Literal["open", "elsewhere", "merged", "accepted", "rejected"]
"""`elsewhere`: a bare name that only other districts or streets have too; no question, but a person
may say that it is one of these."""

Verdict = Literal["same", "different", "undo"]

Subject = Literal["bodies", "name", "code", "place", "unknown_place", "persons"]


class Because(BaseModel):
    """One thing that speaks for or against."""

    model_config = ConfigDict(frozen=True)

    code: str
    zh: str
    en: str


class Side(BaseModel):
    """One of the two that may be the same."""

    model_config = ConfigDict(frozen=True)

    name: str
    place: str = ""
    """Where it sits or was sought, as text; empty where nothing says."""
    area: str = ""
    """The code of that area."""
    uscc: str = ""
    kind: str = ""
    node: str = ""
    """Key of its node; empty for a name that waits."""
    rows: int = 0
    """Rows of sheets that name it."""
    where: tuple[str, ...] = ()
    """The first of these rows: `file!row`."""


class ReviewItem(BaseModel):
    """Two names that may mean one body (or a name and a place), and what became of it.

    `id` is what accept, reject and undo take. `question` is shared by the candidates of one
    question: accepting one of them settles it. `waits` rows count only once it is settled.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    subject: Subject
    state: State
    question: str
    score: float
    waits: int
    a: Side
    b: Side
    why: tuple[Because, ...]
    why_not: tuple[Because, ...]
    decision: dict[str, Any]
    """What the decision records of the two (`graph.decided`)."""
    on: Day | None = None
    who: str | None = None


class ReviewList(BaseModel):
    """The queue: open questions first, most rows waiting and best score first."""

    model_config = ConfigDict(frozen=True)

    items: tuple[ReviewItem, ...]
    open: int
    """Open questions (several candidates of one name are one question)."""
    elsewhere: int
    """Pairs of one bare name in several places (别处同名), none of them joined."""
    merged: int
    """Names joined by themselves, each of which can be parted."""
    decided: int
