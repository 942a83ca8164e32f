"""Jobs on disk: a folder each, with the file handed in and its record.

A record is written whole or not at all. The file holds what its sheet holds, people's names too: it
is readable by its owner alone and goes when it is imported or refused, else after a day.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.store.import_result import ImportResult

JOBS_KEPT = 200
DAYS_KEPT = 7
"""Finished and forgotten jobs go after so many days, the oldest also beyond `JOBS_KEPT`."""
HOURS_KEPT = 24
"""A file that nobody imports goes after so many hours."""
_ID = re.compile(r"[0-9a-f]{16}")
State = Literal["waiting", "reading", "asks", "ready", "importing", "done", "failed"]
WORKING: tuple[State, ...] = ("waiting", "reading", "importing")


class JobOptions(BaseModel):
    """What the person who hands in a file says about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: str | None = Field(default=None, max_length=200)
    complete: bool = False
    synthetic: bool = False


class JobError(BaseModel):
    """Why a job failed: what, where, what to do."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str
    again: bool
    """Whether it may go better another time (the store was down)."""


class Job(BaseModel):
    """One file handed in.

    `waiting` and `reading`: it is checked, nothing is written. `asks`: sheets of it can't be
    told, see `result.questions`, or are held back by a grave sign, see `result.receipts`.
    `ready`: `result` says what would change. `importing`, `done`: it is being written, it was.
    `failed`: see `error`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    state: State
    file: str
    on: str
    """Day on which it was handed in."""
    options: JobOptions
    result: ImportResult | None = None
    error: JobError | None = None
    accepted: tuple[str, ...] = ()
    """Codes of signs that the person says are right so."""
    copies: tuple[Literal["report", "cleaned"], ...] = ()
    """Workbooks to download as long as the file is here: `report` (faulty cells marked), `cleaned`
    (what becomes of each row).
    """


class JobFolder:
    """The jobs of one home, as they lie in `jobs/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Job]:
        """Every job, the newest first."""
        if not self.folder.is_dir():
            return []
        found = [self.get(p.name) for p in self.folder.iterdir() if _ID.fullmatch(p.name)]
        return sorted((j for j in found if j), key=lambda j: (j.on, self._age(j.id)), reverse=True)

    def _age(self, job_id: str) -> float:
        try:
            return (self.folder / job_id).stat().st_mtime
        except OSError:
            return 0.0

    def get(self, job_id: str) -> Job | None:
        """A job; None where there is none of that id, or its record can't be read."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            text = (self.folder / job_id / "job.json").read_text(encoding="utf-8")
            return Job.model_validate_json(text)
        except (OSError, ValidationError, ValueError):
            return None

    def save(self, job: Job) -> Job:
        """Write a job's record, whole or not at all."""
        folder = self.folder / job.id
        draft = folder / f".job.{os.getpid()}.tmp"
        draft.write_text(job.model_dump_json(), encoding="utf-8")
        draft.replace(folder / "job.json")
        return job

    def drop(self, job_id: str) -> None:
        """Remove a job and its files; nothing that was imported is touched."""
        if _ID.fullmatch(job_id):
            shutil.rmtree(self.folder / job_id, ignore_errors=True)

    def tidy(self) -> None:
        """Remove old jobs, files that nobody imported, and uploads that were broken off."""
        jobs = sorted(self.all(), key=lambda j: (j.on, j.id))
        today = date.today()
        for n, job in enumerate(jobs):
            old = (today - date.fromisoformat(job.on)).days > DAYS_KEPT
            if job.state not in WORKING and (old or n < len(jobs) - JOBS_KEPT):
                self.drop(job.id)
            elif job.state not in WORKING:
                self._forget_file(job)
        for path in self.folder.iterdir():
            broken = path.is_dir() and not (path / "job.json").exists()
            if broken and time.time() - path.stat().st_mtime > 3600:
                shutil.rmtree(path, ignore_errors=True)

    def file_of(self, job: Job) -> Path:
        """Where the file lies that was handed in, as long as it is here."""
        return self.folder / job.id / job.file

    def _forget_file(self, job: Job) -> None:
        """Remove a file that lies here too long, and what copies of it were left behind."""
        limit = time.time() - HOURS_KEPT * 3600
        for path in (self.folder / job.id).iterdir():
            if path.name == "job.json" or path.stat().st_mtime > limit:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
                continue
            path.unlink(missing_ok=True)
            if path == self.file_of(job) and job.state in ("asks", "ready"):
                error = JobError(
                    zh=f"{job.file}：上传后{HOURS_KEPT}小时没有导入，文件已删除；请重新上传",
                    en=f"{job.file}: not imported within {HOURS_KEPT} hours; hand it in anew",
                    again=False,
                )
                gone = {"state": "failed", "error": error, "copies": ()}
                self.save(job.model_copy(update=gone))
