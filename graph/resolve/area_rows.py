"""Rows of divisions and areas, built into the tree of areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.identifiers import is_division_code
from graph.model.labels import Label, SheetKind
from graph.model.rows import AreaRow, DivisionRow, Statement
from graph.names.cities import city_names
from graph.names.grid_names import grid_key
from graph.names.plain import community_key, plain, street_key
from graph.resolve.area_tree import Area, AreaTree, PlaceProblem
from graph.resolve.place_lookup import place_of


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits for a place or a person's decision."""

    info: DatasetInfo
    row: int
    problem: PlaceProblem


def build_tree(
    datasets: Sequence[Dataset], decided: Mapping[tuple[str, str | None], str] | None = None
) -> tuple[AreaTree, list[WaitingRow]]:
    """The tree of all division lists and areas sheets, and the rows that found no place.

    `decided` are the areas that people said a name means, by normalised name and scope.
    """
    tree = AreaTree()
    tree.decided = decided or {}
    for dataset in datasets:
        if dataset.info.kind is SheetKind.DIVISIONS:
            for row in dataset.rows:
                if isinstance(row, DivisionRow):
                    _add_division(tree, row, f"{dataset.info.id}:{row.row}")
    tree.index()
    return tree, _add_areas(tree, datasets)


def _add_division(tree: AreaTree, row: DivisionRow, evidence: str) -> None:
    above: str | None = None
    if row.province_code:
        tree.add(row.province_code, Label.CITY, row.province, None, evidence)
        above = row.province_code
    city = row.city_code or (row.district_code or row.street_code or row.community_code or "")[:4]
    if city:
        city = city[:4] if len(city) == 6 and city.endswith("00") else city
        tree.add(city, Label.CITY, row.city or city_names().get(city), above, evidence)
        above = city
    for code, label, name in (
        (row.district_code, Label.DISTRICT, row.district),
        (row.street_code, Label.STREET, row.street),
        (row.community_code, Label.COMMUNITY, row.community),
    ):
        if code:
            tree.add(code, label, name, above, evidence)
            above = code


def _add_areas(tree: AreaTree, datasets: Sequence[Dataset]) -> list[WaitingRow]:
    rows = [
        (d.info, row)
        for d in datasets
        if d.info.kind is SheetKind.AREAS
        for row in d.rows
        if isinstance(row, AreaRow)
    ]
    _add_unlisted_communities(tree, rows)
    if not any(a.label is Label.CITY for a in tree.areas.values()):
        known = {city_names().get(code[:4]) for code in tree.areas if is_division_code(code)}
        tree.own_cities = {c for c in known | {row.city for _, row in rows} if c}
    waiting: list[WaitingRow] = []
    placed: list[tuple[DatasetInfo, AreaRow, str]] = []
    for info, row in rows:
        bare = Statement(
            row=row.row,
            city=row.city,
            district=row.district,
            street=row.street,
            street_code=row.street_code,
            community=row.community,
            community_code=row.community_code,
        )
        place = place_of(tree, bare, tree.scope_of(info.scope))
        if place.problem:
            waiting.append(WaitingRow(info, row.row, place.problem))
        elif place.area is not None:
            placed.append((info, row, place.area))
    owners: dict[str, set[str]] = defaultdict(set)
    for _, row, area in placed:
        if row.grid_code:
            owners[plain(row.grid_code)].add(area)
    for info, row, area in placed:
        target = _area_of_row(tree, info, row, area, owners)
        target.named_by.add(str(info.kind))
        for name in ("households", "residents", "grid_workers", "social_workers", "contact_cadres"):
            value = getattr(row, name)
            old = target.props.get(name)
            if value is not None and (not isinstance(old, int) or value > old):
                target.props[name] = value
    for codes in tree.grid_codes.values():
        codes.sort()
    tree.index()
    return waiting


def _area_of_row(
    tree: AreaTree, info: DatasetInfo, row: AreaRow, area: str, owners: dict[str, set[str]]
) -> Area:
    """The grid that a row tells of, made known; without a grid the row's area itself."""
    evidence = f"{info.id}:{row.row}"
    if not (row.grid_code or row.grid):
        tree.areas[area].evidence.add(evidence)
        return tree.areas[area]
    code = _area_code(tree, row, area, owners)
    if row.grid_code:
        tree.local_grids[area, plain(row.grid_code)] = code
        if code not in tree.grid_codes[plain(row.grid_code)]:
            tree.grid_codes[plain(row.grid_code)].append(code)
    return tree.add(code, Label.GRID, row.grid and plain(row.grid), area, evidence)


def _area_code(tree: AreaTree, row: AreaRow, area: str, owners: dict[str, set[str]]) -> str:
    """Code of a row's grid: its own; with its community's in front where two share a local
    code; from the name where the row has none.
    """
    if row.grid_code:
        code = plain(row.grid_code)
        known = tree.areas.get(code)
        clash = len(owners[code]) > 1 or (known is not None and known.label is not Label.GRID)
        return f"{area}-{code}" if clash else code
    return f"{area}-{grid_key(row.grid)}" if row.grid else area


def _add_unlisted_communities(tree: AreaTree, rows: Sequence[tuple[DatasetInfo, AreaRow]]) -> None:
    """Streets and communities that only an areas sheet knows, by the codes that it gives; by
    their names where it gives none and there is no division list at all.
    """
    listed = any(a.label is Label.COMMUNITY for a in tree.areas.values())
    made = False
    for info, row in rows:
        evidence = f"{info.id}:{row.row}"
        street = plain(row.street_code) if row.street_code else None
        if street and street not in tree.areas and is_division_code(street):
            above = tree.scope_of(info.scope)
            if above is not None and tree.areas[above].label is not Label.DISTRICT:
                above = tree.ancestor(above, Label.DISTRICT)
            tree.add(street, Label.STREET, row.street, above, evidence)
            made = True
        code = plain(row.community_code) if row.community_code else None
        if code and code not in tree.areas and row.community:
            parent = street if street in tree.areas else None
            if parent is None and row.street:
                found = tree.named(Label.STREET, row.street, None)
                parent = found[0] if len(found) == 1 else None
            tree.add(code, Label.COMMUNITY, row.community, parent, evidence)
            made = True
        elif code is None and row.community and not listed:
            parent = street
            if row.street and parent is None:
                parent = street_key(row.street)
                tree.add(parent, Label.STREET, row.street, None, evidence)
            code = f"{parent or ''}{community_key(row.community)}"
            tree.add(code, Label.COMMUNITY, row.community, parent, evidence)
            made = True
    if made:
        tree.index()
