"""An import worked out before it is done: what it would change, and doing it.

The sheets are resolved once. What is told before and what is written afterwards come from the
same resolution; only where the journal has moved on in between is it made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from graph.database.database import Database, Progress
from graph.database.difference import Difference, GraphChange
from graph.journal.journal import key_mark, pseudonym_secret
from graph.model.dataset import Dataset
from graph.model.issue import Issue
from graph.model.labels import Day
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from graph.store.effect import ImportEffect, effect_of
from graph.store.import_plan import ImportPlan
from graph.store.import_result import Entities, ImportResult, in_order
from graph.store.keeper import Keeper
from graph.store.outcome import ResolutionOutcome, load_outcome, outcome_of


class PreparedImport:
    """Sheets on their way into a store; made by `Store.prepare_import`.

    Parameters
    ----------
    on, who
        Day of the import, for sheets that name none, and who imports, for the journal.
    keep_wanted
        Whether `wanted` is still asked for after `commit`; a whole city's takes half a
        gigabyte.
    """

    def __init__(
        self, keeper: Keeper, datasets: Sequence[Dataset], *, on: Day, who: str, keep_wanted: bool
    ) -> None:
        self._keeper, self._datasets = keeper, datasets
        self._on, self._who, self._keep_wanted = on, who, keep_wanted
        self._head: str | None = None
        """Head of the journal at which all that follows was worked out."""
        self._wanted: WantedGraph | None = None
        self._before: Network | None = None
        self._difference: Difference | None = None
        self._tables: Network | None = None
        """The wanted graph as tables, where they were made for the difference."""

    @property
    def wanted(self) -> WantedGraph:
        """The network that the import makes; only after `told`, or `commit` with `keep_wanted`."""
        if self._wanted is None:
            raise ValueError("the import was not worked out, or its graph not kept")
        return self._wanted

    def told(self, progress: Progress | None = None) -> ImportResult:
        """What the import would do; nothing is written.

        Raises
        ------
        StoreError
            If the store can't be opened.
        """
        with self._keeper.changing():
            plan = self._planned()
            _, found = self._settled(plan, progress)
            effect = effect_of(self.wanted, found, self._before)
            outcome = outcome_of(self.wanted, self._keeper.journal.head)
            before = load_outcome(self._keeper.home)
            return self._result(plan, outcome, found.change, effect, before)

    def commit(self, progress: Progress | None = None) -> ImportResult:
        """Take the sheets in: all of them, or on any error none.

        Raises
        ------
        StoreError
            If the store can't be opened or written; nothing is acknowledged then.
        """
        keeper = self._keeper
        with keeper.changing():
            plan = self._planned()
            outcome = before = load_outcome(keeper.home)
            change = GraphChange()
            if plan.entries or self._keep_wanted or outcome.head != keeper.journal.head:
                database, found = self._settled(plan, progress)
                change = found.change
                self._before = None
                outcome = self._written(plan, database, found, progress)
            else:
                keeper.open(progress, at_hand=plan.by_content)
            return self._result(plan, outcome, change, None, before)

    def _planned(self) -> ImportPlan:
        """The plan at the journal's head; what was worked out for another head is let go."""
        journal = self._keeper.journal
        if self._head != journal.head:
            self._head = journal.head
            self._plan = ImportPlan(journal, self._datasets, on=self._on, who=self._who)
            self._wanted = self._before = self._difference = self._tables = None
            rows = sum(len(d.rows) for d in self._plan.fresh)
            self._keeper.connection.rows_to_come = rows
        return self._plan

    def _settled(self, plan: ImportPlan, progress: Progress | None) -> tuple[Database, Difference]:
        """The database, opened, and what has to be written to it."""
        keeper = self._keeper
        if self._difference is not None:
            return keeper.open(progress, at_hand=plan.by_content), self._difference
        database, self._wanted, self._before = self._opened_and_resolved(plan, progress)
        little = keeper.is_little(keeper.connection.rows_to_come)
        self._difference, self._tables = keeper.differ(
            database, self._wanted, self._before if little else None
        )
        return database, self._difference

    def _opened_and_resolved(
        self, plan: ImportPlan, progress: Progress | None
    ) -> tuple[Database, WantedGraph, Network | None]:
        """All at once: while the network is resolved, the server counts what it holds, and the
        copy of the network before is read, if one is kept.
        """
        keeper = self._keeper
        head = keeper.journal.head
        database = keeper.connection.open()
        live, at_hand = plan.live_after(), plan.by_content
        with ThreadPoolExecutor(1, thread_name_prefix="gongjian-whole") as pool:
            whole = pool.submit(keeper.is_whole, database)
            before = pool.submit(keeper.copy_of, head)
            wanted = keeper.live.resolve(progress, entries=live, at_hand=at_hand)
            if whole.result():
                return database, wanted, before.result()
        del wanted, before  # what is to be mended takes as much
        database = keeper.open(progress, at_hand=at_hand)
        wanted = keeper.live.resolve(progress, entries=live, at_hand=at_hand)
        return database, wanted, keeper.copy_of(head)

    def _written(
        self, plan: ImportPlan, database: Database, found: Difference, progress: Progress | None
    ) -> ResolutionOutcome:
        """Record what is new and bring the database to it."""
        keeper = self._keeper
        if not plan.entries:
            return outcome_of(self.wanted, keeper.journal.head)
        wanted, tables, self._tables = self.wanted, self._tables, None
        if not self._keep_wanted:
            self._wanted = None
        self._record(plan, progress)
        self._difference = None
        consume = not self._keep_wanted
        return keeper.write(database, wanted, progress, found, tables, consume=consume)

    def _record(self, plan: ImportPlan, progress: Progress | None) -> None:
        journal = self._keeper.journal
        mark = key_mark(pseudonym_secret(self._keeper.home, journal.key_mark()))
        entries = []
        for n, (dataset, entry) in enumerate(zip(plan.fresh, plan.entries, strict=True)):
            if progress is not None:
                progress("keep", n, len(plan.fresh))
            file = journal.keep(dataset)
            entries.append(entry.model_copy(update={"file": file, "key": mark}))
        journal.append(entries)

    def _result(
        self,
        plan: ImportPlan,
        outcome: ResolutionOutcome,
        change: GraphChange,
        effect: ImportEffect | None,
        before: ResolutionOutcome,
    ) -> ImportResult:
        own = {d.info.id for d in plan.datasets}
        entities = change.entities
        if not plan.entries:
            entities = {"created": 0, "updated": 0, "unchanged": outcome.entities}
        return ImportResult(
            datasets=tuple(
                d.model_copy(update={"rows_waiting": outcome.waiting.get(d.id, 0)})
                for d in plan.compared()
            ),
            waiting_elsewhere=sum(
                max(0, rows - before.waiting.get(dataset, 0))
                for dataset, rows in outcome.waiting.items()
                if dataset not in own and before.head
            ),
            issues=in_order(
                [
                    *plan.issues,
                    *(i for d in plan.datasets for i in d.issues),
                    *_about(outcome.issues, plan.datasets),
                ]
            ),
            entities=Entities(
                created=entities["created"],
                updated=entities["updated"],
                unchanged=entities["unchanged"],
                merged=outcome.merged,
                to_review=outcome.to_review,
            ),
            effect=effect,
        )


def _about(issues: Sequence[Issue], datasets: Sequence[Dataset]) -> list[Issue]:
    """Of the whole network's issues those of the given sheets."""
    sheets = {(d.info.file, d.info.sheet) for d in datasets}
    return [i for i in issues if (i.file, i.sheet) in sheets]
