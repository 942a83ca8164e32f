"""From datasets to the wanted graph: a pure function.

Resolution clusters the mentions of places, bodies and persons in all live datasets and joins
the clusters by ties. It depends on the set of datasets, never on the order of imports: a
body known first by name and later by code simply gets its new key. A row whose place isn't
known yet, or whose name fits several bodies, waits: it is told and kept, and counts once
that is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from graph.journal.kept_rows import in_row_order, rows_of
from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.rows import NeedRow, ResourceRow, TieRow
from graph.model.wanted import WantedGraph
from graph.model.wanted_tables import NodeTable
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body, RosterMention
from graph.resolve.context import AskedPlace, Resolution
from graph.resolve.decisions import Decided
from graph.resolve.events import read_events
from graph.resolve.finish import (
    apply_decided_matches,
    write_areas,
    write_bodies,
    write_datasets,
    write_ties,
)
from graph.resolve.funds import write_funds
from graph.resolve.lists import need_line, read_lines, resource_line
from graph.resolve.person_ties import read_people
from graph.resolve.roster_rows import learn_coded_names, read_rosters, write_own_ties
from graph.resolve.short_names import RevealedNames
from graph.resolve.ties import read_tie
from graph.resolve.unlisted import join_unlisted


@dataclass(frozen=True, slots=True)
class Resolved:
    """A wanted graph, and what people are asked about how it came to be."""

    graph: WantedGraph
    bodies: Bodies
    decided: Decided
    files: Mapping[str, str]
    """Dataset id -> file name."""
    doubtful: Sequence[tuple[RosterMention, list[Body]]]
    """Roster rows without a code, beside several bodies of their name that have one."""
    names: RevealedNames
    """Names that were kept back because they may be persons'."""
    asked_places: Mapping[tuple[str, str | None], AskedPlace]
    """Names that no area has, or several, by scope."""


def resolve_datasets(datasets: Sequence[Dataset], decisions: Sequence[Decision]) -> Resolved:
    """Make the graph of `graph.store.resolving.resolve`, all but what people are asked."""
    ordered = [in_row_order(d) for d in sorted(datasets, key=lambda d: d.info.id)]
    r = Resolution(ordered, sorted(decisions, key=lambda d: (d.kind, d.key)))
    rosters = read_rosters(r)
    learn_coded_names(r)
    write_own_ties(r, rosters)
    join_unlisted(r.bodies)
    people = read_people(r)
    for info, row in rows_of(r.datasets, TieRow):
        read_tie(r, info, row)
    read_lines(r, ResourceRow, partial(resource_line, r))
    read_lines(r, NeedRow, partial(need_line, r))
    write_funds(read_events(r))
    _complete_sheets(r)
    write_bodies(r)
    write_areas(r)
    write_datasets(r)
    r.graph.nodes |= r.nodes
    for label, frame in people.nodes().items():
        r.graph.nodes[label] = NodeTable(frame, r.nodes.get(label, {}))
    apply_decided_matches(r)
    write_ties(r, people)
    return Resolved(
        graph=r.graph,
        bodies=r.bodies,
        decided=r.decided,
        files={d.info.id: d.info.file for d in r.datasets},
        doubtful=r.doubtful,
        names=r.names,
        asked_places=r.asked_places,
    )


def _complete_sheets(r: Resolution) -> None:
    """A complete sheet covers every area of its declared area, rows or none."""
    for dataset in r.datasets:
        info = dataset.info
        if not info.complete:
            continue
        declared = r.scopes[info.id]
        if info.declared_area:
            declared = r.tree.scope_of((info.declared_area,)) or declared
        for code, area in r.tree.areas.items():
            if r.tree.within(code, declared):
                area.named_by.add(str(info.kind))
