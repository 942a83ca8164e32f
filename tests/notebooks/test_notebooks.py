"""Notebooks run from start to end, use public names only, and are stored without outputs."""

from __future__ import annotations

import ast
import os
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert [p.stem for p in NOTEBOOKS][:1] == ["01_weak_grids"]


def test_no_outputs_are_stored(notebook: Any) -> None:
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_headings_are_in_both_languages(notebook: Any) -> None:
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("#")]
    assert lines
    for line in lines:
        assert any("一" <= c <= "鿿" for c in line), line
        assert any(c.isascii() and c.isalpha() for c in line), line


def test_only_public_names_are_used(notebook: Any) -> None:
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                names = [*(node.module or "").split("."), *(a.name for a in node.names)]
            elif isinstance(node, ast.Import):
                names = [part for a in node.names for part in a.name.split(".")]
            elif isinstance(node, ast.Attribute):
                names = [node.attr]
            else:
                continue
            assert not any(name.startswith("_") for name in names), names


def test_no_room_is_imported(notebook: Any) -> None:
    rooms = {"graph", "ingest", "analysis", "maps", "api", "cli"}
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in rooms, node.module
            elif isinstance(node, ast.Import):
                assert not {a.name.partition(".")[0] for a in node.names} & rooms


def test_it_runs(notebook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another folder, with a home of its own; the map at the end is the page itself."""
    with warnings.catch_warnings():
        # the Jupyter client's own event loop and sockets, none of ours
        warnings.simplefilter("ignore")
        from nbclient import NotebookClient

        for name in [n for n in os.environ if n.startswith("GONGJIAN_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GONGJIAN_HOME", str(tmp_path / "untouched"))
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("PYTHONWARNINGS", "default")
        NotebookClient(
            notebook,
            timeout=240,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path)}},
        ).execute()
    assert not (tmp_path / "untouched").exists()
    shown = [o for cell in code_cells(notebook) for o in cell.outputs]
    assert not [o for o in shown if o.output_type == "error"]
    told = "".join(o.text for o in shown if o.output_type == "stream" and o.name == "stderr")
    assert "Glyph" not in told  # a font without the characters
    assert any("image/png" in o.get("data", {}) for o in shown)
    pages = [o.data["text/html"] for o in shown if "text/html" in o.get("data", {})]
    assert any("srcdoc" in page and "sandbox" in page for page in pages)
