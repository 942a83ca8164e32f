"""Names that stand beside a credit code outside the rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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
    claims: dict[int, list[str]] = defaultdict(list)
    body_of: dict[int, Body] = {}
    for uscc in sorted(evidence):
        if uscc in bodies.by_uscc:
            continue
        hits: dict[int, Body] = {}
        for name, start in sorted(names[uscc], key=repr):
            candidates = bodies.may_be(name, bodies.by_name.get(bodies.forms.key_of(name), []))
            found = bodies.nearest(start, candidates)
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
    for uscc in sorted(evidence):
        body_or_none = bodies.by_uscc.get(uscc)
        if body_or_none is None:
            name = min((n for n, _ in names[uscc]), default=uscc)
            body_or_none = Body(
                Label.RESIDENT_UNIT, uscc, name, None, uscc, None, None, unlisted=True
            )
            body_or_none.name_keys = {bodies.forms.key_of(n) for n, _ in names[uscc]}
            body_or_none.evidence = set(evidence[uscc])
            bodies.bodies.append(body_or_none)
            bodies.index(body_or_none)
        body_or_none.aliases |= {n for n, _ in names[uscc]}
        for name, _ in names[uscc]:
            key_ = bodies.forms.key_of(name)
            if key_ not in body_or_none.name_keys:
                body_or_none.alias_keys.add(key_)
    for body in bodies.bodies:
        for key_ in sorted(body.alias_keys):
            if body not in bodies.by_alias[key_]:
                bodies.by_alias[key_].append(body)
    bodies.cache.clear()
    bodies.candidates.clear()
