"""What if: the same city with some ties, actors or offers changed, and what that would change.

`what_if` judges the changed network as a whole and gives the differences only: verdicts before
and after, and needs of which a part would move. The network itself, and the store, stay as
they are.

What misleads: a scenario takes everything else as it is. Partners of an actor that withdraws
may find each other, or may leave as well; an offer that is added is taken to be real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.city import City
from analysis.gaps.gaps import Gaps
from analysis.gaps.results import GapTotals, NeedParts, Part
from analysis.layers.notes import Note
from analysis.scenario.edits import Scenario, settle
from analysis.weak.results import Verdict, WeakGrid, WeakGrids
from analysis.weak.texts import Reason
from graph.collector import collector_paused
from graph.model.labels import Day, Level
from graph.model.record import Record

_LOOKED_AT = (
    "verdict",
    "partners",
    "partner_kinds",
    "cut",
    "cut_actors",
    "in_main",
    "lapsed",
)
"""An area is told of where one of these differs. How many others it reaches, and how large its
component is, changes for a whole city with every tie: these two are left to the full result."""


class AreaStanding(Record):
    """How an area stands; see `analysis.weak.results.WeakGrid`."""

    verdict: Verdict
    weak: bool
    partners: int | None
    partner_kinds: int | None
    cut: int | None
    cut_actors: tuple[str, ...] | None
    in_main: bool | None
    component_areas: int | None
    reasons: tuple[Reason, ...]


class AreaChange(Record):
    """An area that the scenario would change."""

    code: str
    name: str
    path: tuple[str, ...]
    residents: int | None
    before: AreaStanding
    after: AreaStanding


class NeedStanding(Record):
    """The parts of a need; see `analysis.gaps.results.NeedGap`."""

    parts: NeedParts
    status: Part


class NeedChange(Record):
    """A need of which a part would move."""

    id: str
    name: str
    area: str | None
    path: tuple[str, ...]
    requested: int | float | None
    before: NeedStanding
    after: NeedStanding


class ScenarioResult(Record):
    """`gongjian what-if`: what would be different.

    `summary_*` count all areas by verdict, `gaps_*` are the sums of all needs; `areas` and
    `needs` hold the different ones only: areas that would get worse first, needs by id.
    """

    date: Day | None
    area: str | None
    level: Level
    policy_hash: str
    scenario: Scenario
    areas: tuple[AreaChange, ...]
    needs: tuple[NeedChange, ...]
    summary_before: dict[Verdict, int]
    summary_after: dict[Verdict, int]
    gaps_before: GapTotals
    gaps_after: GapTotals
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ScenarioOutcome:
    """A scenario's full results: the city before, and as it would be."""

    scenario: Scenario
    before: City
    after: City

    def differences(self, area: str | None = None) -> ScenarioResult:
        """What differs, of the whole city or of one area (a code)."""
        weak, weak_after = self.before.weak, self.after.weak
        gaps, gaps_after = self.before.gaps, self.after.gaps
        if area is not None:
            weak, weak_after = weak.within(area), weak_after.within(area)
            gaps, gaps_after = gaps.within(area), gaps_after.within(area)
        return ScenarioResult(
            date=weak.date,
            area=weak.area,
            level=weak.level,
            policy_hash=weak.policy_hash,
            scenario=self.scenario,
            areas=_area_changes(weak, weak_after),
            needs=tuple(_need_changes(gaps, gaps_after)),
            summary_before=weak.summary,
            summary_after=weak_after.summary,
            gaps_before=gaps.by_need().totals,
            gaps_after=gaps_after.by_need().totals,
            notes=weak.notes,
        )


def what_if(city: City, scenario: Scenario) -> ScenarioOutcome:
    """Judge the city as it would be under a scenario.

    Parameters
    ----------
    city
        One whole city. Not changed. New ties and offers begin on its day.
    scenario
        What changes; see `analysis.scenario.edits.Scenario`.

    Returns
    -------
    ScenarioOutcome
        The same as judging the changed network anew, to the last digit.

    Raises
    ------
    UnknownId
        If the scenario names something that isn't there, or that several bear.
    UsageError
        If a tie would lead to itself.

    Notes
    -----
    With the city judged already, a second for 3,000 grids and 20,000 actors: see
    `analysis.city.City.with_edits`.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from analysis.scenario.edits import NewTie
    >>> from graph.model.labels import Label, TieType
    >>> from graph.model.wanted import WantedGraph, WantedTie
    >>> from graph.model.network import Network
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {
    ...     g: {"name": g, "path": f"/{g}/", "named_by": ["ties"]} for g in ("g1", "g2")
    ... }
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "市第一医院", "kind": "hospital"}}
    >>> w.ties[TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID] = {
    ...     "t1": WantedTie("u", "g1", {})
    ... }
    >>> city = City(Network.from_wanted(w, as_of="2019-08-01"), Policy())
    >>> tried = Scenario(add=(NewTie(actor="市第一医院", target="g2"),))
    >>> changes = what_if(city, tried).differences()
    >>> [(a.code, a.before.verdict, a.after.verdict) for a in changes.areas]
    [('g1', 'detached', 'single_thread'), ('g2', 'isolated', 'single_thread')]
    """
    with collector_paused():
        after = city.with_edits(settle(scenario, city))
        outcome = ScenarioOutcome(scenario, city, after)
        outcome.differences()
        return outcome


# ---------------------------------------------------------------------- differences


def _area_changes(before: WeakGrids, after: WeakGrids) -> tuple[AreaChange, ...]:
    then = {a.code: a for a in before.areas}
    found = [
        AreaChange(
            code=now.code,
            name=now.name,
            path=now.path,
            residents=now.residents,
            before=_standing(then[now.code]),
            after=_standing(now),
        )
        for now in after.areas
        if any(getattr(now, name) != getattr(then[now.code], name) for name in _LOOKED_AT)
    ]
    order: Sequence[Verdict] = tuple(before.summary)
    found.sort(key=lambda a: (order.index(a.after.verdict) - order.index(a.before.verdict), a.code))
    return tuple(found)


def _standing(area: WeakGrid) -> AreaStanding:
    return AreaStanding(**{name: getattr(area, name) for name in AreaStanding.model_fields})


def _need_changes(before: Gaps, after: Gaps) -> list[NeedChange]:
    then = {need.id: need for need in before.needs}
    return [
        NeedChange(
            id=need.id,
            name=need.name,
            area=need.area,
            path=need.path,
            requested=need.requested,
            before=NeedStanding(parts=then[need.id].parts, status=then[need.id].status),
            after=NeedStanding(parts=need.parts, status=need.status),
        )
        for need in after.needs
        if (need.parts, need.status) != (then[need.id].parts, then[need.id].status)
    ]
