"""Workbooks as real offices hand them in, with faults planted at known cells.

The generator knows nothing of the reader: it decides what each row means, writes it in one of
the usual untidy ways, spoils some cells, and keeps for every valid row what must arrive and for
every spoilt one the cell and the code that must be reported (`graph/data/issues.yaml` has the
codes; which fault is an error is domain.md's "Rules of reading").
"""

from __future__ import annotations

import csv
import html
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Err:
    """An error value of a formula."""

    text: str = "#DIV/0!"


@dataclass(frozen=True)
class NoResult:
    """A formula that was never computed."""


@dataclass
class Planted:
    """One sheet: its cells, and what must come of them."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column, all 0-based."""
    hidden: list[int] = field(default_factory=list)
    valid: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Row number (1-based) -> field -> value."""
    faults: set[tuple[str, str]] = field(default_factory=set)
    """Cell and code of each error."""


def letter(column: int) -> str:
    return xlsxwriter.utility.xl_col_to_name(column)


def uscc(rng: random.Random) -> str:
    body = "91420902" + "".join(rng.choice(DIGITS) for _ in range(9))
    total = sum(DIGITS.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + DIGITS[(31 - total % 31) % 31]


def written_day(rng: random.Random, day: date) -> Any:
    y, m, d = day.year, day.month, day.day
    return rng.choice(
        [
            day,
            day.isoformat(),
            f"{y}.{m}.{d}",
            f"{y}年{m}月{d}日",
            f"{y}/{m:02d}/{d:02d}",
            f"{y}年{m}月{d}日".translate(FULL),
            f" {y}-{m}-{d} ",
        ]
    )


def written_name(rng: random.Random, name: str) -> str:
    return rng.choice([name, name, f" {name}　", f"{name}\u200b", f"\n{name}"])


def written_code(rng: random.Random, code: str) -> str:
    return rng.choice([code, code, f" {code}", f"'{code}", code.lower(), code.translate(FULL)])


TRADITIONAL = str.maketrans(
    "单称统会码区质职数签订动资单凤广场", "單稱統會碼區質職數簽訂動資單鳳廣場"
)
PINYIN = {
    "网": "网(wǎng)",
    "区": "区(qū)",
    "码": "碼(mǎ)",
    "称": "稱(chēng)",
    "质": "质（zhì）",
    "量": "量(liàng)",
}


def pasted(rng: random.Random, text: str) -> str:
    """As pasted from the web: traditional characters, sometimes with pinyin glued on."""
    glossed = "".join(PINYIN.get(c, c) if rng.random() < 0.3 else c for c in text)
    return glossed.translate(TRADITIONAL)


def header(rng: random.Random, text: str) -> str:
    if rng.random() < 0.1:
        return pasted(rng, text)
    return rng.choice(
        [text, text, f"{text[:2]}\n{text[2:]}", f" {text} ", f"{text[:2]}　{text[2:]}"]
    )


Fault = Callable[[random.Random, dict[str, Any]], tuple[str, Any, str]]
"""Field to spoil, what is written there, code."""


def _o_for_0(rng: random.Random, row: dict[str, Any]) -> tuple[str, Any, str]:
    return "code", row["code"][:3] + "O" + row["code"][4:], "uscc_characters"


def _check(rng: random.Random, row: dict[str, Any]) -> tuple[str, Any, str]:
    last = DIGITS[(DIGITS.index(row["code"][-1]) + 1) % 31]
    return "code", row["code"][:-1] + last, "uscc_check"


COMMON: list[Fault] = [
    lambda rng, row: ("name", rng.choice(["", "  ", "无"]), "name_missing"),
    lambda rng, row: ("name", "某" * 501 + "公司", "text_too_long"),
    lambda rng, row: ("name", "书院\ufffd超市", "text_broken"),
    lambda rng, row: ("name", Err("#N/A"), "cell_error"),
    lambda rng, row: ("name", NoResult(), "cell_formula"),
    lambda rng, row: ("community", Err("#REF!"), "cell_error"),
    lambda rng, row: ("code", row["code"][:-1], "uscc_length"),
    lambda rng, row: ("code", 914209021234567891.0, "precision_lost"),
    _o_for_0,
    _check,
]
TIE_FAULTS: list[Fault] = [
    *COMMON,
    lambda rng, row: ("begin", "2019-02-30", "date_impossible"),
    lambda rng, row: ("begin", "8月1日", "date_no_year"),
    lambda rng, row: ("end", "2001年3月4日", "end_before_start"),
]
RESOURCE_FAULTS: list[Fault] = [
    *COMMON,
    lambda rng, row: ("quantity", -3, "quantity_negative"),
    lambda rng, row: ("quantity", "－５", "quantity_negative"),
    lambda rng, row: ("end", "2019.13.1", "date_impossible"),
]
KINDS: dict[str, dict[str, tuple[str, str]]] = {
    "驻区单位台账": {
        "name": ("单位名称", "name"),
        "code": ("统一社会信用代码", "uscc"),
        "community": ("所在社区", "community"),
        "kind": ("单位性质", ""),
        "count": ("职工人数", "employees"),
    },
    "共建关系台账": {
        "name": ("共建主体", "subject"),
        "code": ("统一社会信用代码", "subject_uscc"),
        "community": ("所在社区", "community"),
        "begin": ("签订日期", "signed"),
        "end": ("有效期至", "valid_to"),
        "kind": ("共建方式", ""),
        "count": ("活动次数", "count"),
    },
    "资源清单": {
        "name": ("资源名称", "name"),
        "code": ("统一社会信用代码", "provider_uscc"),
        "community": ("所在社区", "community"),
        "quantity": ("数量", "quantity"),
        "end": ("有效期至", "valid_to"),
    },
}
FAULTS = {"共建关系台账": TIE_FAULTS, "资源清单": RESOURCE_FAULTS, "驻区单位台账": COMMON}


def plant(seed: int, *, rows: int = 14) -> Planted:
    """A sheet with about a third of its rows spoilt."""
    rng = random.Random(seed)
    kind = rng.choice(list(KINDS))
    spec = KINDS[kind]
    sheet = Planted(kind)
    order = [*spec, "serial", "note"]
    rng.shuffle(order)
    heads = {n: t for n, (t, _) in spec.items()} | {"serial": "序号", "note": "经办情况说明"}
    shift = rng.choice([0, 0, 1])
    lead: list[Any] = [None] * shift
    sheet.rows.append([*lead, f"书院街道{kind}"])
    if rng.random() < 0.5:
        sheet.merges.append((0, shift, 0, shift + len(order) - 1))
    sheet.rows.append([*lead, "填报单位：书院街道", None, "填报日期：2020年1月1日"])
    if rng.random() < 0.3:
        sheet.rows.append([])
    if rng.random() < 0.4:  # a two-row header: groups above
        at = shift + rng.randrange(len(order) - 1)
        top = [*lead, *(header(rng, heads[n]) for n in order)]
        low: list[Any] = [None] * len(top)
        for c in (at, at + 1):
            low[c], top[c] = top[c], None
        top[at] = "有关信息"
        first = len(sheet.rows)
        for c in range(shift, len(top)):
            if c not in (at, at + 1):
                sheet.merges.append((first, c, first + 1, c))
        sheet.merges.append((first, at, first, at + 1))
        sheet.rows += [top, low]
    else:
        sheet.rows.append([*lead, *(header(rng, heads[n]) for n in order)])
    merged = rng.random() < 0.4
    shared = "凤凰社区"
    begun = len(sheet.rows)
    for n in range(rows):
        meant = {
            "name": f"{rng.choice(['明安', '大众', '宏达', '槐荫'])}{rng.choice('甲乙丙丁戊己庚辛')}{n}{rng.choice(['超市', '学校', '公司'])}",
            "code": uscc(rng),
            "community": shared if merged else rng.choice(["凤凰社区", "广场社区", "文昌社区"]),
            "begin": date(2019, rng.randint(1, 12), rng.randint(1, 28)),
            "end": date(2022, rng.randint(1, 12), rng.randint(1, 28)),
            "quantity": rng.randint(1, 500),
            "count": rng.randint(0, 40),
            "kind": "",
        }
        cells = {
            "name": written_name(rng, meant["name"]),
            "code": written_code(rng, meant["code"]),
            "community": rng.choice(
                [
                    meant["community"],
                    f"{meant['community']}居委会",
                    f" {meant['community']}",
                    pasted(rng, meant["community"]),
                ]
            ),
            "begin": written_day(rng, meant["begin"]),
            "end": written_day(rng, meant["end"]),
            "quantity": rng.choice(
                [meant["quantity"], str(meant["quantity"]), str(meant["quantity"]).translate(FULL)]
            ),
            "count": rng.choice([meant["count"], f"{meant['count']}"]),
            "kind": rng.choice(["/", "", "无"]),
            "serial": n + 1,
            "note": rng.choice(["", "=SUM(A1:A9)", "+cmd|' /C calc'!A0", "已电话核对"]),
        }
        number = len(sheet.rows) + 1
        if rng.random() < 0.35:
            spoilt, value, code = rng.choice(FAULTS[kind])(rng, meant)
            if merged and spoilt == "community":
                spoilt, value, code = "name", "", "name_missing"
            cells[spoilt] = value
            if code == "end_before_start":
                cells["begin"] = meant["begin"].isoformat()
            sheet.faults.add((f"{letter(shift + order.index(spoilt))}{number}", code))
        else:
            sheet.valid[number] = {f: meant[n] for n, (_, f) in spec.items() if f}
        sheet.rows.append([*lead, *(cells[n] for n in order)])
        if rng.random() < 0.1:
            sheet.hidden.append(number - 1)
    if merged:
        at = shift + order.index("community")
        last = len(sheet.rows) - 1
        sheet.rows[begun][at] = shared
        for r in range(begun + 1, last + 1):
            sheet.rows[r][at] = None
        sheet.merges.append((begun, at, last, at))
    sheet.rows.append([*lead, rng.choice(["合 计", "小计"]), None, "99"])
    sheet.rows.append([*lead, "填表人：张三　审核：李四"])
    return sheet


# --------------------------------------------------------------------------- the formats


def to_xlsx(sheet: Planted, path: Path) -> Path:
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        out = book.add_worksheet(sheet.name)
        day = book.add_format({"num_format": "yyyy/m/d"})
        for a, b, c, d in sheet.merges:
            out.merge_range(a, b, c, d, "")
        for r, c, value in _cells(sheet):
            if isinstance(value, Err):
                out.write_formula(r, c, "=1/0", None, value.text)
            elif isinstance(value, NoResult):
                out.write_formula(r, c, "=B1", None, "")
            elif isinstance(value, date):
                out.write_datetime(r, c, value, day)  # type: ignore[arg-type]
            elif isinstance(value, str):
                out.write_string(r, c, value)
            else:
                out.write_number(r, c, value)
        for r in sheet.hidden:
            out.set_row(r, None, None, {"hidden": True})
    return path


def to_xls(sheet: Planted, path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    out = book.add_sheet(sheet.name)
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    for a, b, c, d in sheet.merges:
        out.merge(a, c, b, d)
    for r, c, value in _cells(sheet):
        if isinstance(value, Err):
            out.row(r).set_cell_error(c, {"#N/A": "#N/A!"}.get(value.text, value.text))
        elif isinstance(value, NoResult):
            out.write(r, c, xlwt.Formula("B1"))
        elif isinstance(value, date):
            out.write(r, c, value, day)
        else:
            out.write(r, c, value)
    for r in sheet.hidden:
        out.row(r).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def to_csv(sheet: Planted, path: Path, encoding: str = "gb18030", delimiter: str = ",") -> Path:
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=delimiter)
    for r, row in enumerate(_filled_down(sheet)):
        out.writerow([_as_text(v) for v in row] if row else ([""] if r else []))
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def to_html(sheet: Planted, path: Path) -> Path:
    starts = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in sheet.merges}
    inside = {
        (r, c)
        for a, b, c2, d in sheet.merges
        for r in range(a, c2 + 1)
        for c in range(b, d + 1)
        if (r, c) != (a, b)
    }
    width = max(len(row) for row in sheet.rows)
    lines = []
    for r, row in enumerate(sheet.rows):
        cells = []
        for c in range(width):
            if (r, c) in inside:
                continue
            down, right = starts.get((r, c), (1, 1))
            value = _as_text(row[c] if c < len(row) else None)
            text = html.escape(value).replace("\n", "<br>").replace("　", "&#12288;")
            span = (f" rowspan={down}" if down > 1 else "") + (
                f' colspan="{right}"' if right > 1 else ""
            )
            cells.append(f"<td{span}>{text or '&nbsp;'}")
        hidden = ' style="display:none"' if r in sheet.hidden else ""
        lines.append(f"<tr{hidden}>" + "</td>".join(cells))
    page = (
        '<html><head><meta charset="gb2312"><style>td{}</style></head><body><table>'
        + "\n".join(lines)
        + "</table>"
    )
    path.write_bytes(page.encode("gb18030"))
    return path


def _cells(sheet: Planted) -> list[tuple[int, int, Any]]:
    return [
        (r, c, value)
        for r, row in enumerate(sheet.rows)
        for c, value in enumerate(row)
        if value is not None
    ]


def _filled_down(sheet: Planted) -> list[list[Any]]:
    """A text file has no merged cells: whoever writes it repeats them."""
    rows = [list(row) for row in sheet.rows]
    for a, b, c, _ in sheet.merges:
        if c > a and a >= 2:
            for r in range(a + 1, c + 1):
                if not _is_header(sheet, r):
                    rows[r] += [None] * (b + 1 - len(rows[r]))
                    rows[r][b] = rows[a][b]
    return rows


def _is_header(sheet: Planted, row: int) -> bool:
    numbers = [
        *sheet.valid,
        *(int("".join(x for x in cell if x.isdigit())) for cell, _ in sheet.faults),
    ]
    return row + 1 < min(numbers)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Err):
        return value.text
    if isinstance(value, NoResult):
        return "#VALUE!"
    if isinstance(value, float) and value > 1e15:
        return f"{value:.5E}"
    return str(value)


FORMATS: dict[str, Callable[[Planted, Path], Path]] = {
    "a.xlsx": to_xlsx,
    "a.xls": to_xls,
    "a.et": to_xls,
    "名册.xls": to_html,
    "gb.csv": to_csv,
    "utf8.csv": lambda s, p: to_csv(s, p, "utf-8"),
    "bom.csv": lambda s, p: to_csv(s, p, "utf-8-sig", ";"),
    "utf16.xls": lambda s, p: to_csv(s, p, "utf-16", "\t"),
    "tab.tsv": lambda s, p: to_csv(s, p, "utf-8", "\t"),
    "xls as.xlsx": to_xls,
    "xlsx as.xls": to_xlsx,
}
"""File name -> writer; some lie about what they are."""
