"""The house as one would live in it: names that mean one thing, no circles, few layers."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import grimp
import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph", "ingest", "analysis", "maps", "api", "cli", "gongjian")
MOST_LAYERS = 8
MOST_LINES_A_CLASS = 250
BASENAMES = {
    "a command, a route or a page is named after what it calls": (
        "areas backup categories changes gaps jobs mapping matches migrate recommend review "
        "sample weak_grids what_if"
    ),
    "rows of a subject are read, resolved, made up and tabulated": (
        "bodies events lists needs people rosters ties triads"
    ),
    "the same in each subject": "columns edits errors policy results texts",
}
"""Basenames that more than one file has, by the reason."""
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@pytest.fixture(scope="module")
def imports() -> nx.DiGraph[str]:
    """Module -> module that it imports, also inside functions and for types only."""
    found = grimp.build_graph(*ROOMS, cache_dir=None)
    return nx.DiGraph(
        (module, imported)
        for module in found.modules
        for imported in found.find_modules_directly_imported_by(module)
    )


def classes() -> list[tuple[Path, ast.ClassDef]]:
    return [
        (path, node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]


def test_a_class_name_means_one_thing() -> None:
    where: dict[str, set[Path]] = defaultdict(set)
    for path, node in classes():
        where[node.name].add(path.relative_to(ROOT))
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def test_a_basename_means_one_thing() -> None:
    counts = Counter(path.name for path in FILES if not path.name.startswith("__"))
    allowed = {f"{name}.py" for names in BASENAMES.values() for name in names.split()}
    assert {name for name, n in counts.items() if n > 1} == allowed


def test_no_class_is_long() -> None:
    sizes = {node.name: (node.end_lineno or 0) - node.lineno + 1 for _, node in classes()}
    assert {name: n for name, n in sizes.items() if n > MOST_LINES_A_CLASS} == {}


def test_modules_import_one_another_in_no_circle(imports: nx.DiGraph[str]) -> None:
    assert [c for c in nx.strongly_connected_components(imports) if len(c) > 1] == []


def test_a_sub_room_has_few_layers(imports: nx.DiGraph[str]) -> None:
    rooms: dict[str, list[str]] = defaultdict(list)
    for module in imports:
        rooms[module.rpartition(".")[0]].append(module)
    for room, modules in rooms.items():
        longest = nx.dag_longest_path(imports.subgraph(modules))
        assert len(longest) <= MOST_LAYERS, (room, [*pairwise(longest)])
