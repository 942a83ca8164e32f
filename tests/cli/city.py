"""A small city for the commands' tests, built without a store.

Two streets of one district have a community of the same name; text that graph files and
spreadsheets choke on is part of it.
"""

from __future__ import annotations

from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.wanted import WantedGraph, WantedTie

DAY = "2019-08-01"


def small_city() -> Network:
    """City 4209, district 420902, two streets, three communities, three grids."""
    wanted = WantedGraph()

    def area(label: Label, code: str, name: str, above: str, **more: int) -> str:
        path = f"{above}{code}/"
        parent = above.rstrip("/").rsplit("/", 1)[-1] or None
        wanted.nodes.setdefault(label, {})[code] = {
            "name": name,
            "path": path,
            "parent": parent,
            **more,
        }
        return path

    city = area(Label.CITY, "4209", "孝感市", "/")
    district = area(Label.DISTRICT, "420902", "孝南区", city)
    first = area(Label.STREET, "420902001", "书院街道", district)
    second = area(Label.STREET, "420902002", "新华街道", district)
    yard = area(Label.COMMUNITY, "420902001001", "大院社区", first)
    park1 = area(Label.COMMUNITY, "420902001002", "公园社区", first)
    park2 = area(Label.COMMUNITY, "420902002001", "公园社区", second)
    area(Label.GRID, "420902001001001", "第一网格", yard, residents=1000)
    area(Label.GRID, "420902001002001", "第一网格", park1)
    grid = area(Label.GRID, "420902002001001", "=1+1网格", park2)
    actors = wanted.nodes.setdefault(Label.RESIDENT_UNIT, {})
    actors["u1"] = {
        "name": "第一中学\x07",
        "kind": "school",
        "area": "420902001001",
        "path": yard,
        "aliases": ["一中", "孝感一中"],
        "party_members": 12,
    }
    actors["u2"] = {"name": "大众超市", "kind": "market", "area": "420902002001", "path": park2}
    wanted.nodes.setdefault(Label.MEMBER, {})["p1"] = {"roles": ["member"], "last_service": DAY}
    co_builds = wanted.ties.setdefault((TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID), {})
    co_builds["t1"] = WantedTie(
        "u1", "420902001001001", {"mechanism": "agreement", "valid_from": DAY, "count": 3}
    )
    co_builds["t2"] = WantedTie("u1", "420902002001001", {"mechanism": "pairing", "hours": 2.5})
    co_builds["t3"] = WantedTie("u2", "420902002001001", {"evidence": ["d:1", "d:2"]})
    reports = wanted.ties.setdefault((TieType.REPORTS_TO, Label.MEMBER, Label.GRID), {})
    reports["t4"] = WantedTie("p1", "420902001001001", {"valid_from": DAY})
    assert grid.endswith("420902002001001/")
    return Network.from_wanted(wanted, head="h", as_of=DAY)
