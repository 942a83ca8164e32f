"""The same rows as real offices hand them in: titles, merged cells, totals, odd dates.

Every form is one of domain.md's ("What real files look like", "Rules of reading"), and none
of them may cost a row: what is written here differs from the clean workbook only in looks.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.acceptance.generator import City
from tests.acceptance.workbooks import (
    FIELDS,
    TITLES,
    Record,
    Rows,
    stem,
    write_divisions,
)

NOTHING = ("无", "/", "—", None)
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
REPORTED = date(2020, 2, 20)


class Hand:
    """One clerk's way of writing; `text_only` for CSV, where a date can be no number."""

    def __init__(self, rng: random.Random, *, text_only: bool = False) -> None:
        self.rng, self.text_only = rng, text_only

    def nothing(self) -> str | None:
        return self.rng.choice(NOTHING)

    def day(self, day: date, month: bool = False) -> Any:
        """A date; `month` where the month alone says the same."""
        y, m, d = day.year, day.month, day.day
        forms: list[Any] = [
            day.isoformat(),
            f"{y}.{m}.{d}",
            f"{y}/{m}/{d}",
            f"{y}年{m}月{d}日",
            f"{y}.{m:02d}.{d:02d}".translate(FULL),
            f"{y % 100}.{m}.{d}",
            f"{''.join(CHINESE[c] for c in str(y))}年{_spoken(m)}月{_spoken(d)}日",
        ]
        if month:
            forms += [f"{y}年{m}月", f"{y}-{m:02d}", f"{y}.{m}", f"{y}年{m:02d}月"] * 2
        if not self.text_only:
            forms += [day, day, ("serial", day)]
        return self.rng.choice(forms)

    def begin(self, day: date | None) -> Any:
        return self.nothing() if day is None else self.day(day, month=day.day == 1)

    def end(self, day: date | None) -> Any:
        if day is None:
            return self.rng.choice((*NOTHING, "长期", "永久"))
        following = date.fromordinal(day.toordinal() + 1)
        return self.day(day, month=following.day == 1)

    def community(self, name: str | None) -> str | None:
        """大院社区 = 大院社区居委会 = 大院社区居民委员会."""
        if name is None:
            return self.nothing()
        if name.endswith("社区居委会"):
            forms = ["社区", "社区居委会", "社区居民委员会", " 社 区", "社區(qū)", "社區"]
            return stem(name) + self.rng.choice(forms)
        return name

    def grid(self, name: str | None) -> str | None:
        """A grid's name, now and then pasted from the web: 網(wǎng)格."""
        if name is None:
            return self.nothing()
        forms = ("網(wǎng)格", "網格", " 网格", "网\u3000格")
        return name.replace("网格", self.rng.choice(forms)) if self.rng.random() < 0.1 else name

    def number(self, text: str, field: str) -> Any:
        """An ID number as text, with a small x or an apostrophe; a phone also as a number."""
        if field == "id":
            return self.rng.choice((text, text, text.lower(), f"'{text}", f" {text}"))
        return text if self.text_only or self.rng.random() < 0.6 else int(text)

    def uscc(self, code: str | None) -> str | None:
        if code is None:
            return self.nothing()
        return self.rng.choice((code, code, code.lower(), f" {code} ", f"'{code}"))

    def body(self, name: str, exact: bool) -> str:
        """A body by another spelling of the same normalised name."""
        if exact:
            return name
        if name.endswith("有限公司"):
            base = name[: -len("有限公司")]
            name = base + self.rng.choice(("有限公司", "有限责任公司", "股份有限公司", ""))
        if not name.startswith(("孝感", "孝南")) and self.rng.random() < 0.2:
            name = "孝感市" + name
        if self.rng.random() < 0.15:
            name = name[:2] + self.rng.choice((" ", "\u3000")) + name[2:]
        return name

    def count(self, value: int | None, unit: str | None = None) -> Any:
        """A number; None is unknown, and never 0."""
        if value is None:
            return self.rng.choice((*NOTHING, "若干", "约10", "5-8"))
        forms: list[Any] = [value, value, str(value), str(value).translate(FULL)]
        if value >= 10000 and value % 1000 == 0:
            forms += [f"{value / 10000:g}万", f"{value:,}", f"{value / 10000:g}万{unit or ''}"]
        elif value >= 1000:
            forms.append(f"{value:,}")
        elif unit:
            forms.append(f"{value}{unit}")
        return str(self.rng.choice(forms)) if self.text_only else self.rng.choice(forms)

    def header(self, text: str) -> str:
        """Line breaks and blanks anywhere in a header cell."""
        cut = len(text) // 2
        return self.rng.choice(
            (text, text, f"{text[:cut]}\n{text[cut:]}", " ".join(text), f" {text}\u3000")
        )

    # ------------------------------------------------------------------ a row

    def cell(self, field: str, record: Record) -> Any:
        """One cell of a row in this hand."""
        value: Any = record.get(field)
        if field in ("signed", "reported", "registered") and not isinstance(value, str):
            return self.begin(value)
        if field in ("valid_to", "due"):
            return self.end(value)
        if field == "last":
            return self.nothing() if value is None else self.day(value)
        if field == "founded":
            return self.begin(value)
        if field == "uscc":
            return self.uscc(value)
        if field in ("community", "home"):
            return self.community(value) if field == "community" or value else None
        if field == "grid":
            return self.grid(value)
        if field in ("id", "phone") and value is not None and "person" in record:
            return self.number(value, field)
        if field == "quantity" and "scale" in record:  # the header has the unit
            return None if value is None else value / record["scale"]
        if field == "quantity":
            return self.count(value, record["unit"])
        if field == "residents" or (field == "count" and value is None):
            return self.nothing() if value is None else self.count(value)
        if field == "person":
            return value[0] + self.rng.choice(("", "", "\u3000", " ")) + value[1:]
        if field in ("subject", "provider", "employer"):
            named = record.get("uscc") is not None or record.get("named") is not None
            return value and self.body(value, exact=named)
        if field == "object":
            if record["object_end"][0] == "community":
                return self.community(value)
            return self.grid(value) if record["object_end"][0] == "grid" else value
        if field == "serves":
            return self.rng.choice(("、", "，", "/", "；", "\n", ",")).join(value) or self.nothing()
        if value is None or value == "":
            if field == "status":  # 无 would say that there is no tie
                return self.rng.choice([n for n in NOTHING if n != "无"])
            return self.nothing() if field != "unit" else None
        return str(value) if self.text_only else value


def _spoken(number: int) -> str:
    """1-31 as Chinese writes it: 十, 十一, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else CHINESE[str(tens)] + "十"
    return head + (CHINESE[str(ones)] if ones else "")


class Table:
    """One table of a sheet: its grid of cells, and the ranges to merge."""

    def __init__(self, kind: str, records: list[Record], hand: Hand, *, street: bool) -> None:
        self.kind, self.hand = kind, hand
        rng = hand.rng
        skipped = set() if street else {"street"}
        self.fields = [f for f in FIELDS[kind] if f not in skipped]
        if kind in ("ties", "needs") and rng.random() < 0.5:
            self.fields.insert(0, self.fields.pop(self.fields.index("community")))
        self.headers = {f: hand.header(rng.choice(FIELDS[kind][f])) for f in self.fields}
        self.looks: dict[str, str] = {}
        """Columns that nobody asked for: a second one that says the same, one of notes."""
        self.records = sorted(records, key=lambda r: r["community_key"])
        self.cells: list[list[Any]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden: list[int] = []

    def scatter(self) -> None:
        """Columns in another order, one of them twice, one that no list of headers knows."""
        self.hand.rng.shuffle(self.fields)
        again = self.hand.rng.choice([f for f in self.fields if f in ("name", "subject", "grid")])
        self.fields += ["again", "remark"]
        self.looks = {"again": again}
        self.headers |= {"again": self.headers[again], "remark": "经办科室"}
        self.headers = {f: self.headers[f] for f in self.fields}

    def in_header(self, unit: str, scale: int) -> None:
        """The unit stands in the header's brackets, 数量（万元）, and has no column."""
        self.fields.remove("unit")
        self.headers["quantity"] = f"数量（{unit}）"
        self.headers = {f: self.headers[f] for f in self.fields}
        self.records = [{**r, "scale": scale} for r in self.records]

    def title(self, name: str, unit: str | None, reported: date | None) -> None:
        """A title over the whole width, then 填报单位 and 填报日期."""
        width = len(self.fields)
        self.cells.append([f"{name}{TITLES[self.kind]}", *[None] * (width - 1)])
        self.merges.append((1, 1, 1, width))
        shown = "2020年2月20日"
        if unit and reported and self.hand.rng.random() < 0.5:
            self.cells.append([f"填报单位：{unit}        填报日期：{shown}"])
        elif unit and reported:
            self.cells.append(["填报单位：", unit, None, "填报日期：", shown])
        elif reported:
            self.cells.append([f"填报日期：{shown}"])

    def header(self, two_rows: bool = False) -> None:
        """One header row, or two with merged groups above."""
        row = len(self.cells) + 1
        if not two_rows:
            self.cells.append(list(self.headers.values()))
            return
        groups = {"head": "联系方式", "phone": "联系方式", "signed": "协议", "valid_to": "协议"}
        top: list[Any] = []
        below: list[Any] = []
        for i, field in enumerate(self.fields, start=1):
            group = groups.get(field)
            if group is None:
                top.append(self.headers[field])
                below.append(None)
                self.merges.append((row, i, row + 1, i))
            else:
                second = i > 1 and groups.get(self.fields[i - 2]) == group
                top.append(None if second else group)
                below.append(self.headers[field])
                if second:
                    self.merges.append((row, i - 1, row, i))
        self.cells += [top, below]

    def body(self, *, merged: bool, totals: bool) -> None:
        """The rows; the 社区 cells merged down each block, 小计 below it."""
        at = self.fields.index("community") if "community" in self.fields else None
        blocks: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            blocks[record["community_key"]].append(record)
        for records in blocks.values():
            first = len(self.cells) + 1
            shared = self.hand.cell("community", records[0]) if at is not None else None
            for i, record in enumerate(records):
                cells = {f: self.hand.cell(f, record) for f in self.fields}
                cells |= {f: cells[of] for f, of in self.looks.items()}
                row = list(cells.values())
                if merged and at is not None:
                    row[at] = shared if i == 0 else None
                self.cells.append(row)
                if self.hand.rng.random() < 0.01:
                    self.hidden.append(len(self.cells))
            if merged and at is not None and len(records) > 1:
                self.merges.append((first, at + 1, first + len(records) - 1, at + 1))
            if totals and self.hand.rng.random() < 0.5:
                self.cells.append(["小 计", *[None] * (len(self.fields) - 2), len(records)])
            if totals and self.hand.rng.random() < 0.1:
                self.cells.append([])
        if totals:
            word = self.hand.rng.choice(("合　计", "总计", "共 计："))
            total = "" if self.hand.text_only else f"=SUM(C4:C{len(self.cells)})"
            self.cells.append([word, f"{len(self.records)}", total])

    def footer(self) -> None:
        footers: tuple[str, ...] = (
            "填表人：刘芳",
            "制表：刘芳",
            "审 核：陈红",
            "注：本表一式两份。",
            "注1：报街道。",
        )
        footers += (
            "单位负责人：",
            "说明：以签订日期为准。",
            "备注：本表每月更新。",
            "审核人（签字）：",
        )
        for text in self.hand.rng.sample(footers, 3):
            self.cells.append([text, None, None, "审核：陈红"])


def put(
    book: Workbook, title: str, tables: list[Table], *, beside: bool = False, margin: int = 0
) -> None:
    """Write tables below each other, or side by side with an empty column between."""
    sheet = book.create_sheet(title)
    row0, col0 = margin, margin
    for table in tables:
        for i, cells in enumerate(table.cells, start=1):
            for j, value in enumerate(cells, start=1):
                if value is not None:
                    _write(book, sheet, row0 + i, col0 + j, value)
        for r1, c1, r2, c2 in table.merges:
            sheet.merge_cells(
                start_row=row0 + r1, start_column=col0 + c1, end_row=row0 + r2, end_column=col0 + c2
            )
        for row in table.hidden:
            sheet.row_dimensions[row0 + row].hidden = True
        if beside:
            col0 += len(table.fields) + 1
        else:
            row0 += len(table.cells) + 1


def _write(book: Workbook, sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, tuple):
        epoch = book.epoch
        value = (datetime(value[1].year, value[1].month, value[1].day) - epoch).days
        cell = sheet.cell(row, column, value)
        cell.number_format = "General"
        return
    sheet.cell(row, column, value)


def write_messy(city: City, folder: Path) -> list[Path]:
    """Messy workbooks and CSV files, one set per street."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(city["seed"] * 7919 + 1)
    rows = Rows(city)
    divisions = folder / "区划代码表.csv"
    write_divisions(city, divisions, rng.choice(("utf-8-sig", "gb18030", "utf-8")))
    paths = [divisions, _areas(rows, folder, rng)]
    for turn, (code, street) in enumerate(city["streets"].items()):

        def only(kind: str, code: str = code) -> list[Record]:
            return [r for r in rows.of(kind) if r["street_key"] == code]

        paths.append(_rosters(street["name"], only, folder, rng))
        paths.append(_people(street["name"], only, folder, rng))
        paths.append(_ties(street["name"], only("ties"), folder, rng, turn))
    paths.append(_lists(rows, folder, rng))
    return paths


def _book(epoch_1904: bool = False) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    return book


def _areas(rows: Rows, folder: Path, rng: random.Random) -> Path:
    table = Table("areas", rows.of("areas"), Hand(rng), street=True)
    table.title("孝感市", None, REPORTED)
    table.header()
    table.body(merged=True, totals=True)
    table.footer()
    book = _book()
    put(book, "网格", [table], margin=1)
    book.create_sheet("Sheet2")
    path = folder / "孝感市区划网格表.xlsx"
    book.save(path)
    return path


Only = Callable[[str], list[Record]]


def _rosters(street: str, only: Only, folder: Path, rng: random.Random) -> Path:
    """Three rosters, a sheet of notes, and a hidden sheet of old ties that nobody must read."""
    book = _book(epoch_1904=rng.random() < 0.3)
    notes = book.create_sheet("填表说明")
    notes["A1"] = "各社区于每月25日前报送，逾期不候。"
    for kind in ("organisations", "resident_units", "social_organisations"):
        records = only(kind)
        if not records:
            continue
        table = Table(kind, records, Hand(rng), street=kind == "organisations")
        table.title(street, street, REPORTED)
        if kind == "social_organisations":
            table.scatter()
        table.header(two_rows=kind == "resident_units")
        table.body(merged=kind != "organisations", totals=True)
        table.footer()
        put(book, TITLES[kind], [table])
    old = Table("ties", only("ties")[:3], Hand(rng), street=False)
    for record in old.records:
        record.update(status=None, signed=date(2020, 1, 1), valid_to=None, uscc=None, named="x")
        record["subject"] = "早已撤销的单位"
    old.header()
    old.body(merged=False, totals=False)
    put(book, "旧表", [old])
    book["旧表"].sheet_state = "hidden"
    path = folder / f"{street}组织单位台账.xlsx"
    book.save(path)
    return path


def _people(street: str, only: Only, folder: Path, rng: random.Random) -> Path:
    book = _book()
    for kind in ("members", "volunteers"):
        table = Table(kind, only(kind), Hand(rng), street=False)
        table.title("", street, REPORTED)
        if kind == "volunteers":
            table.scatter()
        table.header()
        table.body(merged=kind == "volunteers", totals=kind == "members")
        table.footer()
        put(book, TITLES[kind], [table])
    path = folder / f"{street}党员和志愿者.xlsx"
    book.save(path)
    return path


CSV_FORMS = (("gb18030", ","), ("utf-8-sig", "\t"), ("utf-16", ";"), ("utf-8", ","))


def _ties(street: str, records: list[Record], folder: Path, rng: random.Random, turn: int) -> Path:
    """A street's ties: a workbook in one of three layouts, or a CSV file."""
    if turn % 2:
        encoding, comma = rng.choice(CSV_FORMS)
        hand = Hand(rng, text_only=True)
        table = Table("ties", records, hand, street=False)
        table.header()
        table.body(merged=False, totals=True)
        path = folder / f"{street}共建关系台账.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=comma).writerows(table.cells)
        return path
    book = _book(epoch_1904=turn == 4)
    hand = Hand(rng)
    half = len(records) // 2
    tables: list[Table] = []
    for part in (records[:half], records[half:]):  # a second header starts a new table
        table = Table("ties", part, hand, street=False)
        if not tables:
            table.title(street, street, REPORTED)
        table.header(two_rows=turn == 2)
        table.body(merged=turn != 2, totals=turn != 2)
        tables.append(table)
    tables[-1].footer()
    put(book, "共建关系", tables)
    path = folder / f"{street}共建关系台账（2020年2月）.xlsx"
    book.save(path)
    return path


def _lists(rows: Rows, folder: Path, rng: random.Random) -> Path:
    """Needs and resources on one sheet side by side, the rest of the resources below a title."""
    book = _book()
    needs, resources = rows.of("needs"), rows.of("resources")
    left = Table("needs", needs, Hand(rng), street=True)
    left.header()
    left.body(merged=False, totals=False)
    right = Table("resources", resources[:20], Hand(rng), street=False)
    right.header()
    right.body(merged=False, totals=False)
    put(book, "需求与资源", [left, right], beside=True)
    money = [r for r in resources[20:] if r["unit"] == "元"]
    goods = [r for r in resources[20:] if r["unit"] != "元"]
    for title, some, unit, scale in (
        ("资源清单", goods[::2], None, 1),
        ("资源清单续", goods[1::2], "份", 1),
        ("资金清单", money, "万元", 10000),
    ):
        table = Table("resources", some, Hand(rng), street=False)
        table.title("孝感市", None, REPORTED)
        if unit:
            table.in_header(unit, scale)
        table.header()
        table.body(merged=False, totals=True)
        table.footer()
        put(book, title, [table])
    path = folder / "三张清单.xlsx"
    book.save(path)
    return path
