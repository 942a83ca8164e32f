"""The offers nearest to every node of a network of lanes, compiled at first use."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.layers.compiled import compiled

Array = np.ndarray[Any, Any]


@compiled
def nearest(
    tail: Array, head: Array, hops: Array, starts: Array, nodes: int, limit: int
) -> tuple[Array, Array]:
    """Of each node the nearest offers by (hops, index), at most `limit`, and how many.

    Arcs lead to larger nodes only, so a node's own row is final when its arcs are followed.
    """
    offer = np.zeros((nodes, limit), np.int64)
    steps = np.zeros((nodes, limit), np.int64)
    size = np.zeros(nodes, np.int64)
    for i in range(starts.size):
        if starts[i]:
            offer[i, 0] = i
            size[i] = 1
    for arc in range(tail.size):
        a, b = tail[arc], head[arc]
        for at in range(size[a]):
            far = steps[a, at] + hops[arc]
            size[b] = _entered(offer[b], steps[b], size[b], offer[a, at], far)
    return offer, size


@compiled
def _entered(offer: Array, steps: Array, size: int, who: int, far: int) -> int:
    """An offer put where it belongs in a row, once and with its fewest steps; the row's size."""
    known = 0
    while known < size and offer[known] != who:
        known += 1
    if known < size and steps[known] <= far:
        return size
    for k in range(known, size - 1):
        offer[k], steps[k] = offer[k + 1], steps[k + 1]
    end = size - (known < size)
    k = end
    while k > 0 and (steps[k - 1] > far or (steps[k - 1] == far and offer[k - 1] > who)):
        k -= 1
    if k == len(offer):
        return end
    for m in range(min(end, len(offer) - 1), k, -1):
        offer[m], steps[m] = offer[m - 1], steps[m - 1]
    offer[k], steps[k] = who, far
    return min(end + 1, len(offer))
