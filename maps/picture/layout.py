"""Where everything stands on a map: fixed, reproducible, without forces.

Areas are packed like a plan of the city: grids on a lattice within their community, communities
side by side within their street, streets within their district, all in the order of their
codes. An actor stands in its home community, at the barycentre of the areas there that it is
tied to, moved along a spiral to the nearest free place. Nothing is drawn by chance and no
position depends on the order of the input, so the same data give the same picture.

Distances are whole numbers of the map's own units (a grid's disc is 40 wide), so that nothing
is lost on the way to the screen; they mean nothing on the ground.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]
Size = tuple[float, float, float]
"""Room around a mark and its label: width, height above the mark's centre, below it."""

GAP = 18
"""Free room around a box of areas."""
TITLE = 40
"""Least height of the strip at a box's top that carries its name and hub organisations."""
_STEP = 13.0
_TURNS = 1.618033988749895 * math.tau
_BUCKET = 96.0
_PACK_GAP = 22
_SCREEN = 1.3
"""Width to height of the room that a map usually gets."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An area to be placed: its key and the codes of the boxes around it, widest first."""

    key: str
    boxes: tuple[str, ...]
    size: Size = (96.0, 26.0, 50.0)


@dataclass(frozen=True, slots=True)
class Satellite:
    """An actor to be placed.

    `home` is the innermost box it belongs to, `anchors` the areas in that box it is tied to
    (none: it stands where there is room near the box's middle).
    """

    key: str
    home: str
    anchors: tuple[str, ...]
    size: Size


@dataclass(frozen=True, slots=True)
class Box:
    """The frame around a community, street or district.

    `depth` 0 is the innermost; `title` is the height of the strip at its top for its name.
    """

    code: str
    depth: int
    x: float
    y: float
    width: float
    height: float
    title: float


@dataclass(slots=True)
class MapLayout:
    """Centre of each key, and the frames, outermost first."""

    at: dict[str, Point] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)


class _Room:
    """Rectangles already taken, for quick tests of overlap."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, int], list[tuple[float, float, float, float]]] = defaultdict(
            list
        )

    def _cells(self, x0: float, y0: float, x1: float, y1: float) -> Iterable[tuple[int, int]]:
        for i in range(int(x0 // _BUCKET), int(x1 // _BUCKET) + 1):
            for j in range(int(y0 // _BUCKET), int(y1 // _BUCKET) + 1):
                yield i, j

    def take(self, centre: Point, size: Size) -> None:
        x, y = centre
        rect = (x - size[0] / 2, y - size[1], x + size[0] / 2, y + size[2])
        for cell in self._cells(*rect):
            self._buckets[cell].append(rect)

    def is_free(self, centre: Point, size: Size) -> bool:
        x0, y0 = centre[0] - size[0] / 2, centre[1] - size[1]
        x1, y1 = x0 + size[0], centre[1] + size[2]
        for cell in self._cells(x0, y0, x1, y1):
            for a0, b0, a1, b1 in self._buckets.get(cell, ()):
                if x0 < a1 and a0 < x1 and y0 < b1 and b0 < y1:
                    return False
        return True


def arrange(spots: Sequence[Spot], satellites: Sequence[Satellite] = ()) -> MapLayout:
    """Place areas and actors.

    Parameters
    ----------
    spots
        Areas to judge. All have the same number of `boxes`, at least one.
    satellites
        Actors; a `home` that is no innermost box of any spot is refused.

    Returns
    -------
    Layout
        A position for each spot and satellite; rectangles of the given sizes around them
        don't overlap within a box, and boxes of one depth don't either.

    Raises
    ------
    ValueError
        If a satellite's home is no innermost box.

    Notes
    -----
    About linear in the number of keys; 2,000 keys take a fraction of a second.

    Examples
    --------
    >>> found = arrange([Spot("g1", ("c",)), Spot("g2", ("c",))])
    >>> sorted(found.at), [b.code for b in found.boxes]
    (['g1', 'g2'], ['c'])
    """
    layout = MapLayout()
    inner: dict[str, list[Spot]] = defaultdict(list)
    for spot in sorted(spots, key=lambda s: (s.boxes, s.key)):
        inner[spot.boxes[-1]].append(spot)
    guests: dict[str, list[Satellite]] = defaultdict(list)
    for satellite in satellites:
        if satellite.home not in inner:
            raise ValueError(f"no box {satellite.home!r} for {satellite.key!r}")
        guests[satellite.home].append(satellite)
    blocks: list[tuple[tuple[str, ...], _Block]] = []
    for code, members in inner.items():
        block = _fill(code, members, guests[code])
        blocks.append((members[0].boxes[:-1], block))
    for depth in range(1, len(spots[0].boxes) if spots else 0):
        blocks = _join(blocks, depth)
    if blocks:
        _settle(_pack([b for _, b in blocks]), layout)
    return layout


@dataclass(slots=True)
class _Block:
    """A box and what is in it, relative to its upper left corner."""

    code: str | None
    depth: int
    width: float
    height: float
    title: float = 0.0
    points: dict[str, Point] = field(default_factory=dict)
    blocks: list[tuple[Point, _Block]] = field(default_factory=list)


def _lattice(members: Sequence[Spot], crowd: float) -> dict[str, Point]:
    """Areas on a lattice wide enough for a crowd (an area) of satellites around them."""
    width = max(s.size[0] for s in members)
    height = max(s.size[1] + s.size[2] for s in members)
    spare = math.sqrt(crowd / len(members)) if crowd else 0.0
    pitch = math.ceil(spare / 40) * 40
    columns = max(1, round(math.sqrt(len(members) * 1.4)))
    across, down = math.ceil(width + pitch), math.ceil(height + pitch * 0.8)
    return {
        spot.key: ((i % columns) * across, (i // columns) * down) for i, spot in enumerate(members)
    }


def _fill(code: str, members: Sequence[Spot], guests: Sequence[Satellite]) -> _Block:
    """One innermost box: its areas on a lattice, its actors around them."""
    at = _lattice(members, 1.15 * sum(g.size[0] * (g.size[1] + g.size[2]) for g in guests))
    room = _Room()
    sizes = {spot.key: spot.size for spot in members}
    for key, centre in at.items():
        room.take(centre, sizes[key])
    middle = _mean(list(at.values()))
    order = sorted(guests, key=lambda g: (-len(g.anchors), g.anchors, g.key))
    for guest in order:
        target = _mean([at[a] for a in guest.anchors]) if guest.anchors else middle
        place = _nearest_free(room, target, guest.size, _direction(target, middle))
        room.take(place, guest.size)
        at[guest.key] = place
        sizes[guest.key] = guest.size
    left = math.floor(min(x - sizes[k][0] / 2 for k, (x, _) in at.items()) - GAP)
    highest = math.floor(min(y - sizes[k][1] for k, (_, y) in at.items()))
    right = max(x + sizes[k][0] / 2 for k, (x, _) in at.items()) + GAP
    bottom = max(y + sizes[k][2] for k, (_, y) in at.items()) + GAP
    width = max(math.ceil(right - left), 190)
    title = _strip(width, 0)
    top = highest - title - 12
    points = {k: (x - left, y - top) for k, (x, y) in at.items()}
    return _Block(code, 0, width, math.ceil(bottom - top), title, points)


def _strip(width: float, depth: int) -> float:
    """Height of a box's strip: high enough for its name to be read where all of it is seen."""
    share = 0.095 if depth == 0 else 0.04
    return math.ceil(max(TITLE + 14 * depth, min(share * width, 160.0)))


def _nearest_free(room: _Room, target: Point, size: Size, start: float) -> Point:
    """First free place on a spiral around `target`, beginning in direction `start`."""
    for i in range(20_000):
        radius = _STEP * math.sqrt(i)
        angle = start + i * _TURNS
        # flat labels: more places side by side than one above the other
        place = (
            round(target[0] + 1.25 * radius * math.cos(angle)),
            round(target[1] + 0.9 * radius * math.sin(angle)),
        )
        if room.is_free(place, size):
            return place
    return round(target[0]), round(target[1])


def _direction(point: Point, middle: Point) -> float:
    dx, dy = point[0] - middle[0], point[1] - middle[1]
    return math.atan2(dy, dx) if dx or dy else -math.pi / 2


def _mean(points: Sequence[Point]) -> Point:
    return (
        sum(x for x, _ in points) / len(points),
        sum(y for _, y in points) / len(points),
    )


def _join(
    blocks: Sequence[tuple[tuple[str, ...], _Block]], depth: int
) -> list[tuple[tuple[str, ...], _Block]]:
    """Put the boxes that share their next frame into it."""
    groups: dict[tuple[str, ...], list[_Block]] = defaultdict(list)
    for frames, block in blocks:
        groups[frames].append(block)
    joined = []
    for frames, found in sorted(groups.items()):
        packed = _pack(found)
        inset = GAP + 6 * depth
        strip = _strip(packed.width, depth)
        joined.append(
            (
                frames[:-1],
                _Block(
                    frames[-1],
                    depth,
                    packed.width + 2 * inset,
                    packed.height + inset + strip,
                    strip,
                    blocks=[((inset, strip), packed)],
                ),
            )
        )
    return joined


def _pack(blocks: Sequence[_Block]) -> _Block:
    """Boxes side by side in rows, in the order given, to look largest on a wide screen."""
    reach: set[float] = set()
    for start in range(min(len(blocks), 4)):
        width = -float(_PACK_GAP)
        for block in blocks[start : start + 40]:
            width += block.width + _PACK_GAP
            reach.add(round(width, 1))
    surface = sum((b.width + _PACK_GAP) * (b.height + _PACK_GAP) for b in blocks)
    widest = max(b.width for b in blocks)
    tried = {w for w in reach if w >= widest} | {max(widest, math.sqrt(surface * 1.4))}
    return min(
        (_rows(blocks, limit) for limit in sorted(tried)),
        key=lambda found: (max(found.width / _SCREEN, found.height), found.width),
    )


def _rows(blocks: Sequence[_Block], limit: float) -> _Block:
    """Boxes in rows no wider than `limit`."""
    placed: list[tuple[Point, _Block]] = []
    x = y = row = wide = 0.0
    for block in blocks:
        if x and x + block.width > limit + 1:
            x, y, row = 0.0, y + row + _PACK_GAP, 0.0
        placed.append(((x, y), block))
        x += block.width + _PACK_GAP
        row = max(row, block.height)
        wide = max(wide, x - _PACK_GAP)
    return _Block(None, -1, wide, y + row, blocks=placed)


def _settle(block: _Block, layout: MapLayout, x: float = 0.0, y: float = 0.0) -> None:
    """Turn relative places into places on the map."""
    if block.code is not None:
        layout.boxes.append(
            Box(block.code, block.depth, x, y, block.width, block.height, block.title)
        )
    for key, (px, py) in block.points.items():
        layout.at[key] = (x + px, y + py)
    for (bx, by), child in block.blocks:
        _settle(child, layout, x + bx, y + by)


def text_width(text: str) -> float:
    """Width of a text in CJK characters; an ASCII character is about 0.58 of one."""
    return sum(0.58 if c.isascii() else 1.0 for c in text)


def label_lines(name: str, width: float = 9, lines: int = 2) -> str:
    """A name broken for a map into at most `lines` lines of `width` CJK characters.

    Lines are made about equally long; what doesn't fit ends in an ellipsis.

    Examples
    --------
    >>> label_lines("大院社区第一网格", 9), label_lines("大院妇幼保健院分院", 7)
    ('大院社区第一网格', '大院妇幼保\\n健院分院')
    >>> label_lines("某某股份有限公司孝感分公司", 5)
    '某某股份有\\n限公司孝…'
    """
    total = text_width(name)
    if total <= width:
        return name
    room = min(width, total / -(-total // width) + 0.5) if total <= width * lines else width
    out: list[str] = []
    line = ""
    for i, char in enumerate(name):
        if text_width(line + char) > room:
            if len(out) == lines - 1:
                if text_width(line + name[i:]) <= width:
                    return "\n".join([*out, line + name[i:]])
                return "\n".join([*out, line[:-1] + "…"])
            out.append(line)
            line = ""
        line += char
    return "\n".join([*out, line])


def label_size(label: str, font: float, mark: float) -> Size:
    """Room that a mark of radius `mark` takes with its label below, in a font of `font`."""
    lines = label.split("\n")
    widest = max(text_width(line) for line in lines)
    return (
        max(widest * font + 8, mark * 2 + 8),
        mark + 4,
        mark + len(lines) * font * 1.25 + 9,
    )
