"""`/changes`: what changed since a day, or since a state of the journal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from analysis.changes import Changes, changes
from api.deps import ReaderDep, results_of
from api.errors import ERRORS, Problems
from api.routes.findings import AreaParam

router = APIRouter(tags=["changes"])

_MOMENT = r"^(\d{4}-\d{2}-\d{2}|[0-9a-fA-F]{6,16})$"


@router.get(
    "/changes",
    operation_id="listChanges",
    response_model=Changes,
    responses=ERRORS,
    summary="What changed, in the world and in what is known",
)
def list_changes(
    reader: ReaderDep,
    since: Annotated[str, Query(pattern=_MOMENT, description="A day, or a head of the journal")],
    area: AreaParam = None,
) -> Response:
    """The same object as `gongjian changes --format json`; `date` is the later day."""
    from datetime import date

    if area is not None:
        reader.area(area)
    day = since if "-" in since else None
    try:
        if day is not None:
            date.fromisoformat(day)
    except ValueError as error:
        raise Problems(422, f"since={since} 不是有效的日期", f"since={since}: no day") from error
    prepared = reader.prepared

    def build() -> str:
        was = results_of(reader.request).known_at(since)
        try:
            found = changes(was, prepared, since=day)
        except ValueError as error:
            raise Problems(
                422,
                f"since={since} 晚于截止日期，请换一个更早的",
                f"since={since} is later than the day judged; give an earlier one",
            ) from error
        return (found.within(area) if area else found).model_dump_json()

    return reader.answer(build)
