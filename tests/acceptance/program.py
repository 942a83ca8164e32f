"""The program as a user runs it: its command in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("gongjian")


class Program:
    """`gongjian` with one home; every call is checked for its exit code."""

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGJIAN_")}
        self.environment = {**kept, "GONGJIAN_HOME": str(home), **(environment or {})}

    def run(self, *arguments: str | Path, code: int = 0) -> bytes:
        """Standard output of one call."""
        done = subprocess.run(
            [str(COMMAND), *map(str, arguments)],
            env=self.environment,
            cwd=self.home.parent,
            capture_output=True,
            timeout=120,
            check=False,
        )
        said = done.stdout.decode()[-2000:] + done.stderr.decode()[-3000:]
        assert done.returncode == code, f"{arguments}: exit code {done.returncode}\n{said}"
        assert b"Traceback" not in done.stderr, said
        return done.stdout

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
