"""`gongjian retract`: take one dataset out again, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call, user_name
from cli.output import print_line
from cli.progress import progress
from cli.tables import one_row, write_result

if TYPE_CHECKING:
    from graph.store.store import ChangeResult


def retract(
    call: Call,
    dataset: Annotated[
        str,
        typer.Argument(
            metavar="DATASET", help="数据的 ID，见 gongjian datasets | id as datasets lists it"
        ),
    ],
) -> int:
    """Retract a dataset; what it had replaced counts again."""
    with call.store() as store, progress(call.lang) as told:
        result = store.retract(dataset, on=call.today(), who=user_name(), progress=told)
    return show_change(call, result, call.say(f"已撤回 {dataset}", f"Retracted {dataset}"))


def show_change(call: Call, result: ChangeResult, title: str) -> int:
    """Print what a change did to the graph."""
    values = result.model_dump(mode="json")
    return write_result(call, result, lambda: one_row(_flat(values)), lambda: _show(values, title))


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Counts of a kind as columns of their own, after all others."""
    plain = {k: v for k, v in values.items() if not isinstance(v, dict)}
    nested = {k: v for k, v in values.items() if isinstance(v, dict)}
    return plain | {f"{k}.{n}": count for k, v in nested.items() for n, count in v.items()}


def _show(values: dict[str, Any], title: str) -> None:
    print_line(title)
    for key, value in values.items():
        if isinstance(value, dict):
            value = ", ".join(f"{name} {count}" for name, count in value.items())
        print_line(f"  {key}: {value}")
