"""What may stand in a map: a file that may be handed on, so it must not tell too much.

No person is ever in a map, also not as a pseudonym. Numbers of persons below `K` are shown
as "fewer than 5" (zero stays zero: nobody is told of by it). A body whose seat is outside the
area shown is counted, never named: a street's map doesn't spread its neighbours' rosters.
"""

from __future__ import annotations

import re

from graph.model.texts import Lang

K = 5
"""Smallest number of persons that is shown as it is."""
_ZH = re.compile(r"(?<![\d,])[1-4]名")
_EN = re.compile(r"(?<![\d,.])[1-4] (person|people|members?|volunteers?)\b")
_PLURAL = {"person": "people", "member": "members", "volunteer": "volunteers"}


def people_shown(number: int | None, lang: Lang = "zh") -> str | None:
    """A number of persons as a map may show it; None (unknown) stays None.

    Examples
    --------
    >>> [people_shown(n) for n in (None, 0, 3, 12)]
    [None, '0', '少于 5', '12']
    """
    if number is None or number == 0 or number >= K:
        return None if number is None else str(number)
    return f"少于 {K}" if lang == "zh" else f"under {K}"


def mask_people(text: str) -> str:
    """A sentence with small numbers of persons replaced.

    Examples
    --------
    >>> mask_people("目前只靠3名报到党员、12名志愿者支撑"), mask_people("it lives on 1 member")
    ('目前只靠少于5名报到党员、12名志愿者支撑', 'it lives on under 5 members')
    """
    text = _ZH.sub(f"少于{K}名", text)
    return _EN.sub(lambda m: f"under {K} {_PLURAL.get(m[1], m[1])}", text)


def is_outside(path: str | None, area_path: str) -> bool:
    """Whether something at `path` lies outside the area with `area_path`.

    A body of which only a wider area is known (its path is a beginning of the area's) isn't
    known to be outside, and one without any place isn't either.

    Examples
    --------
    >>> is_outside("/42/4209/420981/", "/42/4209/420902/"), is_outside("/42/4209/", "/42/4209/1/")
    (True, False)
    >>> is_outside(None, "/42/4209/")
    False
    """
    if not path:
        return False
    return not (path.startswith(area_path) or area_path.startswith(path))
