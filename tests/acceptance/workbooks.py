"""The truth model as rows of rosters, and the clean workbooks.

`records` turns the model into one dict per row, by field; `FIELDS` says under which headers
(all of them from the definitions of the rosters) a field may stand. `messy.py` writes the
same records the way real offices do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.acceptance.generator import City

Record = dict[str, Any]

TITLES = {
    "areas": "区划网格表",
    "organisations": "组织台账",
    "resident_units": "驻区单位台账",
    "social_organisations": "社会组织台账",
    "members": "在职党员报到台账",
    "volunteers": "志愿者台账",
    "ties": "共建关系台账",
    "resources": "资源清单",
    "needs": "需求清单",
}
USCC = ("统一社会信用代码",)
COMMUNITY, GRID, STREET = ("所在社区",), ("所在网格",), ("所在街道",)
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "areas": {
        "code": ("网格编码",),
        "name": ("网格名称",),
        "community": ("所属社区",),
        "community_code": ("社区编码",),
        "street": ("所属街道",),
        "street_code": ("街道编码",),
        "households": ("户数",),
        "residents": ("常住人口", "人口"),
        "workers": ("网格员",),
    },
    "organisations": {
        "name": ("组织名称",),
        "uscc": USCC,
        "kind": ("组织类型",),
        "street": STREET,
        "community": COMMUNITY,
        "grid": GRID,
        "superior": ("上级组织",),
        "covers": ("覆盖网格", "覆盖范围"),
        "head": ("书记",),
        "party": ("党员数",),
    },
    "resident_units": {
        "number": ("序号",),
        "name": ("单位名称",),
        "uscc": USCC,
        "kind": ("单位性质", "类别"),
        "sector": ("所属行业",),
        "address": ("地址",),
        "street": STREET,
        "community": COMMUNITY,
        "grid": GRID,
        "branch": ("党组织名称",),
        "party": ("党员数",),
        "staff": ("职工人数",),
        "head": ("负责人",),
        "phone": ("联系电话",),
        "can_offer": ("可提供资源",),
        "agreement": ("是否签订共建协议",),
        "cross": ("兼职委员",),
        "note": ("备注",),
    },
    "social_organisations": {
        "name": ("组织名称",),
        "registered": ("登记/备案",),
        "uscc": USCC,
        "kind": ("类别",),
        "business": ("业务范围",),
        "street": STREET,
        "community": COMMUNITY,
        "grid": GRID,
        "head": ("负责人",),
        "phone": ("联系电话",),
        "people": ("成员人数",),
        "founded": ("成立时间",),
        "serves": ("服务区域",),
    },
    "members": {
        "person": ("姓名",),
        "sex": ("性别",),
        "born": ("出生年月",),
        "id": ("身份证号",),
        "employer": ("工作单位",),
        "uscc": ("工作单位统一社会信用代码",),
        "post": ("职务",),
        "phone": ("联系方式",),
        "street": STREET,
        "home": ("居住地社区",),
        "community": ("报到社区",),
        "grid": ("所属网格",),
        "reported": ("报到时间",),
        "skill": ("专业特长",),
        "role": ("认领岗位",),
        "hours": ("服务时长",),
        "last": ("最近服务日期",),
    },
    "volunteers": {
        "person": ("姓名",),
        "id": ("身份证号",),
        "phone": ("联系电话",),
        "politics": ("政治面貌",),
        "team": ("服务队伍",),
        "field": ("服务领域",),
        "street": STREET,
        "community": ("服务社区",),
        "grid": ("服务网格",),
        "registered": ("注册时间",),
        "hours": ("累计时长",),
        "last": ("最近服务日期",),
    },
    "ties": {
        "subject": ("共建主体", "甲方"),
        "uscc": USCC,
        "object": ("共建对象", "乙方"),
        "street": STREET,
        "community": COMMUNITY,
        "grid": GRID,
        "mechanism": ("共建方式",),
        "signed": ("签订日期",),
        "valid_to": ("有效期至",),
        "count": ("活动次数",),
        "status": ("状态",),
    },
    "resources": {
        "name": ("资源名称",),
        "category": ("资源类别",),
        "provider": ("提供单位",),
        "uscc": USCC,
        "quantity": ("数量",),
        "unit": ("单位",),
        "range": ("服务范围",),
        "opening": ("开放时间",),
        "valid_to": ("有效期至",),
    },
    "needs": {
        "name": ("需求内容",),
        "category": ("需求类别",),
        "requester": ("提出主体",),
        "street": STREET,
        "community": COMMUNITY,
        "grid": GRID,
        "quantity": ("数量",),
        "unit": ("单位",),
        "urgency": ("紧急程度",),
        "due": ("期望完成时间",),
        "status": ("状态",),
    },
}


class Rows:
    """Rows of rosters out of a truth model, every value still plain."""

    def __init__(self, city: City) -> None:
        self.city = city
        stems = [stem(c["name"]) for c in city["communities"].values()]
        self.unique = {s for s in stems if stems.count(s) == 1}

    def place(self, community: str | None, street: str | None = None) -> Record:
        """Street and community of a row, by name."""
        code = self.city["communities"][community]["street"] if community else street
        return {
            "street": self.city["streets"][code]["name"],
            "street_key": code,
            "community": self.city["communities"][community]["name"] if community else None,
            "community_key": community or "",
        }

    def grid(self, code: str | None) -> str | None:
        return self.city["grids"][code]["name"] if code else None

    def end(self, end: tuple[str, str]) -> str:
        """An area or actor by its name."""
        table = {"grid": "grids", "community": "communities", "actor": "actors"}[end[0]]
        return str(self.city[table][end[1]]["name"])

    def of(self, kind: str) -> list[Record]:
        """All rows of one kind."""
        return list(getattr(self, kind)())

    def areas(self) -> Iterator[Record]:
        for code, g in self.city["grids"].items():
            place = self.place(g["community"])
            yield {
                **place,
                "code": code,
                "name": g["name"],
                "community_code": g["community"],
                "street_code": place["street_key"],
                "households": g["households"],
                "residents": g["residents"],
                "workers": g["workers"],
            }

    def _actors(self, label: str) -> Iterator[tuple[Record, Record]]:
        for i, (ident, a) in enumerate(self.city["actors"].items()):
            if a["label"] == label and a["listed"]:
                yield (
                    a,
                    {
                        **self.place(a["community"] or None, a["street"]),
                        "ident": ident,
                        "name": a["name"],
                        "uscc": a["uscc"] if a["roster_uscc"] else None,
                        "kind": a["word"],
                        "grid": self.grid(a["grid"]),
                        "head": "王建国" if i % 3 else "李　梅",
                        "phone": f"0712{2800000 + i}",
                        "party": i % 40,
                    },
                )

    def organisations(self) -> Iterator[Record]:
        for a, row in self._actors("organization"):
            covers = row["grid"] if a["kind"] == "grid_branch" else None
            yield {**row, "covers": covers, "superior": None}

    def resident_units(self) -> Iterator[Record]:
        rows = [(row, a["cross_member"]) for a, row in self._actors("unit")]
        for extra in self.city["also"]:  # bodies that another roster, or another row, has too
            a = self.city["actors"][extra["actor"]]
            place = self.place(extra.get("community", a["community"]))
            row = {**place, "name": extra.get("name", a["name"]), "kind": extra["word"]}
            rows.append(({**row, "uscc": a["uscc"], "head": "王建国", "phone": None}, False))
        for i, (row, cross) in enumerate(rows):
            yield {
                "grid": None,
                "party": i % 30,
                **row,
                "number": i + 1,
                "sector": "商贸",
                "address": f"城站路{i + 1}号",
                "branch": f"{row['name']}党支部" if i % 4 == 0 else None,
                "staff": 10 + i % 300,
                "can_offer": "会议室、停车位" if i % 5 == 0 else None,
                "agreement": "是" if i % 2 else "否",
                "cross": "赵志强" if cross else None,
                "note": None,
            }

    def social_organisations(self) -> Iterator[Record]:
        for i, (a, row) in enumerate(self._actors("social")):
            yield {
                **row,
                "registered": "登记" if row["uscc"] else "备案",
                "business": "便民服务",
                "people": 8 + i % 50,
                "founded": date(2012 + i % 6, 1 + i % 12, 1),
                "serves": [self.end(e) for e in a["serves"]],
            }

    def _person(self, row: Record) -> Record:
        p = self.city["people"][row["person"]]
        return {
            **self.place(row["community"]),
            "person": p["name"],
            "id": p["id"] if "id" in row["show"] else None,
            "phone": p["phone"] if "phone" in row["show"] else None,
            "grid": self.grid(row["grid"]),
            "last": row["last"],
            "hours": 4.5 if row["last"] else None,
        }

    def members(self) -> Iterator[Record]:
        for i, row in enumerate(self.city["members"]):
            found = self._person(row)
            actor = self.city["actors"].get(row["employer"])
            yield {
                **found,
                # 报到社区 empty: the member reports where he or she lives
                "home": found["community"] if i % 3 == 0 else None,
                "community": None if i % 9 == 0 else found["community"],
                "sex": "女" if i % 2 else "男",
                "born": None,
                "employer": actor["name"] if actor else None,
                "uscc": actor["uscc"] if actor and i % 2 else None,
                "actor": row["employer"],
                "post": "科员",
                "reported": row["reported"],
                "skill": "法律",
                "role": "政策宣传岗",
            }

    def volunteers(self) -> Iterator[Record]:
        for row in self.city["volunteers"]:
            actor = self.city["actors"].get(row["team"])
            yield {
                **self._person(row),
                "politics": "群众",
                "team": actor["name"] if actor else None,
                "field": "扶老助幼",
                "registered": row["registered"],
            }

    def ties(self) -> Iterator[Record]:
        for i, t in enumerate(self.city["ties"]):
            actor = self.city["actors"][t["subject"]]
            shown = i % 5 < 3 if t["show_uscc"] is None else t["show_uscc"]
            named, home = t["named"], actor["community"] or actor["street"]
            if t["place"][:6] != home[:6]:  # a bare name would mean nobody of another district
                shown = True
                if actor["uscc"] is None:
                    named = named or self._placed_name(actor)
            live = ("有效", "履行中", None)[i % 3]
            yield {
                **self.place(t["place"]),
                "subject": named or actor["name"],
                "named": named,
                "actor": t["subject"],
                "uscc": actor["uscc"] if shown else None,
                "object": self.end(t["object"]),
                "object_end": t["object"],
                "grid": self.grid(t["row_grid"]),
                "mechanism": t["mechanism"],
                "signed": t["signed"],
                "valid_to": t["valid_to"],
                "count": t["count"],
                "status": ("终止", "解除", "已结束")[i % 3] if t["ended"] else live,
            }

    def _placed_name(self, actor: Record) -> str:
        """A name that says its place."""
        home = actor["community"] or actor["street"]
        district = str(self.city["streets"][home[:9]]["district_name"])
        name = str(actor["name"])
        return name if name.startswith("孝感市") else district + name

    def resources(self) -> Iterator[Record]:
        for i, r in enumerate(self.city["resources"]):
            actor = self.city["actors"][r["provider"]]
            yield {
                **r,
                "street_key": "",
                "community_key": "",
                # the list names no place, so a bare name would mean nobody
                "provider": self._placed_name(actor) if actor["uscc"] is None else actor["name"],
                "actor": r["provider"],
                "uscc": actor["uscc"],
                "range": self._range(r["range"], i),
            }

    def _range(self, code: str | None, i: int) -> str | None:
        """An area as 服务范围: its code, or a name that occurs once in the city."""
        if code is None or i % 2:
            return code
        if code == "4209":
            return "孝感市"
        for s in self.city["streets"].values():
            if s["district"] == code:
                return str(s["district_name"])
        if code in self.city["streets"]:
            return str(self.city["streets"][code]["name"])
        name = self.city["communities"].get(code, {}).get("name")
        return str(name) if name and stem(name) in self.unique else code

    def needs(self) -> Iterator[Record]:
        for n in self.city["needs"]:
            place = self.place(n["community"])
            yield {
                **n,
                **place,
                "requester": self.city["actors"][n["requester"]]["name"]
                if n["requester"]
                else None,
                "category": n["category"] or None,
                "grid": self.grid(n["grid"]),
            }


def stem(name: str) -> str:
    """The bare name of a community or village, without 社区, 居委会, 村委会."""
    for suffix in ("社区居委会", "社区", "居委会", "村委会", "村"):
        if name.endswith(suffix):
            return name[: -len(suffix)]
    return name


def plain_cell(value: Any) -> Any:
    """A value as the clean workbooks write it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(value) or None
    return value


def write_divisions(city: City, path: Path, encoding: str = "utf-8") -> None:
    """The communities of the city's streets, as the official list has them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(city["divisions"][0]))
        writer.writeheader()
        writer.writerows(city["divisions"])


FILES = {
    "基层台账": ("areas", "organisations", "resident_units", "social_organisations"),
    "人员台账": ("members", "volunteers"),
    "共建台账": ("ties",),
    "三张清单": ("resources", "needs"),
}


def write_clean(city: City, folder: Path, *, without: tuple[str, ...] = ()) -> list[Path]:
    """Clean workbooks: one header row, ISO dates, codes as text, a street column."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = Rows(city)
    write_divisions(city, folder / "区划代码表.csv")
    paths = [folder / "区划代码表.csv"]
    for name, kinds in FILES.items():
        kept = {kind: rows.of(kind) for kind in kinds if kind not in without}
        if kept:
            paths.append(write_book(folder / f"{name}.xlsx", kept))
    return paths


def write_book(path: Path, sheets: dict[str, list[Record]], reported: str | None = None) -> Path:
    """One clean workbook, a sheet per kind; with `reported`, a 填报日期 row above the header."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime(2020, 2, 20)})
        for kind, records in sheets.items():
            sheet = book.add_worksheet(TITLES[kind])
            top = 0
            if reported:
                sheet.write_string(0, 0, f"填报日期：{reported}")
                top = 1
            sheet.write_row(top, 0, [headers[0] for headers in FIELDS[kind].values()])
            for i, record in enumerate(records, start=top + 1):
                for j, field in enumerate(FIELDS[kind]):
                    value = plain_cell(record.get(field))
                    if isinstance(value, str):
                        sheet.write_string(i, j, value)
                    elif value is not None:
                        sheet.write_number(i, j, value)
    return path
