"""The wheel's build hook: the rooms, top-level packages here, become packages of `gongjian`.

Names such as `graph` or `api` are taken by others, so an installed gongjian has one name only.
The sources keep their short imports; the wheel gets copies in which `from graph.model.rows
import TieRow` reads `from gongjian.graph.model.rows import TieRow`. Line numbers stay the same.
An editable install is left alone.
"""

from __future__ import annotations

import ast
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOMS = ("graph", "ingest", "analysis", "maps", "api", "cli")
DATA = ("samples", "policy.yaml")
PACKAGE = "gongjian"


def installed_source(text: str) -> str:
    """The source of a module as the wheel has it: each import of a room names `gongjian` first.

    Raises
    ------
    ValueError
        For `import graph.model` without `as`: the name that it binds would be another one.

    Examples
    --------
    >>> installed_source("from graph.model import rows")
    'from gongjian.graph.model import rows'
    >>> installed_source("import graph.settings as settings, os")
    'import gongjian.graph.settings as settings, os'
    """
    lines = text.encode().split(b"\n")
    for line, column in sorted(_room_names(text), reverse=True):
        before, after = lines[line - 1][:column], lines[line - 1][column:]
        lines[line - 1] = before + f"{PACKAGE}.".encode() + after
    return b"\n".join(lines).decode()


def _room_names(text: str) -> list[tuple[int, int]]:
    """Line and byte column of each room's name in an import."""
    places: list[tuple[int, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _is_of_room(node.module or ""):
            places.append((node.lineno, node.col_offset + len("from ")))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _is_of_room(alias.name):
                    if alias.asname is None:
                        raise ValueError(f"line {alias.lineno}: write `from … import` instead")
                    places.append((alias.lineno, alias.col_offset))
    return places


def _is_of_room(module: str) -> bool:
    return module.partition(".")[0] in ROOMS


class RoomsInside(BuildHookInterface[Any]):
    """Puts the rooms and their data below `gongjian` in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copy the tree that goes into the wheel, with its imports rewritten."""
        if version == "editable":
            return
        root = Path(self.root)
        self._copy = tempfile.TemporaryDirectory(prefix="gongjian-wheel-")  # gone on errors, too
        folder = Path(self._copy.name)
        for name in (PACKAGE, *ROOMS):
            inside = PACKAGE if name == PACKAGE else f"{PACKAGE}/{name}"
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(root / name, folder / inside, ignore=ignored, dirs_exist_ok=True)
        for path in folder.rglob("*.py"):
            path.write_text(installed_source(path.read_text("utf-8")), "utf-8")
        included = build_data["force_include"]
        included[str(folder / PACKAGE)] = PACKAGE
        for name in DATA:
            included[str(root / name)] = f"{PACKAGE}/{name}"

    def finalize(self, version: str, *_: object) -> None:
        """Remove the copy."""
        if version != "editable":
            self._copy.cleanup()
