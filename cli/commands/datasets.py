"""`gongjian datasets`: what was imported, and what became of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from cli.areas import prefix_of
from cli.call import Call, kind_word
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, by_key, write_result
from graph.store.import_result import DatasetRecord


class DatasetList(BaseModel):
    """All datasets of a store, in the order of their import."""

    model_config = ConfigDict(frozen=True)

    datasets: tuple[DatasetRecord, ...]


def datasets(call: Call) -> int:
    """List the imported datasets, the replaced and retracted ones too."""
    from graph.model.labels import UNRESTRICTED, Scope

    with call.store() as store:
        place = prefix_of(call.network(store), call.area) if call.area else None
        found = store.datasets(Scope((place.path,)) if place else UNRESTRICTED)
        result = DatasetList(datasets=tuple(status.record() for status in found))
    return write_result(
        call,
        result,
        lambda: RecordTable(by_key(DatasetRecord.model_fields), result.datasets),
        lambda: show(call, result),
    )


def show(call: Call, result: DatasetList) -> None:
    """Print the list for people."""
    if not result.datasets:
        print_line(call.say("还没有导入数据。", "Nothing was imported yet."))
        return
    columns = [
        RecordColumn("ID", "ID", "id"),
        RecordColumn("表格", "file", "file"),
        RecordColumn("工作表", "sheet", "sheet"),
        RecordColumn("种类", "kind", lambda line: kind_word(call, line.kind)),
        RecordColumn("行数", "rows", "rows_read"),
        RecordColumn("退回", "rejected", "rows_rejected"),
        RecordColumn("待定", "waiting", "waiting"),
        RecordColumn("导入日期", "imported on", "imported_on"),
        RecordColumn("状态", "state", lambda line: state_word(call, line)),
    ]
    RecordTable(columns, result.datasets).show(call)


def state_word(call: Call, line: DatasetRecord) -> str:
    """Whether a dataset counts, and why not."""
    if line.live:
        state = call.say("有效", "live")
    elif line.replaced_by:
        state = call.say(f"已被 {line.replaced_by} 替代", f"replaced by {line.replaced_by}")
    else:
        state = call.say("已撤回", "retracted")
    if line.live and line.read_before:
        state += call.say("；旧版读取，请重新交表", "; read by an older version, hand it in again")
    return state + (call.say("，合成", ", synthetic") if line.synthetic else "")
