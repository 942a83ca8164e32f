"""Two folders change places at a stroke, where the system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

from graph.model.errors import StoreError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places; nobody ever finds one of the names empty.

    On systems without that call the folders are renamed one after the other.

    Raises
    ------
    StoreError
        If a folder can't be moved, as the root of a volume; nothing is changed then.
    """
    try:
        if not _at_a_stroke(one, other):
            aside = other.with_name(f"{other.name}.aside")
            other.replace(aside)
            try:
                one.replace(other)
            except OSError:
                aside.replace(other)
                raise
            aside.replace(one)
    except OSError as error:
        raise StoreError(
            f"{other} 不能被替换（{error.strerror}），可能是独立的磁盘卷；"
            "请恢复到另一个文件夹（--store），再把 GONGJIAN_HOME 指向它",
            f"{other} can't be replaced ({error.strerror}), perhaps it is a volume of its own; "
            "restore to another folder (--store) and let GONGJIAN_HOME name that",
        ) from error


def _at_a_stroke(one: Path, other: Path) -> bool:
    """Exchange by the system's own call; False where there is none."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):  # a file system that doesn't know it
        return False
    raise OSError(number, os.strerror(number))


def sync_folder(path: Path) -> None:
    """Have a folder's entries on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
