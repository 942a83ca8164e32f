"""`import gongjian`: cheap, and every name that it offers is there, documented."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gongjian
from graph.model.network import Network
from graph.model.wanted import WantedGraph

ROOT = Path(__file__).resolve().parents[2]


def test_importing_it_loads_no_room() -> None:
    code = "import gongjian, sys; print(sorted({'graph', 'analysis', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("name", gongjian.__all__)
def test_every_name_is_there_with_a_docstring(name: str) -> None:
    assert name in dir(gongjian)
    assert (getattr(gongjian, name).__doc__ or "").strip()


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'weak_grid'"):
        gongjian.weak_grid  # noqa: B018


def test_an_empty_city_answers() -> None:
    city = gongjian.City(Network.from_wanted(WantedGraph(), as_of=None), gongjian.Policy())
    assert gongjian.weak_grids(city).areas == ()
    assert gongjian.gaps(city).needs == ()
    assert gongjian.recommend(city).ties == ()
    assert gongjian.expected_partners(city) == {}
