"""What a reader sees of a network: nothing, all, or a part of it."""

from __future__ import annotations

import pytest

from graph.model.labels import Scope
from graph.model.network import NODE_TABLES, Network
from graph.model.scoped_network import seen_by
from graph.store.resolving import resolve
from tests.graph.store.test_store import DAY, city

TABLES = (*NODE_TABLES, "ties")


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.from_wanted(resolve(city()), as_of=DAY)


def test_a_scope_without_areas_sees_nothing(network: Network) -> None:
    seen = seen_by(network, Scope(()))
    assert {table: getattr(seen, table).height for table in TABLES} == dict.fromkeys(TABLES, 0)


def test_a_scope_of_the_whole_city_sees_everything_in_the_same_order(network: Network) -> None:
    seen = seen_by(network, Scope(("/",)))
    assert all(getattr(seen, table).equals(getattr(network, table)) for table in TABLES)
