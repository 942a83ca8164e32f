"""`/review`: what only a person can decide about who is who, as a list, a page, and decisions."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.changing import ChangesDep, StoreChanges
from api.deps import PAGE, Cursor, Limit, Reader, ReaderDep
from api.errors import ERRORS, Problems
from api.html import render
from api.pages.review import ROWS, Shown, review_context
from api.records import ReviewPage
from graph.model.errors import UsageError
from graph.model.review import ReviewItem, ReviewList, Verdict
from graph.model.texts import Lang
from graph.review.items import counted, decide_items

router = APIRouter()
page = APIRouter(include_in_schema=False)

AreaParam = Annotated[str | None, Query(max_length=80, description="Only this area (code)")]
Item = Annotated[str, Path(max_length=20, description="Id of an item, as the list gives it")]


class Said(BaseModel):
    """What a person decides of an item."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    """`same` joins, `different` keeps apart, `undo` takes back (or parts what joined by itself)."""
    who: str = Field(default="api", min_length=1, max_length=80)


class RecordedDecision(BaseModel):
    """A decision that was recorded."""

    id: str
    verdict: Verdict
    open: int
    """Questions that are open now."""


def seen(reader: Reader, found: ReviewList, area: str | None, state: str) -> ReviewList:
    """The items that the reader may see, of an area and a state; counts are of all of these."""
    if area is not None:
        reader.area(area)
    if area is not None or reader.scope.prefixes is not None:
        found = counted([item for item in found.items if _is_shown(reader, item, area)])
    states = {"decided": ("accepted", "rejected")}.get(state, (state,))
    items = tuple(i for i in found.items if state == "all" or i.state in states)
    return found.model_copy(update={"items": items})


def _is_shown(reader: Reader, item: ReviewItem, area: str | None) -> bool:
    """Whether an item lies in the area, and within what the reader may see."""
    path_of = reader.prepared.network.path_of
    paths = [path_of.get(side.area, "") for side in (item.a, item.b) if side.area]
    if area is not None and not any(f"/{area}/" in path for path in paths):
        return False
    return reader.scope.prefixes is None or any(map(reader.scope.sees, paths))


def mark_of(found: ReviewList) -> tuple[str, ...]:
    """Names the state of the queue, which may be ahead of the network that is shown."""
    told = "".join(i.id + i.state[0] for i in found.items)
    return (hashlib.sha256(told.encode()).hexdigest(), f"{found.open} {found.decided}")


@router.get(
    "/review",
    tags=["review"],
    operation_id="listReview",
    response_model=ReviewPage,
    responses=ERRORS,
    summary="What only a person can decide about who is who",
)
def list_review(
    reader: ReaderDep,
    changes: ChangesDep,
    area: AreaParam = None,
    state: Annotated[Shown, Query(description="Which items")] = "open",
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response:
    """The same object as `gongjian review --format json`; counts are of all states."""
    found = seen(reader, changes.store.review(), area, state)
    rows, following = reader.page(found.items, limit, cursor)

    def build() -> str:
        return reader.listed(found.model_copy(update={"items": rows}), following)

    return reader.answer(build, headers=reader.links(following), mark=mark_of(found))


@router.post(
    "/review/{item}",
    tags=["review"],
    operation_id="decideReview",
    response_model=RecordedDecision,
    responses=ERRORS,
    summary="Join two bodies, keep them apart, or take a decision back",
)
async def decide_review(
    reader: ReaderDep, changes: ChangesDep, item: Item, body: Said
) -> RecordedDecision:
    """Recorded in the journal; the network follows with the next head."""
    left = await decided(reader, changes, item, body.verdict, body.who)
    return RecordedDecision(id=item, verdict=body.verdict, open=left.open)


async def decided(
    reader: Reader, changes: StoreChanges, item: str, verdict: Verdict, who: str
) -> ReviewList:
    """Record one decision, when it is its turn.

    Raises
    ------
    Problems
        404 where there is no such item (or none that the reader may see), 422 where it can't be
        decided so.
    """

    def made() -> ReviewList:
        found = changes.store.review()
        if not any(i.id == item for i in seen(reader, found, None, "all").items):
            raise Problems(
                404,
                f"没有编号为 {item} 的待核项；可能已由他人处理，请刷新",
                f"nothing to review has the id {item}; somebody may have settled it: reload",
            )
        today = date.today().isoformat()
        try:
            decisions = decide_items(found, {verdict: [item]}, on=today, who=who)
        except UsageError as error:
            raise Problems(422, error.zh, error.en) from error
        changes.store.decide(decisions)
        return changes.store.review()

    return await changes.run(made)


@page.get("/review")
def review_page(
    reader: ReaderDep,
    changes: ChangesDep,
    lang: Lang = "zh",
    state: Shown = "open",
    area: Annotated[str, Query(max_length=80)] = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The queue for people: why and why not side by side, and what to do."""
    found = seen(reader, changes.store.review(), area or None, state)
    start = min(start, max(0, len(found.items) - 1)) // ROWS * ROWS
    context = review_context(found, lang=lang, state=state, area=area, start=start)
    return reader.answer(
        lambda: render("review.html", **context),
        media="text/html; charset=utf-8",
        headers={"Referrer-Policy": "same-origin"},  # else a form is sent without its origin
        mark=mark_of(found),
    )


@page.post("/review")
async def review_form(
    reader: ReaderDep,
    changes: ChangesDep,
    item: Annotated[str, Form(max_length=20)],
    verdict: Annotated[Verdict, Form()],
    lang: Annotated[Lang, Form()] = "zh",
    state: Annotated[Shown, Form()] = "open",
    area: Annotated[str, Form(max_length=80)] = "",
    start: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:
    """What a button of the page sends; then the page again."""
    await decided(reader, changes, item, verdict, "page")
    there = f"/review?lang={lang}&state={state}&start={start}"
    return RedirectResponse(there + (f"&area={area}" if area.isalnum() else ""), status_code=303)
