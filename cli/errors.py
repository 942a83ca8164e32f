"""Errors as one line on stderr, and the exit code that goes with each.

    0  done
    1  done, but rows or files of the input were rejected
    2  wrong usage or input; nothing was changed
    3  the store can't be reached
    4  refused
    70 a fault of the program itself
    130 ended by Ctrl-C

`GONGJIAN_DEBUG=1` shows the traceback as well.
"""

from __future__ import annotations

import os
import sys
import traceback

from typer import BadParameter, TyperException

from graph.model.errors import GongjianError
from graph.model.texts import Lang

DONE = 0
ROWS_REJECTED = 1
WRONG_INPUT = 2
REFUSED = 4
PROGRAM_FAULT = 70
INTERRUPTED = 130


def debugging() -> bool:
    """Whether `GONGJIAN_DEBUG` asks for tracebacks and logs."""
    return os.environ.get("GONGJIAN_DEBUG", "") not in ("", "0")


def one_line(text: str) -> str:
    """`text` on one line, without control characters (a file name may hold any).

    Examples
    --------
    >>> one_line("a\\n  b\\x1b[31m")
    'a b[31m'
    """
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def complain(text: str) -> None:
    """Print one line on stderr; a reader that has gone is no error."""
    try:
        print(one_line(text), file=sys.stderr, flush=True)
    except OSError:
        return


def report(error: BaseException, lang: Lang) -> int:
    """Print the one line of an error and give the exit code."""
    if debugging():
        traceback.print_exception(error)
    if isinstance(error, GongjianError):
        complain(_labelled(error.message(lang), lang))
        return error.exit_code
    if isinstance(error, TyperException):
        complain(_labelled(usage_message(error, lang), lang))
        return WRONG_INPUT
    if isinstance(error, OSError) and error.strerror:
        complain(_labelled(_os_message(error, lang), lang))
        return WRONG_INPUT
    what = f"{type(error).__name__}: {error}"
    if lang == "en":
        complain(f"Fault of the program: {what}; run again with GONGJIAN_DEBUG=1 to see more")
    else:
        complain(f"程序故障：{what}；设 GONGJIAN_DEBUG=1 重新运行可看详情")
    return PROGRAM_FAULT


def _labelled(message: str, lang: Lang) -> str:
    return f"Error: {message}" if lang == "en" else f"错误：{message}"


_OS_ZH: dict[type[OSError], str] = {
    FileNotFoundError: "没有这个文件或文件夹",
    PermissionError: "没有读写权限",
    IsADirectoryError: "这是文件夹，不是文件",
    NotADirectoryError: "路径中有一段不是文件夹",
    FileExistsError: "已经存在",
}


def _os_message(error: OSError, lang: Lang) -> str:
    where = f"{error.filename}: " if error.filename else ""
    if lang == "en":
        return f"{where}{error.strerror}; check the path, the rights and the free space"
    reason = next((zh for kind, zh in _OS_ZH.items() if isinstance(error, kind)), error.strerror)
    return f"{where.replace(': ', '：')}{reason}；请检查路径、权限和磁盘空间"


def usage_message(error: TyperException, lang: Lang) -> str:
    """A wrong call as one line: what, and where to look the call up."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "gongjian"
    if lang == "en":
        return f"{error.format_message().rstrip('.')}; see {where} --help"
    return f"{_usage_zh(error)}；用法见 {where} --help"


def _usage_zh(error: TyperException) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        hint = f"（是不是 {'、'.join(sorted(near))}？）" if near else ""
        return f"没有选项 {getattr(error, 'option_name', '')}{hint}"
    param = getattr(error, "param", None)
    if kind == "MissingParameter" and param is not None:
        return f"缺少 {_param_name(param)}"
    if kind == "BadOptionUsage":
        return f"选项 {getattr(error, 'option_name', '')} 用法不对，可能缺了值或多给了值"
    if isinstance(error, BadParameter) and param is not None:
        return _bad_value_zh(error, param)
    if kind == "UsageError" and "No such command" in error.message:
        return f"没有命令 {error.message.split(chr(39))[1]}"
    if kind == "UsageError" and "Missing command" in error.message:
        return "缺少命令"
    return f"命令行不对（{error.format_message().rstrip('.')}）"


def _param_name(param: object) -> str:
    options = getattr(param, "opts", None) or [getattr(param, "name", "")]
    name = str(max(options, key=len))
    if name.startswith("-"):
        return name
    return str(getattr(param, "metavar", None) or name).upper()


def _bad_value_zh(error: BadParameter, param: object) -> str:
    name = _param_name(param)
    described = getattr(param, "type_descriptor", None)
    choices = getattr(described, "choices", None) if described is not None else None
    if choices:
        words = "、".join(str(getattr(c, "value", c)) for c in choices)
        return f"{name} 只能是 {words}"
    annotation = getattr(described, "annotation", None)
    if annotation in (int, float):
        return f"{name} 应是数字且在允许范围内（{error.message.rstrip('.')}）"
    return f"{name} 的值不对（{error.message.rstrip('.')}）"
