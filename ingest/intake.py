"""From files to the store in one act, for command line and API alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from graph.model.dataset import Dataset
from graph.model.decision import Decision, DecisionKind
from graph.model.issue import Issue
from graph.model.sheet_guess import SheetGuess
from graph.store.import_result import ImportResult
from ingest.reading.guess import taught_layouts
from ingest.reading.read import ReadResult, read_datasets
from ingest.sheets.options import Progress

if TYPE_CHECKING:
    from graph.store.store import Store

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


def replacing(store: Store, datasets: Iterable[Dataset]) -> bool:
    """Whether one of the sheets takes the place of an older one."""
    live = {d.info.series: d.info.id for d in store.datasets() if d.live}
    return any(live.get(d.info.series, d.info.id) != d.info.id for d in datasets)


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
