"""Open triads 三方 and 三社 that a new tie to an area would close.

Of a triad's three pairs two are tied. Where the community is an end of the third (it stands for
its residents' committee, and for itself), a tie between the other party and the community closes
it; of 三社 a tie to one of its grids does too. A tie between a property company and an owners'
committee is none between an actor and an area, so it is no candidate: the table of triads names
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from analysis.layers.edits import TieEnds
from analysis.recommend.rules import Rules
from analysis.tables.triads import OpenTriad


class Triads:
    """The open triads of one city, and the ties that would close them.

    Parameters
    ----------
    found
        The open triads.
    rules
        Which ties may be made.
    weak
        Codes of weak areas: a tie to one of them may lift it besides.

    Attributes
    ----------
    found
        The open triads; others name them by their place here.
    closed_by
        Tie that may be made -> triads that it closes.
    ties
        Those of them that are worth a look for it: to the community itself where that may be
        tied, and to weak grids.
    """

    def __init__(
        self, found: Sequence[OpenTriad], rules: Rules, weak: Collection[str] = ()
    ) -> None:
        self.found = tuple(found)
        by_tie: dict[TieEnds, set[int]] = defaultdict(set)
        ties: set[TieEnds] = set()
        for at, triad in enumerate(self.found):
            able = sorted({tie for pair in triad.closing for tie in _ties(sorted(pair), rules)})
            for tie in able:
                by_tie[tie].add(at)
            free = [tie for tie in able if tie.actor in rules.spare]
            whole = {tie.actor for tie in free if tie.target == triad.code}
            ties.update(
                tie
                for tie in free
                if tie.target == triad.code or tie.target in weak or tie.actor not in whole
            )
        self.closed_by = {tie: frozenset(triads) for tie, triads in by_tie.items()}
        self.ties = frozenset(ties)

    def closed(self, ties: Iterable[TieEnds]) -> frozenset[int]:
        """The triads that any of the ties closes."""
        return frozenset().union(*(self.closed_by.get(tie, ()) for tie in ties))


def _ties(pair: Sequence[str], rules: Rules) -> Iterable[TieEnds]:
    """The pair as ties of an actor to an area, as far as these may be made."""
    for actor, target in (pair, pair[::-1]):
        if rules.room_of(target) is not None and rules.may(actor, target):
            yield TieEnds(actor, target)
