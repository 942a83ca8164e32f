"""A sheet of 200,000 members: read apart, in bounded memory, and given back marked."""

from __future__ import annotations

import csv
import random
import resource
from collections.abc import Iterable
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, timed

ROWS = 200_000
HEADER = [
    *("姓名", "性别", "出生年月", "身份证号", "工作单位", "工作单位统一社会信用代码", "职务"),
    *("联系方式", "居住地社区", "报到社区", "所属网格", "报到时间", "专业特长", "认领岗位"),
    *("服务时长", "最近服务日期"),
]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run(bench: Bench) -> Iterable[Figure]:
    """Read the sheet as .xlsx and as CSV, and write the report on it; one faulty row in 100."""
    from ingest.copies.copies import write_report_copies
    from ingest.reading.read import read_datasets

    rows = ROWS if bench.full_city else ROWS // 10
    size = f"{rows:,} rows"
    book, text = write_members(bench.folder, rows)
    for path, form in ((text, "CSV"), (book, ".xlsx")):
        found, seconds = timed(lambda path=path: read_datasets([path], secret=b"k", area="孝感市"))
        target = 60.0 if bench.full_city else 6.0
        yield Figure(f"read, {form}", runs=[seconds], unit="s", target=target, size=size)
    issues = [i for d in found.datasets for i in d.issues]
    _, seconds = timed(lambda: write_report_copies(bench.folder / "report.xlsx", found, issues))
    yield Figure("report as a copy, .xlsx", runs=[seconds], unit="s", size=size)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    yield Figure("peak of the reading process", runs=[peak], unit="MB", target=1024.0, size=size)


def write_members(folder: Path, count: int) -> tuple[Path, Path]:
    """The same rows as a workbook and as a GB18030 text."""
    import xlsxwriter

    rng = random.Random(2019)
    book_path, text_path = folder / "在职党员.xlsx", folder / "在职党员.csv"
    options = {"constant_memory": True}
    with (
        xlsxwriter.Workbook(str(book_path), options) as book,
        text_path.open("w", newline="", encoding="gb18030") as file,
    ):
        sheet, text = book.add_worksheet("在职党员报到台账"), csv.writer(file)
        for number, row in enumerate([HEADER, *(_member(rng) for _ in range(count))]):
            sheet.write_row(number, 0, row)
            text.writerow(row)
    return book_path, text_path


def _member(rng: random.Random) -> list[str]:
    community = f"第{rng.randint(1, 400)}社区"
    birth = f"19{rng.randint(50, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    number = f"420902{birth}{rng.randrange(1000):03d}"
    check = "10X98765432"[sum(int(c) * w for c, w in zip(number, _WEIGHTS, strict=True)) % 11]
    registered = f"2019年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    name = rng.choice("王李张刘陈杨") + rng.choice("伟芳娜敏静丽") + rng.choice("强磊军洋勇艳")
    return [
        name if rng.random() > 0.01 else "",
        rng.choice("男女"),
        birth,
        number + check,
        f"孝感市第{rng.randint(1, 3000)}中学",
        "",
        "教师",
        f"1{rng.randint(3_000_000_000, 9_999_999_999)}",
        community,
        community,
        f"第{rng.randint(1, 9)}网格",
        registered,
        "法律",
        "政策宣传员",
        str(rng.randint(0, 50)),
        f"2019-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    ]
