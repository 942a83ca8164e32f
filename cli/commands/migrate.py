"""`gongjian migrate`: bring home and store to the formats of this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.call import Call
from cli.output import print_line
from cli.progress import progress
from cli.tables import one_row, write_result

if TYPE_CHECKING:
    from graph.store.migrate import MigrateResult


def migrate(call: Call) -> int:
    """Step forward now; every other command that changes something does it by itself."""
    with call.store() as store, progress(call.lang) as told:
        result = store.migrate(progress=told)
    return write_result(
        call, result, lambda: one_row(result.model_dump(mode="json")), lambda: _show(call, result)
    )


def _show(call: Call, result: MigrateResult) -> None:
    steps = (
        (call.say("数据目录", "home"), result.home_from, result.home_to),
        (call.say("数据库", "database"), result.store_from, result.store_to),
    )
    for name, before, after in steps:
        same = call.say("已是最新格式", "is of the newest format")
        print_line(f"{name} {same} {after}" if before == after else f"{name} {before} → {after}")
