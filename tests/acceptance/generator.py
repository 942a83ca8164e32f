"""A test city as plain dicts: who sits where, who is tied to whom, who needs and offers what.

The truth model is made first and the sheets are written from it (`workbooks.py`); the slow
calculation (`reference.py`) reads the truth model only. Nothing here uses the project's code,
so that an error in it can't hide in the test. Everything follows from the seed.

`city["planted"]` names the cases put in on purpose; their answers are known by hand.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

City = dict[str, Any]

DIVISIONS = Path(__file__).parents[2] / "samples" / "xiaogan" / "xiaogan_divisions.csv"
DAY = date(2020, 2, 29)
"""The day of judgement; minus 24 months is 2018-02-28, by clamping to the month's end."""
EARLIER = date(2019, 8, 31)
"""A second day of judgement on the same data."""

STREETS = ("420902001", "420902002", "420902003", "420902100", "420984103")
"""Four of 孝南区 (with 文昌 and 文昌阁, 三里 and 三里棚, 星火社区 and 星火村) and one of 汉川市
that has a 文昌阁社区 too."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST = "明瑞华国安康永泰鸿广新金宏盛和顺德福兴益汈澴洑涢垱天海东方立信诚正远达恒利"
SECOND = "源达通信杰晟泽霖安成润丰昌隆辉腾跃翔凯博宇铭佳弘毅骏祥茂荣庆禾嘉轩诺维"

UNIT_FORMS = {
    "机关": ("government", "{}税务所"),
    "事业单位": ("public_institution", "{}服务中心"),
    "学校": ("school", "{}小学"),
    "医院": ("hospital", "{}医院"),
    "国有企业": ("state_enterprise", "{}投资有限公司"),
    "民营企业": ("private_enterprise", "{}商贸有限公司"),
    "服务企业": ("service_enterprise", "{}银行孝感支行"),
    "商圈市场": ("market", "{}商业广场"),
    "其他": ("other", "{}联络处"),
    "农民合作社": (None, "{}种植专业合作社"),
}
"""Word of the sheet -> kind and form of the name; a word that no list knows gives no kind."""
SOCIAL_FORMS = {
    "公益慈善类": ("charity", "{}公益服务社"),
    "文体类": ("culture_sport", "{}腰鼓协会"),
    "志愿服务队": ("volunteer_team", "{}志愿服务队"),
    "互助类": ("mutual_help", "{}邻里互助会"),
}
MECHANISMS = ("共建协议", "结对共建", "兼职委员", "轮值主席", "项目", "活动")
CATEGORIES: tuple[tuple[str, str | None, str], ...] = (
    ("养老助老", "care", "人次"),
    ("心理疏导", "care", "人次"),
    ("法律服务", "government", "场"),
    ("家政服务", "market", "小时"),
    ("文化体育", "public", "场"),
    ("无人机航拍", None, "架次"),
    ("资金支持", "social", "元"),
)
"""Second level, its service in the code list (`graph/data/categories.yaml`), a unit."""
COARSE: tuple[tuple[str, str], ...] = (("关爱服务", "care"), ("政务", "government"))
URGENCY = ("特急", "紧急", "一般")


def check_character(body: str) -> str:
    """The 18th character of a USCC: GB 32100-2015, weights 3^i mod 31."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return ALPHABET[(31 - total % 31) % 31]


def normal(name: str) -> str:
    """The normalised name of a body, as domain.md words it (no traditional characters here)."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    text = re.sub(r"^(孝感市|孝南区|汉川市)", "", text, count=1)
    return re.sub(r"(有限责任公司|股份有限公司|有限公司)$", "", text)


class Maker:
    """Draws the city; every draw comes from one seeded source."""

    def __init__(self, seed: int, streets: int, per_community: int, communities: int) -> None:
        self.rng = random.Random(seed)
        self.names: set[str] = set()
        self.people = 0
        self.city: City = {
            "seed": seed,
            "divisions": [],
            "streets": {},
            "communities": {},
            "grids": {},
            "actors": {},
            "also": [],
            "ties": [],
            "people": {},
            "members": [],
            "volunteers": [],
            "resources": [],
            "needs": [],
            "planted": {},
        }
        self.free: dict[str, list[str]] = defaultdict(list)
        self._areas(STREETS[:streets], per_community, communities)

    def _areas(self, streets: tuple[str, ...], per_community: int, communities: int) -> None:
        with DIVISIONS.open(encoding="utf-8-sig") as file:
            rows = [r for r in csv.DictReader(file) if r["street_code"] in streets]
        self.city["divisions"] = rows
        used: dict[str, int] = defaultdict(int)
        share = -(-communities // len(streets))
        for row in rows:
            self.city["streets"][row["street_code"]] = {
                "name": row["street_name"],
                "district": row["county_code"],
                "district_name": row["county_name"],
            }
            code = row["community_code"]
            self.city["communities"][code] = {
                "name": row["community_name"],
                "street": row["street_code"],
                "grids": [],
            }
            if used[row["street_code"]] < share:
                used[row["street_code"]] += 1
                self._grids(code, per_community)
        by_street = defaultdict(list)
        for code, c in self.city["communities"].items():
            if c["grids"]:
                by_street[c["street"]].append(code)
        lists = [by_street[s] for s in streets]
        self.order = [
            codes[i] for i in range(max(map(len, lists))) for codes in lists if i < len(codes)
        ]

    def _grids(self, community: str, count: int) -> None:
        place = self.city["communities"][community]
        style = len(self.city["grids"]) // count % 3
        numerals = "一二三四五六七八九十"
        for i in range(count + self.rng.choice((-1, 0, 1))):
            base = re.sub(r"(社区居委会|社区|村委会)$", "", place["name"])
            name = (f"第{numerals[i]}网格", f"{base}{i + 1:02d}网格", f"第{i + 1}网格")[style]
            code = f"{community}{i + 1:03d}"
            if i == 2 and style == 1:  # a special grid with a code of the community's own
                name, code = f"{base}专属网格", f"ZS-{community[-6:]}-{i}"
            self.city["grids"][code] = {
                "name": name,
                "community": community,
                "residents": self.rng.choice((None, 400, 650, 800, 1000, 1300, 1800, 2500, 3300)),
                "households": self.rng.randint(100, 900),
                "workers": self.rng.randint(1, 3),
            }
            place["grids"].append(code)

    # ------------------------------------------------------------------ actors

    def uscc(self, head: str = "91") -> str:
        """A USCC that passes both checks (GB 32100, and GB 11714 inside it)."""
        chars = [self.rng.choice("0123456789") for _ in range(8)]
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        check = 11 - sum(int(c) * w for c, w in zip(chars, weights, strict=True)) % 11
        inner = "".join(chars) + {10: "X", 11: "0"}.get(check, str(check))
        body = head + self.rng.choice(("420902", "420984", "420100", "110105")) + inner
        return body + check_character(body)

    def fresh(self, form: str, prefix: bool = True) -> str:
        """A name that no other body has, also after normalising."""
        while True:
            brand = self.rng.choice(FIRST) + self.rng.choice(SECOND)
            if len(self.names) > 700:
                brand += self.rng.choice(SECOND)
            name = form.format(brand)
            if normal(name) not in self.names:
                self.names.add(normal(name))
                draw = self.rng.random()
                return ("孝感市" if prefix and draw < 0.2 else "") + name

    def actor(self, label: str, word: str, community: str, **given: Any) -> str:
        """Put an actor on its roster and return its id."""
        kind, form = {**UNIT_FORMS, **SOCIAL_FORMS}.get(word, (None, "{}"))
        number = len(self.city["actors"]) + 1
        ident = f"A{number:05d}"
        has_code = given.pop("has_uscc", self.rng.random() < 0.75)
        head = {"unit": "91", "social": "52", "organization": "91"}[label]
        place = self.city["communities"].get(community, {"grids": []})
        seat = self.rng.choice(place["grids"]) if place["grids"] and number % 3 else None
        entry = {
            "label": label,
            "word": word,
            "kind": kind,
            "name": given.get("name") or self.fresh(form),
            "uscc": self.uscc(head) if has_code else None,
            "community": community,
            "grid": seat,
            "street": place.get("street"),
            "listed": True,
            "roster_uscc": True,
            "serves": [],
            "cross_member": False,
        }
        entry.update(given)
        self.city["actors"][ident] = entry
        return ident

    def hub(self, word: str, kind: str, name: str, **place: Any) -> str:
        """A hub organisation on the roster of organisations."""
        return self.actor(
            "organization", word, place.pop("community", ""),
            kind=kind, name=name, has_uscc=False, **{"grid": None, **place},
        )  # fmt: skip

    def take(self, community: str, word: str | None = None) -> str:
        """A unit of the community that nothing else uses."""
        return self.actor("unit", word or "民营企业", community)

    # ------------------------------------------------------------------ ties

    def tie(self, subject: str | None, end: tuple[str, str], **given: Any) -> dict[str, Any]:
        """Record one row of the ties roster."""
        if end[0] == "grid":
            place = self.city["grids"][end[1]]["community"]
        elif end[0] == "community":
            place = end[1]
        else:
            place = self.city["actors"][end[1]]["community"]
        tie = {
            "subject": subject,
            "object": end,
            "place": place,
            "row_grid": end[1] if end[0] == "grid" and self.rng.random() < 0.6 else None,
            "mechanism": self.rng.choice(MECHANISMS),
            "signed": date(2019, 5, 1),
            "valid_to": None,
            "ended": False,
            "count": self.rng.choice((None, 1, 3, 12)),
            "named": None,
            "show_uscc": None,
            "waits": False,
        }
        tie.update(given)
        self.city["ties"].append(tie)
        return tie

    def dates(self) -> dict[str, Any]:
        """Signing, end and status of a tie; about three in four are alive on `DAY`."""
        draw, day = self.rng.random(), self.day
        if draw < 0.40:
            signed = day("2018-01-01", "2020-02-20")
            return {"signed": signed, "valid_to": self.end("2020-03-01", "2023-12-31")}
        if draw < 0.68:
            return {"signed": day("2018-03-01", "2020-02-20")}
        if draw < 0.74:
            return {"signed": None}
        if draw < 0.83:
            signed = day("2016-01-01", "2018-06-30")
            return {"signed": signed, "valid_to": self.end("2018-07-01", "2020-02-28")}
        if draw < 0.91:
            return {"signed": day("2014-01-01", "2018-02-20")}
        if draw < 0.97:
            return {"signed": day("2018-01-01", "2020-01-31"), "ended": True}
        return {"signed": day("2020-03-01", "2020-06-30")}

    def day(self, first: str, last: str) -> date:
        """A day between two; often the first or the last of its month."""
        a, b = date.fromisoformat(first), date.fromisoformat(last)
        found = a + timedelta(days=self.rng.randint(0, (b - a).days))
        if self.rng.random() < 0.3:
            first_day = found.replace(day=1)
            if first_day >= a:
                return first_day
        return found

    def end(self, first: str, last: str) -> date:
        """As `day`, but often the last of its month."""
        found = self.day(first, last)
        turn = (found.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        return turn if self.rng.random() < 0.3 and turn <= date.fromisoformat(last) else found

    # ------------------------------------------------------------------ people

    def person(self) -> str:
        """Somebody new, with a number, a phone and a name of the person's own."""
        self.people += 1
        n = self.people
        born = date(1960, 1, 1) + timedelta(days=self.rng.randint(0, 14000))
        body = f"420902{born:%Y%m%d}{n % 1000:03d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(c) * w for c, w in zip(body, weights, strict=True))
        surname = "张王李赵陈杨黄周吴徐孙胡朱高林何郭马"[n % 18]
        given = FIRST[n // 18 % len(FIRST)] + SECOND[n // (18 * len(FIRST)) % len(SECOND)]
        ident = f"P{n:05d}"
        self.city["people"][ident] = {
            "name": surname + given,
            "id": body + "10X98765432"[total % 11],
            "phone": f"13{n % 10}{27182000 + n:08d}",
        }
        return ident

    def member(self, person: str, community: str, grid: str | None, **given: Any) -> None:
        """One row of the members roster."""
        row = {
            "person": person,
            "community": community,
            "grid": grid,
            "employer": None,
            "reported": date(2019, 4, 1),
            "last": date(2019, 11, 5),
            "show": ("id", "phone"),
        }
        row.update(given)
        self.city["members"].append(row)

    def volunteer(self, person: str, community: str, grid: str | None, **given: Any) -> None:
        """One row of the volunteers roster."""
        row = {
            "person": person,
            "community": community,
            "grid": grid,
            "team": None,
            "registered": date(2019, 3, 1),
            "last": date(2019, 12, 1),
            "show": ("id", "phone"),
        }
        row.update(given)
        self.city["volunteers"].append(row)

    def service(self) -> dict[str, Any]:
        """Last service of a person: active, boundary days, long ago, none."""
        draw = self.rng.random()
        if draw < 0.55:
            return {"last": self.day("2019-03-01", "2020-02-15")}
        if draw < 0.60:
            return {"last": date(2019, 2, 28)}
        if draw < 0.65:
            return {"last": date(2019, 2, 27)}
        if draw < 0.80:
            return {"last": self.day("2015-01-01", "2019-02-01")}
        return {"last": None}
