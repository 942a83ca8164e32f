"""`/datasets`, `/health`, `/ready`, and the offline page of the interface's description."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.deps import PAGE, Cursor, Limit, ReaderDep, results_of
from api.errors import ERRORS, Problem, problem, problem_response
from api.html import render
from api.records import DatasetPage, Health, Ready
from graph.model.errors import StoreError

router = APIRouter()


@lru_cache(maxsize=1)
def program_version() -> str:
    """Version of the installed program."""
    try:
        return version("gongjian")
    except PackageNotFoundError:
        return "0"


@router.get(
    "/datasets",
    tags=["datasets"],
    operation_id="listDatasets",
    response_model=DatasetPage,
    responses=ERRORS,
    summary="Imported datasets",
)
def list_datasets(
    request: Request, reader: ReaderDep, limit: Limit = PAGE, cursor: Cursor = None
) -> Response:
    """What was imported, live or replaced."""
    page, following = reader.page(results_of(request).datasets(), limit, cursor)
    found = DatasetPage(datasets=tuple(status.record() for status in page))
    return reader.answer(lambda: reader.listed(found, following), headers=reader.links(following))


@router.get("/health", tags=["system"], operation_id="health", response_model=Health)
async def health() -> Health:
    """Whether the process answers at all; says nothing of the store."""
    return Health(status="ok", version=program_version())


@router.get(
    "/ready",
    tags=["system"],
    operation_id="ready",
    response_model=Ready,
    responses={503: {"model": Problem}},
)
async def ready(request: Request) -> Response:
    """Whether results can be had; 503 where the store has never answered."""
    try:
        network, stale = await results_of(request).network()
    except StoreError as error:
        return problem_response(problem(503, error.zh, error.en))
    found = Ready(ready=True, head=network.head, stale=stale, areas=network.areas.height)
    return JSONResponse(found.model_dump())


docs = APIRouter(include_in_schema=False)


@docs.get("/api/docs")
async def api_docs() -> HTMLResponse:
    """The interface's description, from files of this server only."""
    return HTMLResponse(render("docs.html"))
