"""A synthetic city on the real division tree, written as the messy rosters of real life.

The divisions are real, everything on them is made, and says so in every title and file name.
Verdicts and gaps are planted; `truth.json` tells them, for tests and demonstrations. It is
the plan's own reckoning, not the analyses'.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from graph.model.errors import UsageError
from graph.model.labels import Day
from ingest.sheets.options import Progress
from ingest.synthetic.bodies import build_city
from ingest.synthetic.events import EventSheets
from ingest.synthetic.needs import PlantedNeed, PlantedOffer, make_needs, true_parts
from ingest.synthetic.people import Person, people_of
from ingest.synthetic.people_rosters import member_roster, volunteer_roster
from ingest.synthetic.planted_city import DIVISIONS, Grid, Street, SyntheticCity
from ingest.synthetic.roster_files import MARK, Books, RosterHeading, lay_out
from ingest.synthetic.rosters import RosterTable, StreetSheets
from ingest.synthetic.spelling import Spelling
from ingest.synthetic.tie_plan import TieLine
from ingest.synthetic.tie_rosters import need_list, resource_list, tie_sheet
from ingest.synthetic.ties import tie_city

_FULL = {"grids": 3000, "people": 200_000}
_SMALL_STREETS = 3
_PEOPLE_PER_GRID = 15
_BODIES_PER_GRID = 4.3
_FILES_BY_STREET = 12
"""Up to so many streets each has its own workbooks; beyond, each district has."""


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written."""

    out: Path
    files: tuple[Path, ...]
    truth: Path
    seed: int
    date: Day
    streets: int
    communities: int
    grids: int
    bodies: int
    """Organisations, units and social organisations together."""
    people: int
    tie_rows: int
    resources: int
    needs: int


def write_sample(
    out: Path,
    *,
    seed: int,
    streets: int | None = None,
    grids: int | None = None,
    people: int | None = None,
    messy: bool = True,
    date: Day = "2019-08-01",
    full_city: bool = False,
    divisions: Path = DIVISIONS,
    progress: Progress | None = None,
) -> SampleSummary:
    """Write a synthetic city as rosters into a folder, with `truth.json` beside them.

    Parameters
    ----------
    out
        Folder to write to; made if it isn't there, and it must be empty.
    seed
        Equal seed and options, equal files, byte for byte.
    streets
        How many streets, the most urban first; 3 where nothing is said, all with `full_city`.
    grids
        How many grids (at least 12); None for what the communities would have.
    people
        Members and volunteers together; None for 15 a grid.
    messy
        Whether sheets look as people make them; else headers in the first row, plain values.
        The same seed plants the same verdicts and needs either way.
    date
        The day on which sheets were filled in (填报日期) and verdicts hold.
    full_city
        All of Xiaogan: 3,000 grids, about 20,000 bodies, 200,000 people.
    divisions
        The real division list; copied along with the rosters.
    progress
        Called as `progress("sample", done, total)` after each street.

    Returns
    -------
    SampleSummary
        Paths and counts.

    Raises
    ------
    UsageError
        If the folder isn't empty, the date isn't one, or the size can't be had.

    Notes
    -----
    Time and size grow linearly with people: under a second for the default city.
    """
    on = _day(date)
    if out.exists() and any(out.iterdir()):
        raise UsageError(
            f"文件夹“{out}”不是空的，请另选一个。", f"The folder {out} isn't empty; choose another."
        )
    if full_city:
        grids = grids or _FULL["grids"]
    elif streets is None:
        streets = _SMALL_STREETS
    city = build_city(
        seed=seed,
        on=on,
        streets=streets,
        grids=grids,
        bodies_per_grid=_BODIES_PER_GRID,
        divisions=divisions,
    )
    lines = tie_city(city)
    offers, needs = make_needs(city)
    if people is None:
        count = sum(1 for _ in city.grids())
        people = _FULL["people"] if full_city else count * _PEOPLE_PER_GRID
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(divisions, out / divisions.name)
    writer = _Writer(out, city, seed, messy=messy)
    try:
        counts = writer.write(lines, offers, needs, people, progress)
    finally:
        writer.books.close()
    truth = out / "truth.json"
    _write_truth(truth, seed, city, offers, needs)
    return SampleSummary(
        out=out,
        files=(out / divisions.name, *sorted(writer.books.paths)),
        truth=truth,
        seed=seed,
        date=date,
        streets=len(city.streets),
        communities=sum(1 for _ in city.communities()),
        grids=sum(1 for _ in city.grids()),
        tie_rows=len(lines),
        resources=len(offers),
        needs=len(needs),
        **counts,
    )


def _day(text: Day) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"“{text}”不是日期，应为 YYYY-MM-DD。", f"“{text}” is no date; write YYYY-MM-DD."
        ) from None


class _Writer:
    """Lays the city's tables out as files."""

    def __init__(self, out: Path, city: SyntheticCity, seed: int, *, messy: bool) -> None:
        self.city, self.seed, self.messy = city, seed, messy
        self.books = Books(out, city.on)
        self.by_street = len(city.streets) <= _FILES_BY_STREET

    def write(
        self,
        lines: Sequence[TieLine],
        offers: Sequence[PlantedOffer],
        needs: Sequence[PlantedNeed],
        people: int,
        progress: Progress | None,
    ) -> dict[str, int]:
        tied: dict[str, list[TieLine]] = defaultdict(list)
        offered: dict[str, list[PlantedOffer]] = defaultdict(list)
        asked: dict[str, list[PlantedNeed]] = defaultdict(list)
        for line in lines:
            tied[line.community.street.code].append(line)
        for offer in offers:
            offered[offer.street.code].append(offer)
        for need in needs:
            asked[need.community.street.code].append(need)
        bodies = persons = 0
        for i, (street, crowd) in enumerate(people_of(self.city, people, self.seed)):
            sheets = self._sheets(street)
            bodies += self._rosters(i, street, sheets)
            self._people(i, street, sheets, crowd)
            self._put("共建关系台账", street, tie_sheet(sheets, tied[street.code]))
            self._put("资源和需求清单", street, resource_list(sheets, offered[street.code]))
            self._put("资源和需求清单", street, need_list(sheets, asked[street.code]))
            self._events(street, asked[street.code])
            persons += len(crowd)
            if progress is not None:
                progress("sample", i + 1, len(self.city.streets))
        return {"bodies": bodies, "people": persons}

    def _events(self, street: Street, needs: Sequence[PlantedNeed]) -> None:
        rng = Random(f"{self.seed}:events:{street.code}")  # noqa: S311
        spell = Spelling(rng, messy=self.messy, places=self.city.district_names())
        events = EventSheets(street, rng, self.city.on, spell)
        tables = (events.linkages(), events.projects(needs), events.activities(), events.funds())
        for table in tables:
            if table.rows:
                self._put("联动项目活动经费台账", street, table)

    def _sheets(self, street: Street) -> StreetSheets:
        rng = Random(f"{self.seed}:rows:{street.code}")  # noqa: S311
        return StreetSheets(self.city, street, rng, messy=self.messy)

    def _owner(self, street: Street) -> str:
        return street.full_name if self.by_street else street.district

    def _laid(self, street: Street, table: RosterTable, *, merged: bool = True) -> tuple[str, Any]:
        rng = Random(f"{self.seed}:layout:{street.code}:{table.title}")  # noqa: S311
        spell = Spelling(rng, messy=self.messy, places=self.city.district_names())
        title = f"{street.full_name}{table.title}（{MARK}，仅供演示）"
        heading = RosterHeading(title, street.full_name, self.city.on)
        merged = merged and self.messy and rng.random() < 0.7
        sheet = table.title if self.by_street else f"{street.full_name}{table.title}"
        return sheet, lay_out(table, heading, spell, merged=merged)

    def _put(
        self,
        file: str,
        street: Street,
        table: RosterTable,
        *,
        sheet: str = "",
        stream: bool = False,
    ) -> None:
        own, laid = self._laid(street, table, merged=not stream)
        name = f"{self._owner(street)}{file}（{MARK}）.xlsx"
        self.books.sheet(name, sheet or own, laid, stream=stream)

    def _rosters(self, i: int, street: Street, sheets: StreetSheets) -> int:
        file = "网格和组织台账"
        areas, offices = sheets.areas(), sheets.organisations()
        socials = sheets.social_organisations()
        self._put(file, street, areas)
        self._put(file, street, offices)
        self._put(file, street, socials)
        bodies = len(offices.rows) + len(socials.rows)
        if self.messy and self.by_street:
            name = f"{self._owner(street)}{file}（{MARK}）.xlsx"
            self.books.note(name, "填表说明", ["一、本表为合成数据。", "二、请勿改动表头。"])
        if self.messy and self.by_street and i % 2 == 1:
            for community in street.communities:
                table = sheets.units([community])
                self._put("驻区单位台账", street, table, sheet=community.base)
                bodies += len(table.rows)
        else:
            table = sheets.units()
            self._put("驻区单位台账", street, table)
            bodies += len(table.rows)
        return bodies

    def _people(
        self, i: int, street: Street, sheets: StreetSheets, crowd: Sequence[Person]
    ) -> None:
        """People's sheets: of every three streets one as CSV in GB18030, one in UTF-8."""
        style = i % 3 if self.messy and self.by_street else 2
        for table in (member_roster(sheets, crowd), volunteer_roster(sheets, crowd)):
            if style == 2:
                self._put(table.title, street, table, stream=True)
            else:
                _, laid = self._laid(street, table, merged=False)
                encoding = "gb18030" if style == 0 else "utf-8-sig"
                self.books.csv(f"{street.full_name}{table.title}（{MARK}）.csv", laid, encoding)


# ------------------------------------------------------------------------------- the truth


def _write_truth(
    path: Path, seed: int, city: SyntheticCity, offers: list[PlantedOffer], needs: list[PlantedNeed]
) -> None:
    truth = {
        "note": "合成数据的预设答案，不导入；synthetic data, the planted answers",
        "seed": seed,
        "date": city.on.isoformat(),
        "grids": [_grid_truth(grid) for grid in sorted(city.grids(), key=lambda g: g.code)],
        "needs": [
            {
                "area": need.grid.code if need.grid else need.community.code,
                "name": need.name,
                "category": need.category,
                "requested": need.quantity,
                "parts": {part: amount for part, amount in parts.items() if amount},
            }
            for need, parts in zip(needs, true_parts(city, offers, needs), strict=True)
        ],
    }
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _grid_truth(grid: Grid) -> dict[str, Any]:
    """What a grid must come out as; tie measures of a grid without data are unknown."""
    known = grid.verdict != "unknown"
    sectors = {a.sector for a in grid.partners.values()} - {None}
    kinds = len(sectors) + (grid.members > 0) + (grid.volunteers > 0)
    return {
        "code": grid.code,
        "name": grid.name,
        "verdict": grid.verdict,
        "residents": grid.residents,
        "members": grid.members,
        "volunteers": grid.volunteers,
        "partners": len(grid.partners) if known else None,
        "partner_kinds": kinds if known else None,
        "lapsed": grid.lapsed if known else None,
        "cut_actors": list(grid.cut_actors),
    }
