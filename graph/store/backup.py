"""Backup and restore: journal, datasets and the pseudonym key in one file, each with its hash.

What isn't in it is made from what is: the database and its copies. The key is in it, since
without it a person of an old sheet can't be joined with one of a new sheet; so a backup is as
confidential as the home, and only its owner may read it.

A backup is checked as a whole, and unpacked beside the home, before anything of the home is
touched: a file that was cut short, damaged, or made to do harm changes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict

from graph.database.faults import told_errors
from graph.disk.folders import exchange, sync_folder
from graph.disk.locks import locked
from graph.journal.journal import Entry, Journal, pseudonym_secret
from graph.model.errors import BadBackup, StoreError, StoreTooNew, UsageError
from graph.model.readable import readable
from graph.store.migrate import HOME_FORMAT, migrate_home, write_format

_MANIFEST = "manifest.json"
_JOURNAL = "journal.jsonl"
_KEY = "pseudonym.key"
_NAMES = re.compile(r"manifest\.json|journal\.jsonl|pseudonym\.key|datasets/[0-9a-f]{64}\.parquet")
_PACKED = (_MANIFEST, _JOURNAL)
"""Members that are compressed; datasets are already."""
_MOST_RATIO = 200
"""A journal shrinks about ten times; what claims to shrink more is meant to fill a disk."""
_MOST_MANIFEST = 64 << 20
_PART = 1 << 20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
)
"""What reading a damaged archive may raise."""
_MADE = ("db", "cache", "resolved.json")
"""What a home holds that is made from the rest."""


class _Member(BaseModel):
    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class _Manifest(BaseModel):
    """The first member of a backup: what else is in it."""

    model_config = ConfigDict(frozen=True)

    format: int
    """Format of the home that it was made from."""
    head: str
    members: dict[str, _Member]


class BackupResult(BaseModel):
    """What a backup file holds."""

    model_config = ConfigDict(frozen=True)

    file: str
    head: str
    """Head of the journal: names the state that was kept."""
    datasets: int
    """Sheets that count."""
    decisions: int
    bytes: int


class RestoreResult(BaseModel):
    """What a home holds after a restore."""

    model_config = ConfigDict(frozen=True)

    home: str
    head: str
    datasets: int
    decisions: int
    kept: str | None
    """Where the home's earlier contents are, if it had any."""


# ------------------------------------------------------------------ backup


def backup(home: Path, file: Path) -> BackupResult:
    """Write a backup of a home and read it back; on the disk when this returns.

    Raises
    ------
    UsageError
        If there is nothing to keep, or the file is there already.
    StoreError
        If the home is damaged or being written for too long, or the file can't be written.
    """
    if file.exists():
        raise UsageError(
            f"{file} 已存在；请换一个文件名", f"{file} is there already; give another name"
        )
    if not (home / _JOURNAL).exists():
        raise UsageError(
            f"{home} 中没有已导入的数据，无需备份", f"{home} holds nothing that was imported"
        )
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with told_errors(file.parent, None):
        try:
            with locked(home / "write.lock"):
                migrate_home(home)
                journal = Journal(home)
                _write(draft, journal)
            with _opened(draft):  # reads all of it
                _sync(draft)
            _name(draft, file)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(file.parent)
    return BackupResult(
        file=readable(str(file)),
        head=journal.head,
        datasets=len(journal.live()),
        decisions=len(journal.decisions()),
        bytes=file.stat().st_size,
    )


def _name(draft: Path, file: Path) -> None:
    """Give a finished file its name, never over another's."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise UsageError(
            f"{file} 已存在；请换一个文件名", f"{file} is there already; give another name"
        ) from None
    except OSError:  # a stick that knows no links
        draft.replace(file)


def _write(draft: Path, journal: Journal) -> None:
    home = journal.home
    key = pseudonym_secret(home, journal.key_mark())
    paths = {f"datasets/{p.name}": p for p in map(journal.file_of, _entries_to_keep(journal))}
    whole = journal.path.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    texts = {_JOURNAL: whole, _KEY: key.hex().encode()}
    members = {
        name: _Member(size=len(text), sha256=hashlib.sha256(text).hexdigest())
        for name, text in texts.items()
    }
    for name, path in paths.items():
        members[name] = _Member(size=path.stat().st_size, sha256=_sha256(path))
    manifest = _Manifest(format=HOME_FORMAT, head=journal.head, members=members)
    number = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file, zipfile.ZipFile(file, "w") as archive:
        packed = {_MANIFEST: manifest.model_dump_json().encode(), **texts}
        for name, text in packed.items():
            how = zipfile.ZIP_DEFLATED if name in _PACKED else zipfile.ZIP_STORED
            archive.writestr(_described(name), text, compress_type=how)
        for name, path in paths.items():
            with path.open("rb") as source, archive.open(_described(name), "w") as target:
                shutil.copyfileobj(source, target, _PART)


def _described(name: str) -> zipfile.ZipInfo:
    """A member without the time of day: of one state, one backup."""
    found = zipfile.ZipInfo(name)
    found.external_attr = (stat.S_IFREG | 0o600) << 16
    return found


def _entries_to_keep(journal: Journal) -> list[Entry]:
    """Every dataset that lists show, and what else lines of the journal still have a file for.

    Raises
    ------
    StoreError
        If one of the former is missing or damaged.
    """
    needed = {r.entry.content: r.entry for r in journal.recorded()}
    for entry in needed.values():
        journal.check(entry)
    older = {
        line.content: line
        for line in journal.entries
        if isinstance(line, Entry) and line.content not in needed and journal.is_whole(line)
    }
    return [*needed.values(), *older.values()]


# ------------------------------------------------------------------ restore


def restore(home: Path, file: Path, *, replace: bool = False) -> RestoreResult:
    """Make a home what a backup holds; the network is made from it when it is next needed.

    Parameters
    ----------
    replace
        Whether a home that holds something is replaced. It is kept beside, whole.

    Raises
    ------
    BadBackup
        If the file isn't a whole backup; nothing is touched then.
    UsageError
        If the home holds something and `replace` isn't given.
    StoreBusy
        If somebody uses the home.
    """
    with told_errors(home, None), _opened(file) as (archive, manifest):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(home / "write.lock"), locked(home / "db.lock"):
            filled = any((home / name).exists() for name in (_JOURNAL, "datasets", _KEY))
            if filled and not replace:
                raise UsageError(
                    f"{home} 中已有数据；如要用备份替换，请加 --replace（原数据会另存，不会删除）",
                    f"{home} holds data; to replace them by the backup add --replace "
                    "(they are kept beside)",
                )
            place = home.with_name(f".{home.name}.restore") if filled else home / ".restore"
            shutil.rmtree(place, ignore_errors=True)  # of a restore that was cut short
            try:
                journal = _unpack(archive, manifest, place)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
            kept = None
            if filled:
                kept = _swap(home, place)
            else:
                _fill(home, place)
    return RestoreResult(
        home=readable(str(home)),
        head=journal.head,
        datasets=len(journal.live()),
        decisions=len(journal.decisions()),
        kept=None if kept is None else readable(str(kept)),
    )


def _unpack(archive: zipfile.ZipFile, manifest: _Manifest, place: Path) -> Journal:
    """The backup's contents in a folder of their own, checked as a home is."""
    size = sum(m.size for m in manifest.members.values())
    if size > shutil.disk_usage(place.parent).free:
        raise StoreError(
            f"磁盘空间不足：恢复需要 {size >> 20} MB；请清理后重试",
            f"not enough space: restoring takes {size >> 20} MB; free some and try again",
        )
    (place / "datasets").mkdir(mode=0o700, parents=True)
    place.chmod(0o700)
    for name in manifest.members:
        number = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as target:
            _copy(archive, manifest, name, target)
            target.flush()
            os.fsync(target.fileno())
    write_format(place, manifest.format)
    for folder in (place / "datasets", place):
        sync_folder(folder)
    try:
        journal = Journal(place)
        if journal.head != manifest.head or journal.torn is not None:
            raise _bad("journal.jsonl")
        for recorded in journal.recorded():
            journal.check(recorded.entry)
        pseudonym_secret(place, journal.key_mark())
    except StoreTooNew:
        raise
    except StoreError as error:
        raise _bad(error.message("en")) from error
    return journal


def _fill(home: Path, place: Path) -> None:
    """Into a home without contents; the journal comes last, and with it the rest counts."""
    for name in _MADE:
        _remove(home / name)
    for name in ("home.json", "datasets", _KEY, _JOURNAL):
        (place / name).replace(home / name)
    place.rmdir()
    sync_folder(home)


def _swap(home: Path, place: Path) -> Path:
    """The home for the restored one at a stroke; where the home is kept now.

    The restored one gets the name under which the home is to be kept before they change places,
    so that at no moment the home is where something else would be cleared away.
    """
    number = 1
    kept = home.with_name(f"{home.name}.before-restore")
    while kept.exists():
        number += 1
        kept = home.with_name(f"{home.name}.before-restore-{number}")
    place.replace(kept)
    try:
        exchange(kept, home)
    except StoreError:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    sync_folder(home.parent)
    return kept


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# ------------------------------------------------------------------ reading a backup


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, _Manifest]]:
    """A backup that is whole, byte for byte.

    Raises
    ------
    BadBackup
        If it is cut short, or holds anything that a backup doesn't.
    """
    try:
        archive = zipfile.ZipFile(file)
    except FileNotFoundError:
        raise UsageError(f"没有这个文件：{file}", f"no such file: {file}") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the file's beginning
            raise _bad(str(error)) from error
        raise UsageError(
            f"{file} 无法读取（{error.strerror}）", f"{file} can't be read ({error.strerror})"
        ) from error
    except _UNREADABLE as error:
        raise _bad(str(error)) from error
    with archive:
        manifest = _checked_manifest(archive, file)
        for name in manifest.members:
            _copy(archive, manifest, name, None)
        yield archive, manifest


def _checked_manifest(archive: zipfile.ZipFile, file: Path) -> _Manifest:
    found = archive.infolist()
    names = [info.filename for info in found]
    for info in found:
        if _NAMES.fullmatch(info.filename) is None or names.count(info.filename) > 1:
            raise _bad(ascii(info.filename)[:80])
        packed = info.filename in _PACKED
        how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        most = _MOST_RATIO * info.compress_size if packed else info.compress_size
        if info.flag_bits & 1 or info.compress_type != how or info.file_size > most:
            raise _bad(info.filename)
    if sum(info.compress_size for info in found) > file.stat().st_size:  # members that overlap
        raise _bad("size")
    if _MANIFEST not in names or archive.getinfo(_MANIFEST).file_size > _MOST_MANIFEST:
        raise _bad(_MANIFEST)
    try:
        told = json.loads(archive.read(_MANIFEST))
        if isinstance(told, dict) and int(told.get("format", 0)) > HOME_FORMAT:
            raise StoreTooNew(
                f"{file} 由更新版本的 gongjian 写成；请升级 gongjian",
                f"{file} was written by a newer gongjian; upgrade gongjian",
            )
        manifest = _Manifest.model_validate(told)
    except (*_UNREADABLE, TypeError, OSError) as error:
        raise _bad(_MANIFEST) from error
    sizes = {info.filename: info.file_size for info in found if info.filename != _MANIFEST}
    if sizes != {name: m.size for name, m in manifest.members.items()}:
        raise _bad(_MANIFEST)
    if not {_JOURNAL, _KEY} <= sizes.keys():
        raise _bad(_JOURNAL)
    return manifest


def _copy(
    archive: zipfile.ZipFile, manifest: _Manifest, name: str, target: BinaryIO | None
) -> None:
    """A member's bytes, if they are those that the manifest tells."""
    told, left = hashlib.sha256(), manifest.members[name].size
    try:
        with archive.open(name) as source:
            while part := source.read(_PART):
                left -= len(part)
                if left < 0:
                    break
                told.update(part)
                if target is not None:
                    target.write(part)
    except _UNREADABLE as error:
        raise _bad(name) from error
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise _bad(name) from error
        raise
    if left != 0 or told.hexdigest() != manifest.members[name].sha256:
        raise _bad(name)


def _bad(what: str) -> BadBackup:
    return BadBackup(
        f"这不是完整的 gongjian 备份（{what}），可能被截断或损坏；未作任何改动，请换一份备份",
        f"this isn't a whole backup of gongjian ({what}); it may have been cut short or damaged. "
        "Nothing was changed; use another one",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
