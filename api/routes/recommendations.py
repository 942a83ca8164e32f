"""`/recommendations`: ties worth making, as on the command line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from analysis.recommend.results import Recommendations
from analysis.recommend.rules import pair_of
from api.deps import ReaderDep, results_of
from api.errors import ERRORS
from api.results.results import AskedTies
from api.routes.findings import AreaParam

MOST = 200
"""Most ties that one request may ask for."""

Ties = Annotated[int, Query(ge=0, le=MOST, description="How many ties at most")]
Pairs = Annotated[list[str] | None, Query(max_length=50)]

router = APIRouter(tags=["recommendations"])


@router.get(
    "/recommendations",
    operation_id="listRecommendations",
    response_model=Recommendations,
    responses=ERRORS,
    summary="Ties worth making, and what they would change",
)
async def list_recommendations(
    request: Request,
    reader: ReaderDep,
    ties: Ties = 10,
    area: AreaParam = None,
    promise: Pairs = None,
    forbid: Pairs = None,
) -> Response:
    """The same object as `gongjian recommend --format json`.

    `promise` are ties that will be made anyway, `forbid` such as are out of the question, each
    as `ACTOR:AREA` (ids or names; `*` stands for any in `forbid`). The first answer takes a
    while in a large city: until it is there, 503 says when to come again.
    """
    if area is not None:
        reader.area(area)
    network = reader.prepared.network
    asked = AskedTies(
        ties,
        area,
        tuple(pair_of(network, text, "promise") for text in promise or ()),
        tuple(pair_of(network, text, "forbid", any_too=True) for text in forbid or ()),
    )
    found = await results_of(request).recommended(reader.prepared, asked)
    return reader.answer(found.model_dump_json)
