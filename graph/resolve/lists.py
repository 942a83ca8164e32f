"""Lines of the lists of resources and needs as nodes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from graph.journal.kept_rows import rows_of
from graph.model.dataset import DatasetInfo
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import NeedRow, ResourceRow, Statement
from graph.model.wanted_tables import short_digest
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.body import Body
from graph.resolve.context import ListLine, Resolution
from graph.resolve.place_lookup import areas_of_text


def read_lines(r: Resolution, type_: type[Statement], make: Any) -> None:
    """Lines of resource or need lists, each a node of its own.

    Lines that share series, provider (or place) and name are told apart by their content
    and, where even that is the same, by counting, whatever the order.
    """
    lines: dict[str, list[tuple[str, DatasetInfo, Any, Any]]] = defaultdict(list)
    for info, row in rows_of(r.datasets, type_):
        made = make(info, row)
        if made is not None:
            base, content, rest = made
            lines[base].append((content, info, row, rest))
    for base in sorted(lines):
        found = sorted(lines[base], key=lambda line: (line[0], line[1].id, line[2].row))
        for n, (_, info, row, rest) in enumerate(found):
            rest(short_digest(base) + (f"#{n + 1}" if n else ""), info, row)


def resource_line(r: Resolution, info: DatasetInfo, row: ResourceRow) -> Any:
    place = r.place(info, row)
    if place is None:
        return None
    reach = _range(r, info, row, place)
    near = place
    if place.area is None and reach is not None:  # its provider is sought where it serves
        near = Place(reach, community=r.tree.community_of(reach))
    provider = r.named(info, row, "provider", row.provider, row.provider_uscc, near)
    if provider is None and row.provider:
        r.waiting.add((info.id, row.row))
        return None
    who = place.area or ""
    if provider is not None:  # an unlisted body gets its key at the end
        who = provider.key or r.bodies.forms.key_of(provider.name)
    content = repr((row.category, row.quantity, row.unit, row.range, row.valid_to))

    def write(key: str, info: DatasetInfo, row: ResourceRow) -> None:
        category = r.categories.classify(row.category, row.name)
        area = (provider.area if provider else None) or (place.area if place.named else None)
        props: dict[str, Prop] = {
            "name": row.name,
            "kind": row.kind,
            "category": category.name,
            "service": category.service,
            "quantity": row.quantity,
            "unit": row.unit,
            "range": reach,
            "range_text": row.range,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "area": area,
            "path": r.tree.path_of(area),
            "evidence": [f"{info.id}:{row.row}"],
        }
        r.node(Label.RESOURCE, "resource-" + key, props)
        line = ListLine("resource-" + key, area, provider, category.name)
        r.resource_lines[plain(row.name)].append(line)
        if provider is not None:
            end = Label.RESOURCE, "resource-" + key
            dates: dict[str, Prop] = {"valid_from": row.valid_from, "valid_to": row.valid_to}
            where = f"{info.id}:{row.row}"
            r.drafts.append((TieType.OFFERS, provider, end, dates, where))

    return f"{info.series}|{who}|{plain(row.name)}", content, write


def _range(r: Resolution, info: DatasetInfo, row: ResourceRow, place: Place) -> str | None:
    """Area that an offer serves; None where the sheet doesn't say or it doesn't settle."""
    if not row.range:
        return None
    told = plain(row.range)
    near = place.community or (place.area if place.named else None)
    if told in ("本社区", "全社区", "所在社区"):
        return r.tree.community_of(near)
    if told in ("全市", "本市", "全部", "不限"):
        return _root(r, near)
    found = areas_of_text(r.tree, row.range, place.community, r.scopes[info.id])
    if len(found) == 1:
        return found[0]
    issue = r.unsettled(info, row, "range", row.range, found, r.scopes[info.id])
    r.tell(info, row.row, issue)
    return None


def _root(r: Resolution, near: str | None) -> str | None:
    if near is not None:
        return r.tree.areas[near].path.strip("/").split("/")[0]
    roots = sorted(c for c, a in r.tree.areas.items() if a.parent is None)
    return roots[0] if roots else None


def need_line(r: Resolution, info: DatasetInfo, row: NeedRow) -> Any:
    place = r.place(info, row)
    if place is None:
        return None
    scope = r.scopes[info.id]
    requester: Body | None = None
    area = place.area if place.named else None
    if row.requester:
        start = place.community or place.area or scope
        found = r.bodies.find(row.requester, None, start)
        if len(found) == 1:
            requester = found[0]
        elif not found:
            areas = areas_of_text(r.tree, row.requester, place.community, scope)
            if area is None and len(areas) == 1:
                area = areas[0]
    area = area or (requester.area if requester else None) or place.area
    if area is None:
        r.nowhere(info, row)
    who = (requester.key if requester else "") + "|" + (area or "")
    content = repr((row.category, row.quantity, row.unit, row.urgency, row.due, row.status))

    def write(key: str, info: DatasetInfo, row: NeedRow) -> None:
        category = r.categories.classify(row.category, row.name)
        props: dict[str, Prop] = {
            "name": row.name,
            "category": category.name,
            "service": category.service,
            "quantity": row.quantity,
            "unit": row.unit,
            "urgency": row.urgency,
            "due": row.due,
            "status": row.status,
            "area": area,
            "path": r.tree.path_of(area),
            "evidence": [f"{info.id}:{row.row}"],
        }
        r.node(Label.NEED, "need-" + key, props)
        r.need_lines[plain(row.name)].append(ListLine("need-" + key, area, None, category.name))
        end, where = (Label.NEED, "need-" + key), f"{info.id}:{row.row}"
        if requester is not None:
            r.drafts.append((TieType.REQUESTS, requester, end, {}, where))
        elif area is not None:
            start = r.tree.areas[area].label, area
            r.drafts.append((TieType.REQUESTS, start, end, {}, where))

    return f"{info.series}|{who}|{plain(row.name)}", content, write
