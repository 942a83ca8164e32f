"""`/weak-grids` and `/gaps`: the two answers, as on the command line."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from analysis.gaps.results import GapsByArea, GapsByCategory
from analysis.gaps.services import GapsByService
from analysis.weak.results import WATCH, WeakGrids
from api.deps import PAGE, Certainty, Cursor, Limit, Measures, Reader, ReaderDep
from api.errors import ERRORS
from api.records import NeedsPage, OffersPage, WeakGridsPage
from graph.model.labels import Level

AreaParam = Annotated[str | None, Query(max_length=80, description="Only this area (code)")]

router = APIRouter()


def shown(reader: Reader, area: str | None, *, certain: bool, measured: bool) -> WeakGrids:
    """The verdicts of one area, or of all."""
    weak = reader.prepared.full(certain=certain, measured=measured)
    if area is None:
        return weak
    reader.area(area)
    return weak.within(area)


@router.get(
    "/weak-grids",
    tags=["weak grids"],
    operation_id="listWeakGrids",
    response_model=WeakGridsPage,
    responses=ERRORS,
    summary="Weak and watched grids, worst first",
)
def list_weak_grids(
    reader: ReaderDep,
    area: AreaParam = None,
    every: Annotated[
        bool, Query(alias="all", description="Also adequate and unknown ones")
    ] = False,
    certainty: Certainty = False,
    measures: Measures = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    """The same object as `gongjian weak-grids --format json`; `summary` counts all areas."""
    found = shown(reader, area, certain=certainty, measured=measures)
    rows = [a for a in found.areas if every or a.weak or a.verdict in WATCH]
    page, following = reader.page(rows, limit, cursor)

    def build() -> str:
        return reader.listed(found.model_copy(update={"areas": page}), following)

    return reader.answer(build, headers=reader.links(following))


@router.get(
    "/gaps",
    tags=["gaps"],
    operation_id="listGaps",
    response_model=NeedsPage | OffersPage | GapsByCategory | GapsByArea | GapsByService,
    responses=ERRORS,
    summary="Resource-sharing gaps by need, category or area",
)
def list_gaps(
    reader: ReaderDep,
    by: Annotated[Literal["need", "category", "area", "offer", "service"], Query()] = "need",
    area: AreaParam = None,
    group: Annotated[
        Level | None, Query(description="With `by=area`: the kind of area summed by")
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    """The same object as `gongjian gaps --format json`; `totals` are of all needs."""
    if area is not None:
        reader.area(area)
    gaps = reader.prepared.gaps
    if by == "category":
        return reader.answer(lambda: gaps.by_category(area).model_dump_json())
    if by == "service":
        return reader.answer(lambda: gaps.by_service(area).model_dump_json())
    if by == "area":
        return reader.answer(lambda: gaps.by_area(area, level=group).model_dump_json())
    if by == "offer":
        offers = gaps.by_offer(area)
        shown_offers, following = reader.page(offers.offers, limit, cursor)
        return reader.answer(
            lambda: reader.listed(offers.model_copy(update={"offers": shown_offers}), following),
            headers=reader.links(following),
        )
    found = gaps.by_need(area)
    page, following = reader.page(found.needs, limit, cursor)

    def build() -> str:
        return reader.listed(found.model_copy(update={"needs": page}), following)

    return reader.answer(build, headers=reader.links(following))
