"""What every request passes: its size, the host it names, and the headers of its answer."""

from __future__ import annotations

import ipaddress
import json
import logging
from typing import TYPE_CHECKING

from api.errors import PROBLEM, problem
from api.jobs import UPLOAD_LIMIT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("gongjian.api")

BODY_LIMIT = 64 * 1024
"""Bytes that a request's body may have; a file handed in may have `UPLOAD_LIMIT`."""
_UPLOAD = "/api/v1/datasets"
ADDRESS_LIMIT = 8 * 1024
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
"""Content security policy of everything but maps: no inline script, handler or style."""
_HEADERS = {
    b"content-security-policy": PAGE_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """ASGI middleware around the whole application.

    A body or address over the limit is refused before it is read. What changes something must
    come from the server's own pages, or from a program: a foreign page can't make a reader's
    browser send it. Where the server listens on
    a loopback address, the request must name it as its host, so that a foreign page whose
    name was pointed at this machine can't read from it. An unexpected error becomes the one
    error body; the trace goes to the log only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def out(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n, v) for n, v in _HEADERS.items() if n not in present),
                ]
            await send(message)

        if (status := _refused(scope)) is not None:
            await _problem(out, status)
            return
        try:
            await self.app(scope, _Counted(receive, _limit(scope)), out)
        except _TooLarge:
            await _problem(out, 413)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            await _problem(out, 500)


class _TooLarge(Exception):
    pass


class _Counted:
    """Receives a body, and stops where it grows too large."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._bytes = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._limit:
            raise _TooLarge
        return message


def _limit(scope: Scope) -> int:
    """Bytes that the body of a request may have."""
    is_upload = scope["method"] == "POST" and scope["path"] == _UPLOAD
    return UPLOAD_LIMIT if is_upload else BODY_LIMIT


def _refused(scope: Scope) -> int | None:
    """Status with which a request is refused by its head alone."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        return 400
    if int(length) > _limit(scope):
        return 413
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > ADDRESS_LIMIT:
        return 414
    if scope["method"] not in _READING and _is_foreign(headers):
        return 403
    if _is_loopback((scope.get("server") or ("", 0))[0]):
        host = headers.get(b"host", b"").decode("latin-1")
        if _host_name(host) not in _LOOPBACK_NAMES:
            return 421
    return None


def _is_foreign(headers: dict[bytes, bytes]) -> bool:
    """Whether a browser says that another site's page sends the request."""
    if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
        return True
    origin = headers.get(b"origin")
    if origin is None:
        return False
    return origin.rpartition(b"//")[2] != headers.get(b"host", b"")


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if host.count(":") == 1 else host.lower()


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _problem(send: Send, status: int) -> None:
    body = json.dumps(problem(status).model_dump(), ensure_ascii=False).encode()
    headers = [
        (b"content-type", PROBLEM.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
