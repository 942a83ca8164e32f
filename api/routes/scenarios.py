"""`/scenarios`: what would change if, without touching the store."""

from __future__ import annotations

from fastapi import APIRouter, Response

from analysis.scenario.what_if import Scenario, ScenarioResult, what_if
from api.deps import ReaderDep
from api.errors import ERRORS
from api.routes.findings import AreaParam

router = APIRouter(tags=["scenarios"])


@router.post(
    "/scenarios",
    operation_id="tryScenario",
    response_model=ScenarioResult,
    responses=ERRORS,
    summary="What would change if",
)
def try_scenario(reader: ReaderDep, scenario: Scenario, area: AreaParam = None) -> Response:
    """The same object as `gongjian what-if --format json`; nothing is stored."""
    if area is not None:
        reader.area(area)
    prepared = reader.prepared
    outcome = what_if(
        prepared.network,
        prepared.policy,
        scenario,
        on=prepared.date,
        level=prepared.level,
        before=prepared.diagnosis,
        layers=prepared.layers,
    )
    return Response(outcome.differences(area).model_dump_json(), media_type="application/json")
