"""`/matches`: offers matched to needs, and the steps that people take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from analysis.matches import steps as match_steps
from analysis.matches.proposals import Matches
from api.changing import ChangesDep
from api.deps import JSON, ReaderDep
from api.errors import ERRORS, Problems
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.matches import MatchStatus, match_id

router = APIRouter(tags=["matches"])

AreaParam = Annotated[str | None, Query(max_length=80, description="Only this area (code)")]
Name = Annotated[str, Path(max_length=80, description="Id of a match, as the list gives it")]
_BODY = ConfigDict(extra="forbid")


class Claim(BaseModel):
    """An offer claimed for a need."""

    model_config = _BODY

    resource: str = Field(max_length=200)
    need: str = Field(max_length=200)
    quantity: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """How much; left out: as much as there is room for."""
    who: str = Field(default="api", max_length=80)


class MatchStep(BaseModel):
    """The stage that a match has come to."""

    model_config = _BODY

    status: MatchStatus | None = None
    """Left out: the next one."""
    quantity: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    who: str = Field(default="api", max_length=80)


class Taken(BaseModel):
    """A step that was recorded."""

    id: str
    resource: str
    need: str
    status: str | None
    """None: the match was taken back."""
    quantity: float | None


@router.get(
    "/matches",
    operation_id="listMatches",
    response_model=Matches,
    responses=ERRORS,
    summary="Matches made, and matches worth making",
)
def list_matches(reader: ReaderDep, changes: ChangesDep, area: AreaParam = None) -> Response:
    """The same object as `gongjian match --format json`."""
    if area is not None:
        reader.area(area)
    prepared = reader.prepared
    decisions = changes.store.decisions("match")
    return reader.answer(
        lambda: prepared.matches(decisions).within(area, prepared.paths).model_dump_json()
    )


@router.post(
    "/matches",
    operation_id="claimMatch",
    response_model=Taken,
    status_code=201,
    responses=ERRORS,
    summary="Claim an offer for a need",
)
async def claim_match(reader: ReaderDep, changes: ChangesDep, body: Claim) -> Response:
    """Reserves the quantity; the need counts as met from `matched` on."""
    p = reader.prepared

    def made() -> Decision:
        return match_steps.claim(
            p, body.resource, body.need, body.quantity, today=_today(), who=body.who
        )

    return await _recorded(changes, made, 201)


@router.post(
    "/matches/{name}",
    operation_id="advanceMatch",
    response_model=Taken,
    responses=ERRORS,
    summary="A match comes to its next stage",
)
async def advance_match(
    reader: ReaderDep, changes: ChangesDep, name: Name, body: MatchStep
) -> Response:
    """Forward only; the same stage again changes the quantity."""
    p = reader.prepared

    def made() -> Decision:
        return match_steps.advance(
            p, name, body.status, body.quantity, today=_today(), who=body.who
        )

    return await _recorded(changes, made, 200)


@router.delete(
    "/matches/{name}",
    operation_id="withdrawMatch",
    response_model=Taken,
    responses=ERRORS,
    summary="Take a match back",
)
async def withdraw_match(reader: ReaderDep, changes: ChangesDep, name: Name) -> Response:
    """Only what was decided here; what a sheet states is changed in the sheet."""
    decisions = changes.store.decisions("match")

    def made() -> Decision:
        return match_steps.withdraw(
            reader.prepared.network, decisions, name, today=_today(), who="api"
        )

    return await _recorded(changes, made, 200)


async def _recorded(changes: ChangesDep, made: Callable[[], Decision], status: int) -> Response:
    try:
        step = made()
    except UsageError as error:
        raise Problems(422, error.zh, error.en) from error
    await changes.decide([step])
    resource, _, need = step.key.partition(" ")
    value = step.value or {}
    taken = Taken(
        id=match_id(resource, need),
        resource=resource,
        need=need,
        status=value.get("status"),
        quantity=value.get("quantity"),
    )
    return Response(taken.model_dump_json(), status, media_type=JSON)


def _today() -> str:
    return date.today().isoformat()
