"""`gongjian mapping`: the layouts of sheets that people taught.

A layout is taught once, at a terminal, on the page, or with `gongjian import --remember`; from
then on every sheet with these headers is read so. What is exported can be used elsewhere with
`gongjian import --mapping`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict

from cli.call import Call, Format, kind_word, user_name
from cli.errors import DONE
from cli.output import json_text, print_line, write_out
from cli.tables import RecordColumn, RecordTable, by_key
from graph.model.errors import UsageError
from graph.model.labels import Day

if TYPE_CHECKING:
    from graph.model.decision import Decision


class TaughtLayout(BaseModel):
    """One layout that was taught."""

    model_config = ConfigDict(frozen=True)

    layout: str
    """Follows from the headers alone, whatever their order."""
    kind: str | None
    """Kind of sheet; null: no roster, such sheets aren't read."""
    headers: tuple[str, ...]
    columns: dict[str, Any]
    """Header -> field or fields; null: kept aside. The rest are read by their usual words."""
    on: Day
    who: str


class TaughtLayouts(BaseModel):
    """All layouts in force."""

    model_config = ConfigDict(frozen=True)

    layouts: tuple[TaughtLayout, ...]


def mapping(
    call: Call,
    layout: Annotated[
        str | None, typer.Argument(metavar="[LAYOUT]", help="只看这一种 | only this layout")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="忘掉这种表式 | forget the layout")
    ] = False,
    export: Annotated[
        bool,
        typer.Option("--export", help="输出为 --mapping 可用的 YAML | as YAML for --mapping"),
    ] = False,
) -> int:
    """List the layouts, show or export them, or forget one."""
    with call.store() as store:
        found = [_taught(d) for d in store.decisions("layout")]
        if layout is not None:
            found = [t for t in found if t.layout == layout]
            if not found:
                raise UsageError(
                    f"没有教过这种表式：{layout}；请用 gongjian mapping 查看",
                    f"no such layout was taught: {layout}; see gongjian mapping",
                )
        if forget:
            if layout is None:
                raise UsageError(
                    "--forget 要写明是哪一种表式；请用 gongjian mapping 查看",
                    "--forget needs a layout; see gongjian mapping",
                )
            kept = next(d for d in store.decisions("layout") if d.key == layout)
            store.decide([kept.withdrawn(call.today(), user_name())])
            print_line(call.say(f"已忘掉 {layout}。", f"{layout} is forgotten."))
            return DONE
    if export:
        write_out(as_yaml(found))
    elif call.format is Format.JSON:
        write_out(json_text(TaughtLayouts(layouts=tuple(found))))
    elif call.format is Format.CSV:
        write_out(RecordTable(by_key(TaughtLayout.model_fields), found).csv())
    else:
        _show(call, found)
    return DONE


def _taught(decision: Decision) -> TaughtLayout:
    value = decision.value or {}
    return TaughtLayout(
        layout=decision.key,
        kind=value.get("kind"),
        headers=tuple(value.get("headers") or ()),
        columns=dict(value.get("columns") or {}),
        on=decision.on,
        who=decision.who,
    )


def as_yaml(layouts: list[TaughtLayout]) -> str:
    """Layouts as a mapping file, for any file and sheet; those that are no roster are left out.

    Examples
    --------
    >>> one = TaughtLayout(layout="a", kind="needs", headers=("item",), columns={"item": "name"},
    ...                    on="2019-08-01", who="w")
    >>> print(as_yaml([one]), end="")
    sheets:
    - kind: needs
      columns:
        item: name
    """
    import yaml

    entries = [{"kind": t.kind, "columns": t.columns} for t in layouts if t.kind]
    text: str = yaml.safe_dump({"sheets": entries}, allow_unicode=True, sort_keys=False)
    return text


def _show(call: Call, layouts: list[TaughtLayout]) -> None:
    if not layouts:
        print_line(call.say("还没有教过表式。", "No layout was taught yet."))
        return
    no_roster = call.say("不是台账", "no roster")
    columns = [
        RecordColumn("表式", "layout", "layout"),
        RecordColumn("种类", "kind", lambda t: kind_word(call, t.kind) if t.kind else no_roster),
        RecordColumn("表头", "headers", lambda t: "、".join(t.headers), wide=True),
        RecordColumn("教的列", "columns taught", _taught_columns),
        RecordColumn("日期", "on", "on"),
        RecordColumn("谁", "who", "who"),
    ]
    RecordTable(columns, layouts).show(call)


def _taught_columns(layout: TaughtLayout) -> str:
    return "、".join(f"{header}={field or '-'}" for header, field in layout.columns.items())
