"""Bodies of answers: the records of `/api/v1`, and the one error body.

Results are the records of the analyses themselves; here is only what they lack: areas,
details of one grid, lists with a cursor. Errors are `application/problem+json` (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from analysis.gap_results import GapsByNeed, GapsByOffer, NeedGap
from analysis.weak_grids import WeakGrid, WeakGrids
from api.page_words import Words
from api.pages import render
from graph.errors import GongjianError, Refused, StoreError, UnknownArea
from graph.evidence import EvidenceCell
from graph.import_result import DatasetRecord
from graph.model import Day, Level
from graph.review_items import ReviewList

PROBLEM = "application/problem+json"
RETRY_AFTER = "3"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


# --------------------------------------------------------------------------- errors


class FieldError(_Record):
    """One parameter that can't be used."""

    field: str
    message: str


class Problem(_Record):
    """The one error body; `zh` and `en` say what, where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    zh: str
    en: str
    errors: list[FieldError] = []


_TITLES: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "请求有误", "the request can't be read"),
    404: ("not_found", "没有这个页面或对象", "there is no such page or object"),
    405: ("method_not_allowed", "不支持这种请求方式", "this method isn't offered here"),
    413: ("too_large", "请求太大", "the request is too large"),
    414: ("too_long", "网址太长", "the address is too long"),
    421: ("wrong_host", "请用本机地址访问", "use this machine's own address"),
    422: ("invalid", "参数有误，请核对", "a parameter can't be used; check it"),
    500: ("internal", "系统内部错误，已记入日志", "an internal error; it is in the log"),
    503: ("unavailable", "数据库暂时不能用，请稍后再试", "the store can't be used; try again soon"),
}


class Problems(Exception):
    """An answer that is a problem, raised where it is found."""

    def __init__(self, status: int, zh: str | None = None, en: str | None = None) -> None:
        super().__init__(en)
        self.problem = problem(status, zh, en)


def problem(
    status: int,
    zh: str | None = None,
    en: str | None = None,
    *,
    code: str | None = None,
    errors: Sequence[FieldError] = (),
) -> Problem:
    """The error body of a status; texts in place of the usual ones."""
    own, zh_text, en_text = _TITLES.get(status, (f"http_{status}", "请求没有成功", "it failed"))
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code or own,
        detail=en or en_text,
        zh=zh or zh_text,
        en=en or en_text,
        errors=list(errors),
    )


def problem_response(found: Problem) -> Response:
    """A problem as a response; a 503 says when to come again."""
    headers = {"Retry-After": RETRY_AFTER} if found.status == 503 else None
    return JSONResponse(
        jsonable_encoder(found), status_code=found.status, media_type=PROBLEM, headers=headers
    )


def problem_of(error: GongjianError) -> Problem:
    """The error body of one of our exceptions."""
    if isinstance(error, UnknownArea):
        return problem(404, error.zh, error.en, code="unknown_area")
    if isinstance(error, StoreError):
        return problem(503, error.zh, error.en)
    if isinstance(error, Refused):
        return problem(404)  # as if it weren't there
    return problem(422, error.zh, error.en)


def install_errors(app: FastAPI) -> None:
    """Let every error of the application become the one error body."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, GongjianError)  # noqa: S101
        return _respond(request, problem_of(error))

    async def raised(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problems)  # noqa: S101
        return _respond(request, error.problem)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        response = _respond(request, problem(error.status_code))
        response.headers.update(error.headers or {})
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        fields = [
            FieldError(field=".".join(str(p) for p in e["loc"][1:]), message=str(e["msg"]))
            for e in error.errors()
        ]
        return _respond(request, problem(422, errors=fields))

    app.add_exception_handler(GongjianError, ours)
    app.add_exception_handler(Problems, raised)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def _respond(request: Request, found: Problem) -> Response:
    """The error body; on the pages that people open, a page that says the same."""
    asks_page = "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith(("/api/", "/static/")) or not asks_page:
        return problem_response(found)
    lang: Literal["zh", "en"] = "en" if request.query_params.get("lang") == "en" else "zh"
    page = render("error.html", w=Words(lang), lang=lang, problem=found)
    headers = {"Retry-After": RETRY_AFTER} if found.status == 503 else None
    return HTMLResponse(page, status_code=found.status, headers=headers)


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": schema}}}
    for status in (404, 422, 503)
    for schema in ({"$ref": "#/components/schemas/Problem"},)
}
"""`responses=` of a route that reads results."""


# --------------------------------------------------------------------------- areas


class AreaRecord(_Record):
    """One area of the tree. Counts that nobody reported are null."""

    code: str
    name: str
    level: Literal["city", "district", "street", "community", "grid", "building"]
    parent: str | None
    path: tuple[str, ...]
    residents: int | None
    households: int | None
    children: int
    """Areas directly below."""


class AreaList(_Record):
    """Areas by code; `next` is the cursor of the next page, null on the last."""

    areas: tuple[AreaRecord, ...]
    next: str | None


class AreaChild(AreaRecord):
    """An area below, with the verdicts of the judged areas in it."""

    summary: dict[str, int]


class Connectivity(_Record):
    """How many of the area's judged areas hang together, with hub organisations and without.

    Administrative ties hang everything together (`with_hubs`); what co-building itself holds
    together is `without_hubs`: those in the main component of the whole network.
    """

    judged: int
    """Judged areas with tie data."""
    with_hubs: int
    without_hubs: int
    apart: int
    """With partners, but apart from the main component."""
    no_partner: int


class AreaCounts(_Record):
    """What the area holds."""

    judged_areas: int
    actors: int
    needs: int
    residents: int | None
    """Of those judged areas whose residents are known; null where none is."""


class AreaDetail(AreaRecord):
    """One area with its verdicts."""

    date: Day | None
    judged_level: Level
    policy_hash: str
    synthetic: bool
    summary: dict[str, int]
    standing: dict[str, int]
    """weak, watch, adequate, unknown."""
    counts: AreaCounts
    connectivity: Connectivity
    below: tuple[AreaChild, ...]


# --------------------------------------------------------------------------- grids


class TieRecord(_Record):
    """A tie of the grid itself (`of` = grid), or of what is above it (community, hub)."""

    id: str
    of: Literal["grid", "above"]
    type: str
    mechanism: str | None
    status: str
    undated: bool
    derived: bool
    members: int | None
    """Of a derived tie: how many active members of the actor report to the grid."""
    actor: str
    actor_name: str
    actor_kind: str | None
    target: str
    target_name: str
    valid_from: Day | None
    valid_to: Day | None
    last_sign: Day | None
    evidence: tuple[EvidenceCell, ...]


class GridDetail(WeakGrid):
    """One judged area: verdict, measures, reasons, ties with their evidence, needs."""

    date: Day | None
    level: Level
    policy_hash: str
    place: tuple[str, ...]
    """Names of the areas above, widest first."""
    ties: tuple[TieRecord, ...]
    needs: tuple[NeedGap, ...]


# --------------------------------------------------------------------------- lists


class WeakGridsPage(WeakGrids):
    """`WeakGrids`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class NeedsPage(GapsByNeed):
    """`GapsByNeed`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class ReviewPage(ReviewList):
    """`ReviewList`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class OffersPage(GapsByOffer):
    """`GapsByOffer`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class DatasetList(_Record):
    """All datasets in the order of their import; `next` only where the list goes on."""

    datasets: tuple[DatasetRecord, ...]
    next: str | None = None


class Health(_Record):
    """The process answers."""

    status: Literal["ok"]
    version: str


class Ready(_Record):
    """Whether results can be had now; `stale`: only those of an older network."""

    ready: bool
    head: str | None
    stale: bool
    areas: int
