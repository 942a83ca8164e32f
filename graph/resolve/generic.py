"""Names that only say what a body is: 业委会, 物业公司.

Many communities have one. Such a name means the body of that kind in the row's own community,
and never one elsewhere: else a single 业委会 would hold a whole city together.
"""

from __future__ import annotations

from collections import defaultdict

from graph.model.labels import Label
from graph.names.plain import plain
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body

GENERIC_NAMES: dict[str, str | None] = {
    **dict.fromkeys(("业委会", "业主委员会", "小区业委会", "小区业主委员会"), "owners_committee"),
    **dict.fromkeys(
        (
            "物业",
            "物业公司",
            "物业企业",
            "物业服务企业",
            "物业服务公司",
            "物业服务中心",
            "物业管理公司",
            "小区物业",
            "小区物业公司",
        ),
        "property_company",
    ),
    **dict.fromkeys(("社会组织", "社区社会组织", "社工机构", "社工站"), None),
}
"""Name -> kind of organisation; None for any social organisation."""


def is_generic(name: str) -> bool:
    """Whether a name says no more than what the body is.

    Examples
    --------
    >>> is_generic("业委会"), is_generic("大院小区业委会")
    (True, False)
    """
    return plain(name) in GENERIC_NAMES


class GenericBodies:
    """Bodies that rows name by their kind alone, by community."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._made: dict[tuple[str | None, str], Body] = {}
        self._there: dict[tuple[str | None, str], list[Body]] = defaultdict(list)
        for body in bodies.bodies:
            if body.community is None:
                continue
            if body.label is Label.SOCIAL_ORGANIZATION:
                self._there[None, body.community].append(body)
            elif body.label is Label.ORGANIZATION and body.kind:
                self._there[body.kind, body.community].append(body)

    def find(self, name: str, community: str | None) -> list[Body]:
        """The bodies that a generic name means in a community; none without a community.

        Where no roster has one, it is an unlisted body of the community.
        """
        if community is None:
            return []
        told = plain(name)
        kind = GENERIC_NAMES[told]
        if found := self._there.get((kind, community)):
            return found
        body = self._made.get((kind, community))
        if body is None:
            label = Label.ORGANIZATION if kind else Label.SOCIAL_ORGANIZATION
            key = f"{kind or 'social'}@{community}:?"
            body = Body(label, key, told, kind, None, community, community, unlisted=True)
            self._made[kind, community] = body
            self._bodies.bodies.append(body)
        body.aliases.add(told)
        body.name = min(body.aliases)
        return [body]
