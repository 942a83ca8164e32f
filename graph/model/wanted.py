"""The wanted graph: the nodes and ties that the store shall hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.model.issue import Issue
from graph.model.labels import Label, TieType
from graph.model.properties import Prop

if TYPE_CHECKING:
    from graph.model.review import ReviewItem


@dataclass(frozen=True, slots=True)
class WantedTie:
    """A tie as the store shall hold it."""

    start: str
    end: str
    props: Mapping[str, Prop]


TieGroup = tuple[TieType, Label, Label]
"""Relationship type, label of its start, label of its end."""


@dataclass(slots=True)
class WantedGraph:
    """Everything the store shall hold for a set of live datasets, and what waits.

    `nodes[label][key]` are the properties without the key; `ties[group][key]` likewise.
    `issues` are what resolution has to tell (unknown places, ambiguous names), each with
    file, sheet, row and cell; `waiting` counts statements that are kept but not yet in the
    graph, by dataset id.
    """

    nodes: dict[Label, Mapping[str, Mapping[str, Prop]]] = field(default_factory=dict)
    ties: dict[TieGroup, Mapping[str, WantedTie]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    review: list[ReviewItem] = field(default_factory=list)
    """What only a person can decide, and what was joined by itself (`graph.review`)."""
    to_review: int = 0
    """Questions in it that are open."""
    merged: int = 0
    """Mentions that were joined to a body already known under another name or roster."""

    def count_nodes(self) -> int:
        return sum(len(n) for n in self.nodes.values())
