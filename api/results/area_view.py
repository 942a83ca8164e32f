"""What an area shows of itself and of the verdicts in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from api.records import ConnectivityRecord
from api.results.prepared import Prepared
from maps.legend import STANDINGS, VERDICTS


def area_record(prepared: Prepared, code: str) -> dict[str, Any]:
    """The fields of an `AreaRecord`."""
    row = prepared.areas[code]
    return {
        "code": code,
        "name": row["name"] or code,
        "level": row["label"].lower(),
        "parent": row["parent"],
        "path": tuple(part for part in (row["path"] or "").split("/") if part),
        "residents": row["residents"],
        "households": row["households"],
        "children": len(prepared.children.get(code, ())),
    }


def summaries(prepared: Prepared) -> dict[str, Counter[str]]:
    """Area code -> verdicts of the judged areas in it, itself included."""
    found: dict[str, Counter[str]] = {}
    for area in prepared.weak.areas:
        for code in area.path:
            found.setdefault(code, Counter())[area.verdict] += 1
    return found


def in_order(counts: Counter[str]) -> dict[str, int]:
    """Every verdict with its number, worst first."""
    return {verdict: counts[verdict] for verdict in VERDICTS}


def standing(counts: Counter[str]) -> dict[str, int]:
    """weak, watch, adequate, unknown with their numbers."""
    found: dict[str, int] = dict.fromkeys(STANDINGS, 0)
    for verdict, style in VERDICTS.items():
        found[style.standing] += counts[verdict]
    return found


def connectivity(prepared: Prepared, code: str | None) -> ConnectivityRecord:
    """How many of an area's judged areas hang together with and without hubs."""
    inside = [a for a in prepared.weak.areas if code is None or code in a.path]
    told = [a for a in inside if a.verdict != "unknown"]
    roots = Counter(a.path[0] for a in prepared.weak.areas)
    main_root = min(roots, key=lambda r: (-roots[r], r), default=None)
    main = sum(bool(a.in_main) for a in told)
    none = sum(a.partners == 0 for a in told)
    return ConnectivityRecord(
        judged=len(told),
        with_hubs=sum(a.path[0] == main_root for a in told),
        without_hubs=main,
        apart=len(told) - main - none,
        no_partner=none,
    )
