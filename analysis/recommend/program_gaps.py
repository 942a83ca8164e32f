"""What ties close, in the program: amounts that flow to needs, and open triads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import gcd
from typing import TYPE_CHECKING

from analysis.recommend.worth import received_by

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

from analysis.recommend.program_model import Program

_ROOM = 10**9
"""Amounts are scaled, upwards, to stay below this: the program's numbers fit in 64 bits."""


def add_gaps(program: Program) -> None:
    opened: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
    for tie, x in program.x.items():
        for arc in program.market.useful.get(tie, ()):
            opened[arc].append(x)
    by_part: dict[int, list[tuple[int, int]]] = defaultdict(list)
    vague: dict[int, list[IntVar]] = defaultdict(list)
    for (desk, site), openers in opened.items():
        if program.market.sites[site].demand is None:
            vague[site] += openers
        else:
            by_part[program.market.part_of[site]].append((desk, site))
    for site, openers in sorted(vague.items()):
        reached = program.model.new_bool_var(f"z{site}")
        program.model.add(reached <= sum(openers))
        program.term(
            program.market.sites[site].street, program.market.sites[site].rate, reached, 0, 1
        )
    for part, arcs in sorted(by_part.items()):
        _flow(program, part, arcs, opened)


def _flow(
    program: Program,
    part: int,
    new: Sequence[tuple[int, int]],
    opened: Mapping[tuple[int, int], Sequence[IntVar]],
) -> None:
    sites = program.market.sites
    arcs = sorted({*new, *program.ground.connected.get(part, ())})
    before = received_by(program.ground, part)
    supply = {d: program.market.desks[d].supply for d, _ in arcs}
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
        flow = program.model.new_int_var(0, most, f"f{desk}-{site}")
        if (desk, site) in opened:
            program.model.add(flow <= most * sum(opened[desk, site]))
        out[desk].append(flow)
        into[site].append(flow)
    for desk, flows in out.items():
        program.model.add(sum(flows) <= -(-supply[desk] // unit))
    for site, flows in into.items():
        most = -(-demand[site] // unit)
        had = before.get(site, 0) // unit
        more = program.model.new_int_var(-had, most - had, f"more{site}")
        program.model.add(more == sum(flows) - had)
        program.term(sites[site].street, sites[site].rate * unit, more, -had, most - had)


def add_triads(program: Program) -> None:
    closers: dict[int, list[IntVar]] = defaultdict(list)
    for tie, x in program.x.items():
        for triad in program.ground.triads.closed_by.get(tie, ()):
            closers[triad].append(x)
    for triad, found in sorted(closers.items()):
        closed = program.model.new_bool_var(f"t{triad}")
        program.model.add(closed <= sum(found))
        street = program.ground.triad_street(triad)
        program.term(street, program.ground.triad_points, closed, 0, 1)
