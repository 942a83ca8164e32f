"""Which areas ties lift out of weakness, in the program: two paths to the main part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

from analysis.recommend.program_model import Program


def add_lifts(program: Program) -> None:
    ground = program.ground
    points = Fraction(repr(ground.policy.lift_weight))
    program.edges = {}
    program.areas_of = defaultdict(list)
    for tie, x in program.x.items():
        edge = ground.edge(tie)
        if edge is not None:
            program.edges[edge] = x
            program.areas_of[edge[1]].append(edge[0])
    program.starts = defaultdict(list)
    for area, actor in program.edges:
        program.starts[area].append(actor)
    inside = _main_part(program) if program.anchor is not None else {}
    touching: dict[int, list[IntVar]] = defaultdict(list)
    for edge, x in program.edges.items():
        for part in {program.web.part[v] for v in edge}:
            touching[part].append(x)
    for area in program.block.weak:
        lifted = program.model.new_bool_var(f"y{area}")
        if program.anchor is None:  # whatever becomes the main component has to come to it
            program.model.add(lifted <= sum(touching[program.web.part[area]]))
        if program.web.cut[area] < 2:
            _two_paths(program, area, lifted)
        part = program.web.part[area]
        if program.anchor is not None and part != program.anchor:
            if part not in inside:
                program.model.add(lifted == 0)
                continue
            program.model.add(lifted <= inside[part])
        program.term(ground.area_street(area), points, lifted, 0, 1)
    if (
        program.anchor is not None
        and program.anchor != program.web.main
        and program.web.main is not None
    ):
        size, main = program.web.part_areas, program.web.main
        for part, found in inside.items():  # the anchor is the largest of what it gathers
            if len(size.get(part, ())) > len(size[program.anchor]) or part == main:
                program.model.add(found == 0)
        for area in sorted(program.web.sound):
            program.term(ground.area_street(area), -points, 1, 1, 1)


def _two_paths(program: Program, area: int, lifted: IntVar) -> None:
    """Lifted only where two actors lead, by paths that share none, to other areas."""
    web, model = program.web, program.model
    partners = [a for a in web.near.get(area, ()) if a >= web.areas]
    begins: dict[int, IntVar | None] = dict.fromkeys(partners)
    begins |= {actor: program.edges[area, actor] for actor in program.starts.get(area, ())}
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
        later = [program.edges[t, actor] for t in program.areas_of.get(actor, ()) if t != area]
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


def _main_part(program: Program) -> dict[int, Any]:
    """Component -> whether the new ties make it hang together with the anchor."""
    model, web, anchor = program.model, program.web, program.anchor
    joins: dict[int, list[tuple[int, IntVar]]] = defaultdict(list)
    for (area, actor), x in program.edges.items():
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
    _anchor_is_main(program, inside)
    return inside


def _anchor_is_main(program: Program, inside: Mapping[int, Any]) -> None:
    """The anchor's component has as many areas as any other that the ties leave."""
    web, anchor = program.web, program.anchor
    if anchor is None or anchor == web.main:
        return
    size = {part: len(areas) for part, areas in web.part_areas.items()}
    whole = size.get(anchor, 0) + sum(size.get(part, 0) * found for part, found in inside.items())
    for part, areas in sorted(size.items()):
        if part not in inside and areas > size.get(anchor, 0):
            program.model.add(whole >= areas)
    for part, found in inside.items():
        if size.get(part, 0) > 1:
            program.model.add(whole >= size[part] * (1 - found))
