"""What a scenario changes: in a planner's words, and settled against the city as keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
from pydantic import BaseModel, ConfigDict

from analysis.layers.edits import Edits, NewOffer
from analysis.layers.ids import Actor, End, Ids
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from graph.model.errors import UnknownId, UsageError
from graph.model.labels import TieType

_MADE = "scenario:"


class NewTie(BaseModel):
    """A tie to be made: an actor, and the area or actor that it would co-build with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str
    target: str


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


def settle(scenario: Scenario, city: LayeredCity) -> Edits:
    """Find what a scenario names: its layers say what has lapsed, and what is a hub.

    Raises
    ------
    UnknownId
        If something isn't there, has several bearers, or isn't of the kind that is asked for.
    """
    ids, layers = Ids(city.network), city.layers
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
