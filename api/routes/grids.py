"""`/grids/{code}`: one judged area with everything its verdict rests on."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Response

from api.deps import Certainty, Measures, Reader, ReaderDep, unknown_area
from api.errors import ERRORS
from api.records import GridDetail, TieRecord
from api.results.prepared import Prepared
from api.routes.areas import Code
from graph.model.evidence import EvidenceBook

router = APIRouter(tags=["grids"])


def tie_records(prepared: Prepared, code: str) -> tuple[TieRecord, ...]:
    """Ties of a judged area itself, then those that hold it through its hubs.

    Derived ties come from people's rows; those rows are not named.
    """
    layers = prepared.layers
    book = EvidenceBook(prepared.network.datasets)
    at = layers.codes.index(code)
    own = layers.ties.filter((pl.col("a") == at) | (pl.col("b") == at))
    parent = layers.parent_of.get(code)
    above = layers.ties.filter(
        pl.col("status") == "alive",
        pl.col("tie").is_in([*layers.ties_at.get(code, []), *layers.ties_at.get(parent or "", [])]),
        ~pl.col("tie").is_in(own["tie"].implode()),
    )
    kinds = dict(prepared.network.actors.select("key", "kind").iter_rows())
    facts = {
        row["key"]: row
        for row in prepared.network.ties.filter(
            pl.col("key").is_in(pl.concat([own["tie"], above["tie"]]).implode())
        )
        .select("key", "valid_from", "valid_to", "last_sign", "evidence")
        .iter_rows(named=True)
    }
    names = prepared.network.name_of

    def record(row: dict[str, Any], of: str) -> TieRecord:
        fact = facts.get(row["tie"], {})
        shown = [] if row["derived"] else fact.get("evidence")
        return TieRecord(
            id=row["tie"],
            of="grid" if of == "grid" else "above",
            type=row["type"],
            mechanism=row["mechanism"],
            status=row["status"],
            undated=bool(row["undated"]),
            derived=row["derived"],
            members=row["weight"] if row["derived"] else None,
            actor=row["start"],
            actor_name=names.get(row["start"], row["start"]),
            actor_kind=kinds.get(row["start"]),
            target=row["end"],
            target_name=names.get(row["end"], row["end"]),
            valid_from=fact.get("valid_from"),
            valid_to=fact.get("valid_to"),
            last_sign=fact.get("last_sign"),
            evidence=book.cells(shown),
        )

    rows = [record(r, "grid") for r in own.sort("tie").iter_rows(named=True)]
    rows += [record(r, "above") for r in above.sort("tie").iter_rows(named=True)]
    return tuple(rows)


def grid_detail(
    reader: Reader, code: str, *, certain: bool = False, measured: bool = False
) -> GridDetail:
    """One judged area with its ties and needs.

    Raises
    ------
    Problems
        404 where no area of the level judged has that code.
    """
    prepared = reader.prepared
    reader.area(code)
    if code not in prepared.by_code:
        raise unknown_area()
    full = prepared.full(certain=certain, measured=measured)
    area = next(a for a in full.areas if a.code == code)
    names = prepared.network.name_of
    judged_of = prepared.layers.judged_of
    return GridDetail(
        **{name: getattr(area, name) for name in type(area).model_fields},
        date=prepared.day,
        level=prepared.level,
        policy_hash=prepared.weak.policy_hash,
        place=tuple(names.get(c, c) for c in area.path[:-1]),
        ties=tie_records(prepared, code),
        needs=tuple(n for n in prepared.gaps.needs if n.area and judged_of.get(n.area) == code),
    )


@router.get(
    "/grids/{code}",
    operation_id="getGrid",
    response_model=GridDetail,
    responses=ERRORS,
    summary="One grid: verdict, measures, reasons, ties, needs",
)
def get_grid(
    reader: ReaderDep, code: Code, certainty: Certainty = False, measures: Measures = False
) -> Response:
    """One judged area (a grid, or whatever `level` says) and the evidence of its verdict."""
    reader.area(code)
    if code not in reader.prepared.by_code:
        raise unknown_area()
    return reader.answer(
        lambda: grid_detail(reader, code, certain=certainty, measured=measures).model_dump_json()
    )
