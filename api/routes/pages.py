"""`/`: the planner's page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.deps import DateParam, Reader, ReaderDep
from api.pages import render
from api.planner import Asked, planner_context

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Query(max_length=80)]


@router.get("/")
def planner(
    reader: ReaderDep,
    area: Text = "",
    district: Text = "",
    street: Text = "",
    community: Text = "",
    q: Annotated[str, Query(max_length=60)] = "",
    lang: Literal["zh", "en"] = "zh",
    every: Annotated[bool, Query(alias="all")] = False,
    date: DateParam = None,
) -> Response:
    """One area for the planner: what is weak there, why, and what could be shared."""
    chosen = area or chosen_area(reader, district, street, community)
    if chosen:
        reader.area(chosen)
    asked = Asked(chosen or None, lang, q.strip(), every, date.isoformat() if date else None)
    return reader.answer(
        lambda: render("planner.html", **planner_context(reader, asked)),
        media="text/html; charset=utf-8",
    )


def chosen_area(reader: Reader, district: str, street: str, community: str) -> str:
    """The finest area chosen in the selects; one that lies elsewhere is left out."""
    chosen = ""
    for code in (district, street, community):
        path = reader.prepared.network.path_of.get(code, "") if code else ""
        if path and (not chosen or f"/{chosen}/" in path):
            chosen = code
    return chosen
