"""Compiled functions: numba, cached on disk, free of Python's lock so that threads share cores.

The first call on a machine compiles for some seconds; later ones, in any process, load what
was kept.

A compiled function calls compiled functions of its own file only: what numba keeps is made
anew when that one file changes, and would go on calling the old version of another's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function, compiled at its first call; it must keep to what numba understands."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))
