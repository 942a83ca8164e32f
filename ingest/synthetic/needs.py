"""Needs and offers of the synthetic city, and the parts that each need must fall into.

Local categories come in cells: within one community one offer (or none) and the one or two
needs that it can serve, so that the parts follow by hand. Wide categories are offered without
want: capacity for all, or capacity unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ingest.synthetic.planted_city import Actor, Community, Grid, Street, SyntheticCity, words

PARTS = ("met", "matchable", "sharing_gap", "exhausted", "absent", "unclassified")
_URGENCY = ("特急", "紧急", "一般")


@dataclass(slots=True, eq=False)
class PlantedOffer:
    """One line of a resource list."""

    provider: Actor
    street: Street
    """Street in whose sheet it stands."""
    name: str
    category: str
    unit: str
    quantity: int | None
    range: Community | Street | None
    """None: the sheet doesn't say, which is taken as the provider's district."""
    until: date | None = None

    def reaches(self, community: Community) -> bool:
        if isinstance(self.range, Community):
            return self.range is community
        if isinstance(self.range, Street):
            return self.range is community.street
        return self.provider.community.street.district_code == community.street.district_code


@dataclass(slots=True, eq=False)
class PlantedNeed:
    """One line of a needs list."""

    community: Community
    grid: Grid | None
    name: str
    category: str | None
    quantity: int | None
    unit: str | None
    urgency: str
    requester: str | None = None
    due: date | None = None
    status: str | None = None


def make_needs(city: SyntheticCity) -> tuple[list[PlantedOffer], list[PlantedNeed]]:
    """Offers and needs of the whole city; call it once ties are made."""
    plan = NeedPlan(city)
    for street in city.streets:
        plan.wide_offers(street)
        for community in street.communities:
            plan.cells(community)
            plan.others(community)
    plan.size_wide_offers()
    return plan.offers, plan.needs


class NeedPlan:
    """The offers and needs so far."""

    def __init__(self, city: SyntheticCity) -> None:
        self.city, self.rng, self.data = city, city.rng, words()
        self.offers: list[PlantedOffer] = []
        self.needs: list[PlantedNeed] = []
        self.local: dict[str, Any] = self.data["local"]

    def _need(
        self,
        category: str | None,
        name: str,
        quantity: int | None,
        unit: str | None,
        community: Community,
        grid: Grid | None,
        urgency: str | None = None,
    ) -> None:
        rng = self.rng
        name = f"{name}（{grid.name if grid else '全社区'}）" if rng.random() < 0.2 else name
        self.needs.append(
            PlantedNeed(
                community,
                grid,
                name,
                category,
                quantity,
                unit if quantity is not None or rng.random() < 0.5 else None,
                urgency or rng.choice(_URGENCY),
                requester=rng.choice(("committee", "committee", "resident", None)),
                due=self.city.on + timedelta(days=rng.randint(40, 300))
                if rng.random() < 0.7
                else None,
                status=rng.choice(("待对接", "待认领", None)),
            )
        )

    def _able(self, bodies: list[Actor], spec: dict[str, Any]) -> Actor:
        """One of the bodies, of a kind that may well offer it where there is such a one."""
        return self.rng.choice([b for b in bodies if b.kind in spec["by"]] or bodies)

    def _offer(
        self,
        provider: Actor,
        category: str,
        spec: dict[str, Any],
        quantity: int | None,
        where: Community | Street | None,
        street: Street,
    ) -> PlantedOffer:
        rng, on = self.rng, self.city.on
        offer = PlantedOffer(
            provider,
            street,
            spec["offer"],
            category,
            spec["unit"],
            quantity,
            where,
            until=on + timedelta(days=rng.randint(320, 900)) if rng.random() < 0.6 else None,
        )
        self.offers.append(offer)
        return offer

    # ------------------------------------------------------------ local categories

    def cells(self, community: Community) -> None:
        rng = self.rng
        categories = rng.sample(sorted(self.local), rng.choice((0, 1, 2, 3)))
        idle = [a for a in community.actors if a.role == "idle" and a.named_once]
        for category in categories:
            spec = self.local[category]
            grid = rng.choice(community.grids)
            partners = [
                a for a in grid.partners.values() if a.named_once and a.role in ("pool", "broad")
            ]
            partners.sort(key=lambda a: a.serial)
            if partners and rng.random() < 0.6:
                self._connected_cell(category, spec, grid, self._able(partners, spec))
            elif idle and rng.random() < 0.75:
                quantity = self.rng.randint(4, 30)
                provider = self._able(idle, spec)
                self._offer(provider, category, spec, quantity, community, community.street)
                asked = quantity + rng.choice((-2, 0, 5)) if rng.random() < 0.8 else None
                self._need(category, spec["need"], asked, spec["unit"], community, grid)
            else:
                self._lone_cell(category, spec, grid, idle)

    def _connected_cell(
        self, category: str, spec: dict[str, Any], grid: Grid, provider: Actor
    ) -> None:
        """A partner of the grid offers: enough, too little, or to another grid as well."""
        rng, community = self.rng, grid.community
        full = self.rng.randint(8, 40)
        styles: dict[str, tuple[int | None, int | None]] = {
            "enough": (full, full - rng.randint(0, 5)),
            "short": (full, full + rng.randint(3, 20)),
            "two": (full, full - 3),
            "unknown_need": (full, None),
            "unknown_offer": (None, full),
        }
        style = rng.choice(list(styles))
        have, asked = styles[style]
        self._offer(provider, category, spec, have, community, community.street)
        self._need(category, spec["need"], asked, spec["unit"], community, grid, "特急")
        others = [g for g in community.grids if g is not grid]
        if style in ("two", "unknown_offer") and others:
            second = rng.choice(others)
            more = rng.randint(2, 12) if style == "two" else None
            self._need(category, spec["need"], more, spec["unit"], community, second, "一般")

    def _lone_cell(
        self, category: str, spec: dict[str, Any], grid: Grid, idle: list[Actor]
    ) -> None:
        """Nobody offers, or only an offer that has run out, or an offer that nobody needs."""
        rng, community = self.rng, grid.community
        if idle and rng.random() < 0.4:
            provider = self._able(idle, spec)
            offer = self._offer(provider, category, spec, 10, community, community.street)
            offer.until = self.city.on - timedelta(days=rng.randint(40, 200))
            self._need(category, spec["need"], 6, spec["unit"], community, grid)
        elif idle and rng.random() < 0.5:
            self._offer(
                self._able(idle, spec),
                category,
                spec,
                rng.choice((5, 20, None)),
                community,
                community.street,
            )
        else:
            asked = rng.choice((3, 8, None))
            self._need(category, spec["need"], asked, spec["unit"], community, grid)

    # ------------------------------------------------------------ wide categories, the rest

    def wide_offers(self, street: Street) -> None:
        wide = self.data["wide"]
        for category, amount, where in (("水电维修", 0, street), ("金融服务", None, None)):
            spec = wide[category]
            able = [b for b in street.broad if any(word in b.name for word in spec["by"])]
            if able:
                self._offer(able[0], category, spec, amount, where, street)

    def size_wide_offers(self) -> None:
        """Make each street's 水电维修 enough for all that is asked there."""
        asked: dict[str, int] = defaultdict(int)
        for need in self.needs:
            if need.category == "水电维修":
                asked[need.community.street.code] += need.quantity or 0
        for offer in self.offers:
            if offer.category == "水电维修":
                offer.quantity = asked[offer.street.code] + 20

    def others(self, community: Community) -> None:
        rng, data = self.rng, self.data
        for category, chance in (("水电维修", 0.25), ("金融服务", 0.1)):
            spec = data["wide"][category]
            for grid in community.grids:
                if rng.random() < chance:
                    asked = None if rng.random() < 0.4 else self.rng.randint(1, 9)
                    self._need(category, spec["need"], asked, spec["unit"], community, grid)
        for category, spec in data["absent"].items():
            if rng.random() < 0.3:
                asked = rng.choice((None, 4, 12))
                place = None if rng.random() < 0.4 else rng.choice(community.grids)
                self._need(category, spec["need"], asked, spec["unit"], community, place)
        if rng.random() < 0.15:
            name = rng.choice(data["unclassified"]["需求"])
            asked = rng.choice((None, 2))
            self._need(None, name, asked, None, community, rng.choice(community.grids))


# ------------------------------------------------------------------------------- the truth


def true_parts(
    city: SyntheticCity, offers: list[PlantedOffer], needs: list[PlantedNeed]
) -> list[dict[str, float]]:
    """Parts of each need, in order of `needs`; for an unknown quantity its one part is 1.

    Known quantities of a category and community share one offer at most, or one that is
    enough for all, so serving the connected needs first, then the others, each by urgency,
    is a maximum allocation.
    """
    valid: dict[str, list[PlantedOffer]] = defaultdict(list)
    for offer in offers:
        if offer.until is None or offer.until >= city.on:
            valid[offer.category].append(offer)
    fitting = [
        [o for o in valid.get(need.category or "", ()) if o.reaches(need.community)]
        for need in needs
    ]
    near = [
        [o for o in found if connected(o.provider, need, city.actors)]
        for need, found in zip(needs, fitting, strict=True)
    ]
    parts: list[dict[str, float]] = [dict.fromkeys(PARTS, 0.0) for _ in needs]
    left = {id(o): float(o.quantity or 0) for o in offers}
    for part, choice in (("matchable", near), ("sharing_gap", fitting)):
        for i in sorted(range(len(needs)), key=lambda i: (_URGENCY.index(needs[i].urgency), i)):
            asked = needs[i].quantity
            if asked is not None:
                parts[i][part] = _take(choice[i], asked - sum(parts[i].values()), left)
    for i, need in enumerate(needs):
        served = sum(parts[i].values())
        last = _last_part(need, near=bool(near[i]), fits=bool(fitting[i]))
        parts[i][last] = 1.0 if need.quantity is None else need.quantity - served
    return parts


def _take(offers: Iterable[PlantedOffer], wanted: float, free: dict[int, float]) -> float:
    """Take what is wanted from what the offers have left, and say how much that was."""
    taken = 0.0
    for offer in offers:
        share = min(wanted - taken, free[id(offer)])
        free[id(offer)] -= share
        taken += share
    return taken


def _last_part(need: PlantedNeed, *, near: bool, fits: bool) -> str:
    """The part of what no offer is given for; of an unknown quantity, its only part."""
    if need.category is None:
        return "unclassified"
    if need.quantity is not None:
        return "exhausted" if fits else "absent"
    return "matchable" if near else "sharing_gap" if fits else "absent"


def connected(provider: Actor, need: PlantedNeed, actors: list[Actor]) -> bool:
    """Whether the provider, or a body tied to it, is tied to the need's grid or community."""

    def tied(actor: Actor) -> bool:
        at_grid = need.grid is not None and need.grid.code in actor.grids
        return at_grid or need.community.code in actor.communities

    return tied(provider) or any(tied(actors[serial]) for serial in provider.actors)
