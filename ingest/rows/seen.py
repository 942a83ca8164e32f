"""Where something odd was seen in a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.receipt import SIGN_CELLS


@dataclass(slots=True)
class Seen:
    """Where something odd was seen.

    Examples
    --------
    >>> seen = Seen()
    >>> seen.add("B", 3, "小计")
    >>> seen.count, seen.cells, seen.example
    (1, ['B3'], '小计')
    """

    count: int = 0
    cells: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    example: str = ""

    def add(self, letter: str, row: int, example: str) -> None:
        """One more cell; `example` is what stands there, masked."""
        self.count += 1
        self.columns.add(letter)
        if len(self.cells) < SIGN_CELLS:
            self.cells.append(f"{letter}{row}")
        self.example = self.example or example
