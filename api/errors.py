"""The one body of errors, and which exception becomes which status code."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.html import render
from api.texts import PageTexts
from graph.model.errors import GongjianError, Refused, StoreError, UnknownArea
from graph.model.record import Record
from graph.model.texts import Lang

PROBLEM = "application/problem+json"

RETRY_AFTER = "3"


class FieldError(Record):
    """One parameter that can't be used."""

    field: str
    message: str


class Problem(Record):
    """The one error body; `zh` and `en` say what, where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    zh: str
    en: str
    errors: tuple[FieldError, ...] = ()


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
        errors=tuple(errors),
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
    lang: Lang = "en" if request.query_params.get("lang") == "en" else "zh"
    page = render("error.html", w=PageTexts(lang), lang=lang, problem=found)
    headers = {"Retry-After": RETRY_AFTER} if found.status == 503 else None
    return HTMLResponse(page, status_code=found.status, headers=headers)


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": schema}}}
    for status in (404, 422, 503)
    for schema in ({"$ref": "#/components/schemas/Problem"},)
}
"""`responses=` of a route that reads results."""
