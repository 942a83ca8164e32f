"""One city with everything that was worked out for it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.city import City

if TYPE_CHECKING:
    from analysis.matches.proposals import Matches
    from analysis.recommend.results import Recommendations
    from analysis.weak.results import Change, WeakGrid, WeakGrids
    from graph.model.decision import Decision
    from graph.model.texts import Lang


@dataclass(frozen=True, eq=False)
class Prepared(City):
    """A city judged at one day and level, with what readers ask for besides."""

    _lock: Any = field(default_factory=threading.Lock, repr=False)
    _full: dict[tuple[bool, bool], WeakGrids] = field(default_factory=dict, repr=False)

    def full(self, *, certain: bool = False, measured: bool = False) -> WeakGrids:
        """The verdicts with what would change them, and what else is asked for; kept."""
        from analysis.weak_details import in_full

        with self._lock:
            key = (certain, measured)
            if key not in self._full:
                self._full[key] = in_full(self, self.weak, certain=certain, measured=measured)
            return self._full[key]

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """Judged area -> what would change its verdict."""
        return {a.code: a.would_change or () for a in self.full().areas}

    @cached_property
    def by_code(self) -> dict[str, WeakGrid]:
        """Judged area by code."""
        return {a.code: a for a in self.weak.areas}

    @cached_property
    def areas(self) -> dict[str, dict[str, Any]]:
        """Every area by code, in the order of codes: the columns of `Network.areas`."""
        return {row["key"]: row for row in self.network.areas.iter_rows(named=True)}

    @cached_property
    def children(self) -> dict[str | None, list[str]]:
        """Code -> codes of the areas directly below it, sorted; None -> the roots."""
        found: dict[str | None, list[str]] = defaultdict(list)
        for code, row in self.areas.items():
            found[row["parent"]].append(code)
        return found

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """Area code -> codes from the root down to it."""
        return {code: tuple(p.strip("/").split("/")) for code, p in self.network.path_of.items()}

    def matches(self, decisions: Sequence[Decision]) -> Matches:
        """Matches and proposals of the whole city."""
        from analysis.matches.proposals import propose_matches
        from graph.model.matches import waiting_matches

        network = self.network
        waiting = waiting_matches(network.resources["key"], network.needs["key"], decisions)
        return propose_matches(self, waiting=waiting)

    @property
    def synthetic(self) -> bool:
        """Whether any dataset is marked synthetic."""
        return bool(self.network.datasets["synthetic"].fill_null(False).any())

    def workbook(self, area: str, lang: Lang, *, outside: bool) -> bytes:
        """All tables of an area as an .xlsx file."""
        from analysis.tables.five import five_tables
        from maps.paper.workbook import workbook_bytes

        found = five_tables(self, area=area, outside=outside)
        return workbook_bytes(found, lang=lang)

    def map_page(
        self,
        area: str | None,
        lang: Lang,
        home: str | None,
        recommended: Recommendations | None = None,
    ) -> str:
        """HTML of an area's map; `home` is the address of the page it leads back to."""
        from maps.render import map_html, render_map

        link = f"/map/{{code}}?level={self.level}&lang={lang}"
        if self.day and self.day != self.network.as_of:
            link += f"&date={self.day}"
        net = render_map(self, area=area, lang=lang, link=link, recommended=recommended)
        return map_html(net, home=home)
