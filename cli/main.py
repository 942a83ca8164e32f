"""The command `gongjian`: its commands, its language, its exit codes.

Each command is a module of `cli.commands` with a function `(call, ...) -> exit code`.
Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Sequence

import typer

from cli.commands import (
    backup,
    categories,
    changes,
    check,
    datasets,
    diagnose,
    draw_map,
    export,
    gaps,
    importing,
    mapping,
    match,
    migrate,
    rebuild,
    recommend,
    retract,
    review,
    sample,
    serve,
    weak_grids,
    what_if,
)
from cli.commands import json_schema as schema
from cli.errors import DONE, INTERRUPTED, complain, debugging, report
from cli.helping import classes, localise_panels
from cli.output import drop_stdout
from cli.register import Command, as_callback, as_command, half
from graph.model.texts import Lang

COMMANDS: tuple[tuple[str, Command, str], ...] = (
    ("import", importing.import_files, "读入表格 | read spreadsheets"),
    ("datasets", datasets.datasets, "已导入的数据 | what was imported"),
    ("mapping", mapping.mapping, "教过的表式 | layouts of sheets that were taught"),
    ("retract", retract.retract, "撤回一份数据 | take a dataset out again"),
    ("rebuild", rebuild.rebuild, "重建网络 | make the graph anew"),
    ("weak-grids", weak_grids.weak_grids, "薄弱网格，最薄弱的在前 | weak grids, worst first"),
    ("gaps", gaps.gaps, "资源共享缺口 | resource-sharing gaps"),
    ("what-if", what_if.what_if, "假如……会怎样 | what would change if"),
    ("categories", categories.categories, "需求和资源的类别 | categories of needs and offers"),
    ("match", match.match, "资源与需求对接 | match offers and needs"),
    ("recommend", recommend.recommend, "建议共建 | ties worth making"),
    ("review", review.review, "待核的重名和疑似重复 | possible duplicates to decide"),
    ("changes", changes.changes, "有哪些变化 | what changed"),
    ("diagnose", diagnose.diagnose, "一个区域的全部诊断 | everything for an area"),
    ("map", draw_map.draw_map, "画一张地图（单个网页，离线可用） | one map, one file, offline"),
    ("sample", sample.sample, "生成合成（虚构）示例城市 | write a synthetic city as rosters"),
    ("backup", backup.backup, "备份 | write a backup"),
    ("restore", backup.restore, "从备份恢复 | restore a backup"),
    ("migrate", migrate.migrate, "升级数据格式 | bring home and store to this version"),
    ("serve", serve.serve, "启动网页 | serve the planner's page"),
    ("schema", schema.schema, "结果的 JSON Schema | JSON Schema of a result"),
    ("export", export.export, "导出网络给其他工具 | the network for other tools"),
    ("check", check.check, "核对网络的数量和摘要 | counts and hash of the graph"),
)
"""Name, function and help text of every command, in the order of the help."""

_ABOUT = "共建网络：找出薄弱网格和资源共享缺口 | Weak grids and sharing gaps of a city's network"


def build_app(lang: Lang = "zh") -> typer.Typer:
    """The application with its texts in one language."""
    group, command = classes(lang)
    app = typer.Typer(
        name="gongjian",
        cls=group,
        help=half(_ABOUT, lang),
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(as_callback(lang))
    for name, function, about in COMMANDS:
        app.command(name, help=half(about, lang), cls=command)(as_command(function, lang))
    return app


def language(arguments: Sequence[str]) -> Lang:
    """The language that a command line asks for, before it is parsed.

    Examples
    --------
    >>> language(["gaps", "--lang", "en"]), language(["--lang=en"]), language(["gaps"])
    ('en', 'en', 'zh')
    """
    for index, argument in enumerate(arguments):
        if argument == "--lang" and list(arguments[index + 1 : index + 2]) == ["en"]:
            return "en"
        if argument == "--lang=en":
            return "en"
    return "zh"


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; never raises for what a user may do."""
    lang = language(arguments)
    if not arguments or "--help" in arguments or "-h" in arguments:
        localise_panels(lang)
    try:
        code = build_app(lang)(
            args=list(arguments) or ["--help"], prog_name="gongjian", standalone_mode=False
        )
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        drop_stdout()
        return DONE
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE
    except Exception as error:
        return report(error, lang)
    if code == INTERRUPTED:
        complain("Interrupted" if lang == "en" else "已中断")
    return code if isinstance(code, int) else DONE


def _told_to_end(number: int, _: object) -> None:
    """SIGTERM closes what is open, then ends with the code of that signal."""
    sys.exit(128 + number)


def main() -> None:
    """Entry point of `gongjian`."""
    signal.signal(signal.SIGTERM, _told_to_end)
    if not debugging():
        warnings.simplefilter("ignore")
        logging.lastResort = logging.NullHandler()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        drop_stdout()
    leave(code)


def leave(code: int) -> None:
    """End the process, at once where a JVM ran or threads are left.

    The store is closed by now. The JVM may wait for ever, or crash, on its way out, and a
    reader of the page that is still at work would be torn down with its libraries.
    """
    jpype = sys.modules.get("jpype")
    if threading.active_count() > 1 or (jpype is not None and jpype.isJVMStarted()):
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
