"""Receipts: what reading accounts for, with what the import did and what looks odd beside the rest.

Some signs only show when a sheet meets the network: a newer sheet that lacks most of its rows, a
second set of grids for one community.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from graph.model.decision import Decision
from graph.model.labels import Label
from graph.model.network import Network
from graph.model.receipt import ChangedVerdict, Receipt, RowCounts, SheetAccount, Sign
from graph.model.signs import gravest_first, make_sign
from graph.store.import_result import ImportedDataset, ImportResult

_TENTH = 0.1
_LEAST_TIES = 5
_LEAST_GRIDS = 2
_LEAST_BODIES = 4
_BODIES: dict[str, tuple[Label, str, str]] = {
    "organisations": (Label.ORGANIZATION, "组织", "organisations"),
    "resident_units": (Label.RESIDENT_UNIT, "驻区单位", "resident units"),
    "social_organisations": (Label.SOCIAL_ORGANIZATION, "社会组织", "social organisations"),
}
"""Kind of a roster -> what it lists."""


class Answers:
    """Signs that somebody said are right so.

    Parameters
    ----------
    accepted
        Codes that hold for this call (`--accept`).
    decisions
        What people answered of layouts, once: decisions of the kind `sign`.

    Examples
    --------
    >>> answers = Answers(["kind_close"])
    >>> answers.of("kind_close", None), answers.of("rows_gone", None)
    ('accept', None)
    """

    def __init__(self, accepted: Iterable[str] = (), decisions: Iterable[Decision] = ()) -> None:
        self.accepted = frozenset(accepted)
        self._by_layout = {
            d.key: frozenset(d.value.get("codes", ())) for d in decisions if d.value is not None
        }

    def of(self, code: str, layout: str | None) -> str | None:
        """Who answered a sign of a layout: `accept`, `person`, or None."""
        if code in self.accepted:
            return "accept"
        return "person" if code in self._by_layout.get(layout or "", ()) else None

    def put(self, signs: Iterable[Sign], layout: str | None) -> tuple[Sign, ...]:
        """The signs with their answers, the gravest first."""
        return gravest_first(
            s if s.answered else s.model_copy(update={"answered": self.of(s.code, layout)})
            for s in signs
        )


def holds_back(signs: Iterable[Sign]) -> bool:
    """Whether a table with these signs isn't imported where nobody can be asked."""
    return any(s.grave and s.answered is None for s in signs)


def signs_beside(
    result: ImportResult, before: Network, after: Network
) -> Mapping[str, tuple[Sign, ...]]:
    """The signs of an import's tables that show beside the network.

    Parameters
    ----------
    result
        What the import would do.
    before, after
        The network without it and with it.

    Returns
    -------
    Mapping
        Dataset id -> signs.
    """
    found = {d.id: list(_about_rows(d)) for d in result.datasets}
    changing = [d for d in result.datasets if d.rows_added or d.rows_changed or d.rows_gone]
    lost = _ties(before) - _ties(after)
    for dataset in changing:
        if dataset.rows_gone and lost > max(_LEAST_TIES, _TENTH * _ties(before)):
            sign = make_sign("ties_gone", count=lost, before=_ties(before))
            found[dataset.id].append(sign)
        if dataset.rows_added:
            found[dataset.id] += _doublings(dataset, before, after)
        if result.waiting_elsewhere:
            found[dataset.id].append(make_sign("waiting_elsewhere", count=result.waiting_elsewhere))
    return {key: tuple(signs) for key, signs in found.items()}


def _about_rows(dataset: ImportedDataset) -> Iterator[Sign]:
    before = dataset.rows_changed + dataset.rows_unchanged + dataset.rows_gone
    if dataset.replaces is not None and 2 * dataset.rows_gone > before:
        yield make_sign("rows_gone", count=dataset.rows_gone, before=before)


def _ties(network: Network) -> int:
    return network.ties.filter(pl.col("type") == "CO_BUILDS").height


def _doublings(dataset: ImportedDataset, before: Network, after: Network) -> Iterator[Sign]:
    """Communities that had grids or listed bodies and would have twice as many."""
    if dataset.kind == "areas":
        pairs = _per_community(before, Label.GRID), _per_community(after, Label.GRID)
        yield from _doubling(*pairs, _LEAST_GRIDS, "网格", "grids")
    elif dataset.kind in _BODIES:
        label, zh, en = _BODIES[dataset.kind]
        yield from _doubling(_listed(before, label), _listed(after, label), _LEAST_BODIES, zh, en)


def _doubling(old: Counter[str], new: Counter[str], least: int, zh: str, en: str) -> Iterator[Sign]:
    places = [place for place, count in old.items() if count >= least and new[place] >= 2 * count]
    if places:
        yield make_sign(
            "doubling",
            count=len(places),
            what=f"{len(places)}个社区的{zh}",
            what_en=f"the {en} of {len(places)} communities",
            before=sum(old[p] for p in places),
            after=sum(new[p] for p in places),
        )


def _per_community(network: Network, label: Label) -> Counter[str]:
    paths = network.areas.filter(pl.col("label") == str(label))["path"].drop_nulls()
    return Counter(path.rstrip("/").rpartition("/")[0] for path in paths)


def _listed(network: Network, label: Label) -> Counter[str]:
    """Bodies of a label that a roster lists, by the area that they are placed in."""
    table = network.actors.filter(
        (pl.col("label") == str(label)) & ~pl.col("unlisted").fill_null(value=False)
    )
    return Counter(path for path in table["path"].drop_nulls())


def receipt_of(
    account: SheetAccount,
    signs: Iterable[Sign],
    result: ImportResult,
    *,
    stopped: bool,
    rows: tuple[int, int] | None,
    verdicts: tuple[ChangedVerdict, ...] = (),
) -> Receipt:
    """The receipt of one table.

    Parameters
    ----------
    signs
        All of them, with their answers.
    stopped
        Whether the table was left out of the import.
    rows
        Rows read and rejected, of a table with rows of data.
    """
    dataset = next((d for d in result.datasets if d.id == account.dataset), None)
    counts = RowCounts(no_data=account.no_data)
    if dataset is not None and not stopped:
        counts = RowCounts(
            read=dataset.rows_read,
            added=dataset.rows_added,
            changed=dataset.rows_changed,
            unchanged=dataset.rows_unchanged,
            gone=dataset.rows_gone,
            no_data=account.no_data,
            waiting=dataset.rows_waiting,
            rejected=dataset.rows_rejected,
            now_waiting_elsewhere=result.waiting_elsewhere,
        )
    elif rows is not None:
        counts = RowCounts(read=rows[0], rejected=rows[1], no_data=account.no_data)
    changes = dataset is not None and (
        dataset.rows_added or dataset.rows_changed or dataset.rows_gone
    )
    return Receipt(
        **account.model_dump(exclude={"header_row", "no_data", "signs", "cells", "columns"}),
        cells=account.cells,
        columns=account.columns,
        stopped=stopped,
        rows=counts,
        signs=tuple(signs),
        verdicts=verdicts if changes else (),
    )
