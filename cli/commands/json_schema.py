"""`gongjian schema`: the JSON Schema of what a command prints as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call
from cli.errors import DONE
from cli.output import print_line, write_out
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMAS = (
    "backup",
    "categories",
    "change",
    "changes",
    "check",
    "datasets",
    "diagnose",
    "gaps",
    "gaps-by-area",
    "gaps-by-category",
    "gaps-by-need",
    "gaps-by-offer",
    "gaps-by-service",
    "import",
    "mapping",
    "match",
    "migrate",
    "recommend",
    "restore",
    "review",
    "weak-grids",
    "what-if",
)
"""Names that `schema` knows; `gaps` is what `gongjian gaps` prints by default."""


def schema(
    call: Call,  # noqa: ARG001 - every command takes one
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="结果的名称，不写则列出 | name; none lists them"),
    ] = None,
) -> int:
    """Print a schema, or the names that there are."""
    if name is None:
        for known in SCHEMAS:
            print_line(known)
        return DONE
    write_out(json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n")
    return DONE


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a result.

    Raises
    ------
    UsageError
        If no result has that name.
    """
    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise UsageError(
            f"没有名为 {name} 的结果；可用的有 {known}", f"no result {name}; there are {known}"
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model_of(name).model_json_schema(mode="serialization"),
    }


def model_of(name: str) -> type[BaseModel]:
    """The typed result behind a name."""
    if name == "weak-grids":
        from analysis.weak.results import WeakGrids

        return WeakGrids
    if name.startswith("gaps"):
        from analysis.gaps.results import GapsByArea, GapsByCategory, GapsByNeed, GapsByOffer
        from analysis.gaps.services import GapsByService

        by: dict[str, type[BaseModel]] = {"gaps-by-need": GapsByNeed, "gaps-by-area": GapsByArea}
        by |= {"gaps-by-offer": GapsByOffer, "gaps-by-service": GapsByService}
        return by.get(name, GapsByCategory)
    if name == "changes":
        from analysis.changes import Changes

        return Changes
    if name == "diagnose":
        from analysis.tables.five import FiveTables

        return FiveTables
    if name == "what-if":
        from analysis.scenario.what_if import ScenarioResult

        return ScenarioResult
    if name == "categories":
        from cli.commands.categories import Categories

        return Categories
    if name == "match":
        from analysis.matches.proposals import Matches

        return Matches
    if name == "recommend":
        from analysis.recommend.results import Recommendations

        return Recommendations
    if name == "mapping":
        from cli.commands.mapping import TaughtLayouts

        return TaughtLayouts
    if name == "review":
        from graph.model.review import ReviewList

        return ReviewList
    if name in ("backup", "restore"):
        from graph.store.backup import BackupResult, RestoreResult

        return BackupResult if name == "backup" else RestoreResult
    if name == "migrate":
        from graph.store.migrate import MigrateResult

        return MigrateResult
    if name == "check":
        from cli.commands.check import CheckResult

        return CheckResult
    if name == "datasets":
        from cli.commands.datasets import DatasetList

        return DatasetList
    from graph.store.store import ChangeResult, ImportResult

    return ImportResult if name == "import" else ChangeResult
