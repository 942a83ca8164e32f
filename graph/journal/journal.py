"""The truth: accepted sheets as immutable files, and a journal of what was done with them.

Under the home, `datasets/<hash>.parquet` holds one accepted sheet each, pseudonymous and never
changed; `journal.jsonl` has one line for every import, retraction and decision of a person,
each chained to the line before by its hash. Both are on the disk before anything is
acknowledged. Which datasets are *live*, and which decisions are *in force*, follows from the
journal alone; the graph follows from these.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from graph.disk.folders import sync_folder
from graph.journal.dataset_files import (
    UNREADABLE,
    read_dataset,
    read_info,
    read_together,
    write_dataset,
)
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision, DecisionKind
from graph.model.errors import StoreError, StoreTooNew
from graph.model.labels import Day

EMPTY_HEAD = "0" * 16
"""Head of a journal without a line."""


class Entry(BaseModel):
    """A line of the journal about a dataset."""

    model_config = ConfigDict(frozen=True)

    op: Literal["import", "retract"]
    dataset: str
    content: str
    """Content hash of the dataset, which names its file."""
    on: Day
    who: str
    series: str
    """The dataset's series; two sheets of one series in one import are told apart here."""
    reported_on: Day | None = None
    file: str | None = None
    """SHA-256 of the dataset's file, 32 hex digits."""
    reader: int = 1
    """Version of the reader (`graph.model.dataset.READER`); 1 where it wasn't kept yet."""
    key: str | None = None
    """Mark of the pseudonym key that was in use; says nothing about the key."""


class DecisionEntry(BaseModel):
    """A line of the journal about a decision."""

    model_config = ConfigDict(frozen=True)

    op: Literal["decide"] = "decide"
    decision: Decision


Line = Entry | DecisionEntry
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="op")])


@dataclass(frozen=True, slots=True)
class RecordedDataset:
    """A dataset as the journal knows it, and what became of it."""

    entry: Entry
    order: int
    live: bool
    replaced_by: str | None


class Journal:
    """The journal and datasets of one home.

    Raises
    ------
    StoreError
        If a line other than a torn last one doesn't fit the chain.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "journal.jsonl"
        self.datasets = home / "datasets"
        self.entries: list[Line] = []
        self.heads: list[str] = []
        """The head after each line."""
        self.torn: str | None = None
        """What a write that was cut short left at the end, if anything; it counts for nothing, and
        the next line takes its place."""
        self._stamp = (0, 0)
        self.reload()

    @property
    def head(self) -> str:
        """Head of the journal: names the state that all its lines make."""
        heads = self.heads
        return heads[-1] if heads else EMPTY_HEAD

    @property
    def origin(self) -> str:
        """Head after the first line: names the home, also after a restore elsewhere."""
        heads = self.heads
        return heads[0] if heads else ""

    # ------------------------------------------------------------------ reading

    def reload(self) -> bool:
        """Read the journal again if another process changed it; whether anything is new."""
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return False
        entries: list[Line] = []
        heads: list[str] = []
        data = self.path.read_bytes() if stamp[1] else b""
        whole = data.rfind(b"\n") + 1
        torn = data[whole:].decode("utf-8", "replace")[:80] or None
        head = EMPTY_HEAD
        for number, line in enumerate(data[:whole].splitlines(), start=1):
            entry, head = self._read_line(number, line, head)
            entries.append(entry)
            heads.append(head)
        # at once, as other threads read them
        self.entries, self.heads, self._stamp, self.torn = entries, heads, stamp, torn
        return True

    def _stamp_now(self) -> tuple[int, int]:
        """Which file the journal is and how long; another one after a restore."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_ino, found.st_size)

    def _read_line(self, number: int, line: bytes, head: str) -> tuple[Line, str]:
        told: Any = None
        with suppress(ValueError):
            told = json.loads(line)
        if isinstance(told, dict) and told.get("head") == _chain(head, told.get("entry")):
            try:
                return _LINE.validate_python(told["entry"]), told["head"]
            except ValidationError as error:  # whole, but nothing that we know
                raise StoreTooNew(
                    f"{self.path} 第{number}行由更新版本的 gongjian 写成；请升级 gongjian",
                    f"{self.path} line {number} was written by a newer gongjian; upgrade gongjian",
                ) from error
        raise StoreError(
            f"{self.path} 第{number}行已损坏；请从备份恢复该文件",
            f"{self.path} line {number} is damaged; restore the file from a backup",
        )

    def recorded(self) -> list[RecordedDataset]:
        """Every dataset ever imported and its state, in the order of the last import."""
        return recorded(self.entries)

    def live(self) -> list[Entry]:
        """Entries of the live datasets: of each series the newest that isn't retracted."""
        return live(self.entries)

    def notices(self) -> list[tuple[str, str]]:
        """What a reader should be told, zh and en; nothing that stops the work."""
        found = []
        if self.torn is not None:
            found.append(
                (
                    f"{self.path} 末尾有一次未写完的记录，未计入；"
                    "如果上次导入没有显示完成，请重新导入",
                    f"{self.path} ends in a record that was cut short and doesn't count; "
                    "if the last import didn't say that it was done, run it again",
                )
            )
        return found

    def new_decisions(self, decisions: Sequence[Decision]) -> list[DecisionEntry]:
        """Lines for decisions that say something else than what is in force."""
        now = {(d.kind, d.key): d.value for d in self.decisions()}
        lines = []
        for decision in decisions:
            mark = (decision.kind, decision.key)
            if now.get(mark) != decision.value:
                now[mark] = decision.value
                lines.append(DecisionEntry(decision=decision))
        return lines

    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]:
        """Decisions in force, by kind and key: of each the last one, unless it was withdrawn."""
        return in_force(self.entries, kind)

    def key_mark(self) -> str | None:
        """Mark of the pseudonym key of the newest sheet; None where there is none."""
        marks = [e.key for e in self.entries if isinstance(e, Entry) and e.key]
        return marks[-1] if marks else None

    def load(self, entry: Entry) -> Dataset:
        """The dataset that an entry imported.

        Raises
        ------
        StoreError
            If its file is missing or isn't what its name says.
        """
        self.check(entry)
        path = self.file_of(entry)
        try:
            return read_dataset(path)
        except UNREADABLE as error:
            raise _damaged(path) from error

    def load_all(self, entries: Sequence[Entry]) -> list[Dataset]:
        """The datasets that entries imported, in their order; a fifth of the time of one by one.

        Raises
        ------
        StoreError
            If a file is missing or isn't what its name says.
        """
        for entry in entries:
            self.check(entry)
        try:
            return read_together([self.file_of(entry) for entry in entries])
        except UNREADABLE:
            return [self.load(entry) for entry in entries]  # which says whose file it is

    def is_whole(self, entry: Entry) -> bool:
        """Whether the file of an entry is there, byte for byte as it was written."""
        try:
            return entry.file in (None, file_mark(self._file(entry.content)))
        except OSError:
            return False

    def check(self, entry: Entry) -> None:
        """See that an entry's file is there, byte for byte.

        Raises
        ------
        StoreError
            If it isn't.
        """
        if not self.is_whole(entry):
            raise _damaged(self.file_of(entry))

    def file_of(self, entry: Entry) -> Path:
        """Where the dataset of an entry is kept."""
        return self._file(entry.content)

    def info(self, content: str) -> DatasetInfo:
        """What is known of a dataset, without its rows."""
        path = self._file(content)
        try:
            return read_info(path)
        except UNREADABLE as error:
            raise _damaged(path) from error

    def _file(self, content: str) -> Path:
        return self.datasets / f"{content}.parquet"

    # ------------------------------------------------------------------ writing

    def keep(self, dataset: Dataset) -> str:
        """Write a dataset's file, on the disk when this returns; the mark of its bytes.

        A file of that content that is there already may have been damaged since: it is written
        again.
        """
        content = dataset.content_hash()
        path = self._file(content)
        self.datasets.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{content}.{os.getpid()}.tmp")
        try:
            try:
                write_dataset(draft, dataset)
            except pl.exceptions.PolarsError as error:  # a full disk, as it tells that
                raise OSError(errno.EIO, str(error).splitlines()[0]) from error
            draft.chmod(0o600)
            mark = file_mark(draft)
            _sync_file(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(self.datasets)
        return mark

    def append(self, entries: Sequence[Line]) -> None:
        """Add lines, on the disk when this returns. All of them, or none (a power cut between
        two lines leaves the first ones: each is one whole sheet).
        """
        head, lines, heads = self.head, [], []
        for entry in entries:
            written = entry.model_dump(mode="json")
            head = _chain(head, written)
            heads.append(head)
            told = {"entry": written, "head": head}
            lines.append(json.dumps(told, ensure_ascii=False) + "\n")
        data = "".join(lines).encode()
        whole = self._whole_size()
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # without a buffer: what failed isn't tried again at close
        with open(self.path, "ab", buffering=0, opener=_for_the_owner) as file:
            file.truncate(whole)  # a torn line of a write that was cut short
            try:
                left = memoryview(data)
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(whole)
                raise
        sync_folder(self.home)
        self.entries, self.heads = [*self.entries, *entries], [*self.heads, *heads]
        self.torn, self._stamp = None, self._stamp_now()

    def _whole_size(self) -> int:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return 0
        return data.rfind(b"\n") + 1


def in_force(lines: Sequence[Line], kind: DecisionKind | None = None) -> list[Decision]:
    """Of some lines the decisions in force, by kind and key."""
    last = {
        (line.decision.kind, line.decision.key): line.decision
        for line in lines
        if isinstance(line, DecisionEntry) and kind in (None, line.decision.kind)
    }
    return [d for _, d in sorted(last.items()) if d.value is not None]


def recorded(lines: Sequence[Line]) -> list[RecordedDataset]:
    """Every dataset that lines of a journal import and its state, by the last import."""
    last: dict[str, tuple[int, Entry]] = {}
    gone: set[str] = set()
    for order, entry in enumerate(lines):
        if isinstance(entry, DecisionEntry):
            continue
        if entry.op == "import":
            last[entry.dataset] = (order, entry)
            gone.discard(entry.dataset)
        else:
            gone.add(entry.dataset)
    newest: dict[str, str] = {}
    for dataset, (order, entry) in last.items():
        if dataset in gone:
            continue
        other = newest.get(entry.series)
        if other is None or _newness(last[other]) < _newness((order, entry)):
            newest[entry.series] = dataset
    found = []
    for dataset, (order, entry) in sorted(last.items(), key=lambda item: item[1][0]):
        live = newest.get(entry.series) == dataset
        other = None if live or dataset in gone else newest.get(entry.series)
        found.append(RecordedDataset(entry, order, live, other))
    return found


def live(lines: Sequence[Line]) -> list[Entry]:
    """Entries of the live datasets: of each series the newest that isn't retracted."""
    return [r.entry for r in recorded(lines) if r.live]


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _newness(found: tuple[int, Entry]) -> tuple[str, int]:
    """Of two sheets of a series the later 填报日期 is newer, else the later import."""
    order, entry = found
    return entry.reported_on or "", order


def _chain(head: str, written: object) -> str:
    """The next head. Over the entry as it stands in the file, not over our model of it, which
    may have more fields tomorrow.
    """
    told = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{head}\n{told}".encode()).hexdigest()[:16]


def file_mark(path: Path) -> str:
    """32 hex digits over the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"数据文件 {path} 缺失或已损坏；请从备份恢复该文件，或重新导入原表",
        f"the dataset {path} is missing or damaged; restore it, or import the sheet again",
    )


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# ------------------------------------------------------------------ the deployment's key


def pseudonym_secret(home: Path, expected: str | None = None) -> bytes:
    """The home's own key for pseudonyms, made at first use; readable by its owner alone.

    Without it two imports can't be joined, and with it nobody can read a name back either.

    Raises
    ------
    StoreError
        If the key is damaged, or isn't the one with the mark `expected`, or is lost while one
        is expected.
    """
    path = home / "pseudonym.key"
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        key = b"" if expected else _new_key(path)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES or (expected and key_mark(key) != expected):
        raise StoreError(
            f"{path} 缺失或已损坏；请从备份恢复，否则新旧数据中的人员无法对应",
            f"{path} is missing or damaged; restore it, "
            "or people of old and new sheets can't be joined",
        )
    return key


_KEY_BYTES = 32


def key_mark(key: bytes) -> str:
    """Tells a key from another one, and nothing else about it."""
    return hashlib.sha256(b"gongjian pseudonym key\n" + key).hexdigest()[:16]


def _new_key(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w") as file:
        file.write(secrets.token_bytes(_KEY_BYTES).hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whole or not at all, and never over another's
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return bytes.fromhex(path.read_text(encoding="ascii"))
