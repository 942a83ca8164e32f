"""What a scenario changes, settled against the network: names become keys, ties rows.

Nothing is written anywhere: the network of a scenario is a copy of the tables in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from analysis.layers.ids import Actor, End, Ids
from graph.model.errors import UnknownId, UsageError
from graph.model.labels import Day, Label, TieType
from graph.names.categories import code_list

if TYPE_CHECKING:
    from analysis.layers.layers import TieLayers
    from graph.model.network import Network

_MADE = "scenario:"


class NewTie(BaseModel):
    """A tie to be made: an actor, and the area or actor that it would co-build with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str
    target: str


class NewOffer(BaseModel):
    """A resource to be offered. Quantity or range None: unknown, as in a sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    category: str
    quantity: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    range: str | None = None


class Scenario(BaseModel):
    """Changes to try out, by keys or by names that only one thing has.

    Attributes
    ----------
    remove
        Actors (hub organisations too) that withdraw, with all their ties and what they alone
        offer, and single recorded ties. Needs stay: whoever asked, somebody lacks it.
    without_hubs
        All hubs withdraw: the organisations that hold an area together by office, and ties to
        areas above the level judged, which such an organisation would look after.
    add
        Ties made on the day judged.
    renew
        Lapsed ties, or areas (all lapsed ties to the area itself); renewed on the day judged,
        without an end.
    offers
        Resources offered from the day judged on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    remove: tuple[str, ...] = ()
    without_hubs: bool = False
    add: tuple[NewTie, ...] = ()
    renew: tuple[str, ...] = ()
    offers: tuple[NewOffer, ...] = ()


@dataclass(frozen=True)
class Edits:
    """A scenario with every name settled.

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

    actors: frozenset[Actor]
    ties: frozenset[str]
    renewed: frozenset[str]
    made: Mapping[str, tuple[Actor, End]]
    offered: Mapping[str, tuple[Actor, NewOffer]]


def settle(scenario: Scenario, network: Network, layers: TieLayers) -> Edits:
    """Find what a scenario names.

    Parameters
    ----------
    layers
        Tie layers of the network at the day and level judged: they say what has lapsed, and
        what is a hub.

    Raises
    ------
    UnknownId
        If something isn't there, has several bearers, or isn't of the kind that is asked for.
    """
    ids = Ids(network)
    status = dict(layers.ties.filter(~pl.col("derived")).select("tie", "status").iter_rows())
    actors: set[Actor] = set()
    ties: set[str] = set()
    for text in scenario.remove:
        if text in status:
            ties.add(text)
        else:
            actors.add(ids.actor(text, "remove"))
    if scenario.without_hubs:
        actors |= _hubs(layers)
        above = (pl.min_horizontal("a", "b") < 0) & (pl.col("type") != str(TieType.MATCHES))
        ties |= set(layers.ties.filter(above & ~pl.col("derived"))["tie"])
    made: dict[str, tuple[Actor, End]] = {}
    for tie in scenario.add:
        one, other = ids.actor(tie.actor, "add"), ids.end(tie.target, "add")
        if one == other:
            raise UsageError(
                f"--add {tie.actor}：不能与自己共建", f"--add {tie.actor}: no tie leads to itself"
            )
        made[f"{_MADE}{one[0]}>{other[0]}"] = (one, other)
    renewed: set[str] = set()
    for text in scenario.renew:
        renewed |= set(_lapsed(text, status, ids, layers))
    offered = {
        f"{_MADE}{number}": (ids.actor(offer.provider, "offer"), _ranged(offer, ids))
        for number, offer in enumerate(scenario.offers, start=1)
    }
    return Edits(frozenset(actors), frozenset(ties), frozenset(renewed), made, offered)


def _hubs(layers: TieLayers) -> set[Actor]:
    """Hubs that stand for no judged area (above the grid, those in one do)."""
    hubs = layers.actors.filter("hub").select("key", "label", "area").iter_rows()
    return {
        (key, label)
        for key, label, area in hubs
        if layers.level == "grid" or area not in layers.judged_of
    }


def _lapsed(text: str, status: Mapping[str, str], ids: Ids, layers: TieLayers) -> Iterable[str]:
    if text in status:
        if status[text] != "lapsed":
            raise UnknownId(
                f"关系 {text} 没有失效，无需续签", f"the tie {text} hasn't lapsed: nothing to renew"
            )
        return (text,)
    code = ids.area(text, "renew")
    found = layers.lapsed_ties.get(layers.judged_of.get(code, code), ())
    if not found:
        raise UnknownId(
            f"{text} 没有失效的共建关系，无需续签", f"{text} has no lapsed ties to renew"
        )
    return found


def _ranged(offer: NewOffer, ids: Ids) -> NewOffer:
    if offer.range is None:
        return offer
    return offer.model_copy(update={"range": ids.area(offer.range, "offer")})


def changed_network(network: Network, edits: Edits, *, on: Day) -> Network:
    """The network as it would be: its tables with the scenario's changes, by definition.

    Tables that don't change are shared with the network.
    """
    from dataclasses import replace

    gone = {"actors": edits.actors, "resources": _orphans(network, edits.actors)}
    ties = network.ties.filter(
        ~_is_one_of("start", edits.actors | gone["resources"]),
        ~_is_one_of("end", edits.actors | gone["resources"]),
        ~pl.col("key").is_in(sorted(edits.ties)),
    )
    if edits.renewed:
        again = pl.col("key").is_in(sorted(edits.renewed))
        ties = ties.with_columns(
            pl.when(again).then(pl.lit(on)).otherwise("last_sign").alias("last_sign"),
            pl.when(~again).then("valid_to").alias("valid_to"),
        )
    resources = network.resources.filter(~_is_keyed(gone["resources"]))
    if edits.made or edits.offered:
        ties = with_rows(ties, _new_ties(network, edits, on), "key")
        resources = pl.concat([resources, _new_resources(network, edits, on)])
    return replace(
        network,
        head=f"{network.head}+scenario",
        actors=network.actors.filter(~_is_keyed(edits.actors)),
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
    touched = offers.filter(_is_one_of("start", actors))["end"].unique()
    left = offers.filter(~_is_one_of("start", actors))["end"]
    orphans = set(touched) - set(left)
    return frozenset((key, str(Label.RESOURCE)) for key in orphans)


def _is_one_of(side: str, ends: Iterable[End]) -> pl.Expr:
    """Whether a tie's `start` or `end` is one of some nodes, by key and label."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for key, label in sorted(ends):
        by_label[label].append(key)
    hits = [
        (pl.col(f"{side}_label") == label) & pl.col(side).is_in(keys)
        for label, keys in by_label.items()
    ]
    return pl.any_horizontal(hits) if hits else pl.lit(False)


def _is_keyed(nodes: Iterable[End]) -> pl.Expr:
    by_label: dict[str, list[str]] = defaultdict(list)
    for key, label in sorted(nodes):
        by_label[label].append(key)
    hits = [
        (pl.col("label") == label) & pl.col("key").is_in(keys) for label, keys in by_label.items()
    ]
    return pl.any_horizontal(hits) if hits else pl.lit(False)


def _new_ties(network: Network, edits: Edits, on: Day) -> pl.DataFrame:
    dates = {"valid_from": on, "last_sign": on}
    rows = [
        {
            "key": key,
            "type": str(TieType.CO_BUILDS),
            "start": one[0],
            "start_label": one[1],
            "end": other[0],
            "end_label": other[1],
            "mechanism": "agreement",
            **dates,
        }
        for key, (one, other) in edits.made.items()
    ] + [
        {
            "key": f"{key}:offer",
            "type": str(TieType.OFFERS),
            "start": provider[0],
            "start_label": provider[1],
            "end": key,
            "end_label": str(Label.RESOURCE),
            **dates,
        }
        for key, (provider, _) in edits.offered.items()
    ]
    return pl.DataFrame(rows, schema=network.ties.schema)


def _new_resources(network: Network, edits: Edits, on: Day) -> pl.DataFrame:
    seat = {
        (key, label): (area, path)
        for key, label, area, path in network.actors.select(
            "key", "label", "area", "path"
        ).iter_rows()
    }
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
