"""`/maps/{code}` and `/map/{code}`: one area's map as a page of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from analysis.recommend.results import Recommendations
from api.deps import Reader, ReaderDep, results_of
from api.errors import ERRORS
from api.results.results import AskedTies
from api.routes.areas import Code
from api.routes.recommendations import MOST
from maps.page import content_security_policy

router = APIRouter(tags=["maps"])
page = APIRouter(include_in_schema=False)

Lang = Annotated[Literal["zh", "en"], Query(description="Language of the texts")]
Drawn = Annotated[int, Query(ge=0, le=MOST, description="Recommended ties to draw")]


async def map_response(
    reader: Reader, code: str, lang: Literal["zh", "en"], home: str | None, ties: int
) -> Response:
    """The map under its own content security policy."""
    row = reader.area(code)
    new: Recommendations | None = None
    if ties:
        within = None if row["parent"] is None else code
        new = await results_of(reader.request).recommended(reader.prepared, AskedTies(ties, within))
    return reader.answer(
        lambda: reader.prepared.map_page(code, lang, home, new),
        media="text/html; charset=utf-8",
        headers={"Content-Security-Policy": content_security_policy(embedded=True)},
    )


@router.get(
    "/maps/{code}",
    operation_id="getMap",
    response_class=Response,
    responses=ERRORS | {200: {"content": {"text/html": {}}, "description": "One HTML page"}},
    summary="The interactive map of an area",
)
async def get_map(reader: ReaderDep, code: Code, lang: Lang = "zh", ties: Drawn = 0) -> Response:
    """One self-contained HTML page, the same as `gongjian map` writes."""
    return await map_response(reader, code, lang, None, ties)


@page.get("/map/{code}")
async def map_page(
    reader: ReaderDep,
    code: Code,
    lang: Lang = "zh",
    embed: Annotated[bool, Query(description="Inside the planner's page")] = False,
    ties: Drawn = 0,
) -> Response:
    """The map, with a way back to the planner's page unless it stands inside it."""
    home = None if embed else f"/?area={code}&level={reader.prepared.level}&lang={lang}"
    return await map_response(reader, code, lang, home, ties)
