"""A small city for tests of maps and pages: drawn by a seeded generator, hand-made in parts.

Only the shape matters here (how many areas, actors, ties of which state); verdicts come from
the analyses, or from `verdicts_by_hand` where a test needs certain ones.
"""

from __future__ import annotations

import random

from graph.model.dataset import DatasetInfo
from graph.model.labels import Label, SheetKind, TieType
from graph.model.network import Network
from graph.model.properties import Prop
from graph.model.wanted import WantedGraph, WantedTie

HOSTILE = "</script><img src=x onerror=alert(1)>"
TIES_SHEET = "0123456789abcdef:共建关系"
UNITS_SHEET = "fedcba9876543210:驻区单位"
NEEDS_SHEET = "00112233445566ff:需求清单"
AS_OF = "2019-10-31"

_UNITS = (
    ("government", "税务局", "公安分局", "市场监管局", "司法局"),
    ("school", "第一中学", "实验小学", "幼儿园", "职业技术学校"),
    ("hospital", "中心医院", "中医院", "妇幼保健院"),
    ("state_enterprise", "供电公司", "自来水公司", "燃气公司", "公交公司"),
    ("private_enterprise", "大众超市有限公司", "宏达建筑有限公司", "康乐大药房", "新天地商贸有限公司"),
    ("service_enterprise", "农业银行支行", "移动营业厅", "邮政支局"),
    ("public_institution", "图书馆", "文化馆", "福利院"),
)  # fmt: skip
_SOCIAL = ("义工联合会", "老年协会", "书画社", "法律援助服务中心", "夕阳红舞蹈队")
_NAMES = (
    "大院",
    "文昌",
    "三里棚",
    "书院",
    "汈汊",
    "董永",
    "城隍潭",
    "乾坤",
    "航天",
    "槐荫",
    "澴西",
    "垌塚",
)
_CN = "一二三四五六七八九十"


class Builder:
    """Collects nodes and ties of a `WantedGraph`."""

    def __init__(self) -> None:
        self.wanted = WantedGraph()
        self.paths: dict[str, str] = {}
        self._rows = 1

    def area(self, label: Label, code: str, name: str, parent: str | None, **more: Prop) -> str:
        path = (self.paths[parent] if parent else "/") + code + "/"
        self.paths[code] = path
        self.wanted.nodes.setdefault(label, {})[code] = {
            "name": name, "parent": parent, "path": path, **more,
        }  # fmt: skip
        return code

    def actor(self, label: Label, key: str, name: str, kind: str, area: str | None) -> str:
        self.wanted.nodes.setdefault(label, {})[key] = {
            "name": name,
            "kind": kind,
            "area": area,
            "path": self.paths[area] if area else None,
            "evidence": [f"{UNITS_SHEET}:{len(self.wanted.nodes.get(label, {})) + 3}"],
        }
        return key

    def tie(
        self, type_: TieType, start: tuple[str, Label], end: tuple[str, Label], **props: Prop
    ) -> None:
        self._rows += 1
        group = self.wanted.ties.setdefault((type_, start[1], end[1]), {})
        key = f"{type_}|{start[0]}|{end[0]}|{props.get('mechanism', '')}"
        evidence: Prop = [f"{TIES_SHEET}:{self._rows}"]
        group[key] = WantedTie(start[0], end[0], {"evidence": evidence, "ended": False, **props})

    def dataset(self, key: str, file: str, kind: SheetKind, *, synthetic: bool) -> None:
        self.wanted.nodes.setdefault(Label.DATASET, {})[key] = {
            "file": file,
            "sheet": key.partition(":")[2],
            "kind": str(kind),
            "synthetic": synthetic,
            "reported_on": AS_OF,
            "columns": [],
        }

    def network(self, head: str = "head-1") -> Network:
        return Network.from_wanted(self.wanted, head=head, as_of=AS_OF)


def city(
    *,
    streets: int = 1,
    communities: int = 4,
    grids: int = 5,
    units: int = 9,
    seed: int = 1,
    synthetic: bool = True,
    hostile: bool = True,
) -> Builder:
    """A district with streets of communities; about one community in eight has no tie data."""
    rng = random.Random(seed)
    b = Builder()
    b.dataset(TIES_SHEET, "共建关系台账2019.xlsx", SheetKind.TIES, synthetic=synthetic)
    b.dataset(UNITS_SHEET, "驻区单位台账.xlsx", SheetKind.RESIDENT_UNITS, synthetic=synthetic)
    b.dataset(NEEDS_SHEET, "需求清单.xlsx", SheetKind.NEEDS, synthetic=synthetic)
    b.area(Label.CITY, "4209", "孝感市", None)
    b.area(Label.DISTRICT, "420902", "孝南区", "4209")
    for s in range(streets):
        street = b.area(Label.STREET, f"420902{s + 1:03d}", f"{_NAMES[s % 12]}街道", "420902")
        _street(b, rng, street, s, communities, grids, units)
    if hostile:
        first = next(iter(b.wanted.nodes[Label.GRID]))
        unit = b.actor(
            Label.RESIDENT_UNIT, HOSTILE, HOSTILE, "other", str(_props(b, first)["parent"])
        )
        b.tie(TieType.CO_BUILDS, (unit, Label.RESIDENT_UNIT), (first, Label.GRID),
              mechanism="pairing", valid_from="2019-03-01", last_sign="2019-03-01")  # fmt: skip
    return b


def _props(b: Builder, grid: str) -> dict[str, Prop]:
    return b.wanted.nodes[Label.GRID][grid]


def _street(
    b: Builder, rng: random.Random, street: str, s: int, communities: int, grids: int, units: int
) -> None:
    street_grids: list[str] = []
    for c in range(communities):
        name = f"{_NAMES[(c + 3 * s) % 12]}{'' if c < 12 else c}社区"
        covered = rng.random() > 0.13 or c == 0
        named: Prop = ["ties"] if covered else []
        community = b.area(Label.COMMUNITY, f"{street}{c + 1:03d}", name, street, named_by=named)
        own = [
            b.area(
                Label.GRID, f"{community}{g + 1:03d}", f"{name}第{_CN[g % 10]}网格", community,
                residents=rng.choice([None, 600, 820, 1100, 1500]), households=300,
                named_by=named,
            )
            for g in range(grids)
        ]  # fmt: skip
        street_grids += own
        committee = b.actor(
            Label.ORGANIZATION, f"community_party_committee|{community}", f"{name}大党委",
            "community_party_committee", community,
        )  # fmt: skip
        _needs(b, rng, own)
        for u in range(units):
            unit = _unit(b, rng, u, community, name)
            if u % 4 == 0:
                _offer(b, rng, unit, street)
            if covered:
                _ties(b, rng, unit, own, street_grids, community, committee)


def _unit(b: Builder, rng: random.Random, u: int, community: str, name: str) -> tuple[str, Label]:
    place = name.removesuffix("社区")
    if u % 5 == 4:
        title = f"{place}{rng.choice(_SOCIAL)}"
        return b.actor(
            Label.SOCIAL_ORGANIZATION, f"{title}|{community}", title, "service", community
        ), Label.SOCIAL_ORGANIZATION
    if u % 7 == 5:
        title = f"{place}物业服务有限公司"
        return b.actor(
            Label.ORGANIZATION, f"{title}|{community}", title, "property_company", community
        ), Label.ORGANIZATION
    kind, *words = _UNITS[rng.randrange(len(_UNITS))]
    title = f"孝感市{place}{rng.choice(words)}"
    return b.actor(
        Label.RESIDENT_UNIT, f"{title}|{community}|{u}", title, kind, community
    ), Label.RESIDENT_UNIT


def _ties(
    b: Builder,
    rng: random.Random,
    unit: tuple[str, Label],
    own: list[str],
    street_grids: list[str],
    community: str,
    committee: str,
) -> None:
    if rng.random() < 0.15:
        b.tie(TieType.CO_BUILDS, unit, (community, Label.COMMUNITY), mechanism="agreement",
              valid_from="2019-01-10", last_sign="2019-06-01")  # fmt: skip
        return
    if rng.random() < 0.25:
        b.tie(TieType.CO_BUILDS, unit, (committee, Label.ORGANIZATION),
              mechanism="cross_membership", valid_from="2018-11-01", last_sign="2019-05-01")  # fmt: skip
    many = rng.choice([1, 1, 1, 2, 2, 3])
    lively = own[:-1] or own
    chosen = {rng.choice(lively) for _ in range(many)}
    if rng.random() < 0.12:
        chosen.add(rng.choice(street_grids))
    for grid in sorted(chosen):
        old = rng.random() < 0.12
        b.tie(
            TieType.CO_BUILDS, unit, (grid, Label.GRID),
            mechanism=rng.choice(["agreement", "pairing", "project", "activity"]),
            valid_from="2014-05-01" if old else "2018-09-01",
            last_sign="2016-01-01" if old else "2019-09-01",
            valid_to=None if rng.random() < 0.6 or old else "2021-12-31",
        )  # fmt: skip


_THINGS = (
    ("social", "文化活动场地", "活动场地", "间"),
    ("care", "助老服务", "助老上门服务", "次"),
    ("public", "法律服务", "法律咨询", "场"),
    ("market", "家电维修", "便民维修", "次"),
)


def _needs(b: Builder, rng: random.Random, own: list[str]) -> None:
    """About one need for two grids; one in four without a quantity."""
    found = b.wanted.nodes.setdefault(Label.NEED, {})
    for grid in own[::2]:
        service, category, name, unit = rng.choice(_THINGS)
        place = b.wanted.nodes[Label.GRID][grid]["name"]
        key = f"需求|{grid}|{name}"
        found[key] = {
            "name": f"{place}{name}", "category": category, "service": service,
            "quantity": None if rng.random() < 0.25 else float(rng.choice([1, 2, 4, 10])),
            "unit": unit, "urgency": rng.choice(["特急", "紧急", "一般", None]),
            "area": grid, "path": b.paths[grid], "evidence": [f"{NEEDS_SHEET}:{len(found) + 3}"],
        }  # fmt: skip
        b.tie(TieType.REQUESTS, (grid, Label.GRID), (key, Label.NEED))


def _offer(b: Builder, rng: random.Random, unit: tuple[str, Label], street: str) -> None:
    service, category, name, measure = rng.choice(_THINGS[:3])
    key = f"资源|{unit[0]}|{name}"
    b.wanted.nodes.setdefault(Label.RESOURCE, {})[key] = {
        "name": name, "category": category, "service": service,
        "quantity": float(rng.choice([1, 3, 6])), "unit": measure, "range": street,
        "area": street, "path": b.paths[street],
    }  # fmt: skip
    b.tie(TieType.OFFERS, unit, (key, Label.RESOURCE))


def info(key: str) -> DatasetInfo:
    """A dataset's description, for fakes of the store."""
    return DatasetInfo(
        id=key, sha256="0" * 64, file="共建关系台账2019.xlsx", sheet=key.partition(":")[2],
        kind=SheetKind.TIES, series=f"ties|{key}", rows_read=20, synthetic=True,
    )  # fmt: skip
