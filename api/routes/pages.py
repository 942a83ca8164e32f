"""`/`: the planner's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from analysis.recommend.results import Recommendations
from api.deps import DateParam, Reader, ReaderDep, results_of
from api.html import render
from api.pages.planner import PageQuery, planner_context
from api.results.results import AskedTies
from api.routes.recommendations import MOST
from graph.model.labels import LEVEL_LABEL, Level
from graph.model.texts import Lang

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Query(max_length=80)]


@router.get("/")
async def planner(
    reader: ReaderDep,
    area: Text = "",
    city: Text = "",
    district: Text = "",
    street: Text = "",
    community: Text = "",
    q: Annotated[str, Query(max_length=60)] = "",
    lang: Lang = "zh",
    every: Annotated[bool, Query(alias="all")] = False,
    date: DateParam = None,
    ties: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """One area for the planner: what is weak there, why, and what could be shared."""
    if "level" not in reader.request.query_params and (finest := finest_level(reader)) != "grid":
        there = reader.request.url.include_query_params(level=finest)
        return RedirectResponse(f"/?{there.query}", status_code=307)
    chosen = area or chosen_area(reader, city, district, street, community)
    if chosen:
        reader.area(chosen)
    asked = PageQuery(chosen or None, lang, q.strip(), every, date.isoformat() if date else None)
    new: Recommendations | None = None
    if ties:
        wanted = AskedTies(ties, asked.area)
        new = await results_of(reader.request).recommended(reader.prepared, wanted)
    return reader.answer(
        lambda: render("planner.html", **planner_context(reader, asked, new)),
        media="text/html; charset=utf-8",
    )


def finest_level(reader: Reader) -> Level:
    """The finest level of which the network has areas at all; grid where it has none."""
    labels = set(reader.prepared.network.areas["label"].unique())
    return next((level for level, label in LEVEL_LABEL.items() if str(label) in labels), "grid")


def chosen_area(reader: Reader, *codes: str) -> str:
    """The finest area chosen in the selects, widest first; one that lies elsewhere is left out."""
    chosen = ""
    for code in codes:
        path = reader.prepared.network.path_of.get(code, "") if code else ""
        if path and (not chosen or f"/{chosen}/" in path):
            chosen = code
    return chosen
