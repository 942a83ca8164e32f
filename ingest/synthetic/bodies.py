"""The bodies of the synthetic city: units, social organisations, property companies.

Every community gets one body of each sector, every weak grid the partners that only it has;
the rest is drawn by the shares of the word list.
"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from graph.model.errors import UsageError
from graph.model.identifiers import uscc_check_digit
from graph.model.labels import Label
from graph.names.plain import name_key
from ingest.synthetic.planted_city import (
    CITY_NAME,
    CORE,
    DIVISIONS,
    Actor,
    Community,
    Street,
    SyntheticCity,
    make_grids,
    make_residents,
    plant_verdicts,
    read_streets,
    shares,
    words,
)


def build_city(
    *,
    seed: int,
    on: date,
    streets: int | None,
    grids: int | None,
    bodies_per_grid: float,
    divisions: Path = DIVISIONS,
) -> SyntheticCity:
    """Places, planted verdicts and bodies; no ties yet.

    Parameters
    ----------
    streets
        How many streets, from the most urban on; None for all.
    grids
        How many grids, at least one in each community that is kept; None for four to six in
        an urban community and one or two in a village.
    bodies_per_grid
        Units, social organisations, property companies and owners' committees per grid.

    Raises
    ------
    UsageError
        If there are no such many streets, or fewer than 12 grids would be made.
    """
    found = read_streets(divisions)
    if streets is not None and not 1 <= streets <= len(found):
        raise UsageError(
            f"街道数应在1到{len(found)}之间。", f"The number of streets is 1 to {len(found)}."
        )
    rng = Random(f"{seed}:city")  # noqa: S311 (a sample, no secret)
    city = SyntheticCity(on, rng, sorted(found[:streets], key=lambda s: s.code))
    make_grids(city, grids)
    plant_verdicts(city)
    make_residents(city)
    _make_actors(city, bodies_per_grid)
    return city


def new_actor(
    city: SyntheticCity, community: Community, label: Label, kind: str, role: str
) -> Actor:
    """Add one body of the kind to the city, with a name that no other body has."""
    rng = city.rng
    spec = _spec(label, kind)
    actor = Actor(
        serial=len(city.actors),
        name=_new_name(city, label, kind, spec["endings"]),
        label=label,
        kind=kind,
        word=rng.choice(spec["words"]),
        uscc=None,
        community=community,
        seat=rng.choice(community.grids) if rng.random() < 0.7 else None,
        role=role,
    )
    if kind != "owners_committee" and rng.random() < 0.8:
        prefix = spec.get("prefix") or ("51" if rng.random() < 0.5 else "52")
        actor.uscc = make_uscc(prefix, community.street.district_code, actor.serial)
    city.actors.append(actor)
    community.actors.append(actor)
    return actor


def _spec(label: Label, kind: str) -> dict[str, Any]:
    """Endings of names, words of the kind and the prefix of credit codes."""
    data = words()
    if label == Label.RESIDENT_UNIT:
        return dict(data["units"][kind])
    if label == Label.SOCIAL_ORGANIZATION:
        return dict(data["socials"][kind])
    is_property = kind == "property_company"
    endings = data["endings_property" if is_property else "endings_estate"]
    return {"endings": endings, "words": ["物业公司" if is_property else "业委会"], "prefix": "91"}


def _new_name(city: SyntheticCity, label: Label, kind: str, endings: list[str]) -> str:
    """A name that no other body has."""
    rng = city.rng
    while True:
        name = _brand(rng, words()) + rng.choice(endings)
        if kind == "owners_committee":
            name += "业委会"
        if label == Label.RESIDENT_UNIT and rng.random() < 0.3:
            name = CITY_NAME + name
        key = name_key(name, (CITY_NAME,))
        if key not in city.names:
            city.names.add(key)
            return name


def _brand(rng: Random, data: dict[str, Any]) -> str:
    stem = str(rng.choice(data["stems"]))
    if rng.random() < 0.7:
        stem += rng.choice(data["branches"])
    return stem + str(rng.choice(data["mansions"]))


def make_uscc(prefix: str, district: str, serial: int) -> str:
    """A well-formed credit code that no body has: its organisation code begins with `XX`.

    Examples
    --------
    >>> make_uscc("91", "420902", 7)
    '91420902XX00000787'
    """
    body = f"XX{serial:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
    values = [int(c, 36) for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    first17 = f"{prefix}{district}{body}{'0' if rest == 11 else 'X' if rest == 10 else rest}"
    return first17 + uscc_check_digit(first17)


def _make_actors(city: SyntheticCity, per_grid: float) -> None:
    communities = list(city.communities())
    for community in communities:
        _make_local(city, community)
    for street in city.streets:
        _make_broad(city, street)
    short = round(per_grid * sum(len(c.grids) for c in communities)) - len(city.actors)
    if short > 0:
        weights = [len(c.grids) for c in communities]
        for community, count in zip(communities, shares(short, weights), strict=True):
            for _ in range(count):
                _random_actor(city, community)


def _make_local(city: SyntheticCity, community: Community) -> None:
    """What each community has: one body of each sector in the pool, one idle, and the own
    partners of its weak grids.
    """
    rng = city.rng
    unit, social, office = Label.RESIDENT_UNIT, Label.SOCIAL_ORGANIZATION, Label.ORGANIZATION
    new_actor(city, community, unit, rng.choice(("school", "public_institution")), "pool")
    new_actor(city, community, unit, rng.choice(("private_enterprise", "market")), "pool")
    new_actor(city, community, social, rng.choice(("mutual_help", "culture_sport")), "pool")
    if community.urban:
        new_actor(city, community, office, "property_company", "pool")
        for _ in range(max(1, len(community.grids) // 3)):
            new_actor(city, community, office, "owners_committee", "pool")
        _shared_shop(city, community)
    if rng.random() < 0.7:
        new_actor(city, community, unit, rng.choice(("state_enterprise", "hospital")), "idle")
    detached = 0
    for grid in community.grids:
        if grid.verdict == "single_thread":
            for _ in range(rng.randint(1, 2)):
                new_actor(city, community, unit, "private_enterprise", "own").seat = grid
        detached += grid.verdict == "detached"
    for _ in range(math.ceil(detached / 2) * 2):
        kind = rng.choice(("private_enterprise", "public_institution"))
        new_actor(city, community, unit, kind, "own").seat = None


def _shared_shop(city: SyntheticCity, community: Community) -> None:
    """A shop of the same name in many communities, without a credit code."""
    if city.rng.random() < 0.3:
        shop = new_actor(city, community, Label.RESIDENT_UNIT, "private_enterprise", "pool")
        shop.name, shop.uscc = words()["shared_shop"], None


def _make_broad(city: SyntheticCity, street: Street) -> None:
    core = sum(g.verdict in CORE for g in street.grids())
    if not core and not any(g.verdict == "single_thread" for g in street.grids()):
        return
    kinds = [
        (Label.RESIDENT_UNIT, "service_enterprise"),
        (Label.RESIDENT_UNIT, "hospital"),
        (Label.SOCIAL_ORGANIZATION, "charity"),
        (Label.RESIDENT_UNIT, "government"),
        (Label.RESIDENT_UNIT, "service_enterprise"),
        (Label.SOCIAL_ORGANIZATION, "service"),
    ]
    for i in range(max(1, round(core / 4))):
        label, kind = kinds[i % len(kinds)]
        community = city.rng.choice(street.communities)
        street.broad.append(new_actor(city, community, label, kind, "broad"))


def _random_actor(city: SyntheticCity, community: Community) -> None:
    rng, data = city.rng, words()
    draw = rng.random()
    if draw < 0.22:
        socials = data["socials"]
        kind = rng.choices(list(socials), [s["weight"] for s in socials.values()])[0]
        label = Label.SOCIAL_ORGANIZATION
    elif draw < 0.32 and community.urban:
        kind = rng.choice(("property_company", "owners_committee"))
        label = Label.ORGANIZATION
    else:
        units = data["units"]
        kind = rng.choices(list(units), [u["weight"] for u in units.values()])[0]
        label = Label.RESIDENT_UNIT
    new_actor(city, community, label, kind, "idle" if rng.random() < 0.1 else "pool")
