"""`/datasets` taken in and taken out, and `/jobs`: what becomes of a file handed in."""

from __future__ import annotations

from datetime import date
from shutil import rmtree
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.background import BackgroundTask

from api.changing import ChangesDep
from api.deps import ScopeDep, results_of
from api.errors import ERRORS, PROBLEM, Problems
from api.job_answers import LayoutAnswer
from api.job_folder import Job, JobOptions
from api.jobs import Jobs, as_json
from graph.store.import_result import ChangeResult

router = APIRouter(tags=["datasets"])

JobId = Annotated[str, Path(max_length=40, description="Id of a job")]
_ANSWERS = {**ERRORS, 413: {"description": "Too large", "content": {PROBLEM: {}}}}


class JobStep(BaseModel):
    """What to do with a job: import it, check it again, or drop it; and answers to what it asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["import", "again", "answer", "accept", "drop"]
    answers: tuple[LayoutAnswer, ...] = ()
    accept: tuple[str, ...] = ()
    """Codes of signs that are right so."""


def jobs_of(request: Request, _: ScopeDep) -> Jobs:
    """The application's jobs.

    Raises
    ------
    Problems
        404 where the store has no home to keep them in.
    """
    found: Jobs | None = request.app.state.jobs
    if found is None:
        raise Problems(404)
    return found


JobsDep = Annotated[Jobs, Depends(jobs_of)]


def job_of(jobs: JobsDep, job_id: JobId) -> Job:
    """The job of a path.

    Raises
    ------
    Problems
        404 where there is none.
    """
    found = jobs.get(job_id)
    if found is None:
        raise Problems(404, "没有这个任务，可能已过期", "there is no such job; it may have expired")
    return found


JobDep = Annotated[Job, Depends(job_of)]


@router.post(
    "/datasets",
    operation_id="uploadDataset",
    response_model=Job,
    status_code=202,
    responses=_ANSWERS,
    summary="Hand in a spreadsheet",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def upload(
    request: Request,
    jobs: JobsDep,
    name: Annotated[str, Query(min_length=1, max_length=500, description="File name")],
    area: Annotated[str | None, Query(max_length=200, description="As `--area`")] = None,
    complete: Annotated[bool, Query(description="As `--complete`")] = False,
    synthetic: Annotated[bool, Query(description="As `--synthetic`")] = False,
) -> Response:
    """The file is the body. It is checked, not imported: see the job, then tell it to import."""
    await results_of(request).network()  # a store that never answered is told at once
    options = JobOptions(area=area or None, complete=complete, synthetic=synthetic)
    job = await jobs.take(name, request.stream(), options)
    return JSONResponse(as_json(job), 202, {"Location": f"/api/v1/jobs/{job.id}"})


@router.delete(
    "/datasets/{dataset_id:path}",
    operation_id="retractDataset",
    response_model=ChangeResult,
    responses=ERRORS,
    summary="Take a dataset out again",
)
async def retract(
    jobs: JobsDep, changes: ChangesDep, dataset_id: Annotated[str, Path(max_length=400)]
) -> ChangeResult:
    """Exactly: the network is as if it had never come in; an older sheet counts again."""
    on = date.today().isoformat()
    return await changes.run(lambda: jobs.store.retract(dataset_id, on=on, who="page"))


@router.get("/jobs/{job_id}", operation_id="getJob", response_model=Job, responses=ERRORS)
async def get_job(job: JobDep) -> Response:
    """A file handed in and what has become of it."""
    return JSONResponse(as_json(job), headers={"Cache-Control": "no-store"})


@router.post(
    "/jobs/{job_id}",
    operation_id="stepJob",
    response_model=Job,
    responses=ERRORS,
    summary="Import, answer, check again, or drop",
)
async def step_job(jobs: JobsDep, job: JobDep, step: JobStep) -> Response:
    """The job after the step; a dropped one as it last was."""
    if step.do == "import":
        job = jobs.confirm(job)
    elif step.do == "again":
        job = jobs.again(job)
    elif step.do == "answer":
        job = await jobs.answer(job, step.answers)
    elif step.do == "accept":
        job = await jobs.accept(job, step.accept)
    else:
        jobs.drop(job.id)
    return JSONResponse(as_json(job))


@router.get("/jobs/{job_id}/{copy}.xlsx", operation_id="getJobCopy", responses=ERRORS)
async def get_copy(
    jobs: JobsDep, job: JobDep, copy: Annotated[str, Path(max_length=20)]
) -> Response:
    """A copy of the workbook, made now and not kept.

    `report` has its cells coloured and commented, `cleaned` says what becomes of each row.
    """
    name = next((n for n in job.copies if n == copy), None)
    if name is None or not jobs.file_of(job).exists():
        raise Problems(404, "没有这份副本", "there is no such copy")
    path = await jobs.make_copy(job, name)
    stem = job.file.rpartition(".")[0] or job.file
    return FileResponse(
        path,
        filename=f"{stem}-{copy}.xlsx",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(rmtree, path.parent, ignore_errors=True),
    )
