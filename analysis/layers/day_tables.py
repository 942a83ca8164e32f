"""The tables beneath `analysis.layers.layers`: what the network's rows are at a day and level.

Each function takes columns of the network and gives columns; none knows what a measure is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from analysis.layers.lifetime import is_active, is_current, is_undated, tie_status
from analysis.policy import Policy
from graph.model.labels import LEVEL_LABEL, PERSON_LABELS, Day, Label, Level, TieType
from graph.model.network import Network

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
"""A flat array of indices or counts."""

ACTOR_CLASSES: dict[str, tuple[str, ...]] = {
    "public": ("government", "public_institution", "school", "hospital"),
    "enterprise": ("state_enterprise", "private_enterprise", "service_enterprise", "market"),
    "property": ("property_company",),
    "owners": ("owners_committee",),
}
"""Class of partner -> kinds of actor in it; every `SocialOrganization` is `social`. An actor of
kind other or unknown has no class."""

_CLASS_OF = {kind: name for name, kinds in ACTOR_CLASSES.items() for kind in kinds}
_WORKING = ("running", "done")
"""Status of a match that ties the provider to the need's area."""
_ENDS = ("start", "start_label", "end", "end_label")
_DATES = ("valid_from", "valid_to", "last_sign", "ended")
_PERSON = ("start", "start_label")


def is_type(*types: TieType) -> pl.Expr:
    """Whether a row of `network.ties` is of one of the types."""
    return pl.col("type").is_in([str(type_) for type_ in types])


def place_table(network: Network, level: Level) -> pl.DataFrame:
    """Every area: `code`, the `judged` area it is or lies in, and that one's index `at` (-1)."""
    judged_label = str(LEVEL_LABEL[level])
    judged = network.areas.filter(pl.col("label") == judged_label)["key"].sort().to_list()
    index = {code: at for at, code in enumerate(judged)}
    rows = []
    for code, path in network.areas.select("key", "path").iter_rows():
        above = next((c for c in path.strip("/").split("/") if c in index), None)
        rows.append((code, above, -1 if above is None else index[above]))
    schema = {"code": pl.String, "judged": pl.String, "at": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def area_table(
    network: Network, policy: Policy, level: Level, judged_of: Mapping[str, str]
) -> pl.DataFrame:
    """The judged areas by code, with residents and whether tie data cover them."""
    kinds = list(policy.coverage_kinds)
    named = pl.col("named_by").list.eval(pl.element().is_in(kinds)).list.any().fill_null(False)
    hit = set(network.areas.filter(named)["key"])
    covered = {judged_of[code] for code in hit if code in judged_of}
    covers = pl.col("key").is_in(sorted(covered))
    if level == "grid":  # a row that names a community covers all its grids
        covers = covers | pl.col("parent").is_in(sorted(hit)).fill_null(False)
    judged = network.areas.filter(pl.col("label") == str(LEVEL_LABEL[level])).sort("key")
    known = residents_of(network)
    return judged.select(
        pl.col("key").alias("code"),
        pl.col("name").fill_null(pl.col("key")),
        "path",
        "parent",
        pl.Series("residents", [known[code] for code in judged["key"]], pl.Int64),
        covers.alias("covered"),
    )


def residents_of(network: Network) -> dict[str, int | None]:
    """Residents of every area: as its sheet says, else the sum of its parts if all are known."""
    found: dict[str, int | None] = {}
    parts: dict[str, list[int | None]] = {}
    deepest_first = network.areas.with_columns(depth=pl.col("path").str.count_matches("/")).sort(
        "depth", "key", descending=True
    )
    for code, parent, own in deepest_first.select("key", "parent", "residents").iter_rows():
        if own is None and code in parts:
            known = [part for part in parts[code] if part is not None]
            own = sum(known) if len(known) == len(parts[code]) else None
        found[code] = own
        if parent is not None:
            parts.setdefault(parent, []).append(own)
    return found


def actor_table(network: Network, policy: Policy) -> pl.DataFrame:
    """All organisations, units and social organisations, with class and whether a hub."""
    by_kind = pl.col("kind").replace_strict(_CLASS_OF, default=None, return_dtype=pl.String)
    is_social = pl.col("label") == str(Label.SOCIAL_ORGANIZATION)
    is_hub = (pl.col("label") == str(Label.ORGANIZATION)) & pl.col("kind").is_in(
        list(policy.hub_kinds)
    )
    return network.actors.sort("key", "label").select(
        "key",
        "label",
        pl.col("name").fill_null(pl.col("key")),
        "kind",
        pl.when(is_social).then(pl.lit("social")).otherwise(by_kind).alias("actor_class"),
        is_hub.fill_null(False).alias("hub"),
        "area",
        "path",
    )


def end_table(
    network: Network, actors: pl.DataFrame, places: pl.DataFrame, level: Level, n: int
) -> pl.DataFrame:
    """What an actor or area is as the end of a tie: `key`, `label`, `at`, `place`, `is_actor`.

    `at` is a vertex of G- (index of the area, or `n` + index of the actor), or -1 with the
    `place` of the hub or coarser area. Above the grid, a hub in a judged area stands for it.
    """
    seat = pl.col("at").fill_null(-1) if level != "grid" else pl.lit(-1, pl.Int64)
    own = pl.int_range(pl.len(), dtype=pl.Int64) + n
    of_actors = (
        actors.with_columns(own=own)
        .join(places, left_on="area", right_on="code", how="left")
        .select(
            "key",
            "label",
            pl.when("hub").then(seat).otherwise("own").alias("at"),
            pl.when("hub").then("area").alias("place"),
            is_actor=pl.lit(True),
        )
    )
    of_areas = (
        network.areas.select("key", "label")
        .join(places, left_on="key", right_on="code")
        .select("key", "label", "at", pl.col("key").alias("place"), is_actor=pl.lit(False))
    )
    return pl.concat([of_actors, of_areas])


def recorded_ties(network: Network, policy: Policy, on: Day) -> pl.DataFrame:
    """All recorded ties that can be co-building, with their status at the day."""
    builds = network.ties.filter(is_type(TieType.CO_BUILDS))
    serves = network.ties.filter(
        is_type(TieType.SERVES), pl.col("start_label") == str(Label.SOCIAL_ORGANIZATION)
    ).with_columns(mechanism=pl.lit("service"))
    columns = ("key", "type", "mechanism", *_ENDS, *_DATES)
    parts = [builds, serves, _participations(network), _working_matches(network)]
    return pl.concat([part.select(columns) for part in parts]).select(
        pl.col("key").alias("tie"),
        "type",
        "mechanism",
        pl.lit(None, pl.Int64).alias("weight"),
        pl.lit(False).alias("derived"),
        tie_status(policy, on),
        is_undated(),
        *_ENDS,
    )


def _participations(network: Network) -> pl.DataFrame:
    """`PARTICIPATES` as ties to the event's area; the event's day begins it and is its sign."""
    labels = network.areas.select(pl.col("key").alias("area"), pl.col("label").alias("area_label"))
    events = network.events.select("key", "label", "area", "date").join(labels, on="area")
    return (
        network.ties.filter(is_type(TieType.PARTICIPATES))
        .join(events, left_on=["end", "end_label"], right_on=["key", "label"])
        .with_columns(
            pl.col("end_label").str.to_lowercase().alias("mechanism"),
            pl.col("area").alias("end"),
            pl.col("area_label").alias("end_label"),
            pl.coalesce("valid_from", "date").alias("valid_from"),
            pl.max_horizontal("last_sign", "date").alias("last_sign"),
        )
    )


def _working_matches(network: Network) -> pl.DataFrame:
    """Running and done `MATCHES` as ties of the provider to the need's area."""
    labels = network.areas.select(pl.col("key").alias("area"), pl.col("label").alias("area_label"))
    needs = network.needs.select(pl.col("key").alias("need"), "area").join(labels, on="area")
    providers = network.ties.filter(is_type(TieType.OFFERS)).select(
        pl.col("end").alias("resource"),
        pl.col("start").alias("provider"),
        pl.col("start_label").alias("provider_label"),
    )
    return (
        network.ties.filter(is_type(TieType.MATCHES), pl.col("status").is_in(list(_WORKING)))
        .join(providers, left_on="start", right_on="resource")
        .join(needs, left_on="end", right_on="need")
        .with_columns(
            pl.lit("resource_sharing").alias("mechanism"),
            pl.col("provider").alias("start"),
            pl.col("provider_label").alias("start_label"),
            pl.col("area").alias("end"),
            pl.col("area_label").alias("end_label"),
        )
    )


def people_table(network: Network, policy: Policy, on: Day, places: pl.DataFrame) -> pl.DataFrame:
    """Who reports to or serves each judged area, each person once: `at`, `reports`, `active`.

    A person's own activity says whether he or she is still there, so the tie only has to have
    begun, and not to have ended.
    """
    persons = network.people.select("key", "label", is_active(policy, on))
    return (
        network.ties.filter(
            is_type(TieType.REPORTS_TO, TieType.SERVES),
            pl.col("start_label").is_in([str(label) for label in PERSON_LABELS]),
            is_current(on),
        )
        .select(*_PERSON, "end", (pl.col("type") == str(TieType.REPORTS_TO)).alias("reports"))
        .join(persons, left_on=_PERSON, right_on=["key", "label"])
        .join(places.filter(pl.col("at") >= 0), left_on="end", right_on="code")
        .select(*_PERSON, "at", "reports", "active")
        .unique()
    )


def count_people(people: pl.DataFrame, n: int, which: pl.Expr) -> Ints:
    """Persons of each area for whom `which` holds, each once."""
    found = people.filter(which).select(*_PERSON, "at").unique()
    return np.bincount(found["at"].to_numpy(), minlength=n)


def members_ties(
    network: Network,
    policy: Policy,
    on: Day,
    people: pl.DataFrame,
    areas: pl.DataFrame,
    level: Level,
) -> pl.DataFrame:
    """The derived ties: an employer and an area where enough of its active members report."""
    working = network.ties.filter(is_type(TieType.WORKS_AT), is_current(on))
    codes = areas.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("at"), "code")
    return (
        people.filter("active", "reports")
        .join(working.select(*_PERSON, "end", "end_label").unique(), on=_PERSON)
        .group_by("end", "end_label", "at")
        .agg(pl.len().cast(pl.Int64).alias("weight"))
        .filter(pl.col("weight") >= policy.members_tie_min)
        .join(codes, on="at")
        .select(
            pl.format("members:{}>{}", "end", "code").alias("tie"),
            pl.lit("members").alias("type"),
            pl.lit("members").alias("mechanism"),
            "weight",
            pl.lit(True).alias("derived"),
            pl.lit("alive").alias("status"),
            pl.lit(False).alias("undated"),
            pl.col("end").alias("start"),
            pl.col("end_label").alias("start_label"),
            pl.col("code").alias("end"),
            pl.lit(str(LEVEL_LABEL[level])).alias("end_label"),
        )
    )


def with_ends(ties: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Ties with their ends as vertices `a`, `b` and places `a_place`, `b_place`, sorted."""
    place = pl.when(pl.col("at") < 0).then("place")
    starts = ends.select(
        pl.col("key").alias("start"),
        pl.col("label").alias("start_label"),
        pl.col("at").alias("a"),
        place.alias("a_place"),
    )
    finals = ends.select(
        pl.col("key").alias("end"),
        pl.col("label").alias("end_label"),
        pl.col("at").alias("b"),
        place.alias("b_place"),
        pl.col("is_actor").alias("end_is_actor"),
    )
    return (
        ties.join(starts, on=["start", "start_label"])
        .join(finals, on=["end", "end_label"])
        .drop("start_label", "end_label")
        .sort("type", "tie", "start", "end")
    )
