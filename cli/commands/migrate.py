"""`gongjian migrate`: bring home and store to the formats of this version."""

from __future__ import annotations

from cli.call import Call, Format
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, write_out
from cli.progress import progress


def migrate(call: Call) -> int:
    """Step forward now; every other command that changes something does it by itself."""
    with call.store() as store, progress(call.lang) as told:
        result = store.migrate(progress=told)
    if call.format is Format.JSON:
        write_out(json_text(result))
        return DONE
    if call.format is Format.CSV:
        values = result.model_dump(mode="json")
        write_out(csv_text(list(values), [list(values.values())]), encoding="utf-8-sig")
        return DONE
    steps = (
        (call.say("数据目录", "home"), result.home_from, result.home_to),
        (call.say("数据库", "database"), result.store_from, result.store_to),
    )
    for name, before, after in steps:
        same = call.say("已是最新格式", "is of the newest format")
        print_line(f"{name} {same} {after}" if before == after else f"{name} {before} → {after}")
    return DONE
