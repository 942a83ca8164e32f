"""The network as it was known: resolved anew from the lines of the journal up to one of them.

Every head names a state, also past ones: sheets that were replaced or retracted since are kept,
and decisions since then don't count. No database is asked, so nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from graph.journal.journal import EMPTY_HEAD, Entry, Journal, Line, in_force, live
from graph.model.dataset import DatasetInfo
from graph.model.errors import UnknownId
from graph.model.labels import SheetKind
from graph.model.wanted import WantedGraph

if TYPE_CHECKING:
    from graph.database.database import Progress
    from graph.model.labels import Day
    from graph.model.network import Network

_SHORTEST = 6


def day_of(line: Line) -> Day:
    """The day of a line of the journal."""
    return line.on if isinstance(line, Entry) else line.decision.on


def head_on(journal: Journal, day: Day) -> str:
    """The head at the end of a day; the empty head where nothing was recorded by then.

    A line that bears an earlier day than one before it counts with that one: lines are added
    in the order in which things became known.
    """
    found = EMPTY_HEAD
    for line, head in zip(journal.entries, journal.heads, strict=True):
        if day_of(line) > day:
            break
        found = head
    return found


def find_head(journal: Journal, text: str) -> str:
    """The head that begins with `text`, at least six digits.

    Raises
    ------
    UnknownId
        If the journal has none, or several.
    """
    heads = [EMPTY_HEAD, *journal.heads]
    found = sorted({head for head in heads if head.startswith(text.lower())})
    if len(text) < _SHORTEST or len(found) != 1:
        raise UnknownId(
            f"日志中没有（或不止一处）版本 {text}；版本号见 gongjian datasets 和 check",
            f"the journal has no one head {text}; gongjian check tells the present one",
        )
    return found[0]


def newest_day(
    journal: Journal,
    entries: Sequence[Entry],
    info: Callable[[Entry], DatasetInfo] | None = None,
) -> Day | None:
    """Day of the newest of some sheets: its 填报日期, else the day of its import.

    Division lists say what areas there are, not how things stood on a day: they decide only
    where there is nothing else.
    """
    info_of = info or (lambda entry: journal.info(entry.content))
    days = [(info_of(e).kind is not SheetKind.DIVISIONS, e.reported_on or e.on) for e in entries]
    return max(days)[1] if days else None


def network_at(journal: Journal, head: str, *, progress: Progress | None = None) -> Network:
    """The network of the sheets and decisions that counted at a head.

    Raises
    ------
    UnknownId
        If the journal has no such head.
    StoreError
        If a dataset is missing or damaged.

    Notes
    -----
    As long as resolving all its sheets takes; nothing of it is kept.
    """
    from graph.model.network import Network
    from graph.store.resolving import resolve

    head = find_head(journal, head)
    lines: list[Line] = []
    if head != EMPTY_HEAD:
        lines = journal.entries[: journal.heads.index(head) + 1]
    entries = live(lines)
    if not entries:
        return Network.from_wanted(WantedGraph(), head=head, as_of=None)
    if progress is not None:
        progress("load", 0, len(entries))
    datasets = journal.load_all(entries)
    if progress is not None:
        progress("resolve", 0, 1)
    wanted = resolve(datasets, in_force(lines))
    return Network.from_wanted(wanted, head=head, as_of=newest_day(journal, entries))
