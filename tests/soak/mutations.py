"""Spoiling files: bytes, archive members, markup, records and text, each from one seed."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
from collections.abc import Callable

_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<[^>]{1,200}>")
_ATTRIBUTE = re.compile(rb'="[^"]{0,60}"')
HUGE = [
    b"-1",
    b"0",
    b"65536",
    b"1048577",
    b"4294967296",
    b"9" * 30,
    b"1e400",
    b"NaN",
    b"XFD1048576",
    b"",
]
PIECES = [
    b"\x00", b"\xff\xfe", b"\xef\xbf\xbd", b"&amp;", b"&#0;", b"&#xD800;", b"&nope;", b"<!--", b"]]>", b"<![CDATA[",
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', b"<a>" * 300, b"</row></c>", b"=cmd|' /C calc'!A0",
    b'"', b'""', b"\r", b"\n" * 50, b"," * 400, b"\t;,", "合计".encode(), "𠮷\u200d\u202e".encode(), b"x" * 40_000,
    b'<c r="XFD1048576"><v>1</v></c>', b'<row r="9999999"/>', b'<mergeCell ref="A1:XFD1048576"/>',
    b"<td rowspan=99999 colspan=99999>", b"<table>" * 50, b"<script>", b"<?xml", b"#REF!",
]  # fmt: skip


def flip(data: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 40])):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def repeat(data: bytes, rng: random.Random) -> bytes:
    a = rng.randrange(len(data) + 1)
    b = min(len(data), a + rng.randrange(1, 3_000))
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[a:b] * rng.choice([1, 2, 20]) + data[at:]


def drop(data: bytes, rng: random.Random) -> bytes:
    a = rng.randrange(len(data) + 1)
    return data[:a] + data[a + rng.randrange(1, 500) :]


def insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(PIECES) + data[at:]


def swap(
    pattern: re.Pattern[bytes], choices: list[bytes] | None = None
) -> Callable[[bytes, random.Random], bytes]:
    """Put something else in the place of one match, of those in the file or given."""

    def change(data: bytes, rng: random.Random) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return insert(data, rng)
        one = rng.choice(found)
        other = rng.choice(choices) if choices else rng.choice(found)[0]
        return data[: one.start()] + other + data[one.end() :]

    return change


BYTES = [flip, flip, cut, repeat, drop, insert]
TEXT = [
    flip, cut, repeat, drop, insert, insert,
    swap(_TAG), swap(_TAG, PIECES), swap(_NUMBER, HUGE), swap(_ATTRIBUTE), swap(_ATTRIBUTE, [b'="' + h + b'"' for h in HUGE]),
]  # fmt: skip


def spoil_archive(data: bytes, rng: random.Random) -> bytes:
    """An .xlsx with a member spoilt, exchanged, dropped or doubled, its archive in order."""
    if rng.random() < 0.25:
        return rng.choice(BYTES)(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    names = sorted(parts)
    how = rng.random()
    one = rng.choice(
        [
            n
            for n in names
            if "sheet1.xml" in n or "sharedStrings" in n or "workbook" in n or "styles" in n
        ]
        + names
    )
    if how < 0.72:
        for _ in range(rng.choice([1, 1, 2, 5])):
            parts[one] = rng.choice(TEXT)(parts[one], rng)
    elif how < 0.80:
        other = rng.choice(names)
        parts[one], parts[other] = parts[other], parts[one]
    elif how < 0.88:
        del parts[one]
    elif how < 0.94:
        parts[
            "xl/"
            + rng.choice(
                [
                    "vbaProject.bin",
                    "externalLinks/externalLink1.xml",
                    "../../x",
                    "worksheets/sheet9.xml",
                ]
            )
        ] = parts[one]
    out = io.BytesIO()
    kind = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(out, "w", kind) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, part in parts.items():
            book.writestr(name, part)
        if how >= 0.94:
            book.writestr(one, rng.choice(TEXT)(parts[one], rng))  # twice in one archive
    spoilt = out.getvalue()
    return flip(spoilt, rng) if rng.random() < 0.05 else spoilt


def spoil_records(data: bytes, rng: random.Random) -> bytes:
    """An .xls with the head of a record, its body, or the file's own tables spoilt."""
    how = rng.random()
    if how < 0.3:
        return rng.choice(BYTES)(data, rng)
    spoilt = bytearray(data)
    if how < 0.5:  # header and sector tables
        struct.pack_into(
            "<I",
            spoilt,
            rng.choice(range(24, 200, 4)),
            rng.choice([0, 1, 7, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFF]),
        )
        return bytes(spoilt)
    at, places = 512, []
    while at + 4 <= len(spoilt) and len(places) < 4_000:
        code, length = struct.unpack_from("<HH", spoilt, at)
        places.append((at, code, length))
        at += 4 + length
    at, code, length = rng.choice(places)
    if how < 0.65:
        struct.pack_into(
            "<H",
            spoilt,
            at,
            rng.choice(
                [0x06, 0x0A, 0x2F, 0x85, 0xBD, 0xE5, 0xFC, 0xFD, 0x200, 0x205, 0x208, 0x809, 0xFFFF]
            ),
        )
    elif how < 0.8:
        struct.pack_into(
            "<H",
            spoilt,
            at + 2,
            rng.choice([0, 1, 3, min(length + 1, 0xFFFF), max(0, length - 1), 0xFFFF]),
        )
    else:
        for _ in range(rng.choice([1, 3, 10])):
            place = at + 4 + rng.randrange(max(1, length))
            if place < len(spoilt):
                spoilt[place] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
    return bytes(spoilt)


def spoil_text(data: bytes, rng: random.Random) -> bytes:
    """A text file (CSV, web page) with its bytes, quotes, tags and numbers spoilt."""
    for _ in range(rng.choice([1, 1, 3, 12])):
        data = rng.choice(TEXT)(data, rng)
    return data
