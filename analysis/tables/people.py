"""队伍专业化: who works in the grids, and whether those who signed up are seen there.

Persons appear as counts of areas and of employers only. Nothing here ranks or compares
persons, and rows are in the order of codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from analysis.layers.day_tables import people_table, place_table
from analysis.layers.lifetime import is_active, is_current
from analysis.table import Spec, Table, col
from analysis.tables.small_cells import without_small_cells
from graph.model.labels import Label, TieType

if TYPE_CHECKING:
    from analysis.tables.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A community: its grids, how many of them are known to have no grid worker, its grid
    workers, social workers (also per 1,000 residents) and contact cadres, as the sheets of
    areas count them. Of a community without a number of its own, the sum of its grids where
    all are known.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    grids: int = col("网格", "grids")
    without_worker: int | None = col("没有网格员的网格", "grids without a worker")
    worker_unknown: int = col("网格员不明的网格", "grids of unknown workers")
    grid_workers: int | None = col("网格员", "grid workers")
    social_workers: int | None = col("社工", "social workers")
    per_1000: float | None = col("每千人社工", "social workers per 1,000", "number")
    contact_cadres: int | None = col("联系干部", "contact cadres")


STAFF = Spec(
    "staff",
    "team",
    "队伍：没有网格员的网格，每个社区的社工和联系干部",
    "Grids without a worker; social workers and cadres per community",
    Staff,
    "按区划网格表的人数。网格员一栏写 0 的网格为没有，没有写的为不明；社区没有写总数的，"
    "由各网格相加（全部已知时）。每千人社工按常住人口。",
)


def staff(view: View) -> Table:
    """`Staff` of every shown community."""
    rows = []
    for code in view.communities:
        grids = [g for g in view.grids if view.community_of.get(g) == code]
        workers = [view.areas[g]["grid_workers"] for g in grids]
        known = [w for w in workers if w is not None]
        social = _own_or_sum(view, code, grids, "social_workers")
        residents = view.residents.get(code)
        rows.append(
            Staff(
                code=code,
                name=view.names.get(code, code),
                grids=len(grids),
                without_worker=sum(w == 0 for w in known) if known else None,
                worker_unknown=len(workers) - len(known),
                grid_workers=_own_or_sum(view, code, grids, "grid_workers"),
                social_workers=social,
                per_1000=social * 1000 / residents if social is not None and residents else None,
                contact_cadres=_own_or_sum(view, code, grids, "contact_cadres"),
            )
        )
    unknown = sum(r.grid_workers is None and r.social_workers is None for r in rows)
    return STAFF.table(rows, unknown=unknown, of=len(rows))


def _own_or_sum(view: View, code: str, grids: Iterable[str], name: str) -> int | None:
    own: int | None = view.areas[code][name]
    parts: list[int | None] = [view.areas[g][name] for g in grids]
    if own is not None or not parts or None in parts:
        return own
    return sum(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """A community: members who report to it or its grids and volunteers who serve there, by
    whether they were active at the day judged (a service within the policy's months), weren't,
    or bear no date; and the active share of those of known activity. A person counts once per
    community; the last row adds the communities up. Unknown where no roster names it.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    members_active: int | None = col("活跃党员", "active members", people=True)
    members_inactive: int | None = col("不活跃党员", "inactive members", people=True)
    members_unknown: int | None = col("活动不明党员", "members of unknown activity", people=True)
    members: int | None = col("报到党员", "members reported in", people=True)
    members_share: float | None = col("党员活跃率", "active share", "share", people=True)
    volunteers_active: int | None = col("活跃志愿者", "active volunteers", people=True)
    volunteers_inactive: int | None = col("不活跃志愿者", "inactive volunteers", people=True)
    volunteers_unknown: int | None = col("活动不明志愿者", "of unknown activity", people=True)
    volunteers: int | None = col("志愿者", "volunteers", people=True)
    volunteers_share: float | None = col("志愿者活跃率", "active share", "share", people=True)


PARTICIPATION = Spec(
    "participation",
    "team",
    "在职党员作用：报到后来不来，志愿者活不活跃",
    "Reported in, but active?",
    Participation,
    "到社区或其网格报到的在职党员、在那里服务的志愿者：判断之日活跃（规定月数内有服务）、不活跃、没有日期"
    "各多少；活跃率以活动情况已知者为底。一人在一个社区只计一次，末行为各社区相加。没有台账的列为不明。",
)
PARTS = (
    ("members_active", "members_inactive", "members_unknown", "members"),
    ("volunteers_active", "volunteers_inactive", "volunteers_unknown", "volunteers"),
)


def participation(view: View) -> Table:
    """`Participation` of every shown community, and their sum."""
    places = place_table(view.network, "community")
    codes = sorted(c for c, row in view.areas.items() if row["label"] == Label.COMMUNITY)
    people = people_table(view.network, view.city.policy, view.day, places)
    grouped = people.unique(["start", "start_label", "at", "reports"])
    counts: Counter[tuple[str, bool, bool | None]] = Counter()
    for at, reports, active in grouped.select("at", "reports", "active").iter_rows():
        counts[codes[at], reports, active] += 1

    def numbers(keys: list[str], known: dict[bool, bool]) -> dict[str, int | float | None]:
        found: dict[str, int | float | None] = {}
        for stem, reports in (("members", True), ("volunteers", False)):
            active, inactive, unknown = (
                sum(counts[code, reports, state] for code in keys) for state in (True, False, None)
            )
            told = known[reports] or active + inactive + unknown
            found[f"{stem}_active"] = active if told else None
            found[f"{stem}_inactive"] = inactive if told else None
            found[f"{stem}_unknown"] = unknown if told else None
            found[stem] = active + inactive + unknown if told else None
            shared = active + inactive
            found[f"{stem}_share"] = active / shared if told and shared else None
        return found

    kinds = {True: "members", False: "volunteers"}
    rows = []
    for code in view.communities:
        known = {reports: view.told(code, kind) for reports, kind in kinds.items()}
        name = view.names.get(code, code)
        rows.append(Participation(code=code, name=name, **numbers([code], known)))  # type: ignore[arg-type]
    unknown = sum(r.members is None and r.volunteers is None for r in rows)
    if rows:
        known = {r: any(view.told(c, k) for c in view.communities) for r, k in kinds.items()}
        total = numbers(view.communities, known)
        rows.append(Participation(code="", name="合计", **total))  # type: ignore[arg-type]
    return PARTICIPATION.table(rows, unknown=unknown, of=len(view.communities))


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentUnit:
    """A unit that sits in the area shown and whose members reported in somewhere, but of whom
    none has been active within the policy's months. Members without any date are told apart:
    of them nothing is known.
    """

    id: str = col("编号", "id", "text")
    name: str = col("单位", "unit", "text")
    inactive: int = col("不活跃党员", "inactive members", people=True)
    unknown: int = col("活动不明党员", "members of unknown activity", people=True)
    members: int = col("报到党员", "members reported in", people=True)


SILENT = Spec(
    "silent_units",
    "team",
    "在职党员作用：党员报到了却没有人活动的单位",
    "Units whose members serve nowhere",
    SilentUnit,
    "本区域内的单位，其在职党员已报到，但规定月数内没有一人有服务记录。没有日期的党员另列，情况不明。"
    "按编号排列。",
)


def silent_units(view: View) -> Table:
    """`SilentUnit`, by key, and their sum."""
    persons = view.network.people.select("key", "label", is_active(view.city.policy, view.day))
    current = view.network.ties.filter(is_current(view.day))
    person = ["start", "start_label"]
    reporting = current.filter(pl.col("type") == str(TieType.REPORTS_TO)).select(person).unique()
    working = current.filter(pl.col("type") == str(TieType.WORKS_AT))
    counts = (
        working.select(*person, "end")
        .unique()
        .join(reporting, on=person, how="semi")
        .join(persons, left_on=person, right_on=["key", "label"])
        .group_by("end")
        .agg(
            pl.len().alias("members"),
            (pl.col("active") == True).sum().alias("active"),  # noqa: E712
            (pl.col("active") == False).sum().alias("inactive"),  # noqa: E712
        )
        .filter(pl.col("active") == 0)
        .sort("end")
    )
    rows = [
        SilentUnit(
            id=end,
            name=view.names.get(end, end),
            inactive=inactive,
            unknown=members - inactive,
            members=members,
        )
        for end, members, _, inactive in counts.iter_rows()
        if end in view.actors and view.shows(view.actors[end]["area"])
    ]
    if rows:
        total = {
            name: sum(getattr(row, name) for row in rows)
            for name in ("inactive", "unknown", "members")
        }
        rows.append(SilentUnit(id="", name="合计", **total))
    return SILENT.table(rows)


SILENT_PARTS = (("inactive", "unknown", "members"),)


def people_tables(view: View, *, outside: bool = False) -> Iterator[Table]:
    """The tables of 队伍专业化; with `outside`, without small cells of persons."""
    yield staff(view)
    for table, parts in ((participation(view), PARTS), (silent_units(view), SILENT_PARTS)):
        yield without_small_cells(table, parts) if outside and table.rows else table
