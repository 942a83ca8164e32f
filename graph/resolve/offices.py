"""Offices that an area has by its kind: committees, branches, residents' committees."""

from __future__ import annotations

import re

from graph.model.labels import Label
from graph.model.vocabulary import ORGANIZATION_KINDS
from graph.names.plain import plain
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


def office_named(
    bodies: Bodies, text: str, community: str | None, scope: str | None
) -> Body | None:
    """The office that a name like 城站社区大党委 or 社区居委会 means, else None."""
    told = plain(text)
    for word, kind in OFFICE_WORDS:
        if not told.endswith(word):
            continue
        head = told[: -len(word)]
        area = _office_area(bodies, head, kind, community, scope)
        if area is not None:
            return office_of(bodies, kind, area)
    return None


def _office_area(
    bodies: Bodies, head: str, kind: str, community: str | None, scope: str | None
) -> str | None:
    head = re.sub(r"^中共", "", head)
    if kind == "grid_branch":
        if not head:
            return None
        found = areas_of_text(bodies.tree, head + "网格", community, scope)
        found = [c for c in found if bodies.tree.areas[c].label is Label.GRID]
        return found[0] if len(found) == 1 else None
    label = Label.STREET if kind == "street_work_committee" else Label.COMMUNITY
    near = community if community is not None else scope
    if not head:
        return bodies.tree.ancestor(near, label)
    for tail in ("", "社区", "村") if label is Label.COMMUNITY else ("", "街道"):
        at = near
        while True:
            found = bodies.tree.named(label, head + tail, at)
            if len(found) == 1:
                return found[0]
            if found or at is None:
                break
            at = bodies.tree.areas[at].parent
    return None


def _office_name(area: str, kind: str) -> str:
    """How an office that no roster has is called: 城站社区 + 社区大党委 = 城站社区大党委."""
    base = re.sub(r"(居民委员会|居委会|村民委员会|村委会)$", "", area)
    office = ORGANIZATION_KINDS[kind]
    for level in ("社区", "街道", "网格"):
        if base.endswith(level):
            office = office.removeprefix(level)
    return base + office
