"""What the wheel's build hook makes of the imports of rooms."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOOK = runpy.run_path(str(ROOT / "hatch_build.py"))
ROOMS: tuple[str, ...] = HOOK["ROOMS"]
installed_source: Callable[[str], str] = HOOK["installed_source"]


@pytest.mark.parametrize(
    ("written", "installed"),
    [
        ("from graph.model.rows import TieRow", "from gongjian.graph.model.rows import TieRow"),
        ("from graph import settings", "from gongjian.graph import settings"),
        ("import api.app as app", "import gongjian.api.app as app"),
        ("import os, maps.page as page", "import os, gongjian.maps.page as page"),
        ('"街道"; from cli.main import run', '"街道"; from gongjian.cli.main import run'),
        ("if 1:\n    from maps import page", "if 1:\n    from gongjian.maps import page"),
        # other packages, relative imports and texts stay
        ("from graphlib import TopologicalSorter", "from graphlib import TopologicalSorter"),
        ("from . import graph", "from . import graph"),
        ("text = 'from graph import x'", "text = 'from graph import x'"),
    ],
)
def test_imports_of_rooms_name_gongjian_first(written: str, installed: str) -> None:
    assert installed_source(written) == installed


def test_an_import_that_binds_a_room_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        installed_source("import os\nimport graph.settings")


def test_no_import_of_a_room_is_left_in_any_module() -> None:
    for room in (*ROOMS, "gongjian"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(installed_source(path.read_text("utf-8")))):
                modules: list[str] = []
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    modules = [node.module or ""]
                elif isinstance(node, ast.Import):
                    modules = [alias.name for alias in node.names]
                assert not {m.partition(".")[0] for m in modules} & set(ROOMS), (path, modules)
