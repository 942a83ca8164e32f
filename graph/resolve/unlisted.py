"""Bodies that no roster lists: named in ties and lists alone.

A name that says its place (孝感市慈善总会) is one body wherever it stands. A bare one (阳光幼儿园)
is one body a street, for the next street may have another. A person can join them.
"""

from __future__ import annotations

from collections import defaultdict

from graph.model.labels import Label
from graph.model.wanted_tables import short_digest
from graph.names.parts import name_parts
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body
from graph.resolve.decisions import Ref

Identity = tuple[str, str, str]
"""Match key, leading place, and the area that tells two of one name apart (else empty)."""


def join_unlisted(bodies: Bodies) -> None:
    """Join names that no roster has, where a person said that they are one body."""
    links: dict[Ref, set[Ref]] = defaultdict(set)
    for a, b in bodies.decided.same:
        if a.uscc or b.uscc or bodies.body_of(a) is not None or bodies.body_of(b) is not None:
            continue
        links[a].add(b)
        links[b].add(a)
    _link_nested(bodies, links)
    for first in sorted(links):
        todo = [first]
        while todo:
            ref = todo.pop()
            if _mark(bodies, ref) not in bodies.one_body:
                bodies.one_body[_mark(bodies, ref)] = first
                todo += links[ref]


def _link_nested(bodies: Bodies, links: dict[Ref, set[Ref]]) -> None:
    """A name decided for a district is decided for the streets in it too."""
    alike: dict[tuple[str, str], list[Ref]] = defaultdict(list)
    for ref in sorted(links):
        key, lead, _ = _mark(bodies, ref)
        alike[key, lead].append(ref)
    for refs in alike.values():
        for inner in refs:
            for outer in refs:
                known = inner.place in bodies.tree.areas and outer.place in bodies.tree.areas
                if inner is not outer and known and bodies.tree.within(inner.place, outer.place):
                    links[inner].add(outer)
                    links[outer].add(inner)


def _mark(bodies: Bodies, ref: Ref) -> Identity:
    """How a decision's name is found again: wherever it stands, where it says its place."""
    key, lead = bodies.forms.key_of(ref.name), bodies.forms.lead_of(ref.name)
    start = ref.place if ref.place in bodies.tree.areas else None
    return key, lead, "" if bodies.search.said.by_itself(ref.name, start) else ref.place


def loose_body(bodies: Bodies, name: str, start: str | None, series: str) -> Body:
    """The unlisted body of a name that no roster has, as a row in an area (or, where it names none,
    a sheet of a series) gives it.
    """
    identity = _identity(bodies, name, start, series)
    body = bodies.loose.get(identity)
    if body is None:
        body = Body(Label.RESIDENT_UNIT, "", name, None, None, None, None, unlisted=True)
        bodies.loose[identity] = body
    body.aliases.add(name)
    if start is not None:
        body.near.add(street_or(bodies, start))
    return body


def _identity(bodies: Bodies, name: str, start: str | None, series: str) -> Identity:
    if bodies.one_body:
        key, lead = bodies.forms.key_of(name), bodies.forms.lead_of(name)
        for place in bodies.outwards(start):
            if joined := bodies.one_body.get((key, lead, place)):
                name, start = joined.name, joined.place or None
                break
    key, said = bodies.forms.key_of(name), bodies.search.said
    if said.by_itself(name, start) or _is_registered(bodies, name):
        return key, bodies.forms.lead_of(name), ""
    if (where := said.of(name, start)) is not None:
        return key, "", where
    where = street_or(bodies, start) if start else ""
    if not where or bodies.tree.areas[where].label is Label.CITY:
        where = f"{where}?{short_digest(series)[:8]}"  # no district: one a series of sheets
    return key, "", where


def _is_registered(bodies: Bodies, name: str) -> bool:
    """Whether it is a company's full name, with its place: no two of one registry share it."""
    parts = name_parts(name, bodies.forms.places)
    return bool(parts.form and parts.leads)


def street_or(bodies: Bodies, start: str) -> str:
    """The street of an area; the area itself where it lies in none."""
    return bodies.tree.ancestor(start, Label.STREET) or bodies.tree.community_of(start) or start


def settle_loose(bodies: Bodies) -> None:
    """Give unlisted bodies their keys, once all names were seen.

    Names of one key are one body, unless they begin with different places: 孝南区慈善总会
    and 云梦县慈善总会 are two. A bare name is that of its street, or the one that says its place
    where rows of that street name just one.
    """
    groups: dict[str, list[tuple[str, str, Body]]] = defaultdict(list)
    for (key, lead, where), body in sorted(bodies.loose.items(), key=lambda i: i[0]):
        groups[key].append((lead, where, body))
    for key, found in groups.items():
        placed = [(lead, body) for lead, where, body in found if not where]
        several = len(placed) > 1
        for lead, body in placed:
            body.key = f"{lead}{key}@?" if several else f"{key}@?"
        kept = [body for _, body in placed]
        for _, where, body in found:
            if not where:
                continue
            if (one := _said_there(bodies, where, placed)) is not None:
                _absorb(one, body)
            else:
                body.key = f"{key}@{where}:?"
                kept.append(body)
        for body in kept:
            body.name = min(body.aliases)
            if body.as_team:
                body.label = Label.SOCIAL_ORGANIZATION
        for _, _, body in found:
            body.label = next(k.label for k in kept if k.key == body.key)
        bodies.bodies += kept


def _said_there(bodies: Bodies, where: str, placed: list[tuple[str, Body]]) -> Body | None:
    """The one body of a name with its place that rows of this street name, and that may be its."""
    if where not in bodies.tree.areas:
        return None
    found = []
    for _, body in placed:
        place = bodies.search.said.of(body.name, where)
        if where in body.near and place is not None and bodies.tree.within(where, place):
            found.append(body)
    return found[0] if len(found) == 1 else None


def _absorb(body: Body, other: Body) -> None:
    """Take up what rows say of another that is the same; ties follow by its key."""
    other.key = body.key
    body.aliases |= other.aliases
    body.evidence |= other.evidence
    body.as_team = body.as_team or other.as_team
