"""Positions: fixed, apart, and independent of the order of the input."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.picture.layout import MapLayout, Satellite, Size, Spot, arrange, label_lines, text_width

SIZE: Size = (90.0, 14.0, 34.0)


def overlapping(layout: MapLayout, sizes: dict[str, Size]) -> list[tuple[str, str]]:
    """Pairs of keys whose rectangles overlap, by looking at all pairs."""
    found = []
    keys = sorted(sizes)
    for i, one in enumerate(keys):
        for other in keys[i + 1 :]:
            (x, y), (u, v) = layout.at[one], layout.at[other]
            a, b = sizes[one], sizes[other]
            apart = abs(x - u) >= (a[0] + b[0]) / 2 or y + a[2] <= v - b[1] or v + b[2] <= y - a[1]
            if not apart:
                found.append((one, other))
    return found


def a_street(seed: int) -> tuple[list[Spot], list[Satellite]]:
    rng = random.Random(seed)
    spots = [
        Spot(f"g{c}{g}", ("s", f"c{c}")) for c in range(rng.randint(1, 5)) for g in range(1, 7)
    ]
    satellites = []
    for u in range(rng.randint(0, 60)):
        home = rng.choice(spots).boxes[-1]
        near = [s.key for s in spots if s.boxes[-1] == home]
        anchors = tuple(sorted(rng.sample(near, rng.randint(0, 3))))
        satellites.append(Satellite(f"u{u}", home, anchors, SIZE))
    return spots, satellites


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_overlaps_and_all_is_placed_within_its_box(seed: int) -> None:
    spots, satellites = a_street(seed)
    layout = arrange(spots, satellites)
    sizes = {s.key: s.size for s in spots} | {s.key: s.size for s in satellites}
    assert set(layout.at) == set(sizes)
    assert overlapping(layout, sizes) == []
    boxes = {b.code: b for b in layout.boxes}
    homes = {s.key: s.boxes[-1] for s in spots} | {s.key: s.home for s in satellites}
    for key, (x, y) in layout.at.items():
        box = boxes[homes[key]]
        assert box.x < x < box.x + box.width
        assert box.y < y < box.y + box.height


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    spots, satellites = a_street(seed)
    rng = random.Random(seed + 1)
    mixed = rng.sample(spots, len(spots)), rng.sample(satellites, len(satellites))
    assert arrange(*mixed) == arrange(spots, satellites)


def test_boxes_of_one_depth_are_apart() -> None:
    spots = [Spot(f"{s}{c}{g}", (f"s{s}", f"s{s}c{c}")) for s in "ab" for c in "xyz" for g in "123"]
    layout = arrange(spots)
    for depth in (0, 1):
        boxes = [b for b in layout.boxes if b.depth == depth]
        assert len(boxes) == (6 if depth == 0 else 2)
        for i, b in enumerate(boxes):
            for c in boxes[i + 1 :]:
                assert (
                    b.x + b.width <= c.x
                    or c.x + c.width <= b.x
                    or b.y + b.height <= c.y
                    or c.y + c.height <= b.y
                )


def test_a_home_that_is_no_box_is_refused() -> None:
    with pytest.raises(ValueError, match="no box"):
        arrange([Spot("g", ("c",))], [Satellite("u", "elsewhere", (), SIZE)])


def test_nothing_to_place() -> None:
    assert arrange([]) == MapLayout()


@given(st.text(alphabet="大院社区第一网格ABC(）", max_size=40))
def test_labels_never_lose_their_beginning_and_fit(name: str) -> None:
    lines = label_lines(name, 8).split("\n")
    assert len(lines) <= 2
    assert all(text_width(line) <= 9 for line in lines)
    told = "".join(lines)
    assert told == name or (told.endswith("…") and name.startswith(told[:-1]))
