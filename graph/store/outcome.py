"""What resolving the live datasets told, kept beside the network by head.

An import that brings nothing new needs no resolution: what waits, what was merged and what there
is to tell are known since the head was written. Only the rules of the program that is running
count; told by others it is found out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.database import schema
from graph.model.issue import Issue
from graph.model.labels import Label
from graph.model.wanted import WantedGraph

_NAME = "resolved.json"


class ResolutionOutcome(BaseModel):
    """Everything that a resolution tells beside nodes and ties."""

    model_config = ConfigDict(frozen=True)

    head: str = ""
    rules: str = ""
    waiting: Mapping[str, int] = {}
    """Rows that are kept but not yet in the graph, by dataset."""
    merged: int = 0
    to_review: int = 0
    entities: int = 0
    """Nodes other than datasets."""
    issues: tuple[Issue, ...] = ()


def outcome_of(wanted: WantedGraph, head: str) -> ResolutionOutcome:
    """What a resolution told."""
    return ResolutionOutcome(
        head=head,
        rules=schema.rules(),
        waiting=wanted.waiting,
        merged=wanted.merged,
        to_review=wanted.to_review,
        entities=sum(len(n) for label, n in wanted.nodes.items() if label is not Label.DATASET),
        issues=tuple(wanted.issues),
    )


def save_outcome(home: Path, outcome: ResolutionOutcome) -> None:
    """Keep it, in place of the one before."""
    draft = home / f".{_NAME}.tmp"
    draft.write_text(outcome.model_dump_json(), encoding="utf-8")
    draft.replace(home / _NAME)


def load_outcome(home: Path) -> ResolutionOutcome:
    """The one that was kept last, of whatever head; an empty one where none is.

    Examples
    --------
    >>> load_outcome(Path("/nowhere")).head
    ''
    """
    try:
        found = ResolutionOutcome.model_validate_json((home / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError):
        return ResolutionOutcome()
    return found if found.rules == schema.rules() else ResolutionOutcome()
