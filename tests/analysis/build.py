"""Small cities for tests, put together by hand.

    c = City()                                   # root X, district D1, street S1, community C1
    c.grid("g1", "g2", residents=1000)           # in C1 unless community= is given
    c.unit("school", "school", area="g1")
    c.tie("school", "g1", signed="2019-01-01")   # returns the tie's key
    network = c.network()

Keys are the words that the test uses. Areas are covered by a ties sheet unless
`covered=False` is given to the community or grid.
"""

from __future__ import annotations

from typing import Any

from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.properties import Prop
from graph.model.wanted import WantedGraph, WantedTie

DAY = "2019-08-01"
"""The date at which test cities are judged unless a test says otherwise."""


class City:
    """A wanted graph that grows by short calls; every call names what it adds by its key."""

    def __init__(self, *, on: str | None = DAY, plain: bool = False) -> None:
        self.on = on
        self.wanted = WantedGraph()
        self.label: dict[str, Label] = {}
        self._serial = 0
        self._area("X", Label.CITY, None, {})
        if not plain:
            self.district("D1")
            self.street("S1", district="D1")
            self.community("C1", street="S1")

    # ------------------------------------------------------------------ areas

    def district(self, *keys: str, parent: str = "X", **props: Prop) -> None:
        for key in keys:
            self._area(key, Label.DISTRICT, parent, dict(props))

    def street(self, *keys: str, district: str = "D1", **props: Prop) -> None:
        for key in keys:
            self._area(key, Label.STREET, district, dict(props))

    def community(
        self, *keys: str, street: str = "S1", covered: bool = True, **props: Prop
    ) -> None:
        """`covered`: a ties sheet names the community, so that its grids are known."""
        for key in keys:
            named: Prop = ["ties"] if covered else []
            self._area(key, Label.COMMUNITY, street, {"named_by": named, **props})

    def grid(self, *keys: str, community: str = "C1", covered: bool = False, **props: Prop) -> None:
        """`covered`: a ties sheet names the grid itself (its community may cover it anyway)."""
        for key in keys:
            named: Prop = ["ties"] if covered else []
            self._area(key, Label.GRID, community, {"named_by": named, **props})

    def building(self, *keys: str, grid: str, **props: Prop) -> None:
        for key in keys:
            self._area(key, Label.BUILDING, grid, dict(props))

    def path(self, key: str) -> str:
        """Path of an area or of a placed node."""
        return str(self.node(key)["path"])

    # ------------------------------------------------------------------ actors, people

    def unit(self, key: str, kind: str | None = "school", area: str = "C1", **props: Prop) -> str:
        return self._placed(key, Label.RESIDENT_UNIT, area, {"kind": kind, **props})

    def social(self, key: str, kind: str | None = "service", area: str = "C1", **p: Prop) -> str:
        return self._placed(key, Label.SOCIAL_ORGANIZATION, area, {"kind": kind, **p})

    def org(self, key: str, kind: str, area: str | None = "C1", **props: Prop) -> str:
        """An `Organization`: a hub by its kind, or a property company or owners' committee."""
        return self._placed(key, Label.ORGANIZATION, area, {"kind": kind, **props})

    def members(
        self,
        place: str,
        n: int = 1,
        *,
        employer: str | None = None,
        last_service: str | None = "2019-07-01",
        registered: str | None = "2018-01-01",
    ) -> list[str]:
        """`n` new members who report to `place`, and work at `employer` if it is given."""
        made = [self._person(Label.MEMBER, ["member"], last_service, registered) for _ in range(n)]
        for key in made:
            self.reports(key, place, valid_from=registered, last_sign=last_service or registered)
            if employer:
                self.add(TieType.WORKS_AT, key, employer)
        return made

    def volunteers(
        self,
        place: str,
        n: int = 1,
        *,
        last_service: str | None = "2019-07-01",
        registered: str | None = "2018-01-01",
    ) -> list[str]:
        """`n` new volunteers who serve `place`."""
        made = [
            self._person(Label.VOLUNTEER, ["volunteer"], last_service, registered) for _ in range(n)
        ]
        for key in made:
            self.add(
                TieType.SERVES,
                key,
                place,
                valid_from=registered,
                last_sign=last_service or registered,
            )
        return made

    def reports(self, person: str, place: str, **props: Prop) -> str:
        return self.add(TieType.REPORTS_TO, person, place, **props)

    # ------------------------------------------------------------------ ties

    def tie(
        self,
        actor: str,
        target: str,
        mechanism: str = "agreement",
        *,
        signed: str | None = "2019-01-01",
        valid_to: str | None = None,
        last_sign: str | None = None,
        ended: bool = False,
        **props: Prop,
    ) -> str:
        """A recorded `CO_BUILDS` of an actor with a grid, community or other actor."""
        signs = [day for day in (signed, last_sign) if day]
        return self.add(
            TieType.CO_BUILDS,
            actor,
            target,
            mechanism=mechanism,
            valid_from=signed,
            valid_to=valid_to,
            last_sign=max(signs) if signs else None,
            ended=ended,
            **props,
        )

    def serves(self, actor: str, place: str, **props: Prop) -> str:
        return self.add(TieType.SERVES, actor, place, **props)

    def event(
        self, key: str, area: str, label: Label = Label.ACTIVITY, *, date: str | None = None
    ) -> str:
        return self._placed(key, label, area, {"date": date})

    def takes_part(self, actor: str, event: str, **props: Prop) -> str:
        return self.add(TieType.PARTICIPATES, actor, event, **props)

    # ------------------------------------------------------------------ resources and needs

    def offer(
        self,
        provider: str,
        key: str,
        category: str | None,
        quantity: float | None = None,
        *,
        range: str | None = None,
        **props: Prop,
    ) -> str:
        """A `Resource` with its `OFFERS`; it sits where its provider sits."""
        area = self.node(provider).get("area")
        props = {"category": category, "quantity": quantity, "range": range, **props}
        self._placed(key, Label.RESOURCE, None if area is None else str(area), props)
        self.add(TieType.OFFERS, provider, key)
        return key

    def need(
        self,
        key: str,
        place: str,
        category: str | None,
        quantity: float | None = None,
        *,
        requester: str | None = None,
        **props: Prop,
    ) -> str:
        """A `Need` placed in an area, with its `REQUESTS` from there or from `requester`."""
        props = {"category": category, "quantity": quantity, **props}
        self._placed(key, Label.NEED, place, props)
        self.add(TieType.REQUESTS, requester or place, key)
        return key

    def match(
        self,
        resource: str,
        need: str,
        quantity: float | None = None,
        status: str = "running",
        **props: Prop,
    ) -> str:
        return self.add(TieType.MATCHES, resource, need, quantity=quantity, status=status, **props)

    # ------------------------------------------------------------------ results

    def network(self) -> Network:
        return Network.from_wanted(self.wanted, head="test", as_of=self.on)

    def node(self, key: str) -> dict[str, Prop]:
        return self.wanted.nodes[self.label[key]][key]

    def add(self, type_: TieType, start: str, end: str, **props: Prop) -> str:
        """Any tie; its key is `TYPE:start>end`, numbered where there are several."""
        group = (type_, self.label[start], self.label[end])
        ties = self.wanted.ties.setdefault(group, {})
        key = stem = f"{type_}:{start}>{end}"
        number = 1
        while key in ties:
            number += 1
            key = f"{stem}#{number}"
        ties[key] = WantedTie(start, end, dict(props))
        return key

    def _area(self, key: str, label: Label, parent: str | None, props: dict[str, Prop]) -> None:
        above = self.path(parent) if parent else "/"
        self._node(key, label, {"name": key, "parent": parent, "path": f"{above}{key}/", **props})
        if parent:
            self.add(TieType.PART_OF, key, parent)

    def _placed(self, key: str, label: Label, area: str | None, props: dict[str, Prop]) -> str:
        path = self.path(area) if area else None
        self._node(key, label, {"name": key, "area": area, "path": path, **props})
        return key

    def _person(
        self, label: Label, roles: list[str], last_service: str | None, registered: str | None
    ) -> str:
        self._serial += 1
        key = f"person{self._serial:04d}"
        props: dict[str, Prop] = {
            "roles": roles,
            "last_service": last_service,
            "registered": registered,
        }
        self._node(key, label, props)
        return key

    def _node(self, key: str, label: Label, props: dict[str, Any]) -> None:
        if key in self.label:
            raise ValueError(f"{key} is there already")
        self.label[key] = label
        self.wanted.nodes.setdefault(label, {})[key] = props
