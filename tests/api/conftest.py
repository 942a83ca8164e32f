"""A client over a store in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache

import pytest

with warnings.catch_warnings():
    # starlette would rather have its client's successor, which is no dependency of ours
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from analysis.policy import Policy
from api.app import create_app
from graph.model.network import Network
from tests.fakes import FakeStore
from tests.maps.city import NEEDS_SHEET, TIES_SHEET, city, info

MakeClient = Callable[[FakeStore], TestClient]


@lru_cache(maxsize=1)
def a_network() -> Network:
    return city(streets=2).network()


@pytest.fixture
def fake() -> FakeStore:
    return FakeStore(a_network(), [info(TIES_SHEET), info(NEEDS_SHEET)])


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Clients of applications, closed at the end."""
    with ExitStack() as stack:

        def make(store: FakeStore) -> TestClient:
            app = create_app(store, Policy(), warm=False)
            return stack.enter_context(TestClient(app))

        yield make


@pytest.fixture
def client(fake: FakeStore, make_client: MakeClient) -> TestClient:
    return make_client(fake)
