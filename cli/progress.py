"""Progress of long work, on stderr: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.errors import complain
from graph.model.texts import Lang

Report = Callable[[str, int, int], None]
"""Called with a stage's key, how much is done, and of how much (0 = unknown)."""

STAGES: dict[str, tuple[str, str]] = {
    "reading": ("读取表格", "reading sheets"),
    "rows": ("读取行", "reading rows"),
    "copies": ("写出副本", "writing copies"),
    "keep": ("保存数据", "keeping datasets"),
    "load": ("读取已导入的数据", "loading kept datasets"),
    "resolve": ("归并名称和地点", "resolving names and places"),
    "apply": ("写入网络", "writing the network"),
    "snapshot": ("读出网络", "reading the network"),
    "judge": ("判断网格和缺口", "judging grids and gaps"),
    "tables": ("整理各表", "making tables"),
    "map": ("画地图", "drawing maps"),
    "sample": ("生成示例数据", "writing the sample"),
}
"""Stage key -> its words; an unknown key is shown as it is."""

_QUIET_SECONDS = 10.0


def stage_words(key: str, lang: Lang) -> str:
    """What a stage is called for people.

    Examples
    --------
    >>> stage_words("reading", "en"), stage_words("polishing", "zh")
    ('reading sheets', 'polishing')
    """
    words = STAGES.get(key)
    return key if words is None else words[1 if lang == "en" else 0]


@contextmanager
def progress(lang: Lang) -> Iterator[Report]:
    """A reporter of progress for the time of the block.

    On a terminal it draws a bar that goes away at the end. Elsewhere (a log, a pipe) it
    stays silent for the first ten seconds of a stage, then prints a line every ten.
    """
    if sys.stderr.isatty():
        with _bar(lang) as report:
            yield report
    else:
        yield _lines(lang)


@contextmanager
def _bar(lang: Lang) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, total: int) -> None:
            task = tasks.get(stage)
            if task is None:
                task = tasks[stage] = bars.add_task(stage_words(stage, lang), total=None)
            bars.update(task, completed=done, total=total or None)  # type: ignore[arg-type]

        yield report


def _lines(lang: Lang) -> Report:
    last: dict[str, float] = {}

    def report(stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last.setdefault(stage, now) >= _QUIET_SECONDS:
            last[stage] = now
            complain(f"{stage_words(stage, lang)} {done}/{total}" if total else f"{done}")

    return report
