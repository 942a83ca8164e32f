"""`gongjian retract`: take one dataset out again, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.call import Call, Format, user_name
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, write_out
from cli.progress import progress

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
    show_change(call, result, call.say(f"已撤回 {dataset}", f"Retracted {dataset}"))
    return DONE


def show_change(call: Call, result: ChangeResult, title: str) -> None:
    """Print what a change did to the graph."""
    if call.format is Format.JSON:
        write_out(json_text(result))
        return
    values = result.model_dump(mode="json")
    if call.format is Format.CSV:
        plain = {k: v for k, v in values.items() if not isinstance(v, dict)}
        nested = {
            f"{k}.{n}": m for k, v in values.items() if isinstance(v, dict) for n, m in v.items()
        }
        row = plain | nested
        write_out(csv_text(list(row), [list(row.values())]), encoding="utf-8-sig")
        return
    print_line(title)
    for key, value in values.items():
        if isinstance(value, dict):
            value = ", ".join(f"{name} {count}" for name, count in value.items())
        print_line(f"  {key}: {value}")
