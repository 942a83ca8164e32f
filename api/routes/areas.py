"""`/areas`: the tree of areas, and one area with its verdicts."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api.deps import PAGE, Cursor, Limit, Reader, ReaderDep
from api.errors import ERRORS
from api.records import AreaChild, AreaCounts, AreaDetail, AreaList, AreaRecord
from api.results.area_view import area_record, connectivity, in_order, standing, summaries

router = APIRouter(tags=["areas"])

Code = Annotated[str, Path(max_length=80, description="Code of the area")]

TreeLevel = Literal["city", "district", "street", "community", "grid", "building"]


def area_detail(reader: Reader, code: str) -> AreaDetail:
    """One area with the verdicts in it and in the areas directly below."""
    prepared = reader.prepared
    reader.area(code)
    found = summaries(prepared)
    own = found.get(code, Counter())
    path = prepared.areas[code]["path"]
    inside = [a for a in prepared.weak.areas if code in a.path]
    known = [a.residents for a in inside if a.residents is not None]
    actors = prepared.network.actors
    return AreaDetail(
        **area_record(prepared, code),
        date=prepared.day,
        judged_level=prepared.level,
        policy_hash=prepared.weak.policy_hash,
        synthetic=prepared.synthetic,
        summary=in_order(own),
        standing=standing(own),
        counts=AreaCounts(
            judged_areas=len(inside),
            actors=int(actors["path"].str.starts_with(path).fill_null(False).sum()),
            needs=sum(code in need.path for need in prepared.gaps.needs),
            residents=sum(known) if known else None,
        ),
        connectivity=connectivity(prepared, code),
        below=tuple(
            AreaChild(**area_record(prepared, child), summary=in_order(found.get(child, Counter())))
            for child in prepared.children.get(code, ())
        ),
    )


@router.get(
    "/areas",
    operation_id="listAreas",
    response_model=AreaList,
    responses=ERRORS,
    summary="Areas by code",
)
def list_areas(
    reader: ReaderDep,
    parent: Annotated[str | None, Query(max_length=80, description="Only those below it")] = None,
    kind: Annotated[TreeLevel | None, Query(description="Only areas of this kind")] = None,
    q: Annotated[str | None, Query(max_length=60, description="Part of a name or code")] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    """Areas of the tree in the order of their codes, directly below `parent` where given."""
    if parent is not None:
        reader.area(parent)

    def build() -> str:
        prepared = reader.prepared
        codes = prepared.children.get(parent, []) if parent else list(prepared.areas)
        rows = [prepared.areas[code] for code in codes]
        shown = [
            row["key"]
            for row in rows
            if reader.scope.sees(row["path"] or "")
            and (kind is None or row["label"].lower() == kind)
            and (not q or q in (row["name"] or "") or q in row["key"])
        ]
        page, following = reader.page(shown, limit, cursor)
        areas = tuple(AreaRecord(**area_record(prepared, code)) for code in page)
        return AreaList(areas=areas, next=following).model_dump_json()

    return reader.answer(build)


@router.get(
    "/areas/{code}",
    operation_id="getArea",
    response_model=AreaDetail,
    responses=ERRORS,
    summary="One area and the verdicts in it",
)
def get_area(reader: ReaderDep, code: Code) -> Response:
    """An area, how many of its judged areas have which verdict, and the areas below it."""
    reader.area(code)
    return reader.answer(lambda: area_detail(reader, code).model_dump_json())
