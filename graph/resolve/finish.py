"""The end of a resolution: nodes written, ties given their keys."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from graph.model.labels import Label, TieType
from graph.model.matches import decided_matches
from graph.model.properties import Prop
from graph.model.wanted import TieGroup, WantedTie
from graph.model.wanted_tables import TieTable, short_digest
from graph.resolve.body import Body
from graph.resolve.context import End, Resolution
from graph.resolve.people_columns import PeopleTables
from graph.resolve.unlisted import settle_loose


def write_bodies(r: Resolution) -> None:
    settle_loose(r.bodies)
    for body in r.bodies.bodies:
        r.node(body.label, body.key, body.props(r.tree.path_of(body.area)))
        if body.area is not None:
            end = r.tree.areas[body.area].label, body.area
            for evidence in sorted(body.evidence):
                r.drafts.append((TieType.LOCATED_IN, body, end, {}, evidence))


def write_areas(r: Resolution) -> None:
    for code, area in r.tree.areas.items():
        if area.label not in (Label.COMMUNITY, Label.GRID):
            area.evidence = _first_rows(area.evidence)
        props: dict[str, Prop] = {
            "name": area.name,
            "parent": area.parent,
            "path": area.path,
            "named_by": sorted(area.named_by) or None,
            "evidence": sorted(area.evidence),
            **area.props,
        }
        r.node(area.label, code, props)
        if area.parent is not None:
            above = r.tree.areas[area.parent].label, area.parent
            for evidence in sorted(area.evidence):
                r.drafts.append((TieType.PART_OF, (area.label, code), above, {}, evidence))


def write_datasets(r: Resolution) -> None:
    for dataset in r.datasets:
        info = dataset.info
        columns = [f"{f}={c.letter}={c.header}" for f, c in sorted(info.columns.items())]
        props: dict[str, Prop] = {
            "file": info.file,
            "sheet": info.sheet,
            "sha256": info.sha256,
            "kind": str(info.kind),
            "series": info.series,
            "reported_on": info.reported_on,
            "synthetic": True if info.synthetic else None,
            "columns": columns or None,
        }
        r.node(Label.DATASET, info.id, props)


def apply_decided_matches(r: Resolution) -> None:
    """Matches as people decided them, in place of what the sheets say of the same pairs."""
    found, pairs = decided_matches(r.graph, r.decisions)
    if not found:
        return
    r.drafts = [
        (type_, start, end, props, evidence)
        for type_, start, end, props, evidence in r.drafts
        if type_ is not TieType.MATCHES or (_end(start)[1], _end(end)[1]) not in pairs
    ]
    r.drafts += [
        (TieType.MATCHES, (Label.RESOURCE, resource), (Label.NEED, need), props, evidence)
        for resource, need, props, evidence in found
    ]


def write_ties(r: Resolution, people: PeopleTables) -> None:
    """Give ties their keys; rows that say the same become one tie with all evidence."""
    ties: dict[TieGroup, dict[str, WantedTie]] = {}
    # of ties that more than one row says: key -> their properties and these rows
    several: dict[str, tuple[dict[str, Prop], set[str]]] = {}
    drafts = r.drafts
    drafts.reverse()
    while drafts:  # each is let go once it is done: a city's take hundreds of megabytes
        type_, start, end, props, evidence = drafts.pop()
        if type_ is TieType.CO_BUILDS and isinstance(start, Body) and isinstance(end, Body):
            start, end = sorted((start, end), key=_rank)
        a_label, a = start if isinstance(start, tuple) else (start.label, start.key)
        b_label, b = end if isinstance(end, tuple) else (end.label, end.key)
        if a == b and a_label == b_label:
            continue  # two spellings of one unlisted name
        known: dict[str, Prop] = {}
        content = ""
        for k in sorted(props):
            if (v := props[k]) is not None:
                known[k] = v
                content = f"{content}|{k}={v!r}" if content else f"{k}={v!r}"
        key = short_digest(f"{type_}|{a_label}|{a}|{b_label}|{b}|{content}")
        group = ties.get((type_, a_label, b_label))
        if group is None:
            group = ties[type_, a_label, b_label] = {}
        if (there := group.get(key)) is None:
            known["evidence"] = [evidence]
            group[key] = WantedTie(a, b, known)
        elif key in several:
            several[key][1].add(evidence)
        else:
            told = cast("dict[str, Any]", there.props)
            several[key] = told, {*told["evidence"], evidence}
    for told, rows in several.values():
        told["evidence"] = sorted(rows)
    r.graph.ties |= ties
    for of, frame in people.ties().items():
        r.graph.ties[of] = TieTable(frame, ties.get(of, {}))
    counts: dict[str, int] = defaultdict(int)
    for dataset_id, _ in r.waiting:
        counts[dataset_id] += 1
    r.graph.waiting = dict(sorted(counts.items()))
    r.graph.merged = r.bodies.merged
    r.graph.issues.sort(key=lambda i: (i.file, i.sheet, i.row or 0, i.code, i.value_shown or ""))


def _rank(body: Body) -> tuple[bool, bool, Label, str]:
    """Which end of a tie of two bodies comes first, whatever the row's order: an office last,
    one that no roster lists first.
    """
    return body.is_office, not body.unlisted, body.label, body.key


def _end(end: End) -> tuple[Label, str]:
    return (end.label, end.key) if isinstance(end, Body) else end


def _first_rows(evidence: set[str]) -> set[str]:
    """Of each dataset the first row: a city stands in every row of a division list."""
    first: dict[str, int] = {}
    for mark in evidence:
        dataset, _, row = mark.rpartition(":")
        first[dataset] = min(int(row), first.get(dataset, int(row)))
    return {f"{dataset}:{row}" for dataset, row in first.items()}
