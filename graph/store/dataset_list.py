"""The datasets of a home: which were imported, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.dataset import READER
from graph.store.import_result import DatasetStatus
from graph.store.keeper import Keeper
from graph.store.outcome import load_outcome


def dataset_statuses(keeper: Keeper) -> list[DatasetStatus]:
    """Every dataset ever imported, in the order of import."""
    waiting = _waiting(keeper)
    return [
        DatasetStatus(
            info=keeper.live.info(r.entry),
            imported_on=r.entry.on,
            who=r.entry.who,
            live=r.live,
            replaced_by=r.replaced_by,
            waiting=waiting.get(r.entry.dataset, 0) if r.live else 0,
            read_before=r.entry.reader < READER,
        )
        for r in keeper.journal.recorded()
    ]


def _waiting(keeper: Keeper) -> Mapping[str, int]:
    """Rows that wait, by dataset, as last resolved; while somebody writes, those before."""
    outcome = load_outcome(keeper.home)
    journal = keeper.journal
    if outcome.head == journal.head or not journal.entries or keeper.is_written():
        return outcome.waiting
    return keeper.live.resolve(None).waiting
