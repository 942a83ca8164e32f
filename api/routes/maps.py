"""`/maps/{code}` and `/map/{code}`: one area's map as a page of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.bodies import ERRORS
from api.deps import Reader, ReaderDep
from api.routes.areas import Code
from maps.page import content_security_policy

router = APIRouter(tags=["maps"])
page = APIRouter(include_in_schema=False)

Lang = Annotated[Literal["zh", "en"], Query(description="Language of the texts")]


def map_response(
    reader: Reader, code: str, lang: Literal["zh", "en"], home: str | None
) -> Response:
    """The map under its own content security policy."""
    reader.area(code)
    return reader.answer(
        lambda: reader.prepared.map_page(code, lang, home),
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
def get_map(reader: ReaderDep, code: Code, lang: Lang = "zh") -> Response:
    """One self-contained HTML page, the same as `gongjian map` writes."""
    return map_response(reader, code, lang, None)


@page.get("/map/{code}")
def map_page(
    reader: ReaderDep,
    code: Code,
    lang: Lang = "zh",
    embed: Annotated[bool, Query(description="Inside the planner's page")] = False,
) -> Response:
    """The map, with a way back to the planner's page unless it stands inside it."""
    home = None if embed else f"/?area={code}&level={reader.prepared.level}&lang={lang}"
    return map_response(reader, code, lang, home)
