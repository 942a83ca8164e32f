"""The plan of an import: which sheets are new, what they replace, and what is live after."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from graph.journal.journal import Entry, Journal, live, recorded
from graph.model.dataset import READER, Dataset, DatasetInfo
from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.labels import Day, SheetKind
from graph.store.import_result import ImportedDataset, RowContent, compared, row_contents

_LEAST_ALIKE = 3
"""Rows that two sheets must share to be taken for versions of one."""
_LIKE_SIZE = 3
"""How many times as long one of them may be as the other."""


class ImportPlan:
    """Which datasets are new to the journal, what they replace, and what stays live."""

    def __init__(self, journal: Journal, datasets: Sequence[Dataset], *, on: Day, who: str) -> None:
        self.journal = journal
        self.issues: list[Issue] = []
        # of one file under several names always the same one, whatever the order
        by_name = sorted(datasets, key=lambda d: (d.info.file, d.info.sheet), reverse=True)
        first = {d.info.id: d for d in by_name}
        self.datasets = list({d.info.id: first[d.info.id] for d in datasets}.values())
        self.before = {r.entry.dataset: r for r in journal.recorded()}
        series = self._series()
        self.fresh: list[Dataset] = []
        self.entries: list[Entry] = []
        self.by_content: dict[str, Dataset] = {}
        for dataset in self.datasets:
            content = dataset.content_hash()
            self.by_content[content] = dataset
            known = self.before.get(dataset.info.id)
            if known is not None and (known.live or known.replaced_by):
                old = known.entry
                current = old.reader == READER or not known.live
                if old.content == content and current and journal.is_whole(old):
                    continue
            self.fresh.append(dataset)
            self.entries.append(
                Entry(
                    op="import",
                    dataset=dataset.info.id,
                    content=content,
                    on=on,
                    who=who,
                    series=series[dataset.info.id],
                    reported_on=dataset.info.reported_on,
                    reader=READER,
                )
            )
        self.after = [*journal.entries, *self.entries]
        self.older: set[str] = set()
        """Sheets of which a newer one of the series is there."""
        self._tell_older()
        self._tell_alike()

    def _series(self) -> dict[str, str]:
        """Series of each dataset; several of one series in one import are numbered by name, so
        that their newer versions, coming together again, each replace their own.
        """
        found: dict[str, str] = {}
        first: dict[str, DatasetInfo] = {}
        taken: set[str] = set()
        by_name = sorted(self.datasets, key=lambda d: (d.info.file, d.info.sheet, d.info.id))
        for info in (d.info for d in by_name):
            known = self.before.get(info.id)
            if known is not None and known.live and _base(known.entry.series) == info.series:
                found[info.id] = known.entry.series
                taken.add(known.entry.series)
                first.setdefault(info.series, info)
        for info in (d.info for d in by_name):
            if info.id in found:
                continue
            number = 1
            while (series := _numbered(info.series, number)) in taken:
                number += 1
            found[info.id] = series
            taken.add(series)
            if number > 1:
                other = first[info.series]
                self.issues.append(
                    make_issue(
                        "series_twice",
                        file=info.file,
                        sheet=info.sheet,
                        other=" ".join(filter(None, [other.file, other.sheet])),
                    )
                )
            first.setdefault(info.series, info)
        return found

    def live_after(self) -> list[Entry]:
        """Entries of the datasets that are live once the import is done."""
        return live(self.after)

    def _tell_older(self) -> None:
        state = {r.entry.dataset: r for r in recorded(self.after)}
        for dataset in self.fresh:
            newer = state[dataset.info.id].replaced_by
            if newer is not None:
                info = dataset.info
                self.older.add(info.id)
                issue = make_issue("series_older", file=info.file, sheet=info.sheet, newer=newer)
                self.issues.append(issue)

    def _tell_alike(self) -> None:
        """A sheet of a new series of which half the rows stand in a live sheet of another one:
        perhaps its newer version under another name, and then all of it counts twice.
        """
        live_before = {r.entry.series: r.entry for r in self.before.values() if r.live}
        series = {e.dataset: e.series for e in self.entries}
        new = [d for d in self.fresh if series[d.info.id] not in live_before]
        if not new or not live_before:
            return
        wanted: dict[SheetKind, list[tuple[Dataset, Counter[RowContent]]]] = defaultdict(list)
        for dataset in new:
            wanted[dataset.info.kind].append((dataset, row_contents(dataset)))
        for entry in sorted(live_before.values(), key=lambda e: e.dataset):
            info = self.journal.info(entry.content)
            alike = [
                (dataset, rows)
                for dataset, rows in wanted.get(info.kind, ())
                if info.rows_read <= _LIKE_SIZE * rows.total() <= _LIKE_SIZE**2 * info.rows_read
            ]
            if not alike:
                continue
            there = row_contents(self.journal.load(entry))
            for dataset, rows in alike:
                shared = (rows & there).total()
                if shared >= _LEAST_ALIKE and 2 * shared >= rows.total():
                    self.issues.append(
                        make_issue(
                            "series_alike",
                            file=dataset.info.file,
                            sheet=dataset.info.sheet,
                            other=" ".join(filter(None, [info.file, info.sheet])),
                            count=shared,
                            id=entry.dataset,
                        )
                    )

    def compared(self) -> list[ImportedDataset]:
        """Rows of every dataset against what it takes the place of: an older sheet of a series
        takes none.
        """
        live_before = {r.entry.series: r.entry for r in self.before.values() if r.live}
        series = {e.dataset: e.series for e in self.entries}
        found = []
        for dataset in self.datasets:
            info = dataset.info
            if info.id not in series:
                found.append(compared(dataset, dataset, replaces=None))
                continue
            old = None if info.id in self.older else live_before.get(series[info.id])
            before = None
            if old is not None:
                before = self.by_content.get(old.content) or self.journal.load(old)
            other = old.dataset if old is not None and old.dataset != info.id else None
            found.append(compared(dataset, before, replaces=other))
        return found


def _numbered(series: str, number: int) -> str:
    return series if number == 1 else f"{series}|#{number}"


def _base(series: str) -> str:
    return re.sub(r"\|#\d+$", "", series)
