"""Names that stand beside a credit code outside the rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graph.model.labels import Label
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body


def add_coded(bodies: Bodies, coded: Iterable[tuple[str, str | None, str | None, str]]) -> None:
    """Make known the names that stand beside a credit code in other sheets.

    `coded` are (code, name, start area, evidence). A code of a roster gets the name as an
    alias. Another code is the body of that name where the rosters have exactly one
    without a code; else it is a new, unlisted body.
    """
    names: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    evidence: dict[str, set[str]] = defaultdict(set)
    for uscc, name, start, where in coded:
        if uscc in bodies.contested:
            continue
        if name:
            names[uscc].add((name, start))
        evidence[uscc].add(where)
    _claim_codes(bodies, {uscc: names[uscc] for uscc in sorted(evidence)})
    for uscc in sorted(evidence):
        body = bodies.by_uscc.get(uscc)
        if body is None:
            body = _new_body(bodies, uscc, names[uscc], evidence[uscc])
        body.aliases |= {n for n, _ in names[uscc]}
        body.alias_keys |= {bodies.forms.key_of(n) for n, _ in names[uscc]} - body.name_keys
    for body in bodies.bodies:
        for key in sorted(body.alias_keys):
            if body not in bodies.by_alias[key]:
                bodies.by_alias[key].append(body)
    # what was sought among the rosters alone may have other answers now
    bodies.cache.clear()
    bodies.candidates.clear()


def _claim_codes(bodies: Bodies, names: Mapping[str, set[tuple[str, str | None]]]) -> None:
    """Give codes that no roster has to the bodies of their names that have none; not where two
    codes claim one body.
    """
    claims: dict[int, list[str]] = defaultdict(list)
    body_of: dict[int, Body] = {}
    for uscc, named in names.items():
        if uscc in bodies.by_uscc:
            continue
        hits: dict[int, Body] = {}
        for name, start in sorted(named, key=repr):
            called, _ = bodies.called(name)
            found = bodies.search.meant(name, start, called)
            if len(found) == 1:
                hits[id(found[0])] = found[0]
        if len(hits) == 1:
            key, body = next(iter(hits.items()))
            if body.uscc is None:
                claims[key].append(uscc)
                body_of[key] = body
    for key, codes in claims.items():
        if len(codes) == 1:
            body = body_of[key]
            body.uscc = body.key = codes[0]
            bodies.by_uscc[codes[0]] = body


def _new_body(
    bodies: Bodies, uscc: str, names: set[tuple[str, str | None]], evidence: set[str]
) -> Body:
    """The unlisted body of a code that no roster has."""
    name = min((n for n, _ in names), default=uscc)
    body = Body(Label.RESIDENT_UNIT, uscc, name, None, uscc, None, None, unlisted=True)
    body.name_keys = {bodies.forms.key_of(n) for n, _ in names}
    body.evidence = set(evidence)
    body.near = {start for _, start in names if start}
    bodies.bodies.append(body)
    bodies.index(body)
    return body
