"""`--area` by code or by a name that only one area has."""

from __future__ import annotations

import pytest

from cli.areas import find_area, prefix_of, where
from graph.model.errors import UnknownArea
from graph.model.network import Network
from tests.cli.city import small_city


@pytest.fixture(scope="module")
def network() -> Network:
    return small_city()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("420902001", "420902001"),
        ("书院街道", "420902001"),
        ("书院街道办事处", "420902001"),
        ("大院", "420902001001"),
        ("大院社区居委会", "420902001001"),
        (" 孝南区 ", "420902"),
        ("孝感市", "4209"),
    ],
)
def test_a_code_or_a_name_finds_its_area(network: Network, text: str, code: str) -> None:
    assert find_area(network, text).code == code


def test_a_name_of_several_areas_lists_them_with_their_codes(network: Network) -> None:
    with pytest.raises(UnknownArea) as caught:
        find_area(network, "公园社区")
    for message in (caught.value.zh, caught.value.en):
        assert "420902001002" in message
        assert "420902002001" in message
    assert "新华街道/公园社区" in caught.value.zh


def test_an_unknown_area_is_named(network: Network) -> None:
    with pytest.raises(UnknownArea, match="没有的社区"):
        find_area(network, "没有的社区")
    with pytest.raises(UnknownArea):
        find_area(network, "42090")


def test_no_area_is_the_whole_city(network: Network) -> None:
    assert prefix_of(network, None) is None


def test_where_an_area_is(network: Network) -> None:
    assert where(network, find_area(network, "420902001001")) == "孝南区/书院街道/大院社区"
