"""The live datasets of a journal, and the graph that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.database.database import Progress
from graph.journal.dataset_files import as_kept
from graph.journal.journal import Entry, Journal
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.labels import Day
from graph.model.wanted import WantedGraph
from graph.store.history import newest_day
from graph.store.resolving import resolve

NONE_AT_HAND: Mapping[str, Dataset] = {}


class LiveDatasets:
    """What the journal says is live, loaded and resolved when it is asked for."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._info_cache: dict[str, DatasetInfo] = {}

    def info(self, entry: Entry) -> DatasetInfo:
        if entry.content not in self._info_cache:
            self._info_cache[entry.content] = self.journal.info(entry.content)
        return self._info_cache[entry.content]

    def as_of(self) -> Day | None:
        """Day of the newest live sheet; see `graph.store.history.newest_day`."""
        return newest_day(self.journal, self.journal.live(), self.info)

    def resolve(
        self,
        progress: Progress | None,
        *,
        entries: Sequence[Entry] | None = None,
        at_hand: Mapping[str, Dataset] = NONE_AT_HAND,
    ) -> WantedGraph:
        """The graph of the live datasets, or of `entries`, with what people decided.

        `at_hand` are datasets by content, in place of their files.
        """
        live = self.journal.live() if entries is None else entries
        loaded = self._load(live, at_hand, progress)
        if progress is not None:
            progress("resolve", 0, 1)
        return resolve(loaded, self.journal.decisions())

    def _load(
        self,
        entries: Sequence[Entry],
        at_hand: Mapping[str, Dataset],
        progress: Progress | None,
    ) -> list[Dataset]:
        if progress is not None:
            progress("load", 0, len(entries))
        kept = iter(self.journal.load_all([e for e in entries if e.content not in at_hand]))
        return [
            as_kept(at_hand[entry.content]) if entry.content in at_hand else next(kept)
            for entry in entries
        ]
