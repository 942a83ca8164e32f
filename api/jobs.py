"""Files that were handed in on the page, and what becomes of each: a job.

A job lives in a folder of its own under the home (`jobs/<id>/`): the file, and `job.json`,
which is written whole or not at all. What was under way when the program ended is taken up
again at the next start: reading changes nothing, and importing the same sheet twice changes
nothing. Writing goes through `api.changing`, one at a time. The file holds what its sheet
holds, people's names too: it is readable by its owner alone and goes when it is imported or
refused, else after a day; copies to download are made when they are asked for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Protocol

from api.job_answers import LayoutAnswer, accepted_signs, taught
from api.job_copies import CopyName, copies_of, write_copy_of
from api.job_folder import WORKING, Job, JobError, JobFolder, JobOptions, State
from graph.disk.locks import try_lock
from graph.model.decision import Decision
from graph.model.errors import GongjianError, StoreBusy, StoreError, UsageError
from graph.store.import_result import ChangeResult
from ingest.intake import FilesInHand, StoreForFiles, VerdictsOf
from ingest.values.safe_labels import safe_label

if TYPE_CHECKING:
    from api.changing import StoreChanges
    from graph.model.labels import Day
    from ingest.intake import Reading
    from ingest.reading.read import ReadResult

log = logging.getLogger("gongjian.api")

UPLOAD_LIMIT = 64 * 1024 * 1024
"""Bytes of one file."""
_NAME_MAX = 120
_SWEEP_SECONDS = 3600.0


class StoreWithHome(StoreForFiles, Protocol):
    """What jobs ask of a store; `graph.store.store.Store` has it."""

    @property
    def home(self) -> Path: ...
    def decide(self, decisions: Sequence[Decision]) -> ChangeResult: ...
    def retract(self, dataset_id: str, *, on: Day, who: str) -> ChangeResult: ...


def safe_name(name: str) -> str:
    """A file name without folders, control characters or anything a system objects to.

    Examples
    --------
    >>> safe_name("../../etc/共建 台账.xlsx"), safe_name("a\\\\b\\x00c.csv"), safe_name("")
    ('共建 台账.xlsx', 'bc.csv', '表格')
    >>> safe_name(".htaccess"), len(safe_name("长" * 500 + ".xlsx").encode()) < 255
    ('htaccess', True)
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(c for c in text if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, ending = text.rpartition(".")
    if dot and len(ending) <= 8:
        while len(stem.encode()) > _NAME_MAX:
            stem = stem[:-1]
        return f"{stem or '表格'}.{ending}"
    while len(text.encode()) > _NAME_MAX:
        text = text[:-1]
    return text or "表格"


class Jobs(JobFolder):
    """The jobs of one home.

    Parameters
    ----------
    store
        Read and written through `changes` only.
    verdicts_of
        Gives the verdicts of a network on a day, for what an import would change.
    """

    def __init__(
        self,
        store: StoreWithHome,
        changes: StoreChanges,
        verdicts_of: VerdictsOf | None = None,
    ) -> None:
        super().__init__(store.home / "jobs")
        self.store, self.changes = store, changes
        self._verdicts_of = verdicts_of
        self._lock: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take up what was under way; of two servers on one home only the first does."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = try_lock(self.folder / "lock")
        if self._lock is None:
            return
        for job in self.all():
            if job.state in WORKING:
                self._begin(job)
        self._keep(self._sweep())

    async def _sweep(self) -> None:
        while True:  # what nobody came back for goes now and every hour
            self.tidy()
            await asyncio.sleep(_SWEEP_SECONDS)

    def stop(self) -> None:
        """Let go of the folder; work under way is taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def take(self, name: str, body: AsyncIterator[bytes], options: JobOptions) -> Job:
        """Keep a file that comes in, and begin to check it.

        Raises
        ------
        UsageError
            It is empty.
        StoreBusy
            Another server works on this home.
        """
        if self._lock is None:
            raise StoreBusy(
                "另一个服务进程正在处理上传，请用它的网址",
                "another server handles uploads for this home; use its address",
            )
        self.tidy()
        job_id = secrets.token_hex(8)
        folder = self.folder / job_id
        folder.mkdir(mode=0o700)
        file = safe_label(safe_name(name), self.store.pseudonym_secret)
        size = 0
        try:
            number = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as out:
                async for piece in body:
                    size += len(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if not size:
                raise UsageError(
                    f"{file}：文件是空的，请确认后重新上传", f"{file}: the file is empty"
                )
            job = Job(
                id=job_id,
                state="waiting",
                file=file,
                on=date.today().isoformat(),
                options=options,
            )
            self.save(job)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._begin(job)
        return job

    def confirm(self, job: Job) -> Job:
        """Import a job that is ready, or of one that asks the sheets that are known.

        Raises
        ------
        UsageError
            It isn't.
        """
        known = job.state == "asks" and job.result and job.result.datasets
        if job.state != "ready" and not known:
            raise UsageError(
                f"{job.file}：现在不能导入，请看它的状态", f"{job.file}: it isn't ready to import"
            )
        job = self.save(job.model_copy(update={"state": "importing"}))
        self._begin(job)
        return job

    def again(self, job: Job) -> Job:
        """Check a job anew that failed, or whose questions were answered.

        Raises
        ------
        UsageError
            Its file is gone, or it is under way.
        """
        if job.state in WORKING or not self.file_of(job).exists():
            raise UsageError(
                f"{job.file}：不能重新检查，请重新上传",
                f"{job.file}: can't be checked again; hand it in anew",
            )
        job = self.save(job.model_copy(update={"state": "waiting", "error": None}))
        self._begin(job)
        return job

    async def accept(self, job: Job, codes: Sequence[str]) -> Job:
        """Take signs for right: of their layouts they aren't asked again; check the file anew.

        Raises
        ------
        UsageError
            No table of the job has such a sign.
        """
        said = accepted_signs(job, codes, self.store.decisions("sign"))
        if said:
            await self.changes.decide(said)
        accepted = tuple(sorted({*job.accepted, *codes}))
        return self.again(self.save(job.model_copy(update={"accepted": accepted})))

    async def answer(self, job: Job, answers: Sequence[LayoutAnswer]) -> Job:
        """Remember what sheets are, and check the file anew.

        Raises
        ------
        UsageError
            An answer isn't about a question of the job, or its columns are wrong.
        """
        said = taught(job, answers)
        if said:
            await self.changes.decide(said)
        return self.again(job)

    def _begin(self, job: Job) -> None:
        self._keep(self._run(job))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, job: Job) -> None:
        work = self._import if job.state == "importing" else self._check
        if job.state == "waiting":
            job = self.save(job.model_copy(update={"state": "reading"}))
        try:
            await self.changes.run(lambda: work(job))
        except GongjianError as error:
            again = isinstance(error, StoreError)
            self._fail(job, JobError(zh=error.zh, en=error.en, again=again))
        except Exception:
            log.exception("job %s failed", job.id)
            told = JobError(
                zh=f"{job.file}：处理时出错，已记入日志",
                en=f"{job.file}: it failed; see the log",
                again=True,
            )
            self._fail(job, told)

    def _fail(self, job: Job, error: JobError) -> None:
        if (self.folder / job.id).is_dir():
            self.save(job.model_copy(update={"state": "failed", "error": error, "copies": ()}))
        if not error.again:
            self.file_of(job).unlink(missing_ok=True)

    def _reading(self, job: Job) -> Reading:
        from ingest.intake import Reading

        return Reading(**job.options.model_dump())

    def _read(self, job: Job) -> ReadResult:
        from ingest.intake import read_for

        return read_for(self.store, [self.file_of(job)], self._reading(job))

    def _check(self, job: Job) -> None:
        """Say what would change; nothing is written."""
        read = self._read(job)
        if read.refused and not read.questions:
            raise read.refused[0]
        result = self._in_hand(read, job).told()
        state: State = "asks" if read.questions or result.stopped else "ready"
        if not read.datasets and not read.questions:
            raise UsageError(
                f"{job.file}：没有可以导入的表格，请检查表头",
                f"{job.file}: no sheet to import was found; check its headers",
            )
        found = {"state": state, "result": result, "copies": copies_of(read, result)}
        self.save(job.model_copy(update=found))

    async def make_copy(self, job: Job, name: CopyName) -> Path:
        """A workbook to download, in a folder of its own that goes with it."""
        folder = Path(mkdtemp(dir=self.folder / job.id))
        try:
            return await self.changes.run(lambda: self._copy(job, name, folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _copy(self, job: Job, name: CopyName, folder: Path) -> Path:
        read = self._read(job)
        files = self._in_hand(read, job)
        return write_copy_of(name, folder, read, files.told(), files.wanted)

    def _import(self, job: Job) -> None:
        read = self._read(job)
        if read.refused and not read.datasets:
            raise read.refused[0]
        files = self._in_hand(read, job)
        result = files.commit()
        self.save(job.model_copy(update={"state": "done", "result": result, "copies": ()}))
        self.file_of(job).unlink(missing_ok=True)

    def _in_hand(self, read: ReadResult, job: Job) -> FilesInHand:
        return FilesInHand(
            self.store,
            read,
            on=job.on,
            who="page",
            accept=job.accepted,
            verdicts_of=self._verdicts_of,
            keep_wanted=True,
        )


def as_json(job: Job) -> dict[str, Any]:
    """A job as JSON values."""
    found: dict[str, Any] = json.loads(job.model_dump_json())
    return found
