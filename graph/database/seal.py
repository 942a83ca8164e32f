"""The seal of the embedded database: what its files were when it was closed.

Damaged files may open without an error and give fewer rows, or an empty database. So a clean end
leaves a list of all files with their sizes and checksums, and the next start opens nothing that
differs from it. While the database is open there is no seal: after an unclean end the engine's
own log brings the files in order, and what is in them is looked through instead.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from graph.disk.folders import sync_folder

_NAME = "seal.json"
_NOT_DATA = frozenset({"database.lck"})
_PART = 1 << 20


def seal(root: Path) -> None:
    """Leave the seal of a database that was closed cleanly."""
    draft = root / f".{_NAME}.tmp"
    draft.write_text(json.dumps(_files(root)), encoding="utf-8")
    draft.replace(root / _NAME)


def break_seal(root: Path) -> bool | None:
    """Take the seal off before opening; whether the files are what it says (None: no seal).

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "databases").mkdir()
    >>> _ = (folder / "databases" / "x.bucket").write_bytes(b"abc")
    >>> seal(folder); break_seal(folder), break_seal(folder)
    (True, None)
    >>> seal(folder); _ = (folder / "databases" / "x.bucket").write_bytes(b"abd")
    >>> break_seal(folder)
    False
    """
    path = root / _NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        whole = bool(json.loads(text) == _files(root))
    except ValueError:
        whole = False
    path.unlink()
    sync_folder(root)  # a seal that came back after a power cut would condemn a good database
    return whole


def _files(root: Path) -> dict[str, list[int]]:
    found = {}
    for path in sorted((root / "databases").rglob("*")):
        if path.is_file() and path.name not in _NOT_DATA:
            found[path.relative_to(root).as_posix()] = [path.stat().st_size, _checksum(path)]
    return found


def _checksum(path: Path) -> int:
    """CRC-32: chance damage is looked for, no forger, and 200 MB are to take a fifth second."""
    found = 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            found = zlib.crc32(part, found)
    return found
