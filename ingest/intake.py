"""From files to the store in one act, for command line and API alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from graph.model.dataset import Dataset
from graph.model.decision import Decision, DecisionKind
from graph.model.issue import Issue
from graph.model.labels import Day
from graph.model.network import Network
from graph.model.receipt import ChangedVerdict, Receipt, SheetAccount, Sign
from graph.model.sheet_guess import SheetGuess
from graph.model.wanted import WantedGraph
from graph.resolve.decisions import Decided
from graph.store.import_result import DatasetStatus, ImportResult
from ingest.reading.guess import taught_layouts
from ingest.reading.read import ReadResult, read_datasets
from ingest.receipts import Answers, holds_back, receipt_of, signs_beside
from ingest.sheets.options import Progress

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read; see `ingest.reading.read.read_datasets`."""

    area: str | None = None
    complete: bool = False
    as_kind: Any = None
    synthetic: bool = False
    hidden: bool = False
    mapping: Any = None


class KeyStore(Protocol):
    """What reading asks of a store."""

    @property
    def pseudonym_secret(self) -> bytes: ...
    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]: ...


class ImportInHand(Protocol):
    """What is asked of an import; `graph.store.prepared_import.PreparedImport` has it."""

    @property
    def wanted(self) -> WantedGraph: ...
    def told(self, progress: Progress | None = None) -> ImportResult: ...
    def commit(self, progress: Progress | None = None) -> ImportResult: ...


class StoreForFiles(KeyStore, Protocol):
    """What taking files in asks of a store; `graph.store.store.Store` has it."""

    def network(self) -> Network: ...
    def datasets(self) -> Sequence[DatasetStatus]: ...
    def prepare_import(
        self, datasets: Sequence[Dataset], *, on: Day, who: str, keep_wanted: bool = False
    ) -> ImportInHand: ...


VerdictsOf = Callable[[Network, Day | None], Mapping[str, str]]
"""The verdicts of a network's areas on a day, by code."""


def read_for(
    store: KeyStore,
    paths: Sequence[Path],
    options: Reading,
    *,
    also: Iterable[Decision] = (),
    progress: Progress | None = None,
) -> ReadResult:
    """Read files with the store's key and the layouts that were taught.

    Parameters
    ----------
    also
        Layouts that are taught now, whether or not the journal has them yet.
    """
    taught = taught_layouts([*store.decisions("layout"), *also])
    return read_datasets(
        paths,
        secret=store.pseudonym_secret,
        mapping=options.mapping,
        area=options.area,
        complete=options.complete,
        as_kind=options.as_kind,
        synthetic=options.synthetic,
        hidden=options.hidden,
        taught=taught,
        said_bodies=Decided.of(store.decisions("same")).body_marks,
        progress=progress,
    )


def told(result: ImportResult, read: ReadResult) -> ImportResult:
    """The result of an import with what reading has to tell: issues of files and sheets, what
    each sheet was taken for, and what is asked.
    """
    known = set(result.issues)
    more = [issue for issue in read.issues if issue not in known]
    return result.model_copy(
        update={
            "issues": tuple(ordered([*more, *result.issues])),
            "datasets": tuple(
                d.model_copy(update={"guess": read.guesses.get(d.id)}) for d in result.datasets
            ),
            "questions": tuple(read.questions),
        }
    )


def ordered(issues: Sequence[Issue]) -> list[Issue]:
    """Issues by severity, then by where they are."""
    return sorted(
        issues,
        key=lambda i: (
            _ORDER[i.level],
            i.file,
            i.sheet,
            i.row or 0,
            i.cell or "",
            i.code,
            i.value_shown or "",
            i.en,
        ),
    )


def remembered(read: ReadResult, *, on: str, who: str) -> list[Decision]:
    """The layouts of sheets whose kind an option or a mapping told, as decisions."""
    from graph.model.sheet_guess import layout_decision

    found: dict[str, Decision] = {}
    for guess in read.guesses.values():
        if guess.by in ("option", "mapping"):
            decision = layout_decision(guess, guess.kind, _columns_of(guess), on=on, who=who)
            found.setdefault(guess.layout, decision)
    return list(found.values())


def _columns_of(guess: SheetGuess) -> dict[str, Any]:
    """What the columns were read as, but for those that any sheet's words tell."""
    taught: dict[str, Any] = {}
    for column in guess.columns:
        if column.by == "taught":
            fields = list(column.fields)
            taught[column.header] = fields[0] if len(fields) == 1 else fields or None
    return taught


class FilesInHand:
    """Files that were read, on their way into a store: what they would do, and doing it.

    A table with a grave sign that nobody answered is left out, and the others are taken.

    Parameters
    ----------
    accept
        Codes of signs that are right so, for this import.
    verdicts_of
        Gives the verdicts of a network's areas on a day; None: no verdicts are compared.
    keep_wanted
        Whether `wanted` is asked for after `commit`.
    """

    def __init__(
        self,
        store: StoreForFiles,
        read: ReadResult,
        *,
        on: Day,
        who: str,
        accept: Iterable[str] = (),
        verdicts_of: VerdictsOf | None = None,
        keep_wanted: bool = False,
    ) -> None:
        self.store, self.read = store, read
        self.answers = Answers(accept, store.decisions("sign"))
        self._on, self._who, self._keep_wanted = on, who, keep_wanted
        self._verdicts_of = verdicts_of
        self._late: dict[str, tuple[Sign, ...]] = {}
        self._verdicts: tuple[ChangedVerdict, ...] = ()
        self._told: ImportResult | None = None
        self._is_first = not any(d.live for d in store.datasets())
        self._held = {a.dataset for a in read.accounts if a.dataset and holds_back(self._signs(a))}
        self._prepared = self._prepare()

    @property
    def wanted(self) -> WantedGraph:
        """The network that the import makes; see `PreparedImport.wanted`."""
        return self._prepared.wanted

    @property
    def known(self) -> list[Decision]:
        """What people answered of signs before."""
        return self.store.decisions("sign")

    @property
    def unanswered(self) -> list[tuple[SheetAccount, Sign]]:
        """Signs that nobody answered, with the tables that they are about."""
        return [
            (account, sign)
            for account in self.read.accounts
            for sign in self._signs(account)
            if sign.answered is None
        ]

    def told(self, progress: Progress | None = None) -> ImportResult:
        """What the import would do; nothing is written."""
        if self._told is None:
            result = self._prepared.told(progress)
            if not self._is_first and result.datasets:
                result = self._beside(result, progress)
            self._told = result
        return self._complete(self._told)

    def commit(self, progress: Progress | None = None) -> ImportResult:
        """Take the tables in that aren't left out: all of them, or on any error none."""
        if not self._is_first:
            self.told(progress)
        return self._complete(self._prepared.commit(progress))

    def _prepare(self) -> ImportInHand:
        datasets = [d for d in self.read.datasets if d.info.id not in self._held]
        return self.store.prepare_import(
            datasets, on=self._on, who=self._who, keep_wanted=self._keep_wanted
        )

    def _signs(self, account: SheetAccount) -> tuple[Sign, ...]:
        late = self._late.get(account.dataset or "", ())
        return self.answers.put([*account.signs, *late], account.layout)

    def _beside(self, result: ImportResult, progress: Progress | None) -> ImportResult:
        """The signs that show beside the network; tables that they hold back are left out."""
        before = self.store.network()
        after = Network.from_wanted(self._prepared.wanted, as_of=before.as_of)
        self._late = dict(signs_beside(result, before, after))
        held = {a.dataset for a in self.read.accounts if a.dataset and holds_back(self._signs(a))}
        if held - self._held:
            self._held = held
            self._prepared = self._prepare()
            result = self._prepared.told(progress)
            after = Network.from_wanted(self._prepared.wanted, as_of=before.as_of)
        if self._verdicts_of is not None:
            day = max(filter(None, [before.as_of, *self._days()]), default=None)
            names = {**_names(before), **_names(after)}
            self._verdicts = changed_verdicts(
                self._verdicts_of(before, day), self._verdicts_of(after, day), names
            )
        return result

    def _days(self) -> list[Day | None]:
        return [d.info.reported_on for d in self.read.datasets if d.info.id not in self._held]

    def _complete(self, result: ImportResult) -> ImportResult:
        rows = {d.info.id: (d.info.rows_read, d.info.rows_rejected) for d in self.read.datasets}
        receipts = [
            receipt_of(
                account,
                self._signs(account),
                result,
                stopped=account.dataset in self._held and account.dataset is not None,
                rows=rows.get(account.dataset or ""),
                verdicts=self._verdicts,
            )
            for account in self.read.accounts
        ]
        return told(result, self.read).model_copy(update={"receipts": tuple(receipts)})


def _names(network: Network) -> dict[str, str]:
    return dict(network.areas.select("key", "name").iter_rows())


def changed_verdicts(
    before: Mapping[str, str], after: Mapping[str, str], names: Mapping[str, str]
) -> tuple[ChangedVerdict, ...]:
    """Areas whose verdict differs, by code.

    Examples
    --------
    >>> changes = changed_verdicts({"g": "thin"}, {"g": "adequate"}, {"g": "第1网格"})
    >>> [c.model_dump() for c in changes]
    [{'code': 'g', 'name': '第1网格', 'from': 'thin', 'to': 'adequate'}]
    """
    return tuple(
        ChangedVerdict(
            code=code, name=names.get(code), before=before.get(code), after=after.get(code)
        )
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    )


def sign_decisions(
    answered: Iterable[tuple[SheetAccount | Receipt, Sign]],
    *,
    known: Iterable[Decision],
    on: Day,
    who: str,
) -> list[Decision]:
    """What a person said once of layouts: that these signs are right so.

    Parameters
    ----------
    known
        Answers in force; the new ones are added to them.
    """
    codes: dict[str, set[str]] = {}
    before = {d.key: d.value for d in known if d.value is not None}
    for account, sign in answered:
        if account.layout is not None:
            codes.setdefault(account.layout, set()).add(sign.code)
    return [
        Decision(
            kind="sign",
            key=layout,
            value={"codes": sorted(found | set(before.get(layout, {}).get("codes", ())))},
            on=on,
            who=who,
        )
        for layout, found in sorted(codes.items())
    ]
