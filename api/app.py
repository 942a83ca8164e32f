"""The application: the routes of `/api/v1`, the planner's page, and what guards them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from analysis.city import verdicts_of
from api.changing import StoreChanges
from api.errors import Problem, install_errors
from api.guard import Guard
from api.jobs import Jobs
from api.results.results import Results, StoreLike
from api.routes import (
    areas,
    changes,
    exports,
    findings,
    grids,
    jobs,
    maps,
    matches,
    pages,
    recommendations,
    review,
    scenarios,
    system,
    uploads,
)
from maps.page import content_security_policy

if TYPE_CHECKING:
    from analysis.policy import Policy
    from api.jobs import StoreWithHome

_TAGS = [
    {"name": "areas", "description": "区域 · the tree of areas"},
    {"name": "grids", "description": "网格 · one judged area and its evidence"},
    {"name": "weak grids", "description": "薄弱网格 · verdicts, worst first"},
    {"name": "gaps", "description": "资源共享缺口 · needs taken apart"},
    {"name": "changes", "description": "变化 · what changed"},
    {"name": "scenarios", "description": "假如 · what would change if"},
    {"name": "recommendations", "description": "建议共建 · ties worth making"},
    {"name": "matches", "description": "供需对接 · offers matched to needs"},
    {"name": "exports", "description": "诊断表 · workbooks of an area's tables"},
    {"name": "review", "description": "谁是谁 · what only a person can decide"},
    {"name": "maps", "description": "共建网络图 · interactive maps"},
    {"name": "datasets", "description": "数据来源 · what was imported"},
    {"name": "system", "description": "系统 · health and readiness"},
]

_PARTS = (
    areas,
    grids,
    findings,
    scenarios,
    changes,
    matches,
    recommendations,
    maps,
    jobs,
    exports,
    review,
    system,
)
"""Modules whose routes are under `/api/v1`."""


def create_app(store: StoreLike, policy: Policy, *, warm: bool = True) -> FastAPI:
    """Put the application together.

    Parameters
    ----------
    store
        Where the network comes from; it is read in threads of its own, and written by one
        thread at a time.
    policy
        Decides every result.
    warm
        Whether to read and judge at start, before the first reader comes.

    Returns
    -------
    FastAPI
        Serves the planner's page at `/`, maps at `/map/{code}`, the interface at `/api/v1`,
        its description at `/api/docs`. Nothing in it asks anything of another machine.
    """
    results = Results(store, policy)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(results.warm()) if warm else None
        if app.state.jobs is not None:
            app.state.jobs.start()
        yield
        if app.state.jobs is not None:
            app.state.jobs.stop()
        if task is not None:
            task.cancel()

    app = FastAPI(
        title="gongjian 共建网络",
        version=system.program_version(),
        summary="城市基层共建网络的薄弱网格与资源共享缺口",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        openapi_tags=_TAGS,
        lifespan=life,
    )
    app.state.results = results
    changes = app.state.changes = StoreChanges(store)
    # a store without a home (in memory) takes no files
    has_home = getattr(store, "home", None) is not None
    app.state.jobs = _jobs(store, changes, policy) if has_home else None
    app.state.build = _build()
    app.add_middleware(Guard)
    install_errors(app)
    for part in _PARTS:
        app.include_router(part.router, prefix="/api/v1")
    for router in (pages.router, uploads.router, review.page, maps.page, system.docs):
        app.include_router(router)
    app.mount(
        "/static", StaticFiles(directory=str(Path(__file__).parents[0] / "static")), name="static"
    )
    _describe(app)
    return app


def _build() -> str:
    """Changes with everything that pages are made of besides data; part of each ETag."""
    digest = hashlib.sha256(system.program_version().encode())
    digest.update(content_security_policy().encode())
    for folder in ("templates", "static"):
        root = Path(__file__).parents[0] / folder
        for path in sorted(p for p in root.rglob("*") if p.is_file() and "vendor" not in p.parts):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _describe(app: FastAPI) -> None:
    """Add the error body to the description, which names it by reference."""
    usual = app.openapi

    def described() -> dict[str, object]:
        found = usual()
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas or "FieldError" not in schemas:
            own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas["Problem"] = own
        return found

    app.openapi = described  # type: ignore[method-assign]


def _jobs(store: StoreLike, changes: StoreChanges, policy: Policy) -> Jobs:
    return Jobs(
        cast("StoreWithHome", store),
        changes,
        lambda network, day: verdicts_of(network, policy, day),
    )
