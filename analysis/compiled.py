"""Compiled functions: numba, cached on disk, free of Python's lock so that threads share cores.

The first call on a machine compiles for some seconds; later ones, in any process, load what
was kept. Compiled code draws its random numbers by itself (SplitMix64), so that a seed gives
the same numbers whatever the versions and the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function, compiled at its first call; it must keep to what numba understands."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


@compiled
def mixed(seed: int, number: int) -> np.uint64:
    """A state for the `number`-th stream of a seed: streams of close numbers look unrelated."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(number)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def uniform(state: np.ndarray[Any, Any]) -> float:
    """The next number in [0, 1) of a stream; `state` (one uint64) moves on.

    SplitMix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
    (2014).
    """
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)
