"""Pairs of bodies whose names are alike: which of them a person is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graph.model.labels import Label
from graph.model.review import ReviewItem, Side
from graph.names.compare import NameMatch, compare_names
from graph.names.parts import name_parts
from graph.names.reasons import NameReason
from graph.resolve.body import Body
from graph.resolve.decisions import Ref
from graph.review.candidates import Look, NameEntry, candidate_pairs
from graph.review.items import body_item
from graph.review.queue import NEVER_ASKED, Queue

_PUBLIC = frozenset({"government", "public_institution", "school", "hospital", "state_enterprise"})

_NAMES = 4
"""Names of one body that are looked up."""

_ASKED = 5
"""Candidates that are put to a person for one name."""

_ELSEWHERE = 0.75
"""Least score at which bodies of different communities are put to a person."""


def ask_about_pairs(queue: Queue) -> None:
    """Bodies whose names are alike, though not surely one."""
    entries = _entries(queue)
    asked: dict[int, list[tuple[float, ReviewItem]]] = defaultdict(list)
    seen: set[frozenset[str]] = set()
    for i, j in candidate_pairs(entries):
        a, b = entries[i], entries[j]
        found = _compare(queue, a, b)
        if found is None:
            continue
        mark = frozenset((a.ref.key, b.ref.key))
        if len(mark) < 2 or mark in seen or queue.is_settled(a.ref, b.ref, a.body, b.body):
            continue
        seen.add(mark)
        first, second = (b, a) if a.look.listed and not b.look.listed else (a, b)
        item = body_item(
            "bodies",
            "open",
            (first.ref, _entry_side(queue, first)),
            (second.ref, _entry_side(queue, second)),
            found,
        )
        asked[i].append((found.score, item))
        asked[j].append((found.score, item))
    for items in asked.values():
        for _, item in sorted(items, key=lambda s: (-s[0], s[1].id))[:_ASKED]:
            queue.add(item)


def _entry_side(queue: Queue, entry: NameEntry) -> Side:
    side = queue.side(entry.body)
    if entry.name == side.name:
        return side
    return side.model_copy(update={"name": entry.name})


def _compare(queue: Queue, a: NameEntry, b: NameEntry) -> NameMatch | None:
    """What to ask about two names; None where there is nothing to ask."""
    one, other = a.look, b.look
    if a.ref.uscc and b.ref.uscc and a.ref.uscc != b.ref.uscc:
        off = sum(c != d for c, d in zip(a.ref.uscc, b.ref.uscc, strict=False))
        if off > 2 or one.parts.strict != other.parts.strict:
            return None
    match = compare_names(a.name, b.name, queue.bodies.forms.places)
    if match.verdict == "different":
        return None
    if (a.bare or b.bare) and one.district != other.district:
        return None  # what a bare name means lies in its own district
    if not (one.listed and other.listed):
        # two names that only rows of other sheets give: one unlike character is no typing error
        guess = not (one.listed or other.listed) and match.why[0].code == "one_character"
        return None if guess else match
    if one.community and one.community == other.community:
        why = (*match.why, NameReason("same_seat"))
        return NameMatch("doubtful", min(1.0, match.score + 0.1), why, match.why_not)
    if not one.community or not other.community:
        return match
    return _elsewhere(one, other, match)


def _elsewhere(a: Look, b: Look, match: NameMatch) -> NameMatch | None:
    """Two that rosters seat in different communities: only where the names are all but the
    same, and, of bodies that aren't public, not quite the same (a chain's shops are).
    """
    if match.score < _ELSEWHERE:
        return None
    if not (a.public or b.public) and a.parts.strict == b.parts.strict:
        return None
    code = "seat_community" if a.street == b.street else "seat_street"
    return NameMatch("doubtful", match.score - 0.1, match.why, (*match.why_not, NameReason(code)))


def _entries(queue: Queue) -> list[NameEntry]:
    entries: list[NameEntry] = []
    sought: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, start in queue.bodies.seen:
        key = queue.bodies.forms.key_of(name), queue.bodies.forms.lead_of(name)
        sought[key].add(queue.bodies.search.said.district(start) or "")
    bare: set[str] = set()
    for body in sorted(queue.bodies.bodies, key=lambda b: (b.label, b.key)):
        if body.kind in NEVER_ASKED:
            continue
        if body.mentions or body.uscc:
            entries += _listed(queue, body)
        elif body.area is None:
            found = _unlisted(queue, body, sought)
            entries += [e for e in found if e.ref.key not in bare]
            bare |= {e.ref.key for e in found if e.bare}  # once a district, whatever the street
    return entries


def _listed(queue: Queue, body: Body) -> list[NameEntry]:
    ref = queue.bodies.ref_of(body)
    district = queue.tree.ancestor(body.area, Label.DISTRICT) or ""
    street = queue.tree.ancestor(body.area, Label.STREET) or ""
    seat, public = body.community or "", body.kind in _PUBLIC
    names = [body.name, *sorted(body.aliases - {body.name})]
    found: dict[str, NameEntry] = {}
    for name in names:
        parts = name_parts(name, queue.bodies.forms.places)
        if parts.strict not in found and len(found) < _NAMES:
            look = Look(parts, district, street, seat, listed=True, public=public)
            found[parts.strict] = NameEntry(ref, body, name, look)
    return list(found.values())


def _unlisted(
    queue: Queue, body: Body, sought: Mapping[tuple[str, str], set[str]]
) -> list[NameEntry]:
    """A name that no roster has: one entry for each district in which rows give it."""
    search = queue.bodies.search
    is_bare = search.is_bare(body.name, next(iter(body.seats), None))
    if is_bare:
        districts = {search.said.district(area) or "" for area in body.seats} or {""}
    else:
        keys = {(queue.bodies.forms.key_of(n), queue.bodies.forms.lead_of(n)) for n in body.aliases}
        districts = set().union(*(sought.get(k, set()) for k in keys)) or {""}
    parts = name_parts(body.name, queue.bodies.forms.places)
    return [
        NameEntry(
            Ref(body.name, d),
            body,
            body.name,
            Look(parts, d, "", "", listed=False, public=False),
            is_bare,
        )
        for d in sorted(districts)
    ]
