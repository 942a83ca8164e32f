"""What if: the same city with some ties, actors or offers changed, and what that would change.

`what_if` judges the changed network as a whole and gives the differences only: verdicts before
and after, and needs of which a part would move. The network itself, and the store, stay as
they are.

What misleads: a scenario takes everything else as it is. Partners of an actor that withdraws
may find each other, or may leave as well; an offer that is added is taken to be real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.diagnosis import Diagnosis, diagnose, unmet_needs
from analysis.gaps.changed_gaps import sharing_gaps_again
from analysis.gaps.gaps import Gaps
from analysis.gaps.results import GapTotals, NeedParts, Part
from analysis.layers.layers import TieLayers, distinct_pairs, tie_layers
from analysis.layers.notes import Note
from analysis.scenario.edits import (
    Edits,
    NewOffer,
    NewTie,
    Scenario,
    changed_network,
    settle,
    with_rows,
)
from analysis.weak.results import Verdict, WeakGrid, WeakGrids
from analysis.weak.texts import Reason
from analysis.weak.weak_grids import weak_grids
from graph.collector import collector_paused
from graph.model.labels import Day, Level, TieType
from graph.model.record import Record

if TYPE_CHECKING:
    from analysis.policy import Policy
    from graph.model.network import Network

__all__ = ["NewOffer", "NewTie", "Outcome", "Scenario", "ScenarioResult", "what_if"]

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


class Standing(Record):
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
    before: Standing
    after: Standing


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
class Outcome:
    """A scenario's full results, before and after."""

    scenario: Scenario
    before: Diagnosis
    after: Diagnosis

    def differences(self, area: str | None = None) -> ScenarioResult:
        """What differs, of the whole city or of one area (a code)."""
        before, after = self.before, self.after
        if area is not None:
            before, after = before.within(area), after.within(area)
        weak, gaps = before.weak_grids, before.gaps.by_need()
        return ScenarioResult(
            date=weak.date,
            area=weak.area,
            level=weak.level,
            policy_hash=weak.policy_hash,
            scenario=self.scenario,
            areas=_area_changes(weak, after.weak_grids),
            needs=tuple(_need_changes(before.gaps, after.gaps)),
            summary_before=weak.summary,
            summary_after=after.weak_grids.summary,
            gaps_before=gaps.totals,
            gaps_after=after.gaps.by_need().totals,
            notes=weak.notes,
        )


def what_if(
    network: Network,
    policy: Policy,
    scenario: Scenario,
    *,
    on: Day | None = None,
    level: Level = "grid",
    before: Diagnosis | None = None,
    layers: TieLayers | None = None,
) -> Outcome:
    """Judge the network as it would be under a scenario.

    Parameters
    ----------
    network
        One whole city. Not changed.
    policy
        Thresholds and definitions.
    scenario
        What changes; see `analysis.scenario.edits.Scenario`.
    on
        The day judged; by default that of the newest sheet. New ties and offers begin on it.
    level
        The kind of area judged.
    before, layers
        Results and tie layers of the same network, policy, day and level, where at hand.

    Returns
    -------
    Outcome
        The same as `diagnose` of the changed network, to the last digit.

    Raises
    ------
    UnknownId
        If the scenario names something that isn't there, or that several bear.
    UsageError
        If a tie would lead to itself.

    Notes
    -----
    With `before` and `layers` given, a second for 3,000 grids and 20,000 actors: tie layers
    are changed, not made anew, and only kinds of need that the scenario touches are allocated
    again.

    Examples
    --------
    >>> from analysis.policy import Policy
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
    >>> city = Network.from_wanted(w, as_of="2019-08-01")
    >>> tried = Scenario(add=(NewTie(actor="市第一医院", target="g2"),))
    >>> found = what_if(city, Policy(), tried).differences()
    >>> [(a.code, a.before.verdict, a.after.verdict) for a in found.areas]
    [('g1', 'detached', 'single_thread'), ('g2', 'isolated', 'single_thread')]
    """
    before = before or diagnose(network, policy, on=on, level=level)
    with collector_paused():
        return _what_if(network, policy, scenario, before, level, layers)


def _what_if(
    network: Network,
    policy: Policy,
    scenario: Scenario,
    before: Diagnosis,
    level: Level,
    layers: TieLayers | None,
) -> Outcome:
    day = before.weak_grids.date
    if day is None:  # nothing was ever imported: nothing can be named either
        empty = tie_layers(network, policy, on="2000-01-01", level=level)
        settle(scenario, network, empty)
        return Outcome(scenario, before, before)
    layers = layers or before.layers or tie_layers(network, policy, on=day, level=level)
    edits = settle(scenario, network, layers)
    changed = changed_network(network, edits, on=day)
    changed_layers = _changed_layers(layers, changed, edits)
    if changed_layers is None:
        changed_layers = tie_layers(changed, policy, on=day, level=level)
    touched = _touched(layers, edits)
    gaps = sharing_gaps_again(before.gaps, network, changed, policy, changed_layers, touched)
    weak = weak_grids(
        changed,
        policy,
        on=day,
        level=level,
        layers=changed_layers,
        unmet_needs=unmet_needs(gaps, changed_layers),
        reuse=_untouched(before.weak_grids, layers, changed_layers),
    )
    return Outcome(scenario, before, Diagnosis(weak, gaps, changed_layers))


def _untouched(before: WeakGrids, layers: TieLayers, changed: TieLayers) -> dict[str, WeakGrid]:
    """Records of areas that no changed tie has to do with, itself or by way of its parent."""
    columns = ["tie", "status", "undated", "start", "end", "a", "a_place", "b", "b_place"]
    old, new = layers.ties.select(columns), changed.ties.select(columns)
    differing = pl.concat(
        [
            one.join(other, on=columns, how="anti", nulls_equal=True)
            for one, other in ((old, new), (new, old))
        ]
    )
    codes = layers.codes
    touched = {
        codes[at]
        for column in ("a", "b")
        for at in differing[column].unique().to_list()
        if 0 <= at < len(codes)
    }
    touched |= {*differing["a_place"].drop_nulls(), *differing["b_place"].drop_nulls()}
    parent = dict(zip(layers.areas["code"], layers.areas["parent"], strict=True))
    return {
        area.code: area
        for area in before.areas
        if area.code not in touched
        and parent[area.code] not in touched
        and area.p_weak is None
        and not area.would_change
        and area.z_partners is None
    }


def _touched(layers: TieLayers, edits: Edits) -> set[str]:
    """Keys of the ends of all ties that come, go or change, and of actors that withdraw."""
    gone = sorted(key for key, _ in edits.actors)
    ties = layers.ties.filter(
        pl.col("tie").is_in(sorted(edits.ties | edits.renewed))
        | pl.col("start").is_in(gone)
        | pl.col("end").is_in(gone)
    )
    made = {key for ends in edits.made.values() for key, _ in ends}
    return {*gone, *ties["start"], *ties.filter("end_is_actor")["end"], *made}


# ---------------------------------------------------------------------- the layers, changed


def _changed_layers(layers: TieLayers, changed: Network, edits: Edits) -> TieLayers | None:
    """The layers of the changed network out of those at hand.

    An actor that withdraws stays in the table, without a tie: it changes no measure. None
    where a key of such an actor is another's too, which the rows here couldn't tell apart.
    """
    keys = {key for key, _ in edits.actors}
    if layers.actors.filter(pl.col("key").is_in(sorted(keys))).height != len(edits.actors):
        return None
    recorded = changed.ties.select("key", pl.lit(True).alias("kept"))
    ties = layers.ties.join(
        recorded, left_on="tie", right_on="key", how="left", maintain_order="left"
    ).filter(
        pl.col("kept").fill_null(False) | pl.col("derived"),
        ~pl.col("start").is_in(sorted(keys)),
        ~(pl.col("end_is_actor") & pl.col("end").is_in(sorted(keys))),
    )
    again = pl.col("tie").is_in(sorted(edits.renewed))
    ties = ties.drop("kept").with_columns(
        pl.when(again).then(pl.lit("alive")).otherwise("status").alias("status"),
        pl.when(again).then(pl.lit(False)).otherwise("undated").alias("undated"),
    )
    if edits.made:
        rows = [_row(layers, key, *ends) for key, ends in sorted(edits.made.items())]
        ties = with_rows(ties, pl.DataFrame(rows, schema=ties.schema), "tie")
    n = layers.areas.height
    one, other = distinct_pairs(ties)
    of_area, of_actors = (one < n) & (other >= n), one >= n
    return replace(
        layers,
        ties=ties,
        edge_area=one[of_area],
        edge_actor=other[of_area] - n,
        pair_one=one[of_actors] - n,
        pair_other=other[of_actors] - n,
    )


def _row(
    layers: TieLayers, key: str, actor: tuple[str, str], end: tuple[str, str]
) -> dict[str, Any]:
    a, a_place, _ = _vertex(layers, *actor)
    b, b_place, is_actor = _vertex(layers, *end)
    return {
        "tie": key,
        "type": str(TieType.CO_BUILDS),
        "mechanism": "agreement",
        "derived": False,
        "status": "alive",
        "undated": False,
        "start": actor[0],
        "end": end[0],
        "a": a,
        "a_place": a_place,
        "b": b,
        "b_place": b_place,
        "end_is_actor": is_actor,
    }


def _vertex(layers: TieLayers, key: str, label: str) -> tuple[int, str | None, bool]:
    """Vertex of G- (-1 for a hub or a coarser area), place of such a one, whether an actor."""
    index = layers.actor_index.get((key, label))
    if index is None:
        at = layers.area_index.get(layers.judged_of.get(key, ""), -1)
        return at, key if at < 0 else None, False
    hub, area = layers.actors.row(index, named=True)["hub"], layers.actors["area"][index]
    if not hub:
        return layers.areas.height + index, None, True
    at = -1 if layers.level == "grid" else layers.area_index.get(layers.judged_of.get(area, ""), -1)
    return at, area if at < 0 else None, True


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


def _standing(area: WeakGrid) -> Standing:
    return Standing(**{name: getattr(area, name) for name in Standing.model_fields})


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
