"""The program as a user runs it: `gongjian` with a home of its own.

A call runs in a process of its own, or, for the tests that make many calls, through the same
entry in this process: the start of a Java machine for each would take most of the time.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from cli.main import run as run_here

COMMAND = Path(sys.executable).with_name("gongjian")


class Program:
    """`gongjian` with one home; every call is checked for its exit code.

    `apart`: each call is a process; `settings`: more settings, without their prefix.
    """

    def __init__(
        self, home: Path, *, apart: bool = False, settings: Mapping[str, str] | None = None
    ) -> None:
        self.home, self.apart = home, apart
        self.settings = {"GONGJIAN_HOME": str(home)}
        self.settings |= {f"GONGJIAN_{k}": v for k, v in (settings or {}).items()}

    def run(self, *arguments: str | Path, code: int = 0) -> bytes:
        """Standard output of one call."""
        words = [str(a) for a in arguments]
        found, out, told = self._process(words) if self.apart else self._here(words)
        said = f"{out.decode()[-2000:]}\n{told[-3000:]}"
        assert found == code, f"{words}: exit code {found}\n{said}"
        assert "Traceback" not in told, said
        return out

    def _process(self, words: list[str]) -> tuple[int, bytes, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGJIAN_")}
        done = subprocess.run(
            [str(COMMAND), *words],
            env={**kept, **self.settings},
            cwd=self.home.parent,
            capture_output=True,
            timeout=180,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr.decode()

    def _here(self, words: list[str]) -> tuple[int, bytes, str]:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        told = io.StringIO()
        with _environment(self.settings), redirect_stdout(out), redirect_stderr(told):
            found = run_here(words)
        out.flush()
        assert isinstance(out.buffer, io.BytesIO)
        return found, out.buffer.getvalue(), told.getvalue()

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """Standard output of one call, read as JSON."""
        return json.loads(self.run(*arguments, "--format", "json", code=code))

    def load(self, paths: Iterable[Path], *options: str) -> Any:
        """Import files of which no row may be rejected."""
        found = self.json("import", *paths, *options)
        rejected = [d for d in found["datasets"] if d["rows_rejected"]]
        errors = [i for i in found["issues"] if i["level"] == "error"]
        assert (rejected, errors[:5]) == ([], [])
        for d in found["datasets"]:
            counts = (d["rows_added"], d["rows_changed"], d["rows_unchanged"], d["rows_rejected"])
            assert d["rows_read"] == sum(counts), d
        return found

    def weak(self, day: date, *options: str) -> bytes:
        """The bytes of `weak-grids` for every area with all measures."""
        return self.run(
            "weak-grids", "--all", "--measures", "--format", "json",
            "--date", day.isoformat(), *options,
        )  # fmt: skip

    def gaps(self, day: date, by: str = "category") -> bytes:
        """The bytes of `gaps`."""
        return self.run("gaps", "--by", by, "--format", "json", "--date", day.isoformat())

    def answers(self, day: date) -> tuple[bytes, bytes]:
        """What two equal networks must agree on, byte for byte."""
        return self.weak(day), self.gaps(day, "need")


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """These settings and no others of the program's, for a while."""
    before = {k: v for k, v in os.environ.items() if k.startswith("GONGJIAN_")}
    for name in before:
        del os.environ[name]
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in [k for k in os.environ if k.startswith("GONGJIAN_")]:
            del os.environ[name]
        os.environ.update(before)
