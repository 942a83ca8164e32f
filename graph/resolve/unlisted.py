"""Bodies that no roster lists: named in ties and lists alone."""

from __future__ import annotations

from collections import defaultdict

from graph.model.labels import Label
from graph.names.plain import plain
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body


def join_unlisted(bodies: Bodies) -> None:
    """Join names that no roster has, where a person said that they are one body."""
    links: dict[str, set[str]] = defaultdict(set)
    for a, b in bodies.decided.same:
        if a.uscc or b.uscc or bodies.body_of(a) is not None or bodies.body_of(b) is not None:
            continue
        links[a.name].add(b.name)
        links[b.name].add(a.name)
    for name in sorted(links):
        if plain(name) in bodies.one_name:
            continue
        todo = [name]
        while todo:
            at = todo.pop()
            if plain(at) not in bodies.one_name:
                bodies.one_name[plain(at)] = name
                todo += links[at]


def loose_body(bodies: Bodies, name: str, *, team: bool = False) -> Body:
    """The unlisted body of a name that no roster has; one per normalised name, as far as
    leading places don't tell them apart (see `settle_loose`).
    """
    told = bodies.one_name.get(plain(name), name) if bodies.one_name else name
    key, lead = bodies.forms.key_of(told), bodies.forms.lead_of(told)
    body = bodies.loose_by_name.get((key, lead))
    if body is None:
        body = Body(Label.RESIDENT_UNIT, "", name, None, None, None, None, unlisted=True)
        bodies.loose_by_name[key, lead] = body
    body.aliases.add(name)
    body.as_team = body.as_team or team
    return body


def settle_loose(bodies: Bodies) -> None:
    """Give unlisted bodies their keys, once all names were seen.

    Names of one key are one body, unless they begin with different places: 孝南区慈善总会
    and 云梦县慈善总会 are two, and 慈善总会 is a third.
    """
    groups: dict[str, list[tuple[str, Body]]] = defaultdict(list)
    for (key, lead), body in sorted(bodies.loose_by_name.items(), key=lambda i: i[0]):
        groups[key].append((lead, body))
    for key, found in groups.items():
        several = sum(lead != "" for lead, _ in found) > 1
        for lead, body in found:
            body.key = f"{lead}{key}@?" if several else f"{key}@?"
            if not several:
                for _, other in found:
                    body.aliases |= other.aliases
                    body.evidence |= other.evidence
                    body.as_team = body.as_team or other.as_team
        for _, body in found:
            body.name = min(body.aliases)
            if body.as_team:
                body.label = Label.SOCIAL_ORGANIZATION
        bodies.bodies += [b for _, b in (found if several else found[:1])]
