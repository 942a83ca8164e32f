"""Graph files open in NetworkX, whatever the names hold; tables keep to the area."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import polars as pl
import pytest

from cli.areas import find_area
from cli.commands.export import Target, plain_graph, tables_of, write_graph, write_parquet
from graph.model.network import Network
from tests.cli.city import small_city


@pytest.fixture(scope="module")
def network() -> Network:
    return small_city()


def test_graphml_reads_back_the_same(network: Network, tmp_path: Path) -> None:
    path = write_graph(network, tmp_path / "g.graphml", None, Target.GRAPHML)
    found = nx.read_graphml(path, force_multigraph=True)
    wanted = plain_graph(network.to_networkx())
    assert set(found.nodes) == set(wanted.nodes)
    assert {k for _, _, k in found.edges(keys=True)} == {k for _, _, k in wanted.edges(keys=True)}
    assert found.nodes["u1"]["label"] == "第一中学"
    assert found.nodes["u1"]["type"] == "ResidentUnit"
    assert found.nodes["u1"]["aliases"] == "一中; 孝感一中"
    assert found.nodes["u1"]["party_members"] == 12
    assert "party_members" not in found.nodes["u2"]


def test_gexf_reads_back(network: Network, tmp_path: Path) -> None:
    path = write_graph(network, tmp_path / "g.gexf", None, Target.GEXF)
    found = nx.read_gexf(path)
    assert found.nodes["u1"]["label"] == "第一中学"
    assert set(found.nodes) == set(network.to_networkx().nodes)


def test_persons_leave_only_where_asked_for(network: Network, tmp_path: Path) -> None:
    assert "p1" not in plain_graph(network.to_networkx())
    path = write_graph(network, tmp_path / "g.graphml", None, Target.GRAPHML, people=True)
    assert "p1" in nx.read_graphml(path, force_multigraph=True)
    assert "people" not in tables_of(network)
    assert "t4" not in set(tables_of(network)["ties"]["key"])
    assert set(tables_of(network, people=True)["people"]["key"]) == {"p1"}


def test_an_area_keeps_its_ties_and_marks_their_far_ends(network: Network) -> None:
    G = plain_graph(network.to_networkx(), find_area(network, "新华街道"))
    assert set(G) == {"420902002", "420902002001", "420902002001001", "u1", "u2"}
    assert {key for key, outside in G.nodes(data="outside") if outside} == {"u1"}
    assert {key for _, _, key in G.edges(keys=True)} == {"t2", "t3"}


def test_tables_of_an_area(network: Network) -> None:
    tables = tables_of(network, find_area(network, "新华街道"))
    assert sorted(tables["ties"]["key"]) == ["t2", "t3"]
    assert sorted(tables["actors"]["key"]) == ["u1", "u2"]
    assert "420902001001001" not in set(tables["areas"]["key"])


def test_parquet_is_one_file_a_table(network: Network, tmp_path: Path) -> None:
    written = write_parquet(network, tmp_path / "p", None)
    assert {path.name for path in written} == {f"{name}.parquet" for name in tables_of(network)}
    assert pl.read_parquet(tmp_path / "p" / "ties.parquet").height == 3


def test_a_column_of_mixed_numbers_has_one_type() -> None:
    G = nx.MultiGraph()
    G.add_node("a", size=1, flag=True)
    G.add_node("b", size=2.5, flag="x")
    plain = plain_graph(G)
    assert plain.nodes["a"]["size"] == 1.0
    assert isinstance(plain.nodes["a"]["size"], float)
    assert plain.nodes["a"]["flag"] == "True"
