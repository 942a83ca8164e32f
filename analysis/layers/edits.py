"""A city with some ties, actors or offers changed: what changes, and the network as it would be.

Nothing is written anywhere: the changed network is a copy of the tables in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from analysis.layers.ids import Actor, End
from graph.model.labels import Day, Label, TieType
from graph.model.network import Network
from graph.names.categories import code_list


class NewOffer(BaseModel):
    """A resource to be offered. Quantity or range None: unknown, as in a sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    category: str
    quantity: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    range: str | None = None


@dataclass(frozen=True)
class Edits:
    """What is changed in a city, by keys.

    Attributes
    ----------
    actors
        Actors that withdraw.
    ties
        Keys of other recorded ties that go.
    renewed
        Keys of lapsed ties that live again.
    made
        Tie key -> actor and other end of each new tie.
    offered
        Resource key -> provider and offer.
    """

    actors: frozenset[Actor] = frozenset()
    ties: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    made: Mapping[str, tuple[Actor, End]] = field(default_factory=dict)
    offered: Mapping[str, tuple[Actor, NewOffer]] = field(default_factory=dict)


class TieEnds(NamedTuple):
    """A tie that could be made: the actor's key, and the key of an area or other actor."""

    actor: str
    target: str


def new_ties(network: Network, ties: Iterable[TieEnds]) -> Edits:
    """Ties made by their ends alone, and nothing else changed.

    Parameters
    ----------
    network
        One whole city.
    ties
        Ends by their keys: an actor, and an area or another actor. Equal ones are one tie.

    Returns
    -------
    Edits
        The same for the same ties in any order.

    Raises
    ------
    ValueError
        If an end is no node of the network.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {"g": {"name": "g", "path": "/g/"}}
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "u"}}
    >>> network = Network.from_wanted(w, as_of="2019-08-01")
    >>> made = changed_network(network, new_ties(network, [TieEnds("u", "g")]), on="2019-08-01")
    >>> made.ties.select("key", "start", "end", "valid_from").row(0)
    ('new:u>g', 'u', 'g', '2019-08-01')
    """
    actors = dict(network.actors.select("key", "label").iter_rows())
    labels = {**actors, **dict(network.areas.select("key", "label").iter_rows())}
    made = {}
    for actor, target in sorted(set(ties)):
        if actor not in actors or target not in labels:
            missing = target if actor in actors else actor
            raise ValueError(f"no node of this network can end the tie: {missing}")
        made[f"new:{actor}>{target}"] = ((actor, actors[actor]), (target, labels[target]))
    return Edits(made=made)


def changed_network(network: Network, edits: Edits, *, on: Day | None) -> Network:
    """The network as it would be: its tables with the scenario's changes, by definition.

    Tables that don't change are shared with the network.
    """
    orphans = _orphans(network, edits.actors)
    gone = edits.actors | orphans
    ties = network.ties.filter(
        ~_is_one_of(gone, "start", "start_label"),
        ~_is_one_of(gone, "end", "end_label"),
        ~pl.col("key").is_in(sorted(edits.ties)),
    )
    if edits.renewed:
        again = pl.col("key").is_in(sorted(edits.renewed))
        ties = ties.with_columns(
            pl.when(again).then(pl.lit(on)).otherwise("last_sign").alias("last_sign"),
            pl.when(~again).then("valid_to").alias("valid_to"),
        )
    resources = network.resources.filter(~_is_one_of(orphans, "key", "label"))
    if edits.made or edits.offered:
        ties = with_rows(ties, _new_ties(network, edits, on), "key")
        resources = pl.concat([resources, _new_resources(network, edits, on)])
    return replace(
        network,
        head=f"{network.head}+edits",
        actors=network.actors.filter(~_is_one_of(edits.actors, "key", "label")),
        resources=resources.sort("key", "label"),
        ties=ties,
    )


def with_rows(ties: pl.DataFrame, rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """A few rows put where they belong in ties sorted by `type` and `key`: no sort of them all."""
    made = rows.sort("type", key)
    earlier = [
        (pl.col("type") < type_) | ((pl.col("type") == type_) & (pl.col(key) < tie))
        for type_, tie in made.select("type", key).iter_rows()
    ]
    places = ties.select(e.sum().alias(str(i)) for i, e in enumerate(earlier)).row(0)
    parts: list[pl.DataFrame] = []
    done = 0
    for number, place in enumerate(places):
        parts += [ties[done:place], made[number : number + 1]]
        done = place
    return pl.concat([*parts, ties[done:]])


def _orphans(network: Network, actors: frozenset[Actor]) -> frozenset[tuple[str, str]]:
    """Resources all of whose providers withdraw."""
    offers = network.ties.filter(pl.col("type") == str(TieType.OFFERS))
    withdrawn = _is_one_of(actors, "start", "start_label")
    orphans = {*offers.filter(withdrawn)["end"]} - {*offers.filter(~withdrawn)["end"]}
    return frozenset((key, str(Label.RESOURCE)) for key in orphans)


def _is_one_of(nodes: Iterable[End], key: str, label: str) -> pl.Expr:
    """Whether a row's node, of which two columns give key and label, is one of some nodes."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for node_key, node_label in sorted(nodes):
        by_label[node_label].append(node_key)
    hits = [(pl.col(label) == kind) & pl.col(key).is_in(keys) for kind, keys in by_label.items()]
    return pl.any_horizontal(hits) if hits else pl.lit(False)


def _new_ties(network: Network, edits: Edits, on: Day | None) -> pl.DataFrame:
    made = [(key, TieType.CO_BUILDS, *ends, "agreement") for key, ends in edits.made.items()]
    offered = [
        (f"{key}:offer", TieType.OFFERS, provider, (key, str(Label.RESOURCE)), None)
        for key, (provider, _) in edits.offered.items()
    ]
    rows = [
        {
            "key": key,
            "type": str(type_),
            "start": start[0],
            "start_label": start[1],
            "end": end[0],
            "end_label": end[1],
            "mechanism": mechanism,
            "valid_from": on,
            "last_sign": on,
        }
        for key, type_, start, end, mechanism in [*made, *offered]
    ]
    return pl.DataFrame(rows, schema=network.ties.schema)


def _new_resources(network: Network, edits: Edits, on: Day | None) -> pl.DataFrame:
    actors = network.actors.select("key", "label", "area", "path").iter_rows()
    seat = {(key, label): (area, path) for key, label, area, path in actors}
    rows = []
    for key, (provider, offer) in edits.offered.items():
        category = code_list().classify(offer.category)
        area, path = seat[provider]
        rows.append(
            {
                "key": key,
                "label": str(Label.RESOURCE),
                "name": offer.category,
                "category": category.name,
                "service": category.service,
                "quantity": offer.quantity,
                "range": offer.range,
                "valid_from": on,
                "area": area,
                "path": path,
            }
        )
    return pl.DataFrame(rows, schema=network.resources.schema)
