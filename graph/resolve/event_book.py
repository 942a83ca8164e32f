"""Events of one resolution, while their rows come in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from graph.model.dataset import DatasetInfo
from graph.model.labels import Label
from graph.model.rows import EventRow
from graph.resolve.context import Resolution


@dataclass(slots=True)
class DraftEvent:
    """An event while its rows come in."""

    label: Label
    key: str
    area: str | None
    name: str
    rows: list[tuple[DatasetInfo, EventRow]] = field(default_factory=list)
    need: set[str] = field(default_factory=set)
    venue: set[str] = field(default_factory=set)
    also: set[str] = field(default_factory=set)


class EventBook:
    """Turns event and fund rows into nodes and ties of one resolution."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self.events: dict[tuple[Label, str], DraftEvent] = {}
        self.projects: dict[str, list[DraftEvent]] = defaultdict(list)
