"""What of a network belongs on one map: its areas, the actors tied to them, and the ties.

Only what is within the area shown is named. Ties that ended or haven't begun are left out;
lapsed ones stay, marked, since renewing them is often the cheapest cure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from graph.model.errors import no_such_area
from graph.model.labels import Day
from maps.picture.privacy import is_outside

if TYPE_CHECKING:
    from analysis.layers.layers import TieLayers
    from graph.model.network import Network

_BY_TYPE = {"SERVES": "service", "PARTICIPATES": "participation", "MATCHES": "match"}


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """One tie as the map tells it; `a` and `b` are keys of areas or actors."""

    key: str
    a: str
    b: str
    mechanism: str
    alive: bool
    derived: bool
    hub: bool
    valid_from: Day | None
    valid_to: Day | None
    last_sign: Day | None
    evidence: tuple[str, ...]


@dataclass(slots=True)
class Picture:
    """What a detailed map shows.

    Attributes
    ----------
    area, area_path
        Code and path of the area shown; None and "/" for the whole network.
    codes
        Judged areas in it, by code.
    actors
        Key -> row of `TieLayers.actors` of each named actor.
    centres
        Coarser areas (usually communities) that ties go to.
    ties
        Ties between those.
    outside, outside_ties
        Judged area -> keys of actors outside that it is tied to; never shown, only counted.
    idle
        Number of actors in the area without any tie.
    """

    area: str | None
    area_path: str
    codes: list[str]
    actors: dict[str, dict[str, object]] = field(default_factory=dict)
    centres: list[str] = field(default_factory=list)
    ties: list[DrawnTie] = field(default_factory=list)
    outside: dict[str, set[str]] = field(default_factory=dict)
    outside_ties: dict[str, list[DrawnTie]] = field(default_factory=dict)
    idle: int = 0


def area_path(network: Network, area: str | None) -> str:
    """Path of an area by code; "/" for the whole network.

    Raises
    ------
    UnknownArea
        If the network has no area of that code.
    """
    if area is None:
        return "/"
    path = network.path_of.get(area)
    if path is None:
        raise no_such_area(area)
    return path


def areas_within(layers: TieLayers, path: str) -> list[str]:
    """Codes of the judged areas at or below a path, sorted."""
    if path == "/":
        return list(layers.codes)
    return layers.areas.filter(pl.col("path").str.starts_with(path))["code"].to_list()


def _candidates(layers: TieLayers, network: Network, path: str) -> pl.DataFrame:
    """Alive and lapsed ties that touch the area, with keys of their ends, dates, evidence.

    A tie to something within a judged area is a tie to that area; a hub's end keeps its key.
    """
    codes = pl.Series(layers.codes, dtype=pl.String)
    n = len(codes)
    rows = layers.ties.filter(pl.col("status").is_in(["alive", "lapsed"]))
    ends = {}
    for side, own in (("a", "start"), ("b", "end")):
        at = rows[side]
        judged = (at >= 0) & (at < n)
        picked = codes.gather(at.clip(0, max(n - 1, 0)).cast(pl.UInt32)) if n else rows[own]
        ends[f"{side}_key"] = picked.zip_with(judged, rows[own])
    known = network.ties.select("key", "valid_from", "valid_to", "last_sign", "evidence")
    rows = rows.select("tie", "type", "mechanism", "derived", "status", "a", "b", **ends)
    if path != "/":
        here = pl.col("path").str.starts_with(path)
        near = pl.concat(
            [network.areas.filter(here)["key"], layers.actors.filter(here)["key"]]
        ).implode()
        rows = rows.filter(pl.col("a_key").is_in(near) | pl.col("b_key").is_in(near))
    return rows.join(known, left_on="tie", right_on="key", how="left").sort("tie")


def gather(network: Network, layers: TieLayers, area: str | None) -> Picture:
    """Choose what a detailed map of an area shows.

    Raises
    ------
    UnknownArea
        If the network has no area of that code.
    """
    path = area_path(network, area)
    picture = Picture(area, path, areas_within(layers, path))
    if not picture.codes:  # nothing is judged here, so that nothing can stand anywhere
        return picture
    inside = set(picture.codes)
    actors = {row["key"]: row for row in layers.actors.iter_rows(named=True)}
    rows = list(_candidates(layers, network, path).iter_rows(named=True))
    reach = _reached(rows, inside, actors, path)
    centres: set[str] = set()
    for row in rows:
        ends = (row["a_key"], row["b_key"])
        if not all(_belongs(end, inside, reach, network, path) for end in ends):
            continue
        tie = _tie(row)
        foreign = [end for end in ends if end in reach.foreign]
        if foreign:
            _count_outside(picture, ends, foreign, inside, tie)
            continue
        if ends[0] == ends[1]:
            continue
        for end in ends:
            if end in actors:
                picture.actors[end] = actors[end]
            elif end not in inside:
                centres.add(end)
        picture.ties.append(tie)
    picture.centres = sorted(centres)
    picture.idle = _idle(layers, picture)
    return picture


@dataclass(slots=True)
class _Reach:
    """Actors that belong on the map, named, and those outside, counted."""

    named: set[str]
    foreign: set[str]


def _reached(
    rows: list[dict[str, object]],
    inside: set[str],
    actors: dict[str, dict[str, object]],
    path: str,
) -> _Reach:
    """Actors tied to an area shown, and actors seated inside, tied to one of those."""
    outside = {key for key, actor in actors.items() if is_outside(_path(actor), path)}
    touching: set[str] = set()
    partners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        a, b = str(row["a_key"]), str(row["b_key"])
        for actor, end in ((a, b), (b, a)):
            if actor not in actors:
                continue
            if end in actors and end not in inside:
                partners[actor].add(end)
            elif end in inside or actor not in outside:
                touching.add(actor)  # also one tied to the community as a whole
    foreign = touching & outside
    named = touching - foreign
    front = set(named)
    while front:
        front = {end for actor in front for end in partners[actor]} - named - outside
        named |= front
    return _Reach(named, foreign)


def _path(actor: dict[str, object]) -> str | None:
    path = actor["path"]
    return path if isinstance(path, str) else None


def _belongs(end: str, inside: set[str], reach: _Reach, network: Network, path: str) -> bool:
    if end in inside or end in reach.named or end in reach.foreign:
        return True
    own = network.path_of.get(end)
    return own is not None and own.startswith(path)


def _count_outside(
    picture: Picture, ends: tuple[str, str], foreign: list[str], inside: set[str], tie: DrawnTie
) -> None:
    for end in ends:
        if end in inside:
            picture.outside.setdefault(end, set()).update(foreign)
            picture.outside_ties.setdefault(end, []).append(tie)


def _tie(row: dict[str, object]) -> DrawnTie:
    def text(name: str) -> str | None:
        value = row[name]
        return value if isinstance(value, str) else None

    derived = bool(row["derived"])
    mechanism = text("mechanism") or ("members" if derived else _BY_TYPE.get(str(row["type"])))
    evidence = row["evidence"]
    return DrawnTie(
        key=str(row["tie"]),
        a=str(row["a_key"]),
        b=str(row["b_key"]),
        mechanism=mechanism or "other",
        alive=row["status"] == "alive",
        derived=derived,
        hub=row["a"] == -1 or row["b"] == -1,
        valid_from=text("valid_from"),
        valid_to=text("valid_to"),
        last_sign=text("last_sign"),
        evidence=tuple(evidence) if isinstance(evidence, list) else (),
    )


def _idle(layers: TieLayers, picture: Picture) -> int:
    """Non-hub actors seated in the area that no drawn tie touches."""
    seated = layers.actors.filter(~pl.col("hub"), pl.col("path").str.starts_with(picture.area_path))
    return sum(key not in picture.actors for key in seated["key"])
