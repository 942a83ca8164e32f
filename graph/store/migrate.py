"""The format of a home, and the steps that bring an older one forward.

A home says in `home.json` of which format it is; one without that file is of the first. Steps go
one number at a time, forward only, under the writers' lock, and each may be done again where it
was cut short. The database has a number and steps of its own (`graph.database.schema`); as it is
made from the home, its steps are few.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from graph.disk.folders import sync_folder
from graph.model.errors import StoreError, StoreTooNew

_NAME = "home.json"


class MigrateResult(BaseModel):
    """Formats before and after; equal where there was nothing to do."""

    model_config = ConfigDict(frozen=True)

    home_from: int
    home_to: int
    store: str
    """`embedded` or `neo4j`."""
    store_from: int
    store_to: int


def home_format(home: Path) -> int:
    """The format of a home; the newest for one that holds nothing yet.

    Raises
    ------
    StoreTooNew
        If a newer gongjian wrote it.
    StoreError
        If the file that says so is damaged.
    """
    path = home / _NAME
    try:
        found = int(json.loads(path.read_text(encoding="utf-8"))["format"])
    except FileNotFoundError:
        return 1 if (home / "journal.jsonl").exists() else HOME_FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} 已损坏；请从备份恢复该文件", f"{path} is damaged; restore it from a backup"
        ) from error
    if found > HOME_FORMAT:
        raise StoreTooNew(
            f"{home} 由更新版本的 gongjian 写成（格式 {found}，本版本只到 {HOME_FORMAT}）；"
            "请升级 gongjian",
            f"{home} was written by a newer gongjian (format {found}, this one knows "
            f"{HOME_FORMAT}); upgrade gongjian",
        )
    return found


def migrate_home(home: Path) -> None:
    """Bring a home to the newest format; the caller holds the writers' lock."""
    for number in range(home_format(home) + 1, HOME_FORMAT + 1):
        _STEPS[number](home)
        write_format(home, number)
    if not (home / _NAME).exists():
        write_format(home, HOME_FORMAT)


def write_format(home: Path, number: int) -> None:
    """Let a home say of which format it is, on the disk when this returns."""
    draft = home / f".{_NAME}.tmp"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"format": number}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home / _NAME)
    sync_folder(home)


def _for_the_owner_alone(home: Path) -> None:
    """Homes of the first format had datasets and journal that every user might read."""
    for folder in (home, home / "datasets"):
        if folder.exists():
            folder.chmod(0o700)
    for path in [home / "journal.jsonl", *(home / "datasets").glob("*.parquet")]:
        path.chmod(0o600)


_STEPS: Mapping[int, Callable[[Path], None]] = {2: _for_the_owner_alone}
"""Number of a format -> the step that leads to it from the one before."""
HOME_FORMAT = max(_STEPS)
