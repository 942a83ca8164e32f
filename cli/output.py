"""What a command prints: JSON for programs, CSV for spreadsheets, a table for people.

JSON is the dump of a typed result, the same bytes for the same result. CSV has a byte order
mark (Excel then reads it as UTF-8) and no cell that a spreadsheet would run as a formula.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graph.model.readable import readable
from graph.model.spreadsheet_text import harmless

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

Row = Sequence[Any]

_TEXT_WIDTH = 160
"""Columns of a table that doesn't go to a terminal."""


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers.

    Text that begins like a formula gets a leading apostrophe, lists are joined with "; ",
    None is an empty cell.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell(-2), safe_cell(None), safe_cell(["a", "b"])
    ("'=1+1", -2, '', 'a; b')
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        value = "; ".join(str(v) for v in value)
    return harmless(str(value))


def csv_text(header: Sequence[str], rows: Iterable[Row]) -> str:
    """Rows as CSV text (comma, CRLF), every cell made safe; without the byte order mark.

    Examples
    --------
    >>> csv_text(["a", "b"], [["@x", 1]])
    "a,b\\r\\n'@x,1\\r\\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def json_text(result: BaseModel) -> str:
    """A result as indented JSON with a final line break; Chinese stays Chinese."""
    return result.model_dump_json(indent=2) + "\n"


def write_out(text: str, *, encoding: str = "utf-8") -> None:
    """Text to stdout in a fixed encoding, whatever the locale says.

    A reader that went away (`| head`) ends the writing, not the command.
    """
    data = text.encode(encoding, "backslashreplace")
    try:
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            binary.write(data)
            binary.flush()
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """Send what is still to come on stdout nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def visible(text: Any) -> str:
    """`text` without control characters, which a terminal would obey.

    Examples
    --------
    >>> visible("网格\\x1b[2J"), visible(None)
    ('网格[2J', '–')
    """
    if text is None:
        return "–"
    return "".join(c for c in readable(str(text)) if c.isprintable() or c == "\n")


def console() -> Console:
    """A console on stdout: colours only on a terminal and never against `NO_COLOR`."""
    from rich.console import Console

    out = Console(file=io.StringIO(), highlight=False, markup=False, emoji=False)
    terminal = sys.stdout.isatty()
    return Console(
        file=io.StringIO(),
        force_terminal=terminal,
        color_system="standard" if terminal and not out.no_color else None,
        width=Console().width if terminal else _TEXT_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_table(
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    title: str = "",
    wide: int | None = None,
    styles: Sequence[str | None] = (),
) -> None:
    """A table for people.

    Parameters
    ----------
    wide
        Index of the column that takes the room that is left and folds its text.
    styles
        A style for each row, or none.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    body = [list(row) for row in rows]
    for index, name in enumerate(header):
        numbers = bool(body) and all(
            row[index] is None or isinstance(row[index], int | float) for row in body
        )
        table.add_column(
            name,
            justify="right" if numbers else "left",
            overflow="fold",
            ratio=1 if index == wide else None,
        )
    for number, row in enumerate(body):
        style = styles[number] if number < len(styles) else None
        table.add_row(*(Text(visible(_short(value)), style=style or "") for value in row))
    out = console()
    out.print(table)
    write_out(_trimmed(out.file.getvalue()))  # type: ignore[attr-defined]


def print_line(text: str = "") -> None:
    """One line on stdout."""
    write_out(visible(text) + "\n")


def _short(value: Any) -> Any:
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, float):
        return f"{value:.12g}" if value == int(value) else f"{value:.2f}"
    return value


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
