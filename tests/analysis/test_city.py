"""Weak grids and gaps together; ranks by hand."""

from __future__ import annotations

import pytest

from analysis.city import City as WholeCity
from analysis.city import unmet_needs
from analysis.gaps.gaps import gaps
from analysis.layers.layers import tie_layers
from analysis.policy import Policy
from analysis.weak.weak_grids import weak_grids
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from tests.analysis.build import DAY, City

POLICY = Policy()


@pytest.fixture
def city() -> City:
    """Three isolated grids; g2 has two unmet needs, g3 one, g1 a met one."""
    c = City()
    c.grid("g1", "g2", "g3")
    c.unit("u")
    c.offer("u", "r", "理发", 1)
    c.need("n1", "g1", "理发", 1)
    c.match("r", "n1", 1, "matched")
    c.need("n2", "g2", "维修", 2)
    c.need("n3", "g2", "维修")
    c.need("n4", "g3", "维修", 1)
    c.need("n5", "C1", "维修", 1)
    c.need("n6", "g3", None, 1)
    return c


def test_needs_settle_the_rank_of_areas_equally_weak(city):
    found = WholeCity(city.network(), POLICY)
    assert [a.code for a in found.weak.areas] == ["g2", "g3", "g1"]
    alone = weak_grids(WholeCity(city.network(), POLICY))
    assert [a.code for a in alone.areas] == ["g1", "g2", "g3"]


def test_unmet_needs_of_judged_areas(city):
    """n1 is met, n6 can't be told, and n5 sits in no grid."""
    network = city.network()
    found = WholeCity(network, POLICY).gaps
    assert unmet_needs(found, tie_layers(network, POLICY, on=DAY)) == {"g2": 2, "g3": 1}
    coarse = tie_layers(network, POLICY, on=DAY, level="community")
    assert unmet_needs(found, coarse) == {"C1": 4}


def test_both_parts_are_those_of_the_analyses_alone(city):
    found = WholeCity(city.network(), POLICY, DAY, "community")
    assert found.gaps.needs == gaps(WholeCity(city.network(), POLICY, level="community")).needs
    assert found.weak.level == found.gaps.level == "community"


def test_within_narrows_both(city):
    city.community("C2")
    city.grid("h1", community="C2")
    found = WholeCity(city.network(), POLICY)
    assert [a.code for a in found.weak.within("C2").areas] == ["h1"]
    assert found.gaps.within("C2").needs == ()


def test_nothing_imported():
    found = WholeCity(Network.from_wanted(WantedGraph(), as_of=None), POLICY)
    assert (found.weak.date, found.gaps.date) == (None, None)
