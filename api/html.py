"""Rendering of the server's own HTML pages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(str(Path(__file__).parents[0] / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["number"] = number
    return found


def number(value: float | int | None, unknown: str = "—") -> str:
    """A number with thousands parted; at most one decimal; unknown is never zero.

    Examples
    --------
    >>> number(12345), number(2.0), number(2.55), number(None)
    ('12,345', '2', '2.5', '—')
    """
    if value is None:
        return unknown
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{int(value):,}"


def render(template: str, **context: Any) -> str:
    """One of the pages in `api/templates`."""
    return _environment().get_template(template).render(**context)
