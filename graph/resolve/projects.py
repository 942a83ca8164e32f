"""What a project answers and with what: lines of the lists of needs and resources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from graph.model.dataset import DatasetInfo
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import ProjectRow
from graph.names.plain import plain
from graph.resolve.body import Body
from graph.resolve.context import ListLine, Resolution
from graph.resolve.place_lookup import place_of

_STAGES = ("claimed", "matched", "running", "done", "evaluated")


def _line(
    r: Resolution, info: DatasetInfo, row: ProjectRow, field_: str, lines: Sequence[ListLine]
) -> ListLine | None:
    """The one line that a name means; told where none or several fit."""
    if len(lines) == 1:
        return lines[0]
    name = str(getattr(row, field_))
    issue = issue_at(
        info, row.row, field_, "list_line_unsettled", shown=name, name=name, count=len(lines)
    )
    r.tell(info, row.row, issue)
    return None


def need_of(r: Resolution, info: DatasetInfo, row: ProjectRow) -> ListLine | None:
    """The need that a project answers: by name, the nearest to the project's place."""
    if not row.need:
        return None
    lines = r.need_lines.get(plain(row.need), [])
    place = place_of(r.tree, row, r.scopes[info.id])
    return _line(r, info, row, "need", _near(r, lines, place.area))


def _near(r: Resolution, lines: Sequence[ListLine], area: str | None) -> list[ListLine]:
    """Of lines with one name those in the smallest area around `area` that has any."""
    at = area
    while at is not None:
        if here := [n for n in lines if n.area and r.tree.within(n.area, at)]:
            return here
        at = r.tree.areas[at].parent
    return list(lines)


def write_match(
    r: Resolution,
    info: DatasetInfo,
    row: ProjectRow,
    need: ListLine,
    parties: Iterable[tuple[Body, dict[str, Prop]]],
) -> None:
    """How far the row's offer has come to the need: the offer that it names; or, where it
    names none but says how far the project has come, the one offer of the need's category
    that those who lead or take part have.
    """
    ours = {id(body) for body, _ in parties}
    if row.resource:
        lines = r.resource_lines.get(plain(row.resource), [])
        own = [n for n in lines if n.provider is not None and id(n.provider) in ours]
        line = _line(r, info, row, "resource", own or _near(r, lines, need.area))
    elif row.progress in _STAGES:
        line = _only_offer(r, ours, need)
    else:
        return
    if line is None:
        return
    props: dict[str, Prop] = {
        "quantity": row.quantity,
        # a row that pairs an offer with a need is a claim at least
        "status": row.progress if row.progress in _STAGES else "claimed",
        "valid_from": row.date,
        "last_sign": row.date,
        "ended": True if row.progress == "ended" else None,
    }
    start, end = (Label.RESOURCE, line.key), (Label.NEED, need.key)
    r.drafts.append((TieType.MATCHES, start, end, props, f"{info.id}:{row.row}"))


def _only_offer(r: Resolution, ours: Collection[int], need: ListLine) -> ListLine | None:
    if need.category is None:
        return None
    found = [
        line
        for body in ours
        for line in r.offers_of.get(body, ())
        if line.category == need.category
    ]
    return found[0] if len(found) == 1 else None
