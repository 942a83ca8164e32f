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
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm
from typing import TYPE_CHECKING, Any

from analysis.layers.edits import TieEnds

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

from analysis.recommend.program_gaps import add_gaps, add_triads
from analysis.recommend.program_lifts import add_lifts
from analysis.recommend.program_model import Program

_LOOKED_OVER = 2500
"""Ties of which the solver looks over the program in a second."""


@dataclass(frozen=True, slots=True)
class ProgramAnswer:
    """What the program found: ties, and a bound that no choice can pass."""

    ties: tuple[TieEnds, ...]
    bound: Fraction
    effort: float
    proven: bool


def solve(
    program: Program,
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

    program.model = cp_model.CpModel()
    _build(program, budget)
    if at_least is None:
        cost = 0 if price is None else int(price * program.scale)
        program.model.maximize(program.points - cost * sum(program.x.values()))
    else:
        program.model.add(program.points >= _up(at_least * program.scale))
        _prefer(program)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2  # the relaxation decides here: 50 times faster
    solver.parameters.max_deterministic_time = max(effort, 0.01)
    status = solver.solve(program.model)
    # looking the program over isn't counted by the solver: about as long as this
    spent = solver.response_proto.deterministic_time + len(program.x) / _LOOKED_OVER
    proven = status == cp_model.OPTIMAL
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if status == cp_model.INFEASIBLE and at_least is None:
            return ProgramAnswer((), Fraction(0), spent, True)  # every choice was refused
        return None
    chosen = tuple(tie for tie, x in program.x.items() if solver.boolean_value(x))
    bound = Fraction(floor(solver.best_objective_bound + 1e-6)) / program.scale
    return ProgramAnswer(chosen, bound, spent, proven)


def _build(program: Program, budget: int) -> None:
    model = program.model
    program.x = {tie: model.new_bool_var(f"x{at}") for at, tie in enumerate(program.block.ties)}
    model.add(sum(program.x.values()) <= budget)
    of_actor: dict[str, list[TieEnds]] = defaultdict(list)
    for tie in program.block.ties:
        of_actor[tie.actor].append(tie)
    for actor, ties in of_actor.items():
        spare = program.ground.rules.spare.get(actor, 0)
        if len(ties) > spare:
            model.add(sum(program.x[tie] for tie in ties) <= spare)
    program.terms = defaultdict(list)
    program.highest = defaultdict(Fraction)
    program.lowest = defaultdict(Fraction)
    add_gaps(program)
    add_lifts(program)
    add_triads(program)
    _streets(program)
    for refused in program.refused:
        model.add_bool_or(x.negated() if tie in refused else x for tie, x in program.x.items())


def _streets(program: Program) -> None:
    """Points of each street, cut into the steps of fairness."""
    steps = [
        (None if limit is None else Fraction(repr(float(limit))), Fraction(repr(float(weight))))
        for limit, weight in program.ground.policy.fairness_steps
    ]
    units = [p.denominator for found in program.terms.values() for p, _ in found]
    units += [limit.denominator for limit, _ in steps if limit is not None]
    unit = lcm(*units) if units else 1
    share = lcm(*(weight.denominator for _, weight in steps))
    program.scale = Fraction(unit * share)
    objective: list[Any] = []
    for street, found in sorted(program.terms.items()):
        high, low = _up(program.highest[street] * unit), floor(program.lowest[street] * unit)
        parts: list[IntVar] = []
        began = Fraction(0)
        for limit, weight in steps:
            width = high if limit is None else min(high, int((limit - began) * unit))
            part = program.model.new_int_var(0 if parts else min(low, 0), max(width, 0), "")
            parts.append(part)
            objective.append(int(weight * share) * part)
            began = limit if limit is not None else began
        total = sum(int(points * unit) * variable for points, variable in found)
        program.model.add(sum(parts) <= total)
    program.points = sum(objective)


def _prefer(program: Program) -> None:
    """Fewest ties, then the most preferred, then the smallest keys."""
    ranks = sum(range(len(program.x))) + 1
    liking = {tie: program.ground.liking(tie) for tie in program.x}
    fewer = sum(liking.values()) + 1
    sectors: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
    for tie, x in program.x.items():
        if (sector := program.ground.new_sector(tie)) is not None:
            sectors[tie.target, sector].append(x)
    bonus = program.ground.policy.prefer_other_sector
    terms = []
    for ties in sectors.values():
        fresh = program.model.new_bool_var("")
        program.model.add(fresh <= sum(ties))
        terms.append(bonus * ranks * fresh)
    fewer += bonus * len(sectors)
    for at, (tie, x) in enumerate(program.x.items()):
        terms.append((liking[tie] * ranks - fewer * ranks - at) * x)
    program.model.maximize(sum(terms))


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
