"""The integer program of one independent part of the city: variables, and terms of its points."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analysis.layers.edits import TieEnds

if TYPE_CHECKING:
    from analysis.recommend.ground import Ground


@dataclass(frozen=True, slots=True)
class Block:
    """An independent part: its ties, its sites and its weak areas."""

    ties: tuple[TieEnds, ...]
    sites: tuple[int, ...]
    weak: tuple[int, ...]
    streets: tuple[str, ...]


class Program:
    """The program of one block.

    Parameters
    ----------
    ground
        The city.
    block
        The part of it.
    anchor
        Component of G- that counts as the main one: areas must come to hang together with it.
        None: that isn't asked (a looser bound).
    """

    model: Any
    """The solver's model; made anew by each solution, as all that follows."""
    x: dict[TieEnds, Any]
    """Whether a tie is made."""
    terms: dict[str, list[tuple[Fraction, Any]]]
    """Street -> terms (points, variable); `highest` and `lowest` are what they can come to."""
    highest: dict[str, Fraction]
    lowest: dict[str, Fraction]
    points: Any
    scale: Fraction
    edges: dict[tuple[int, int], Any]
    """Ties as edges (area, actor) of the network, with their variables; `starts` and `areas_of`
    are their ends by area and by actor."""
    starts: dict[int, list[int]]
    areas_of: dict[int, list[int]]

    def __init__(self, ground: Ground, block: Block, anchor: int | None) -> None:
        self.ground, self.block, self.anchor = ground, block, anchor
        self.web, self.market = ground.web, ground.market
        self.refused: list[frozenset[TieEnds]] = []

    def term(self, street: str, points: Fraction, variable: Any, low: int, high: int) -> None:
        self.terms[street].append((points, variable))
        self.highest[street] += points * high
        self.lowest[street] += points * low
