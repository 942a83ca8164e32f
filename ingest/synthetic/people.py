"""People of the synthetic city: members who report in, volunteers who serve.

Nobody here exists: ID numbers begin with a division that was never assigned (420999), phone
numbers with 10000. Names repeat in the city, never within a community.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from graph.model.labels import Label
from ingest.synthetic.planted_city import Actor, Community, Grid, Street, SyntheticCity, words

_EPOCH = date(1950, 1, 1)
_WEIGHT = {"isolated": 0.3, "adequate": 1.3, "narrow": 0.6}


@dataclass(slots=True, eq=False)
class Person:
    """One person, in the members' sheet, the volunteers' sheet, or both."""

    serial: int
    name: str
    female: bool
    born: date
    id_number: str | None
    phone: str | None
    community: Community
    grid: Grid | None
    member: bool
    volunteer: bool
    active: bool
    employer: Actor | str | None = None
    """A listed body, the name of one that is in no roster, or nothing."""
    team: Actor | None = None
    registered: date | None = None
    last_service: date | None = None
    hours: int | None = None


def people_of(city: SyntheticCity, total: int, seed: int) -> Iterator[tuple[Street, list[Person]]]:
    """Everybody, street by street; counts them in the grids where they report and serve.

    A unit with three active members reporting to one grid becomes that grid's partner, so
    only adequate grids get three of one unit; isolated and narrow ones get nobody active.
    """
    weights = {g.code: _WEIGHT.get(g.verdict, 1.0) for g in city.grids()}
    scale = total / sum(weights.values())
    by_district: dict[str, list[Actor]] = defaultdict(list)
    for street in city.streets:
        by_district[street.district_code] += _employers(street)
    made, owed, given = 0, 0.0, 0
    for street in city.streets:
        maker = _Maker(city, street, Random(f"{seed}:people:{street.code}"), made)  # noqa: S311
        maker.employers = _employers(street) or by_district[street.district_code]
        maker.far = by_district[street.district_code]
        people: list[Person] = []
        for community in street.communities:
            maker.names = set()
            for grid in community.grids:
                owed += weights[grid.code] * scale
                count = round(owed) - given
                given += count
                people += maker.grid(grid, count)
        made += len(people)
        yield street, people


def _employers(street: Street) -> list[Actor]:
    return [
        a
        for c in street.communities
        for a in c.actors
        if a.label == Label.RESIDENT_UNIT and a.role in ("broad", "pool") and a.named_once
    ]


class _Maker:
    """Makes the people of one street."""

    def __init__(self, city: SyntheticCity, street: Street, rng: Random, first_serial: int) -> None:
        self.city, self.street, self.rng = city, street, rng
        self.serial = first_serial
        self.names: set[str] = set()
        self.employers: list[Actor] = []
        self.far: list[Actor] = []
        self.unlisted = [self._unlisted(i) for i in range(3)]
        data = words()
        self.surnames: str = data["surnames"]
        self.given: str = data["given"]
        self.teams = {
            c.code: [
                a
                for a in c.actors
                if a.label == Label.SOCIAL_ORGANIZATION and a.role in ("broad", "pool")
            ]
            for c in street.communities
        }

    def _unlisted(self, i: int) -> str:
        """A unit that is in no roster, named by people only."""
        data = words()
        while True:
            stem = self.rng.choice(data["stems"]) + self.rng.choice(data["branches"])
            name = f"{stem}{self.rng.choice(data['mansions'])}{'一二三'[i]}号项目部"
            if name not in self.city.names:
                self.city.names.add(name)
                return name

    def grid(self, grid: Grid, count: int) -> list[Person]:
        """`count` people of the grid; one in ten reports to the community as a whole."""
        people = []
        together: Counter[int | str] = Counter()
        self.crowd = self.rng.sample(self.employers, min(3, len(self.employers)))
        for i in range(count):
            place = grid if i == 0 or self.rng.random() < 0.9 else None
            person = self._person(grid.community, place)
            if person.member:
                self._employ(person, grid, together)
            people.append(person)
        if grid.verdict == "hub_only" and grid.community.mode == "quiet":
            # nothing but its people keeps this grid from being isolated
            if people:
                self._serve(people[0], active=True)
                people[0].employer = None
            else:
                grid.verdict = "isolated"
        self._count(grid, people)
        return people

    def _person(self, community: Community, grid: Grid | None) -> Person:
        rng = self.rng
        self.serial += 1
        serial = self.serial
        born = _EPOCH + timedelta(days=(serial * 7919) % 18000)
        draw = rng.random()
        member = draw < 0.7
        volunteer = draw >= 0.56
        with_id = rng.random() < 0.93
        person = Person(
            serial=serial,
            name=self._name(),
            female=rng.random() < 0.5,
            born=born,
            id_number=make_id_number(born, serial // 18000 + 1) if with_id else None,
            phone=f"10000{serial % 1_000_000:06d}" if not with_id or rng.random() < 0.9 else None,
            community=community,
            grid=grid,
            member=member,
            volunteer=volunteer,
            active=False,
        )
        if volunteer and self.teams[community.code] and rng.random() < 0.8:
            person.team = rng.choice(self.teams[community.code])
        barred = grid is not None and grid.verdict in ("isolated", "narrow")
        self._serve(person, active=not barred and rng.random() < 0.72)
        return person

    def _name(self) -> str:
        rng = self.rng
        while True:
            name = rng.choice(self.surnames) + rng.choice(self.given)
            if rng.random() < 0.75 or name in self.names:
                name += rng.choice(self.given)
            if name not in self.names:
                self.names.add(name)
                return name

    def _serve(self, person: Person, *, active: bool) -> None:
        """Dates that make the person active, inactive, or of unknown activity."""
        rng, on = self.rng, self.city.on
        person.active = active
        if active:
            if rng.random() < 0.8:
                person.registered = on - timedelta(days=rng.randint(40, 1300))
                since = min((on - person.registered).days, 300)
                person.last_service = on - timedelta(days=rng.randint(3, since))
            else:
                person.registered = on - timedelta(days=rng.randint(5, 300))
                person.last_service = None
        elif rng.random() < 0.1:
            person.registered = person.last_service = None
        else:
            person.registered = on - timedelta(days=rng.randint(500, 1500))
            late = rng.random() < 0.4
            person.last_service = on - timedelta(days=rng.randint(430, 495)) if late else None
        person.hours = rng.randint(2, 80) if person.last_service else None

    def _employ(self, person: Person, grid: Grid, together: Counter[int | str]) -> None:
        rng = self.rng
        draw = rng.random()
        if draw < 0.02:
            return
        chosen: Actor | str
        crowded = grid.verdict == "adequate" and person.grid is not None
        if draw < 0.05:
            chosen = rng.choice(self.unlisted)
        elif crowded and self.crowd and draw < 0.4:
            chosen = rng.choice(self.crowd)
        else:
            near = rng.random() < 0.7
            chosen = rng.choice(self.employers if near else self.far)
        mark = chosen if isinstance(chosen, str) else chosen.serial
        if person.active and person.grid is not None:
            if together[mark] >= 2 and (not crowded or isinstance(chosen, str)):
                self._serve(person, active=False)
            else:
                together[mark] += 1
        person.employer = chosen

    def _count(self, grid: Grid, people: list[Person]) -> None:
        """Active people of the grid, and the partners that come of them."""
        crowds: Counter[int] = Counter()
        actors: dict[int, Actor] = {}
        for person in people:
            if not person.active or person.grid is not grid:
                continue
            grid.members += person.member
            grid.volunteers += person.volunteer
            if person.member and isinstance(person.employer, Actor):
                crowds[person.employer.serial] += 1
                actors[person.employer.serial] = person.employer
        for serial, count in crowds.items():
            if count >= 3:
                grid.partners[serial] = actors[serial]
                actors[serial].grids.add(grid.code)


def make_id_number(born: date, sequence: int) -> str:
    """A well-formed resident ID number (GB 11643) of a division that was never assigned.

    Examples
    --------
    >>> make_id_number(date(1985, 3, 7), 12)
    '42099919850307012X'
    """
    first17 = f"420999{born:%Y%m%d}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first17, weights, strict=True))
    return first17 + "10X98765432"[total % 11]
