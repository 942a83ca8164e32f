"""Verdicts on areas, and the results of `analysis.weak.weak_grids` as frozen records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import polars as pl

from analysis.layers.frames import frame_columns, html_table
from analysis.layers.notes import Note
from analysis.weak.texts import Reason
from graph.model.labels import Day, Level
from graph.model.record import Record

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

Verdict = Literal[
    "isolated", "hub_only", "detached", "single_thread", "thin", "narrow", "adequate", "unknown"
]
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "isolated": ("孤立", "isolated"),
    "hub_only": ("单靠组织", "hub only"),
    "detached": ("游离", "detached"),
    "single_thread": ("单线", "single thread"),
    "thin": ("偏少", "thin"),
    "narrow": ("单一", "narrow"),
    "adequate": ("正常", "adequate"),
    "unknown": ("数据不足", "unknown"),
}
"""Verdicts in zh and en, the most severe first; the last can't be told."""
WEAK = frozenset({"isolated", "hub_only", "detached", "single_thread"})
WATCH = frozenset({"thin", "narrow"})
_HTML_ROWS = 100


Goal = Literal["next", "out_of_weakness"]


class Change(Record):
    """A smallest change that lifts an area (`analysis.weak.remedies`); checked by judging again.

    Attributes
    ----------
    goals
        What it reaches: the next better verdict, one that isn't weak, or both.
    kind
        `renew` lapsed ties, `add` partners, or `both`.
    ties, actors
        Keys of the lapsed ties to renew, and of their actors.
    add
        Number of partners to add, each tied to another area of the main network by itself.
    kinds
        Where a new kind is needed: the kinds that lack, one for each partner to add.
    candidates
        Keys of actors that may be added, nearest first; the first `add` of them together reach
        the goal. Fewer where the city has no more.
    before, after
        The verdict now, and with the first candidates (where they are too few: with partners
        of no known kind).
    """

    goals: tuple[Goal, ...]
    kind: Literal["renew", "add", "both"]
    ties: tuple[str, ...]
    actors: tuple[str, ...]
    add: int
    kinds: tuple[str, ...]
    candidates: tuple[str, ...]
    before: Verdict
    after: Verdict
    zh: str
    en: str


class Spread(Record):
    """What an area's numbers are in networks as they may really be
    (`analysis.certainty.certainty`).

    Attributes
    ----------
    p_weak
        Share of the drawn networks in which the area is weak, 0 to 1.
    partners, cut
        Their quantiles 5 %, 50 % and 95 %; the cut counts up to 5.
    """

    p_weak: float
    partners: tuple[int, int, int]
    cut: tuple[int, int, int]


class WeakGrid(Record):
    """One judged area. The tie measures of an area that the data don't cover are None.

    Attributes
    ----------
    code, name, path
        The area; `path` are the codes from the root to itself.
    verdict, weak
        `weak` is true for isolated, hub_only, detached and single_thread.
    rank
        1 is the area to look at first; None where unknown.
    residents
        None where unknown. Above the grid: the area's own, else the sum of its parts.
    partners
        Distinct actors with an alive tie to the area, hubs left out.
    partner_kinds
        Distinct classes among them (at most 5), plus one each for active members and active
        volunteers: 0 to 7.
    members, volunteers
        Active people who report to, or serve, the area (of an uncovered one, too: rosters of
        people say who is there).
    partners_per_1000
        Partners per 1,000 residents; None where residents are unknown or zero.
    cut, cut_actors
        The fewest actors whose withdrawal leaves no path to another area, at most 5 (0 = no
        path now); up to 3 the nearest such set is named.
    component_areas, in_main
        Areas that hang together with this one, itself included; whether that is the main
        component.
    reach_4
        Other areas within four hops (two actors away).
    lapsed
        Keys of recorded ties to the area itself that have lapsed.
    reasons
        Sentences with their evidence, the verdict's first.
    would_change
        Smallest changes that lift the area; none for adequate and unknown ones. None unless
        asked for.
    p_weak, firm
        Share of networks as they may really be in which the area is weak; whether it is weak
        and that share reaches the policy's `firm_at`. None unless asked for, or unknown.
    uniform, weak_end
        The same with ties missing alike everywhere, and more often where there are few.
    z_partners, q_partners
        Partners against what its residents bring by chance, in standard deviations, and the false
        discovery rate (`analysis.certainty.expected`). None unless asked for, or residents
        unknown.
    coreness, closeness, constraint, effective_size, e_i
        For researchers: `analysis.connectivity.research.Research`. None unless asked for, or
        undefined.
    """

    code: str
    name: str
    path: tuple[str, ...]
    verdict: Verdict
    weak: bool
    rank: int | None
    residents: int | None
    partners: int | None
    partner_kinds: int | None
    members: int
    volunteers: int
    partners_per_1000: float | None
    cut: int | None
    cut_actors: tuple[str, ...] | None
    component_areas: int | None
    in_main: bool | None
    reach_4: int | None
    lapsed: tuple[str, ...] | None
    reasons: tuple[Reason, ...]
    would_change: tuple[Change, ...] | None = None
    p_weak: float | None = None
    firm: bool | None = None
    uniform: Spread | None = None
    weak_end: Spread | None = None
    z_partners: float | None = None
    q_partners: float | None = None
    coreness: int | None = None
    closeness: float | None = None
    constraint: float | None = None
    effective_size: float | None = None
    e_i: float | None = None


class WeakGrids(Record):
    """All judged areas, worst first, the unknown ones at the end by code.

    `area` is the area that the result was narrowed to (`within`), None for the whole network.
    Two results can be compared where `policy_hash`, `level` and `date` agree.
    """

    date: Day | None
    area: str | None
    level: Level
    policy_hash: str
    seed: int | None = None
    areas: tuple[WeakGrid, ...]
    summary: dict[Verdict, int]
    notes: tuple[Note, ...] = ()

    def within(self, area: str) -> WeakGrids:
        """The same judgement, showing only the areas at or below `area` (a code or a path).

        Ranks stay those of the whole network; the summary is counted anew.
        """
        code = area.strip("/").rpartition("/")[2]
        shown = tuple(a for a in self.areas if code in a.path)
        return self.model_copy(
            update={"area": code, "areas": shown, "summary": count_verdicts(shown)}
        )

    def to_polars(self) -> pl.DataFrame:
        """One row an area, in the same order; `reasons` as the sentences in Chinese."""
        rows = [
            a.model_dump(exclude=_NO_COLUMNS)
            | {"path": "/".join(a.path), "reasons": [r.zh for r in a.reasons]}
            for a in self.areas
        ]
        return pl.DataFrame(rows, schema=_COLUMNS, orient="row")

    def to_pandas(self) -> pd.DataFrame:
        """`to_polars` as a pandas frame (pandas must be installed)."""
        import pandas as pd

        return pd.DataFrame(self.to_polars().to_dicts(), columns=list(_COLUMNS))

    def _repr_html_(self) -> str:
        rows = [
            (a.rank, a.code, a.name, VERDICTS[a.verdict][0], a.residents, a.partners, why)
            for a in self.areas[:_HTML_ROWS]
            for why in [a.reasons[0].zh if a.reasons else ""]
        ]
        more = len(self.areas) - _HTML_ROWS
        rest = f"<p>另有{more}行</p>" if more > 0 else ""
        return html_table(("序", "编码", "名称", "结论", "人口", "共建", "原因"), rows) + rest


_NO_COLUMNS = {"reasons", "would_change", "uniform", "weak_end"}
_COLUMNS = frame_columns(WeakGrid, _NO_COLUMNS) | {
    "path": pl.String,
    "reasons": pl.List(pl.String),
}


def count_verdicts(areas: Iterable[WeakGrid]) -> dict[Verdict, int]:
    """Number of areas of each verdict, in the order of `VERDICTS`."""
    counts = Counter(a.verdict for a in areas)
    return {verdict: counts[verdict] for verdict in VERDICTS}
