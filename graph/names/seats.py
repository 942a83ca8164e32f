"""How two seats lie to one another: compared only, never looked up."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.names.plain import plain


@lru_cache(maxsize=200_000)
def place_relation(a: str | None, b: str | None) -> str:
    """How two seats lie: `same`, `within` (one holds the other), the widest area that parts
    them (`community` where they share the street, `street` where they share the district,
    `district` where they share the city, `city`), `apart` (nothing shared), or `unknown`.

    Examples
    --------
    >>> place_relation("420902001001", "420902001002"), place_relation("420902001", "420902002")
    ('community', 'street')
    >>> place_relation("420902", "420902001001"), place_relation(None, "4209")
    ('within', 'unknown')
    """
    if not a or not b:
        return "unknown"
    one, two = _steps(a), _steps(b)
    if one == two:
        return "same"
    if one[: len(two)] == two or two[: len(one)] == one:
        return "within"
    if not one or not two:
        return "unknown"
    shared = 0
    while one[shared] == two[shared]:
        shared += 1
    if not a.replace("/", "").isdigit() or not b.replace("/", "").isdigit():
        level = _text_level(one[shared])
        return level if shared or level != "apart" else "apart"
    return {0: "apart", 1: "district", 2: "street"}.get(shared, "community")


def _steps(place: str) -> tuple[str, ...]:
    told = plain(place)
    if "/" in told:
        return tuple(step for step in told.split("/") if step)
    if told.isdigit():
        return tuple(told[:n] for n in (4, 6, 9, 12, 15) if n <= len(told)) or (told,)
    return tuple(re.findall(r".+?(?:省|市|区|县|街道办事处|街道|镇|乡|社区|村|网格|$)", told))


def _text_level(step: str) -> str:
    for suffixes, level in (
        (("社区", "村", "网格", "居委会"), "community"),
        (("街道", "街道办事处", "镇", "乡"), "street"),
        (("区", "县"), "district"),
        (("市", "省"), "city"),
    ):
        if step.endswith(suffixes):
            return level
    return "apart"
