"""`gongjian datasets`: what was imported, and what became of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from cli.areas import prefix_of
from cli.call import Call, Format, kind_word
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, print_table, write_out
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
    if call.format is Format.JSON:
        write_out(json_text(result))
        return DONE
    if call.format is Format.CSV:
        fields = list(DatasetRecord.model_fields)
        rows = [[getattr(line, name) for name in fields] for line in result.datasets]
        write_out(csv_text(fields, rows), encoding="utf-8-sig")
        return DONE
    show(call, result)
    return DONE


def show(call: Call, result: DatasetList) -> None:
    """Print the list for people."""
    if not result.datasets:
        print_line(call.say("还没有导入数据。", "Nothing was imported yet."))
        return
    header = [
        "ID",
        call.say("表格", "file"),
        call.say("工作表", "sheet"),
        call.say("种类", "kind"),
        call.say("行数", "rows"),
        call.say("退回", "rejected"),
        call.say("待定", "waiting"),
        call.say("导入日期", "imported on"),
        call.say("状态", "state"),
    ]
    rows = [
        [
            line.id,
            line.file,
            line.sheet,
            kind_word(call, line.kind),
            line.rows_read,
            line.rows_rejected,
            line.waiting,
            line.imported_on,
            state_word(call, line),
        ]
        for line in result.datasets
    ]
    print_table(header, rows)


def state_word(call: Call, line: DatasetRecord) -> str:
    """Whether a dataset counts, and why not."""
    if line.live:
        state = call.say("有效", "live")
    elif line.replaced_by:
        state = call.say(f"已被 {line.replaced_by} 替代", f"replaced by {line.replaced_by}")
    else:
        state = call.say("已撤回", "retracted")
    return state + (call.say("，合成", ", synthetic") if line.synthetic else "")
