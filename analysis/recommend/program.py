"""The choice of ties as an integer program, for one independent part of the city.

One binary variable a tie; flows from desks to sites that use an arc only where a tie opens it;
for each weak area two actor-disjoint paths and a way to the main component; points summed by
street and weighed by the concave steps of the policy. Solved by OR-tools' CP-SAT in whole
numbers, on one thread and by deterministic time, so that equal inputs give equal answers.

The program may share a shortage out in any way, while F1 serves the most urgent first: what it
promises is an upper bound of what the ties bring, and mostly that itself. Callers measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm
from typing import TYPE_CHECKING, Any

from analysis.layers.edits import TieEnds

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from analysis.recommend.ground import Ground

_LOOKED_OVER = 2500
"""Ties of which the solver looks over the program in a second."""
_ROOM = 10**9
"""Amounts are scaled, upwards, to stay below this: the program's numbers fit in 64 bits."""


@dataclass(frozen=True, slots=True)
class Block:
    """An independent part: its ties, its sites and its weak areas."""

    ties: tuple[TieEnds, ...]
    sites: tuple[int, ...]
    weak: tuple[int, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramAnswer:
    """What the program found: ties, and a bound that no choice can pass."""

    ties: tuple[TieEnds, ...]
    bound: Fraction
    effort: float
    proven: bool


class Program:
    """The program of one block.

    Parameters
    ----------
    ground
        The city.
    block
        The part of it.
    anchor
        Component of G- that counts as the main one: areas must come to hang together with it.
        None: that isn't asked (a looser bound).
    """

    def __init__(self, ground: Ground, block: Block, anchor: int | None) -> None:
        self.ground, self.block, self.anchor = ground, block, anchor
        self.web, self.market = ground.web, ground.market
        self.refused: list[frozenset[TieEnds]] = []

    def solve(
        self,
        budget: int,
        effort: float,
        *,
        at_least: Fraction | None = None,
        price: Fraction | None = None,
    ) -> ProgramAnswer | None:
        """The best at most `budget` ties; None where nothing is found within the effort.

        With `price`, each tie costs so many points, and the bound is of what is left. With
        `at_least`, points that must be reached: then the fewest ties that do, of these the
        most preferred, of these those with the smallest keys.
        """
        from ortools.sat.python import cp_model

        self.model = cp_model.CpModel()
        self._build(budget)
        if at_least is None:
            cost = 0 if price is None else int(price * self.scale)
            self.model.maximize(self.points - cost * sum(self.x.values()))
        else:
            self.model.add(self.points >= _up(at_least * self.scale))
            self._prefer()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2  # the relaxation decides here: 50 times faster
        solver.parameters.max_deterministic_time = max(effort, 0.01)
        status = solver.solve(self.model)
        # looking the program over isn't counted by the solver: about as long as this
        spent = solver.response_proto.deterministic_time + len(self.x) / _LOOKED_OVER
        proven = status == cp_model.OPTIMAL
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            if status == cp_model.INFEASIBLE and at_least is None:
                return ProgramAnswer((), Fraction(0), spent, True)  # every choice was refused
            return None
        chosen = tuple(tie for tie, x in self.x.items() if solver.boolean_value(x))
        bound = Fraction(floor(solver.best_objective_bound + 1e-6)) / self.scale
        return ProgramAnswer(chosen, bound, spent, proven)

    # ------------------------------------------------------------------ the whole

    def _build(self, budget: int) -> None:
        model = self.model
        self.x: dict[TieEnds, IntVar] = {
            tie: model.new_bool_var(f"x{at}") for at, tie in enumerate(self.block.ties)
        }
        model.add(sum(self.x.values()) <= budget)
        of_actor: dict[str, list[TieEnds]] = defaultdict(list)
        for tie in self.block.ties:
            of_actor[tie.actor].append(tie)
        for actor, ties in of_actor.items():
            spare = self.ground.rules.spare.get(actor, 0)
            if len(ties) > spare:
                model.add(sum(self.x[tie] for tie in ties) <= spare)
        # Street -> terms (points, variable) and the highest sum that they can come to.
        self.terms: dict[str, list[tuple[Fraction, Any]]] = defaultdict(list)
        self.highest: dict[str, Fraction] = defaultdict(Fraction)
        self.lowest: dict[str, Fraction] = defaultdict(Fraction)
        self._gaps()
        self._lifts(of_actor)
        self._triads()
        self._streets()
        for refused in self.refused:
            model.add_bool_or(x.negated() if tie in refused else x for tie, x in self.x.items())

    def _term(self, street: str, points: Fraction, variable: Any, low: int, high: int) -> None:
        self.terms[street].append((points, variable))
        self.highest[street] += points * high
        self.lowest[street] += points * low

    def _streets(self) -> None:
        """Points of each street, cut into the steps of fairness."""
        steps = [
            (None if limit is None else Fraction(repr(float(limit))), Fraction(repr(float(weight))))
            for limit, weight in self.ground.policy.fairness_steps
        ]
        units = [p.denominator for found in self.terms.values() for p, _ in found]
        units += [limit.denominator for limit, _ in steps if limit is not None]
        unit = lcm(*units) if units else 1
        share = lcm(*(weight.denominator for _, weight in steps))
        self.scale = Fraction(unit * share)
        objective: list[Any] = []
        for street, found in sorted(self.terms.items()):
            high, low = _up(self.highest[street] * unit), floor(self.lowest[street] * unit)
            parts: list[IntVar] = []
            began = Fraction(0)
            for limit, weight in steps:
                width = high if limit is None else min(high, int((limit - began) * unit))
                part = self.model.new_int_var(0 if parts else min(low, 0), max(width, 0), "")
                parts.append(part)
                objective.append(int(weight * share) * part)
                began = limit if limit is not None else began
            total = sum(int(points * unit) * variable for points, variable in found)
            self.model.add(sum(parts) <= total)
        self.points = sum(objective)

    def _prefer(self) -> None:
        """Fewest ties, then the most preferred, then the smallest keys."""
        ranks = sum(range(len(self.x))) + 1
        liking = {tie: self.ground.liking(tie) for tie in self.x}
        fewer = sum(liking.values()) + 1
        sectors: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
        for tie, x in self.x.items():
            if (sector := self.ground.new_sector(tie)) is not None:
                sectors[tie.target, sector].append(x)
        bonus = self.ground.policy.prefer_other_sector
        terms = []
        for ties in sectors.values():
            fresh = self.model.new_bool_var("")
            self.model.add(fresh <= sum(ties))
            terms.append(bonus * ranks * fresh)
        fewer += bonus * len(sectors)
        for at, (tie, x) in enumerate(self.x.items()):
            terms.append((liking[tie] * ranks - fewer * ranks - at) * x)
        self.model.maximize(sum(terms))

    # ------------------------------------------------------------------ gaps

    def _gaps(self) -> None:
        opened: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
        for tie, x in self.x.items():
            for arc in self.market.useful.get(tie, ()):
                opened[arc].append(x)
        by_part: dict[int, list[tuple[int, int]]] = defaultdict(list)
        vague: dict[int, list[IntVar]] = defaultdict(list)
        for (desk, site), openers in opened.items():
            if self.market.sites[site].demand is None:
                vague[site] += openers
            else:
                by_part[self.market.part_of[site]].append((desk, site))
        for site, openers in sorted(vague.items()):
            reached = self.model.new_bool_var(f"z{site}")
            self.model.add(reached <= sum(openers))
            self._term(self.market.sites[site].street, self.market.sites[site].rate, reached, 0, 1)
        for part, arcs in sorted(by_part.items()):
            self._flow(part, arcs, opened)

    def _flow(
        self,
        part: int,
        new: Sequence[tuple[int, int]],
        opened: Mapping[tuple[int, int], Sequence[IntVar]],
    ) -> None:
        sites = self.market.sites
        arcs = sorted({*new, *self.ground.connected.get(part, ())})
        before = self.ground.received(part)
        supply = {d: self.market.desks[d].supply for d, _ in arcs}
        here = sorted({s for _, s in arcs})
        demand = {s: sites[s].demand or 0 for s in here}
        unit = gcd(*supply.values(), *demand.values(), *(before.get(s, 0) for s in here)) or 1
        total = min(sum(supply.values()), sum(demand.values()))
        if total // unit > _ROOM:
            unit = -(-total // _ROOM)
        out: dict[int, list[IntVar]] = defaultdict(list)
        into: dict[int, list[IntVar]] = defaultdict(list)
        for desk, site in arcs:
            most = min(-(-supply[desk] // unit), -(-demand[site] // unit))
            flow = self.model.new_int_var(0, most, f"f{desk}-{site}")
            if (desk, site) in opened:
                self.model.add(flow <= most * sum(opened[desk, site]))
            out[desk].append(flow)
            into[site].append(flow)
        for desk, flows in out.items():
            self.model.add(sum(flows) <= -(-supply[desk] // unit))
        for site, flows in into.items():
            most = -(-demand[site] // unit)
            had = before.get(site, 0) // unit
            more = self.model.new_int_var(-had, most - had, f"more{site}")
            self.model.add(more == sum(flows) - had)
            self._term(sites[site].street, sites[site].rate * unit, more, -had, most - had)

    # ------------------------------------------------------------------ triads

    def _triads(self) -> None:
        closers: dict[int, list[IntVar]] = defaultdict(list)
        for tie, x in self.x.items():
            for triad in self.ground.triads.closed_by.get(tie, ()):
                closers[triad].append(x)
        for triad, found in sorted(closers.items()):
            closed = self.model.new_bool_var(f"t{triad}")
            self.model.add(closed <= sum(found))
            street = self.ground.triad_street(triad)
            self._term(street, self.ground.triad_points, closed, 0, 1)

    # ------------------------------------------------------------------ weak areas

    def _lifts(self, of_actor: Mapping[str, Sequence[TieEnds]]) -> None:
        ground = self.ground
        points = Fraction(repr(ground.policy.lift_weight))
        self.edges: dict[tuple[int, int], IntVar] = {}
        self.areas_of: dict[int, list[int]] = defaultdict(list)
        for tie, x in self.x.items():
            edge = ground.edge(tie)
            if edge is not None:
                self.edges[edge] = x
                self.areas_of[edge[1]].append(edge[0])
        self.starts: dict[int, list[int]] = defaultdict(list)
        for area, actor in self.edges:
            self.starts[area].append(actor)
        inside = self._main_part() if self.anchor is not None else {}
        touching: dict[int, list[IntVar]] = defaultdict(list)
        for edge, x in self.edges.items():
            for part in {self.web.part[v] for v in edge}:
                touching[part].append(x)
        for area in self.block.weak:
            lifted = self.model.new_bool_var(f"y{area}")
            if self.anchor is None:  # whatever becomes the main component has to come to it
                self.model.add(lifted <= sum(touching[self.web.part[area]]))
            if self.web.cut[area] < 2:
                self._two_paths(area, lifted)
            part = self.web.part[area]
            if self.anchor is not None and part != self.anchor:
                if part not in inside:
                    self.model.add(lifted == 0)
                    continue
                self.model.add(lifted <= inside[part])
            self._term(ground.area_street(area), points, lifted, 0, 1)
        if self.anchor is not None and self.anchor != self.web.main and self.web.main is not None:
            size, main = self.web.part_areas, self.web.main
            for part, found in inside.items():  # the anchor is the largest of what it gathers
                if len(size.get(part, ())) > len(size[self.anchor]) or part == main:
                    self.model.add(found == 0)
            for area in sorted(self.web.sound):
                self._term(ground.area_street(area), -points, 1, 1, 1)

    def _two_paths(self, area: int, lifted: IntVar) -> None:
        """Lifted only where two actors lead, by paths that share none, to other areas."""
        web, model = self.web, self.model
        partners = [a for a in web.near.get(area, ()) if a >= web.areas]
        begins: dict[int, IntVar | None] = dict.fromkeys(partners)
        begins |= {actor: self.edges[area, actor] for actor in self.starts.get(area, ())}
        into: dict[int, list[IntVar]] = defaultdict(list)
        out: dict[int, list[IntVar]] = defaultdict(list)
        first = []
        for actor, x in begins.items():
            start = model.new_bool_var("")
            if x is not None:
                model.add_implication(start, x)
            into[actor].append(start)
            first.append(start)
        queue, seen = list(begins), set(begins)
        while queue:
            actor = queue.pop()
            if web.has_other_area(actor, area):
                continue
            later = [self.edges[t, actor] for t in self.areas_of.get(actor, ()) if t != area]
            if later:
                ends = model.new_bool_var("")
                model.add(ends <= sum(later))
                out[actor].append(ends)
            for other in web.near.get(actor, ()):
                if other >= web.areas:
                    step = model.new_bool_var("")
                    out[actor].append(step)
                    into[other].append(step)
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
        for actor in seen:
            model.add(sum(into[actor]) <= 1)
            if not web.has_other_area(actor, area):
                model.add(sum(into[actor]) <= sum(out[actor]))
        model.add(sum(first) >= 2 * lifted)

    def _main_part(self) -> dict[int, Any]:
        """Component -> whether the new ties make it hang together with the anchor."""
        model, web, anchor = self.model, self.web, self.anchor
        joins: dict[int, list[tuple[int, IntVar]]] = defaultdict(list)
        for (area, actor), x in self.edges.items():
            one, other = web.part[area], web.part[actor]
            if one != other:
                joins[one].append((other, x))
                joins[other].append((one, x))
        parts = [part for part in sorted(joins) if part != anchor]
        inside: dict[int, Any] = {part: model.new_bool_var(f"in{part}") for part in parts}
        depth = {part: model.new_int_var(1, len(parts), "") for part in parts}
        for part in parts:
            ways = []
            for other, x in joins[part]:
                way = model.new_bool_var("")
                model.add_implication(way, x)
                if other != anchor:
                    model.add_implication(way, inside[other])
                    model.add(depth[part] >= depth[other] + 1).only_enforce_if(way)
                ways.append(way)
            model.add(inside[part] <= sum(ways))
        self._anchor_is_main(inside)
        return inside

    def _anchor_is_main(self, inside: Mapping[int, Any]) -> None:
        """The anchor's component has as many areas as any other that the ties leave."""
        web, anchor = self.web, self.anchor
        if anchor is None or anchor == web.main:
            return
        size = {part: len(areas) for part, areas in web.part_areas.items()}
        whole = size.get(anchor, 0) + sum(
            size.get(part, 0) * found for part, found in inside.items()
        )
        for part, areas in sorted(size.items()):
            if part not in inside and areas > size.get(anchor, 0):
                self.model.add(whole >= areas)
        for part, found in inside.items():
            if size.get(part, 0) > 1:
                self.model.add(whole >= size[part] * (1 - found))


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def blocks(ground: Ground, ties: Collection[TieEnds], *, whole: bool = False) -> Iterable[Block]:
    """The independent parts: ties that share an actor, a street, a shortage or a weak area
    stay together; with `whole`, all of them."""
    root: dict[object, object] = {}

    def find(node: object) -> object:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    def join(one: object, other: object) -> None:
        a, b = find(one), find(other)
        if a != b:
            root[a] = b

    for tie in ties:
        if whole:
            join(tie, ("city", 0))
        for mark in ground.marks(tie):
            join(tie, mark)
    market, web = ground.market, ground.web
    for s, part in market.part_of.items():
        if ("flow", part) in root:
            join(("flow", part), ("street", market.sites[s].street))
    for area in sorted(web.weak):
        if ("weak", area) in root:
            join(("weak", area), ("street", ground.area_street(area)))
    found: dict[object, list[TieEnds]] = defaultdict(list)
    for tie in sorted(ties):
        found[find(tie)].append(tie)
    marks: dict[object, list[tuple[str, Any]]] = defaultdict(list)
    for node in root:
        if isinstance(node, tuple) and not isinstance(node, TieEnds):
            marks[find(node)].append(node)
    for at, members in found.items():
        named = marks[at]
        parts = {value for kind, value in named if kind == "flow"}
        yield Block(
            ties=tuple(members),
            sites=tuple(s for s, part in market.part_of.items() if part in parts),
            weak=tuple(sorted(value for kind, value in named if kind == "weak")),
            streets=tuple(sorted(value for kind, value in named if kind == "street")),
        )
