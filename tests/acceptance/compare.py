"""What the program says against what the slow calculation says, difference by difference."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from tests.acceptance import reference, reference_gaps
from tests.acceptance.generator import URGENCY, City
from tests.acceptance.reference_gaps import PARTS

MEASURES = (
    "verdict",
    "residents",
    "partners",
    "partner_kinds",
    "members",
    "volunteers",
    "partners_per_1000",
    "cut",
    "component_areas",
    "in_main",
    "reach_4",
    "lapsed",
)
Differences = list[tuple[str, str, Any, Any]]
"""Area or category, measure, what the program says, what the calculation says."""


def weak_differences(
    said: bytes, city: City, day: date, level: str = "grid", complete: tuple[str, ...] = ()
) -> Differences:
    """Every measure of every area that differs; empty where all agree."""
    document = json.loads(said)
    assert document["date"] == day.isoformat()
    assert document["level"] == level
    expected = reference.weak_grids(city, day, level, complete)
    found = {a["code"]: a for a in document["areas"]}
    wrong: Differences = [(c, "area", c in found, c in expected) for c in found.keys() ^ expected]
    for code in sorted(found.keys() & expected):
        row = dict(found[code])
        if row["lapsed"] is not None:
            assert len(set(row["lapsed"])) == len(row["lapsed"])
            row["lapsed"] = len(row["lapsed"])
        for key in MEASURES:
            if not _same(row[key], expected[code][key]):
                wrong.append((code, key, row[key], expected[code][key]))
        if row["weak"] != (expected[code]["verdict"] in WEAK):
            wrong.append((code, "weak", row["weak"], expected[code]["verdict"]))
    counted = Counter(r["verdict"] for r in expected.values())
    for verdict, count in document["summary"].items():
        if count != counted[verdict]:
            wrong.append((verdict, "summary", count, counted[verdict]))
    return wrong


WEAK = {"isolated", "hub_only", "detached", "single_thread"}


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12)
    return type(a) is type(b) and a == b


def gap_differences(by_category: bytes, by_need: bytes, city: City, day: date) -> Differences:
    """Parts per group of categories, words of unknown quantities, and the sums of both views."""
    expected = reference_gaps.gaps(city, day)
    rows = json.loads(by_category)["categories"]
    needs = json.loads(by_need)["needs"]
    wrong = _need_differences(needs, city, expected)
    kinds = _kinds(needs, city)
    for name, group in expected["groups"].items():
        mine = [r for r in rows if kinds.get(_key(r)) in group["categories"]]
        if len(group["categories"]) == 1 and len(mine) != 1:
            wrong.append((name, "rows", [_key(r) for r in mine], 1))
        for part in PARTS:
            said = sum(r["parts"][part] for r in mine)
            if said != group["parts"][part]:
                wrong.append((name, part, said, group["parts"][part]))
            words = sum(r["unknown_parts"][part] for r in mine)
            if words != group["words"].get(part, 0):
                wrong.append((name, f"{part} (unknown)", words, group["words"].get(part, 0)))
        for key in ("needs", "unknown_quantity"):
            said = sum(r[key] for r in mine)
            if said != group[key]:
                wrong.append((name, key, said, group[key]))
    return wrong


def _key(row: dict[str, Any]) -> Any:
    return row["category"], row.get("service") if row["category"] is None else None


def _kinds(needs: list[dict[str, Any]], city: City) -> dict[Any, str]:
    """The program's category of each need -> the sheet's; they pair off one to one."""
    text = {n["name"]: n["category"] for n in city["needs"]}
    found: dict[Any, str] = {}
    for need in needs:
        kind = text[need["name"]]
        assert found.setdefault(_key(need), kind) == kind, "two categories under one name"
    return found


def _need_differences(
    needs: list[dict[str, Any]], city: City, expected: dict[str, Any]
) -> Differences:
    truth = {n["name"]: n for n in city["needs"]}
    wrong: Differences = []
    urgent: dict[tuple[str, int], int] = defaultdict(int)
    group_of = {c: g for g, x in expected["groups"].items() for c in x["categories"]}
    if sorted(n["name"] for n in needs) != sorted(truth):
        wrong.append(("needs", "names", len(needs), len(truth)))
    for need in needs:
        true, parts = truth[need["name"]], need["parts"]
        if need["requested"] != true["quantity"]:
            wrong.append((need["name"], "requested", need["requested"], true["quantity"]))
        elif true["quantity"] is None:
            words = [p for p in PARTS if parts[p] is True]
            if words != [expected["words"][need["name"]]]:
                wrong.append((need["name"], "word", words, expected["words"][need["name"]]))
        else:
            if sum(parts.values()) != true["quantity"] or min(parts.values()) < 0:
                wrong.append((need["name"], "sum", parts, true["quantity"]))
            rank = URGENCY.index(true["urgency"] or URGENCY[-1])
            for i in range(rank, len(URGENCY)):
                urgent[group_of[true["category"]], i] += parts["matchable"]
    for name, group in expected["groups"].items():
        said = [urgent[name, i] for i in range(len(URGENCY))]
        if said != group["by_urgency"]:
            wrong.append((name, "by_urgency", said, group["by_urgency"]))
    return wrong
