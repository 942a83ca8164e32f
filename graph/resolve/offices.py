"""Offices that an area has by its kind: committees, branches, residents' committees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.model.labels import Label
from graph.model.vocabulary import ORGANIZATION_KINDS
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body
from graph.resolve.place_lookup import areas_of_text

OFFICE_WORDS: tuple[tuple[str, str], ...] = (
    ("街道大工委", "street_work_committee"),
    ("街道党工委", "street_work_committee"),
    ("大工委", "street_work_committee"),
    ("社区大党委", "community_party_committee"),
    ("社区党委", "community_party_committee"),
    ("社区党总支", "community_party_committee"),
    ("社区党支部", "community_party_committee"),
    ("大党委", "community_party_committee"),
    ("村党总支", "community_party_committee"),
    ("村党支部", "community_party_committee"),
    ("网格党支部", "grid_branch"),
    ("社区居民委员会", "residents_committee"),
    ("社区居委会", "residents_committee"),
    ("居民委员会", "residents_committee"),
    ("居委会", "residents_committee"),
    ("村民委员会", "residents_committee"),
    ("村委会", "residents_committee"),
    ("社区党建议事会", "council"),
    ("党建议事会", "council"),
    ("社区党群服务中心", "service_centre"),
    ("党群服务中心", "service_centre"),
)
"""Endings of a name that say which office of an area it is."""

_ENDINGS = tuple(word for word, _ in OFFICE_WORDS)
_TAILS = {Label.COMMUNITY: ("", "社区", "村"), Label.STREET: ("", "街道")}
"""What a name leaves out of its area's name: 红旗 of 红旗村."""


def office_of(bodies: Bodies, kind: str, area: str, evidence: str | None = None) -> Body:
    """The office that holds an area together; unlisted where no roster has it."""
    body = bodies.by_office.get((kind, area))
    if body is None:
        name = _office_name(bodies.tree.areas[area].name, kind)
        body = Body(
            Label.ORGANIZATION,
            f"{kind}@{area}",
            name,
            kind,
            None,
            area,
            bodies.tree.community_of(area) or area,
            unlisted=True,
        )
        bodies.bodies.append(body)
        bodies.by_office[kind, area] = body
    if evidence and body.unlisted:
        body.evidence.add(evidence)
    return body


def may_name_office(text: str) -> bool:
    """Whether a name ends as that of an area's office does: 红旗村委会, 社区党委."""
    return plain(text).endswith(_ENDINGS)


def office_named(bodies: Bodies, text: str, place: Place, scope: str | None) -> Body | None:
    """The office that a name like 城站社区大党委 or 社区居委会 means in a row, else None.

    The row's own area comes first, then those around it up to its district; others only where the
    name says in which district or street they lie.
    """
    if not may_name_office(text):
        return None
    told = plain(text)
    for word, kind in OFFICE_WORDS:
        if told.endswith(word):
            head = re.sub(r"^中共", "", told[: -len(word)])
            area = _office_area(bodies, head, kind, place, scope)
            if area is not None:
                return _listed_in(bodies, text, area) or office_of(bodies, kind, area)
    return None


def _listed_in(bodies: Bodies, text: str, area: str) -> Body | None:
    """The one body of an area that rosters call so."""
    mark = f"/{area}/"
    named, also = bodies.called(text)
    for group in (named, also):
        here = [b for b in group if b.area and mark in bodies.tree.areas[b.area].path]
        if here:
            return here[0] if len(here) == 1 else None
    return None


def _office_area(
    bodies: Bodies, head: str, kind: str, place: Place, scope: str | None
) -> str | None:
    """The area whose office is meant, by what stands in front of the office's word."""
    if kind == "grid_branch":
        return _grid(bodies, head, place, scope) if head else None
    label = Label.STREET if kind == "street_work_committee" else Label.COMMUNITY
    near = place.community or place.area or scope
    if not head:
        return bodies.tree.ancestor(near, label)
    heads = [head + tail for tail in _TAILS[label]]
    for text in heads:
        found = _around(bodies, label, text, near)
        if found is not None:
            return found
    return _elsewhere(bodies, label, heads, place, scope)


def _grid(bodies: Bodies, head: str, place: Place, scope: str | None) -> str | None:
    found = areas_of_text(bodies.tree, head + "网格", place.community, scope)
    found = [c for c in found if bodies.tree.areas[c].label is Label.GRID]
    return found[0] if len(found) == 1 else None


def _around(bodies: Bodies, label: Label, text: str, near: str | None) -> str | None:
    """The area of a name in the smallest area from `near` to its district that has one."""
    district = bodies.search.said.district(near)
    at = near
    while True:
        found = bodies.tree.named(label, text, at)
        if len(found) == 1:
            return found[0]
        if found or at is None or at == district:
            return None
        at = bodies.tree.areas[at].parent


def _elsewhere(
    bodies: Bodies, label: Label, heads: Sequence[str], place: Place, scope: str | None
) -> str | None:
    """The area of a name that begins with its district's or street's: 云梦县红旗村委会."""
    near = place.community or place.area or scope
    for text in heads:
        found = [
            c
            for c in areas_of_text(bodies.tree, text, place.community, scope)
            if bodies.tree.areas[c].label is label
        ]
        if len(found) == 1 and bodies.search.says_area(text, found[0], near):
            return found[0]
    return None


def _office_name(area: str, kind: str) -> str:
    """How an office that no roster has is called: 城站社区 + 社区大党委 = 城站社区大党委."""
    base = re.sub(r"(居民委员会|居委会|村民委员会|村委会)$", "", area)
    office = ORGANIZATION_KINDS[kind]
    for level in ("社区", "街道", "网格"):
        if base.endswith(level):
            office = office.removeprefix(level)
    return base + office
