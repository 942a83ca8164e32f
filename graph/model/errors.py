"""Exceptions that stop the work; everything wrong with an input row is an `Issue` instead.

    GongjianError
    ├── UsageError          wrong arguments or settings            exit 2
    │   ├── PolicyError     policy file not valid
    │   ├── UnknownArea     an area that the network doesn't hold
    │   └── UnknownId       another thing that it doesn't hold, or not as what is asked for
    ├── BadWorkbook         a file that can't be read at all       exit 2
    ├── BadBackup           a backup that isn't whole              exit 2
    ├── StoreError
    │   ├── StoreUnavailable   not there, or not answering         exit 3
    │   ├── StoreBusy          another process holds the home      exit 3
    │   ├── StoreTooNew        written by a newer gongjian         exit 3
    │   └── StoreForeign       a database that isn't gongjian's    exit 3
    └── Refused             access denied                          exit 4

Every message is one line: what, where, what to do; `zh` and `en`.
"""

from __future__ import annotations

from graph.model.readable import readable


class GongjianError(Exception):
    """Base of all; carries its message in both languages."""

    exit_code = 2

    def __init__(self, zh: str, en: str) -> None:
        zh, en = readable(zh), readable(en)  # they may name paths
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[type[GongjianError], tuple[str, str]]:
        """Both languages cross a process's boundary, where an exception keeps one by itself."""
        return type(self), (self.zh, self.en)

    def message(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh


class UsageError(GongjianError):
    """Wrong arguments or settings; nothing was changed."""


class PolicyError(UsageError):
    """The policy file isn't valid."""


class UnknownArea(UsageError):
    """No area of that code or name, or several of that name."""


def no_such_area(code: str) -> UnknownArea:
    """The error that no area has a code.

    Examples
    --------
    >>> print(no_such_area("420902").message())
    没有编码为 420902 的区域；请先导入区划网格表，或改用已有区域的编码
    """
    return UnknownArea(
        f"没有编码为 {code} 的区域；请先导入区划网格表，或改用已有区域的编码",
        f"there is no area {code}; import the sheet of areas, or use a code that is known",
    )


class UnknownId(UsageError):
    """No actor, tie or area of that id or name, or several, or not of the kind asked for."""


class BadWorkbook(GongjianError):
    """A file that can't be read at all: damaged, encrypted, empty, not a spreadsheet."""


class BadBackup(GongjianError):
    """A backup that was cut short, damaged, or holds what a backup doesn't; nothing was changed."""


class StoreError(GongjianError):
    """Something about the store."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """The store isn't there or doesn't answer."""


class StoreBusy(StoreError):
    """Another process holds the home."""


class StoreTooNew(StoreError):
    """The schema was written by a newer version."""


class StoreForeign(StoreError):
    """The database holds something that isn't gongjian's; it is left alone."""


class Refused(GongjianError):
    """Access denied."""

    exit_code = 4
