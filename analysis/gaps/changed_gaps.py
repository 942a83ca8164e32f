"""Gaps of a network that differs a little from one whose gaps are known.

Needs compete only with needs that some offer could serve as well. Kinds of need (a category,
or a service where that is all that is known) that no offer joins are apart from each other:
where a change touches one of them, the others keep the parts that they had. The result is the
one that `analysis.gaps.gaps.gaps` gives for the changed network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import polars as pl

from analysis.gaps.fitting import Scale
from analysis.gaps.gaps import GENERAL_NOTES, Gaps, gaps
from analysis.gaps.need_parts import Whole, notes
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from graph.model.labels import TieType
from graph.model.network import Network

Kind = tuple[str | None, str | None]
"""Category and service, as rows of needs and resources have them."""


def changed_gaps(before: Gaps, was: Network, city: LayeredCity, touched: Collection[str]) -> Gaps:
    """The gaps of a changed city, allocated again only where the change reaches.

    Parameters
    ----------
    before
        Gaps of the whole network `was`, under the same policy, day and level.
    city
        The changed city.
    touched
        Keys of all ends of ties that came, went or changed, and of actors that came or went.
    """
    network = city.network
    again = _groups(was, network, _touched_kinds(was, network, city.layers, touched))
    if again is None:
        return gaps(city)
    lists = replace(
        network,
        resources=network.resources.filter(_is_of(again)),
        needs=network.needs.filter(_is_of(again)),
    )
    return _merged(before, gaps(city, lists=lists), network, again)


# ---------------------------------------------------------------------- what is reached


def _touched_kinds(
    was: Network, network: Network, layers: TieLayers, touched: Collection[str]
) -> set[Kind]:
    """Kinds of the offers and needs that the change reaches.

    A provider is reached where one of its own ties changed, or of an actor that it is tied to.
    """
    ends = sorted(touched)
    near = layers.alive.filter(
        "end_is_actor", pl.col("start").is_in(ends) | pl.col("end").is_in(ends)
    )
    actors = sorted({*ends, *near["start"], *near["end"]})
    both = (was, network)
    ties = pl.concat(net.ties.select("type", "start", "end") for net in both)
    reached = (pl.col("type") == str(TieType.OFFERS)) & pl.col("start").is_in(actors)
    nodes = sorted({*_changed_nodes(was, network), *ties.filter(reached)["end"]})
    rows = pl.concat(
        table.filter(pl.col("key").is_in(nodes)).select("category", "service")
        for net in both
        for table in (net.resources, net.needs)
    )
    return set(rows.iter_rows())


def _changed_nodes(was: Network, network: Network) -> set[str]:
    """Needs and resources of which an offer, request or match came or went, among other keys."""
    types = [str(t) for t in (TieType.OFFERS, TieType.REQUESTS, TieType.MATCHES)]
    old, new = (net.ties.filter(pl.col("type").is_in(types)) for net in (was, network))
    differ = [old.join(new, on="key", how="anti"), new.join(old, on="key", how="anti")]
    return {key for ties in differ for side in ("start", "end") for key in ties[side]}


def _groups(was: Network, network: Network, touched: set[Kind]) -> set[Kind] | None:
    """All kinds that compete with a touched one, whole; None where that is all.

    An offer joins its category to its service, where some need has nothing but the service.
    """
    from scipy.cluster.hierarchy import DisjointSet

    columns = ["category", "service"]
    needs = pl.concat(net.needs.select(columns) for net in (was, network)).unique()
    offers = pl.concat(net.resources.select(columns) for net in (was, network)).unique()
    coarse = {service for category, service in needs.iter_rows() if category is None}
    every: set[Kind] = {*needs.iter_rows(), *offers.iter_rows()}

    def lanes(kind: Kind) -> list[tuple[str, str]]:
        category, service = kind
        own = [("category", category)] if category is not None else []
        return own + ([("service", service)] if service and service in coarse else [])

    joined = DisjointSet(lane for kind in every | touched for lane in lanes(kind))
    for kind in every:
        for lane in lanes(kind)[1:]:
            joined.merge(lanes(kind)[0], lane)
    reached = {joined[lane] for kind in touched for lane in lanes(kind)}
    again = touched & every | {
        kind for kind in every if not reached.isdisjoint(joined[lane] for lane in lanes(kind))
    }
    return None if again >= every else again


def _is_of(kinds: Iterable[Kind]) -> pl.Expr:
    wanted = [
        pl.col("category").eq_missing(pl.lit(category, pl.String))
        & pl.col("service").eq_missing(pl.lit(service, pl.String))
        for category, service in sorted(kinds, key=repr)
    ]
    return pl.any_horizontal(wanted) if wanted else pl.lit(False)


# ---------------------------------------------------------------------- joining


def _merged(before: Gaps, found: Gaps, network: Network, again: set[Kind]) -> Gaps:
    """Needs and offers of other kinds as before, of these kinds as found."""
    scale = Scale(max(before._scale.digits, found._scale.digits))
    rows = [
        (need, _times(whole, factor))
        for source, kept in ((before, False), (found, True))
        for factor in (10 ** (scale.digits - source._scale.digits),)
        for need, whole in zip(source.needs, source._whole, strict=True)
        if ((need.category, need.service) in again) is kept
    ]
    rows.sort(key=lambda row: row[0].id)
    offers = [o for o in before.offers if (o.category, o.service) not in again]
    offers = sorted([*offers, *found.offers], key=lambda o: o.id)
    needs = [need for need, _ in rows]
    day = before.date or ""
    expired = network.resources.filter(pl.col("valid_to") < day).height
    general = [note for note in found.notes if note.code in GENERAL_NOTES]
    return replace(
        before,
        needs=tuple(needs),
        offers=tuple(offers),
        notes=(*general, *notes(expired, offers, needs)),
        _whole=tuple(whole for _, whole in rows),
        _scale=scale,
        _names=network.name_of,
    )


def _times(whole: Whole, factor: int) -> Whole:
    if whole is None or factor == 1:
        return whole
    return tuple(amount * factor if amount else 0 for amount in whole)
