"""Maps as data and as files: what is named, what is counted, what is escaped."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest
from pyvis.network import Network as Pyvis

from analysis.city import City
from analysis.policy import Policy
from graph.model.errors import UnknownArea
from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from maps.legend import LABEL_MARK, MARKS, VERDICTS
from maps.render import MapView, map_html, map_view, render_map, write_map
from tests.maps.city import HOSTILE, Builder, city

STREET = "420902001"


@lru_cache(maxsize=1)
def a_city() -> tuple[Network, City]:
    network = city(streets=2).network()
    return network, City(network, Policy())


def a_map(area: str | None = STREET, **more: object) -> Pyvis:
    _, found = a_city()
    return render_map(found, area=area, **more)  # type: ignore[arg-type]


def page_data(html: str) -> dict[str, object]:
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert block
    found: dict[str, object] = json.loads(block[1])
    return found


def test_every_grid_of_the_area_is_drawn_in_its_verdict() -> None:
    _, found = a_city()
    drawn = {n["id"]: n for n in a_map().nodes}
    inside = [a for a in found.weak.areas if STREET in a.path]
    assert len(inside) == 20  # by hand: 4 communities of 5 grids
    for area in inside:
        node = drawn[area.code]
        assert node["verdict"] == area.verdict
        assert node["color"]["background"] == VERDICTS[area.verdict].fill
    assert not any(a.code in drawn for a in found.weak.areas if STREET not in a.path)


def test_shape_tells_the_label_and_colour_is_never_alone() -> None:
    network, _ = a_city()
    labels = dict(network.actors.select("key", "label").iter_rows())
    hubs = {"hub", "centre", "area", "outside"}
    for node in a_map().nodes:
        if node["mark"] not in hubs:
            assert node["mark"] == LABEL_MARK[labels[node["id"]]]
        assert node["shape"] == MARKS[node["mark"]].shape
    assert len({style.sign.zh for style in VERDICTS.values()}) == len(VERDICTS)
    assert len({style.sign.en for style in VERDICTS.values()}) == len(VERDICTS)
    assert len({MARKS[m].shape for m in MARKS}) == len(MARKS)


def test_it_is_a_pyvis_network_that_can_be_changed() -> None:
    net = a_map()
    assert isinstance(net, Pyvis)
    first = net.nodes[0]["id"]
    net.add_node("mine", label="我的", x=0, y=0)
    net.add_edge("mine", first)
    html = map_html(net)
    assert "我的" in html
    bare = Pyvis()
    bare.add_node("a", label="甲")
    assert "甲" in map_html(bare)


def test_two_renders_are_the_same_bytes_whatever_the_order_of_rows() -> None:
    again = city(streets=2)
    for table in (*again.wanted.nodes.values(), *again.wanted.ties.values()):
        items = list(table.items())[::-1]
        table.clear()
        table.update(items)
    other = again.network()
    weak = City(other, Policy())
    one = map_html(a_map())
    two = map_html(render_map(weak, area=STREET))
    assert one == two


def test_lapsed_ties_are_marked_and_evidence_names_sheet_and_row() -> None:
    net = a_map()
    info = net.gongjian
    lapsed = [e for e in net.edges if e["state"] == "lapsed"]
    assert lapsed
    assert all(e.get("dashes") for e in lapsed)
    tie = info["ties"][lapsed[0]["ties"][0]]
    assert tie["state"] == "lapsed"
    source, row = tie["src"][0]
    assert info["sources"][source] == "共建关系台账2019.xlsx｜共建关系"
    assert row > 1


def test_bodies_outside_the_area_are_counted_and_not_named() -> None:
    """By hand: a unit of the second street is tied to a grid of the first."""
    b = city(streets=2, hostile=False)
    b.actor(Label.RESIDENT_UNIT, "far", "外街道大酒店", "private_enterprise", "420902002001")
    grid = "420902001001005"
    b.tie(TieType.CO_BUILDS, ("far", Label.RESIDENT_UNIT), (grid, Label.GRID),
          mechanism="pairing", valid_from="2019-01-01")  # fmt: skip
    b.wanted.nodes[Label.RESOURCE]["rooms"] = {
        "name": "客房", "category": "家电维修", "service": "market", "quantity": 900.0, "unit": "次",
        "range": "420902", "area": "420902002001", "path": b.paths["420902002001"],
    }  # fmt: skip
    b.tie(TieType.OFFERS, ("far", Label.RESIDENT_UNIT), ("rooms", Label.RESOURCE))
    network = b.network()
    found = City(network, Policy())
    assert any("外街道大酒店" in n.explain.zh for n in found.gaps.needs if STREET in n.path)
    html = map_html(render_map(found, area=STREET))
    assert "外街道大酒店" not in html
    assert "区外单位 1 家" in html
    whole = map_html(render_map(found))
    assert "外街道大酒店" in whole


def test_no_person_and_no_small_number_of_persons() -> None:
    b = city(hostile=False)
    grid = "420902001001005"
    people = b.wanted.nodes.setdefault(Label.MEMBER, {})
    for i in range(3):
        key = f"pseudonym-{i}"
        people[key] = {"roles": ["member"], "last_service": "2019-10-01"}
        b.tie(TieType.REPORTS_TO, (key, Label.MEMBER), (grid, Label.GRID), valid_from="2019-01-01")
    network = b.network()
    found = City(network, Policy())
    assert {a.code: a.members for a in found.weak.areas}[grid] == 3
    html = map_html(render_map(found, area="420902001001"))
    assert "pseudonym" not in html
    assert "少于 5" in html
    assert "3名" not in html


def test_hostile_names_are_text_everywhere() -> None:
    html = map_html(a_map(), title=HOSTILE)
    assert HOSTILE not in html
    assert "<img" not in html
    data = page_data(html)
    assert any(n["name"] == HOSTILE for n in data["nodes"])  # type: ignore[attr-defined]
    assert html.count("</script>") == 3


def test_the_policy_names_every_inline_block_by_hash_and_nothing_else() -> None:
    from base64 import b64encode
    from hashlib import sha256

    html = map_html(a_map())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    told = policy[1].replace("&#39;", "'")
    blocks = [*re.findall(r"<script>(.*?)</script>", html, re.DOTALL)]
    blocks += re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        assert b64encode(sha256(block.encode()).digest()).decode() in told
    assert "default-src 'none'" in told
    assert "unsafe" not in told
    assert "nonce" not in told


def test_a_judged_area_shows_the_area_around_it_chosen() -> None:
    net = a_map("420902001001003")
    assert net.gongjian["chosen"] == "420902001001003"
    areas = {n["id"] for n in net.nodes if n["mark"] == "area"}
    assert areas == {f"42090200100100{i}" for i in range(1, 6)}


def test_too_much_for_one_picture_becomes_an_overview() -> None:
    _, found = a_city()
    net = render_map(found, limit=12, link="/map/{code}")
    info = net.gongjian
    assert info["overview"]
    assert len(net.nodes) == 8  # by hand: two streets of four communities
    for node in net.nodes:
        inside = [a for a in found.weak.areas if node["id"] in a.path]
        assert sum(node["below"].values()) == len(inside)
        assert node["weak"] == sum(a.weak for a in inside)
    assert info["areas"][net.nodes[0]["id"]]["link"] == f"/map/{net.nodes[0]['id']}"
    streets = render_map(found, limit=3)
    assert len(streets.nodes) == 2


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_coarser_levels_draw_those_areas(level: str) -> None:
    network, _ = a_city()
    found = City(network, Policy(), level=level)  # type: ignore[arg-type]
    net = render_map(found)
    areas = {n["id"] for n in net.nodes if n["mark"] == "area"}
    assert areas == {a.code for a in found.weak.areas}


def test_an_unknown_area_is_an_error() -> None:
    with pytest.raises(UnknownArea):
        a_map("999")


def test_an_empty_network_says_so() -> None:
    network = Network.from_wanted(WantedGraph(), as_of=None)
    html = map_html(render_map(City(network, Policy())))
    assert "没有可画的数据" in html


def test_an_area_without_grids_says_so() -> None:
    b = city(hostile=False)
    for grid in [g for g in b.wanted.nodes[Label.GRID] if g.startswith("420902001004")]:
        del b.wanted.nodes[Label.GRID][grid]
    b.actor(Label.RESIDENT_UNIT, "u", "某单位", "school", "420902001004")
    b.tie(TieType.CO_BUILDS, ("u", Label.RESIDENT_UNIT), ("420902001004", Label.COMMUNITY))
    network = b.network()
    found = City(network, Policy())
    net = render_map(found, area="420902001004")
    assert net.nodes == []
    assert "没有可画的数据" in map_html(net)


def test_synthetic_data_are_marked_and_real_ones_are_not() -> None:
    assert "合成数据" in re.sub(r"<script.*?</script>", "", map_html(a_map()), flags=re.DOTALL)
    network = city(synthetic=False).network()
    real = map_html(render_map(City(network, Policy())))
    assert "合成数据" not in re.sub(r"<script.*?</script>", "", real, flags=re.DOTALL)


def test_gaps_add_needs_and_the_ties_that_would_close_them() -> None:
    network, found = a_city()
    net = a_map()
    told = sum(len(a["needs"]) for a in net.gongjian["areas"].values())
    assert told == sum(STREET in n.path for n in found.gaps.needs)
    lines = [e for e in net.edges if e["state"] == "gap"]
    assert lines
    providers = dict(
        network.ties.filter(network.ties["type"] == "OFFERS").select("end", "start").iter_rows()
    )
    for line in lines:
        assert any(
            line["to"] in {providers[o] for o in need.offers}
            for need in found.gaps.needs
            if need.area == line["from"] and need.status == "sharing_gap"
        )


def test_hubs_are_drawn_apart_and_their_edges_are_told() -> None:
    net = a_map()
    marks = {n["id"]: n["mark"] for n in net.nodes}
    for edge in net.edges:
        hub = marks[edge["from"]] in ("hub", "centre") or marks[edge["to"]] in ("hub", "centre")
        assert bool(edge.get("hub")) == hub


def test_write_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "地图.html"
    assert write_map(target, a_map()) == target
    before = target.read_bytes()
    assert "大院街道" in before.decode("utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_map(target, a_map())
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["地图.html"]


def test_a_notebook_shows_it_in_a_sandbox() -> None:
    _, found = a_city()
    view = map_view(found, area=STREET, height=400)
    html = view._repr_html_()
    assert html.startswith('<iframe sandbox="allow-scripts" ')
    assert 'height="400"' in html
    assert "<script" not in html
    assert isinstance(view, MapView)
    assert repr(view).startswith("MapView(")


def test_english() -> None:
    html = map_html(a_map(lang="en"))
    assert '<html lang="en">' in html
    assert "co-building network" in html


def test_builder_makes_communities_without_data() -> None:
    """The test city has all it is there for."""
    _, found = a_city()
    assert {"unknown", "hub_only", "single_thread", "adequate"} <= {
        v for v, n in found.weak.summary.items() if n
    }
    assert isinstance(city(), Builder)
