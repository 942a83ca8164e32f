"""Weakly connected grids 薄弱网格: which areas co-building hardly reaches, and why.

An area is judged by its alive ties without hubs (`analysis.layers.layers`, G-): how many partners
it has, of how many kinds, whether it hangs together with the rest of the city, and how many
partners would have to withdraw to cut it off.

What misleads: an area without tie data is *unknown*, never weak. The verdict is of the data:
a tie that nobody wrote down isn't seen. Thresholds are the policy's, not nature's. Nothing
here says anything about persons, or about who does good work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from analysis.connectivity.definition import Connectivity, connectivity_by_networkx
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.layers.notes import notes_on
from analysis.policy import Policy
from analysis.weak.results import VERDICTS, WEAK, Verdict, WeakGrid, WeakGrids, count_verdicts
from analysis.weak.texts import AreaFacts, is_thin, reasons_for
from graph.model.vocabulary import KIND_WORDS

Method = Literal["auto", "networkx", "engine"]
_SMALL = 200
"""Vertices up to which the NetworkX definition answers."""
_SEVERITY = {verdict: at for at, verdict in enumerate(VERDICTS)}


def weak_grids(
    city: LayeredCity,
    *,
    unmet_needs: Mapping[str, int] | None = None,
    method: Method = "auto",
    reuse: Mapping[str, WeakGrid] | None = None,
) -> WeakGrids:
    """Judge every area of a level: how well co-building ties it to the rest of the city.

    Parameters
    ----------
    city
        One whole city, so that a tie across a street's border counts. Not changed.
    unmet_needs
        Area code -> number of unmet needs: the third key of the rank, after verdict and
        residents. `analysis.city.City.weak` gives it.
    method
        Who measures connectivity: the NetworkX definition, the engine, or, by default, the
        definition for small networks. The numbers are the same.
    reuse
        Records of areas, by code, made before of layers in which the ties of the area, of its
        parent and of their hubs, its people and its residents were the same: kept as they are
        where connectivity is the same too. Ranks are always given anew.

    Returns
    -------
    WeakGrids
        Every area with verdict, measures and reasons. Equal inputs give equal results.

    Notes
    -----
    For 3,000 grids and 500,000 ties about two seconds. The verdict is the first that applies:

    ============= ===== ==============================================================
    unknown             no tie-bearing sheet names the area
    isolated      weak  no partner, nobody active, no tie to it, above it, or to a hub
    hub_only      weak  no partner otherwise
    detached      weak  not in the main component, or no path to another area
    single_thread weak  one actor's withdrawal cuts it off
    thin          watch few partners for its residents
    narrow        watch few kinds of partner
    adequate            else
    ============= ===== ==============================================================

    Examples
    --------
    >>> from graph.model.labels import Label, TieType
    >>> from graph.model.wanted import WantedGraph, WantedTie
    >>> from graph.model.network import Network
    >>> w = WantedGraph()
    >>> w.nodes[Label.GRID] = {
    ...     g: {"name": g, "path": f"/{g}/", "named_by": ["ties"]} for g in ("g1", "g2", "g3")
    ... }
    >>> w.nodes[Label.RESIDENT_UNIT] = {"u": {"name": "市第一医院", "kind": "hospital"}}
    >>> w.ties[TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID] = {
    ...     "t1": WantedTie("u", "g1", {}), "t2": WantedTie("u", "g2", {})
    ... }
    >>> found = weak_grids(LayeredCity(Network.from_wanted(w, as_of="2019-08-01"), Policy()))
    >>> [(a.code, a.verdict, a.partners) for a in found.areas]
    [('g3', 'isolated', 0), ('g1', 'single_thread', 1), ('g2', 'single_thread', 1)]
    >>> found.areas[1].cut_actors
    ('u',)
    """
    areas: tuple[WeakGrid, ...] = ()
    if city.day is not None:
        judge = _Judge(city, _connectivity(city.layers, method), reuse or {})
        areas = _ranked([judge.area(at) for at in range(city.layers.areas.height)], unmet_needs)
    return WeakGrids(
        date=city.day,
        area=None,
        level=city.level,
        policy_hash=city.policy.digest(),
        areas=areas,
        summary=count_verdicts(areas),
        notes=notes_on(city),
    )


def _connectivity(layers: TieLayers, method: Method) -> Connectivity:
    size = layers.areas.height + layers.actors.height
    if method == "networkx" or (method == "auto" and size <= _SMALL):
        return connectivity_by_networkx(layers)
    from analysis.connectivity.engine import connectivity

    return connectivity(layers)


def _ranked(
    areas: Sequence[WeakGrid], unmet_needs: Mapping[str, int] | None
) -> tuple[WeakGrid, ...]:
    """Worst verdict, most residents (unknown last), most unmet needs, smallest code first."""
    unmet = unmet_needs or {}

    def urgency(a: WeakGrid) -> tuple[int, bool, int, int, str]:
        if a.verdict == "unknown":
            return _SEVERITY["unknown"], False, 0, 0, a.code
        known = a.residents is not None
        return _SEVERITY[a.verdict], not known, -(a.residents or 0), -unmet.get(a.code, 0), a.code

    ordered = sorted(areas, key=urgency)
    return tuple(
        a if a.verdict == "unknown" else a.model_copy(update={"rank": place})
        for place, a in enumerate(ordered, start=1)
    )


class _Judge:
    """Verdict, measures and reasons of one area after the other."""

    def __init__(
        self, city: LayeredCity, measured: Connectivity, reuse: Mapping[str, WeakGrid]
    ) -> None:
        self.measured, self.reuse = measured, reuse
        self.policy, layers = city.policy, city.layers
        self.layers = layers
        self.areas = layers.areas.to_dicts()
        self.classes = classes_of(layers)
        counts = (layers.members, layers.volunteers, layers.activity_unknown)
        self.people = [of_areas.tolist() for of_areas in counts]
        self.name_of = city.network.name_of

    def area(self, at: int) -> WeakGrid:
        row = self.areas[at]
        if (before := self.reuse.get(row["code"])) is not None and self._as_before(at, before):
            return before.model_copy(update={"rank": None})
        facts = self._facts(at, row)
        measures: dict[str, Any] = {
            "partners": len(facts.partners),
            "partner_kinds": len(facts.kinds),
            "partners_per_1000": facts.partners_per_1000,
            "cut": facts.cut,
            "cut_actors": facts.cut_actors,
            "component_areas": facts.component_areas,
            "in_main": self.measured.in_main[at],
            "reach_4": self.measured.reach_4[at],
            "lapsed": facts.lapsed,
        }
        if facts.verdict == "unknown":  # measures of ties that no sheet tells of
            measures = dict.fromkeys(measures)
        return WeakGrid(
            code=row["code"],
            name=row["name"],
            path=tuple(row["path"].strip("/").split("/")),
            verdict=facts.verdict,
            weak=facts.verdict in WEAK,
            rank=None,
            residents=row["residents"],
            members=facts.members,
            volunteers=facts.volunteers,
            reasons=reasons_for(facts, self.policy),
            **measures,
        )

    def _as_before(self, at: int, before: WeakGrid) -> bool:
        return before.verdict == "unknown" or all(
            getattr(before, name) == getattr(self.measured, name)[at]
            for name in ("cut", "cut_actors", "component_areas", "in_main", "reach_4")
        )

    def _facts(self, at: int, row: Mapping[str, Any]) -> AreaFacts:
        layers, code, parent = self.layers, row["code"], row["parent"]
        keys = layers.actor_keys
        partners = {keys[actor]: ties for actor, ties in layers.partner_ties(at).items()}
        members, volunteers, activity_unknown = (counts[at] for counts in self.people)
        present = self.classes[at] | {
            kind for kind, n in (("members", members), ("volunteers", volunteers)) if n
        }
        of_parent = layers.hub_ties.get(parent, ())
        support = () if partners else sorted({*layers.hub_ties.get(code, ()), *of_parent})
        per_1000 = len(partners) * 1000 / row["residents"] if row["residents"] else None
        cut, in_main = self.measured.cut[at], self.measured.in_main[at]
        verdict: Verdict = "unknown"
        if row["covered"]:
            verdict = verdict_of(
                self.policy,
                partners=len(partners),
                kinds=len(present),
                cut=cut,
                in_main=in_main,
                per_1000=per_1000,
                supported=bool(members or volunteers or support),
            )
        return AreaFacts(
            code=code,
            verdict=verdict,
            level=layers.level,
            parent=parent,
            parent_name=self.name_of.get(parent),
            residents=row["residents"],
            partners_per_1000=per_1000,
            members=members,
            volunteers=volunteers,
            activity_unknown=activity_unknown,
            partners=partners,
            names=self.name_of,
            kinds=tuple(kind for kind in KIND_WORDS if kind in present),
            cut=cut,
            cut_actors=self.measured.cut_actors[at],
            component_areas=self.measured.component_areas[at],
            support=tuple(support),
            lapsed=tuple(layers.lapsed_ties.get(code, ())),
            undated=tuple(layers.undated_ties.get(code, ())),
        )


def verdict_of(
    policy: Policy,
    *,
    partners: int,
    kinds: int,
    cut: int,
    in_main: bool,
    per_1000: float | None,
    supported: bool,
) -> Verdict:
    """The verdict on an area that is covered by data: the first that applies.

    Parameters
    ----------
    policy
        Thresholds.
    partners, kinds, cut, in_main
        The measures of those names; see `WeakGrid`.
    per_1000
        Partners per 1,000 residents; None where residents are unknown.
    supported
        Whether there is anything besides partners: active people, or a tie to the area, to
        the one above, or to a hub of either.

    Examples
    --------
    >>> verdict_of(
    ...     Policy(), partners=2, kinds=1, cut=1, in_main=True, per_1000=None, supported=True
    ... )
    'single_thread'
    """
    if not partners:
        return "hub_only" if supported else "isolated"
    if not in_main or cut == 0:
        return "detached"
    if cut == 1:
        return "single_thread"
    if is_thin(partners, per_1000, policy):
        return "thin"
    return "narrow" if kinds < policy.narrow_kinds else "adequate"


def classes_of(layers: TieLayers) -> list[set[str]]:
    """Classes of the partners of each area."""
    found: list[set[str]] = [set() for _ in range(layers.areas.height)]
    class_of = layers.actors["actor_class"].to_list()
    for area, actor in zip(
        layers.graph.edge_area.tolist(), layers.graph.edge_actor.tolist(), strict=True
    ):
        if class_of[actor] is not None:
            found[area].add(class_of[actor])
    return found
