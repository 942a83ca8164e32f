"""What routes depend on: the reader's scope, the results at a day and level, pages of lists."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as date_type
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import Response

from api.errors import Problems
from api.results.prepared import Prepared
from api.results.results import Results
from graph.model.labels import UNRESTRICTED, Level, Scope

T = TypeVar("T")

PAGE = 1000
"""Most records on one page of a list, and the default."""
JSON = "application/json"

Limit = Annotated[int, Query(ge=1, le=PAGE, description="Records on the page")]
Cursor = Annotated[str | None, Query(max_length=80, description="`next` of the page before")]
DateParam = Annotated[
    date_type | None,
    BeforeValidator(lambda text: text or None),
    Query(alias="date", description="Day judged; that of the newest sheet where it is left out"),
]
Certainty = Annotated[bool, Query(description="With `p_weak`, `firm` and what was drawn")]
Measures = Annotated[
    bool, Query(description="With partners expected by size, and columns for researchers")
]
LevelParam = Annotated[Level, Query(description="Kind of area judged")]


def results_of(request: Request) -> Results:
    """The application's prepared results."""
    found: Results = request.app.state.results
    return found


def current_scope() -> Scope:
    """What the reader may see: everything, until there are accounts.

    Every route that shows data depends on it, through `reader` or by itself.
    """
    return UNRESTRICTED


ScopeDep = Annotated[Scope, Depends(current_scope)]


@dataclass(frozen=True)
class Reader:
    """One request's view of the results: what is asked, and what may be seen of it."""

    request: Request
    prepared: Prepared
    scope: Scope
    stale: bool

    def area(self, code: str) -> dict[str, Any]:
        """The row of an area.

        Raises
        ------
        Problems
            404 where there is none, or none that the reader may see: both look the same.
        """
        row = self.prepared.areas.get(code)
        if row is None or not self.scope.sees(row["path"] or ""):
            raise unknown_area()
        return row

    def tag(self, *more: str) -> str:
        """The answer's ETag: changes with data, policy, day, level, scope, and the address."""
        p = self.prepared
        url = self.request.url
        query = "&".join(sorted(url.query.split("&")))
        parts = (
            self.request.app.state.build,
            p.network.head,
            p.weak.policy_hash,
            str(p.day),
            p.level,
            repr(self.scope.prefixes),
            url.path,
            query,
            str(self.stale),
            *more,
        )
        return f'"{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:32]}"'

    def answer(
        self,
        build: Callable[[], str | bytes],
        *,
        media: str = JSON,
        headers: dict[str, str] | None = None,
        mark: tuple[str, ...] = (),
    ) -> Response:
        """The body, or 304 where the reader has it already (then it isn't even built).

        `mark` names what it is made of besides the network.
        """
        tag = self.tag(*mark)
        own = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
        if self.stale:
            own["Gongjian-Stale"] = "true"
        if _matches(self.request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=own)
        body = results_of(self.request).bodies.get(tag, build)
        return Response(body, media_type=media, headers=own)

    def page(
        self, rows: Sequence[T], limit: int, cursor: str | None
    ) -> tuple[tuple[T, ...], str | None]:
        """One page of a list, and the cursor of the next (None on the last)."""
        start = self._offset(cursor)
        end = start + limit
        following = self._cursor(end) if end < len(rows) else None
        return tuple(rows[start:end]), following

    def listed(self, found: BaseModel, following: str | None) -> str:
        """A list as the command line prints it, with `next` only where there is more."""
        text = found.model_dump_json(exclude={"next"})
        return text if following is None else f'{text[:-1]},"next":"{following}"}}'

    def links(self, following: str | None) -> dict[str, str]:
        """A `Link` header to the next page."""
        if following is None:
            return {}
        url = self.request.url.include_query_params(cursor=following)
        return {"Link": f'<{url.path}?{url.query}>; rel="next"'}

    def _cursor(self, offset: int) -> str:
        mark = hashlib.sha256(self.prepared.network.head.encode()).hexdigest()[:8]
        return base64.urlsafe_b64encode(f"{mark}.{offset}".encode()).decode().rstrip("=")

    def _offset(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        except ValueError:
            text = ""
        _, _, offset = text.partition(".")
        if not offset.isdigit() or len(offset) > 9 or self._cursor(int(offset)) != cursor:
            raise Problems(
                422,
                "cursor 无效，或数据已更新；请从第一页重新读取",
                "the cursor isn't valid, or the data changed; start again from the first page",
            )
        return int(offset)


def unknown_area() -> Problems:
    """The answer for an area that isn't there or may not be seen."""
    return Problems(
        404,
        "没有这个区域；请核对编码，或先导入含有它的区划表",
        "there is no such area; check the code, or import the sheet that has it",
    )


def _matches(given: str | None, tag: str) -> bool:
    if given is None:
        return False
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in given.split(","))


async def reader(
    request: Request, scope: ScopeDep, date: DateParam = None, level: LevelParam = "grid"
) -> Reader:
    """Results at the day and level asked for.

    Raises
    ------
    StoreError
        If there are none yet: the answer is a 503 that says when to come again.
    """
    day = date.isoformat() if date else None
    prepared, stale = await results_of(request).at(day, level)
    return Reader(request, prepared, scope, stale)


ReaderDep = Annotated[Reader, Depends(reader)]
