"""`gongjian backup` and `gongjian restore`: the home's truth in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.call import Call
from cli.errors import complain
from cli.output import print_line
from cli.tables import one_row, write_result

if TYPE_CHECKING:
    from pydantic import BaseModel


def backup(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="备份文件（新建） | file of the backup (made anew)"),
    ],
) -> int:
    """Write journal, datasets and the pseudonym key into one file, and read it back."""
    from graph.store.backup import backup as write_backup

    found = write_backup(call.home(), file)
    complain(
        call.say(
            "提示：备份中含化名密钥和全部数据，只有本机当前用户可读；请像原始台账一样保管",
            "Note: the backup holds the pseudonym key and all data; keep it as confidential "
            "as the rosters themselves",
        )
    )
    title = call.say(
        f"已备份到 {found.file}：有效数据 {found.datasets} 份，决定 {found.decisions} 条，"
        f"{found.bytes} 字节，已核对",
        f"Backed up to {found.file}: {found.datasets} live datasets, {found.decisions} decisions, "
        f"{found.bytes} bytes, read back",
    )
    return _written(call, found, title)


def restore(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 | file of a backup")],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="替换已有数据（原数据另存） | replace what is there (it is kept beside)",
        ),
    ] = False,
) -> int:
    """Make the home what a backup holds; a file that isn't whole changes nothing."""
    from graph.store.backup import restore as read_backup

    found = read_backup(call.home(), file, replace=replace)
    if found.kept is not None:
        complain(
            call.say(
                f"提示：原数据保存在 {found.kept}，确认无误后可自行删除",
                f"Note: what was there is in {found.kept}; delete it when you are sure",
            )
        )
    title = call.say(
        f"已恢复到 {found.home}：有效数据 {found.datasets} 份，决定 {found.decisions} 条",
        f"Restored to {found.home}: {found.datasets} live datasets, {found.decisions} decisions",
    )
    return _written(call, found, title)


def _written(call: Call, found: BaseModel, title: str) -> int:
    return write_result(
        call, found, lambda: one_row(found.model_dump(mode="json")), lambda: print_line(title)
    )
