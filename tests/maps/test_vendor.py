"""Vendored files are those that VENDOR.md names, and their licences are beside them."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_hashes_are_those_of_the_table() -> None:
    table = (ROOT / "VENDOR.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", table, re.MULTILINE)
    folders = (ROOT / "maps" / "vendor", ROOT / "api" / "static" / "vendor")
    scripts = {str(p.relative_to(ROOT)) for f in folders for p in f.rglob("*.js")}
    assert scripts <= {path for path, _ in rows}
    for path, told in rows:
        assert sha256((ROOT / path).read_bytes()).hexdigest() == told, path


def test_licences_are_kept() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for folder, files in {
        "maps/vendor/vis-network": ("LICENSE-MIT", "LICENSE-APACHE-2.0"),
        "api/static/vendor/swagger-ui": ("LICENSE", "NOTICE"),
    }.items():
        assert folder in notice
        for name in files:
            assert (ROOT / folder / name).stat().st_size > 0


def test_the_script_can_stand_inside_a_page() -> None:
    """Neither an end tag nor a carriage return, which a browser would change before hashing."""
    text = (ROOT / "maps/vendor/vis-network/vis-network.min.js").read_bytes()
    assert b"</script" not in text.lower()
    assert b"<!--" not in text
    assert b"\r" not in text
