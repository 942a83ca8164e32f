"""The planner's page: what it says, and that it says it to everybody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import api
from analysis.city import City
from analysis.policy import Policy
from api.texts import PageTexts
from graph.model.labels import Label
from maps.legend import VERDICTS
from tests.api.conftest import MakeClient, a_network
from tests.fakes import FakeStore
from tests.maps.city import HOSTILE, city

STREET = "420902001"


class Reader(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("area", ["", STREET, "420902001001", "420902001001001"])
def test_no_inline_script_style_or_handler_and_nothing_from_outside(
    client: TestClient, area: str, lang: str
) -> None:
    page = Reader(client.get("/", params={"area": area, "lang": lang}).text)
    for tag, attrs in page.tags:
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        assert tag != "style"
        if tag == "script":
            assert attrs.get("src")
        for name in ("src", "href", "action"):
            assert (attrs.get(name) or "/").startswith(("/", "#", "data:,"))


def test_every_field_has_a_label_and_every_table_a_caption_or_heading(client: TestClient) -> None:
    page = Reader(client.get("/", params={"area": STREET}).text)
    labels = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}
    for tag, attrs in page.tags:
        if tag == "select" or (tag == "input" and attrs.get("type") != "hidden"):
            assert attrs["id"] in labels
        if tag == "th":
            assert attrs.get("scope") in ("col", "row")
        if tag == "iframe":
            assert attrs.get("title")
            assert "allow-same-origin" not in (attrs["sandbox"] or "")
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))


def test_weak_ones_are_listed_worst_first_and_unknown_ones_apart(client: TestClient) -> None:
    weak = City(a_network(), Policy()).weak
    html = client.get("/", params={"all": "true"}).text
    listed = re.findall(r'<tr id="a(\d+)">', html)
    expected = [a.code for a in weak.areas if a.weak]
    assert listed[: len(expected)] == expected
    unknown = [a for a in weak.areas if a.verdict == "unknown"]
    assert unknown
    assert not {a.code for a in unknown} & set(listed)
    assert "数据不足，未作判断" in html
    first = weak.areas[0]
    assert first.reasons[0].zh in html


def test_hostile_names_are_text(client: TestClient) -> None:
    html = client.get("/", params={"area": STREET, "all": "true", "q": HOSTILE[:60]}).text
    assert HOSTILE not in html
    assert "<img" not in html


def test_choosing_an_area_by_the_selects(client: TestClient) -> None:
    street = client.get("/", params={"district": "420902", "street": STREET, "community": ""})
    assert "<h1>大院街道</h1>" in street.text
    empty = client.get("/", params={"street": STREET, "date": "", "area": ""})
    assert "<h1>大院街道</h1>" in empty.text
    # a community of another street is left out
    other = client.get("/", params={"street": STREET, "community": "420902002001"})
    assert "<h1>大院街道</h1>" in other.text
    page = Reader(street.text)
    names = [attrs["name"] for tag, attrs in page.tags if tag == "select"]
    assert names == ["district", "street", "community", "level"]


def test_searching_by_name_or_code(client: TestClient) -> None:
    html = client.get("/", params={"q": "文昌社区"}).text
    assert "“文昌社区”的查找结果" in html
    assert 'href="/?area=420902001002"' in html
    assert "没有找到" in client.get("/", params={"q": "没有这个"}).text
    assert 'href="/?area=420902001"' in client.get("/", params={"q": "420902001"}).text


def test_links_keep_language_level_and_date(client: TestClient) -> None:
    html = client.get(
        "/", params={"lang": "en", "level": "community", "date": "2018-01-01", "area": STREET}
    ).text
    maps = re.findall(r'src="(/map/[^"]*)"', html)
    assert maps == [f"/map/{STREET}?level=community&amp;date=2018-01-01&amp;lang=en&amp;embed=true"]
    assert "community" in html


def test_synthetic_data_are_marked(client: TestClient, make_client: MakeClient) -> None:
    assert "本页含合成数据" in client.get("/").text
    real = make_client(FakeStore(city(synthetic=False).network()))
    assert "合成数据" not in real.get("/").text


def test_a_tree_without_grids_says_what_to_import(make_client: MakeClient) -> None:
    builder = city()
    del builder.wanted.nodes[Label.GRID]
    for group in list(builder.wanted.ties):
        del builder.wanted.ties[group]
    client = make_client(FakeStore(builder.network()))
    page = client.get("/", params={"level": "grid"})
    assert page.status_code == 200
    assert "没有网格，无法判定" in page.text
    # without being asked for a level it shows the finest there is
    first = client.get("/", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (307, "/?level=community")
    assert "共 4 个社区" in client.get("/").text


def test_the_sum_of_parts_is_told_with_unknown_quantities_apart(client: TestClient) -> None:
    gaps = City(a_network(), Policy()).gaps
    html = client.get("/").text
    for row in gaps.by_category().categories:
        assert row.category
        assert row.category in html
    assert "项数量不详" in html
    sharing = [n for n in gaps.needs if n.status == "sharing_gap"]
    assert sharing
    assert (
        f'<h3 id="h-one">多一条联系就能满足的需求 <span class="dim">{len(sharing)}</span>' in html
    )


def test_badges_on_the_page_have_the_maps_colours() -> None:
    css = (Path(api.__path__[0]) / "static" / "page.css").read_text(encoding="utf-8")
    for verdict, style in VERDICTS.items():
        found = re.search(rf"\.v-{verdict}{{background:(#\w+);color:(#\w+)}}", css)
        assert found
        fill, ink = (
            f"#{c[1] * 2}{c[2] * 2}{c[3] * 2}" if len(c) == 4 else c for c in found.groups()
        )
        assert (fill, ink) == (style.fill, style.ink)


def test_both_languages_have_every_text() -> None:
    from api import texts as page_words
    from maps.picture import texts as words

    for table in (page_words._TEXTS, words._TEXTS):
        for key, (zh, en) in table.items():
            assert zh.strip(), key
            assert en.strip(), key
            assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key
    with pytest.raises(AttributeError):
        PageTexts("zh").no_such_text  # noqa: B018
