"""`/scenarios`: what would change if, without touching the store."""

from __future__ import annotations

from fastapi import APIRouter, Response

from analysis.scenario.edits import Scenario
from analysis.scenario.what_if import ScenarioResult, what_if
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
    outcome = what_if(reader.prepared, scenario)
    return Response(outcome.differences(area).model_dump_json(), media_type="application/json")
