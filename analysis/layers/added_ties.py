"""A network with ties that nobody has made yet, so that everything can be judged with them.

The ties are put in as if they had been signed on the day judged; the store isn't touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from graph.model.labels import Day, TieType
from graph.model.network import Network


class TieEnds(NamedTuple):
    """A tie that could be made: the actor's key, and the key of an area or other actor."""

    actor: str
    target: str


def with_ties(network: Network, ties: Iterable[TieEnds], *, on: Day) -> Network:
    """The same network with some ties more, all alive on a day.

    Parameters
    ----------
    network
        One whole city. Not changed.
    ties
        Ends by their keys: an actor, and an area or another actor.
    on
        The day on which they begin, ISO text.

    Returns
    -------
    Network
        With a head of its own, the same for the same ties in any order. Without ties, the
        network itself.

    Raises
    ------
    ValueError
        If an end is no node of the network.

    Examples
    --------
    >>> from graph.model.labels import Label
    >>> from graph.model.wanted import WantedGraph
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {"g": {"name": "g", "path": "/g/"}}
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "u"}}
    >>> found = with_ties(
    ...     Network.from_wanted(w, as_of=None), [TieEnds("u", "g")], on="2019-08-01"
    ... )
    >>> found.ties.select("key", "start", "end", "valid_from").row(0)
    ('new:u>g', 'u', 'g', '2019-08-01')
    """
    wanted = sorted(set(ties))
    if not wanted:
        return network
    actors = dict(network.actors.select("key", "label").iter_rows())
    labels = {**actors, **dict(network.areas.select("key", "label").iter_rows())}
    rows = []
    for actor, target in wanted:
        if actor not in actors or target not in labels:
            missing = target if actor in actors else actor
            raise ValueError(f"no node of this network can end the tie: {missing}")
        rows.append(
            {
                "key": f"new:{actor}>{target}",
                "type": str(TieType.CO_BUILDS),
                "start": actor,
                "start_label": actors[actor],
                "end": target,
                "end_label": labels[target],
                "mechanism": "agreement",
                "valid_from": on,
                "last_sign": on,
            }
        )
    added = pl.DataFrame(rows, schema=network.ties.schema)
    mark = hashlib.sha256("\n".join(row["key"] for row in rows).encode()).hexdigest()[:12]
    return replace(
        network,
        head=f"{network.head}+{mark}",
        ties=pl.concat([network.ties, added]).sort("type", "key"),
    )
