"""What the status of a tie says: that it holds, is paused, has ended, or was never made.

The words are data (`status` in `ingest/data/headers.yaml`). A text is read by all the words in
it together, so that 未到期, 到期未续 and 到期已续签 are three; what doesn't come out as one thing
is unknown, and never passes for alive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from graph.model.labels import Day
from ingest.values.dates import read_date
from ingest.values.sheet_words import match_key, words

Standing = Literal["alive", "paused", "ended", "none", "unknown"]

_DATE = re.compile(
    r"(?P<to>至|到|止于|将?于)?(?P<day>(?:19|20)\d{2}(?:年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|[-./]\d{1,2}(?:[-./]\d{1,2})?))"
)
_LASTS_TO = re.compile(
    r"[底末前]?(?:止|截止|为止|自动)?(?:$|[,;。)]|到期|届满|期满|终止|结束|失效)"
)
_OVER = re.compile(r"已|现|未续|不续|不再|(?<!将)于")
_NEGATED = {"ended": "alive", "signed": "none"}
"""What 未 before a word makes of it."""
_STOPS = re.compile(r"[,;。、/()]")


@dataclass(frozen=True, slots=True)
class Status:
    """How a tie stands, and the day to which it says that it lasts."""

    standing: Standing
    ends: Day | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """A word of a status, and where it stands."""

    kind: str
    start: int
    end: int


def read_standing(text: str) -> Status:
    """What a status says.

    Examples
    --------
    >>> [read_standing(t).standing for t in ("履行中", "已于2023年终止", "到期未续", "未到期")]
    ['alive', 'ended', 'ended', 'alive']
    >>> [read_standing(t).standing for t in ("洽谈中", "暂停", "另行通知")]
    ['none', 'paused', 'unknown']
    >>> read_standing("2025年6月到期")
    Status(standing='alive', ends='2025-06-30')
    """
    key = match_key(text)
    if key in words().true:
        return Status("alive")
    if key in words().false:
        return Status("none")
    ends = _end_told(key)
    if ends is not None:
        return Status("alive", ends)
    return Status(_verdict(key, _folded(_told(key))))


def _end_told(key: str) -> Day | None:
    """The last day that a status names: 2025年到期, 有效期至2025-12-31."""
    found = list(_DATE.finditer(key))
    if len(found) != 1 or _OVER.search(key):
        return None
    one, told = found[0], _folded(_told(_DATE.sub("", key)))
    if not (one["to"] or _LASTS_TO.match(key, one.end())):
        return None
    if {t.kind for t in told} - {"alive", "signed", "renewed", "ended"}:
        return None
    if not told and "期" not in key:
        return None
    to = one["to"] in ("至", "到", "止于")
    if not to and any(t.kind != "ended" for t in told):
        return None
    day, problem = read_date(one["day"], "end")
    return day if problem is None or problem.code == "date_year_only" else None


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    longest = sorted(words().status, key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, longest)))


def _told(key: str) -> list[_Told]:
    """The words of a status that are known, the longest at each place."""
    kinds = words().status
    found = [_Told(kinds[m[0]], m.start(), m.end()) for m in _pattern().finditer(key)]
    return [t for t in found if t.kind != "nothing"]


def _folded(told: Sequence[_Told]) -> list[_Told]:
    """The words with 未, 不 and 拟 before them drawn in: 未 + 到期 is alive, 拟 + 终止 a doubt."""
    found: list[_Told] = []
    before: _Told | None = None
    for one in told:
        if before is not None:
            touches = before.kind == "not" and before.end == one.start
            kind = _NEGATED.get(one.kind, "doubt") if touches else "doubt"
            found.append(_Told(kind, before.start, one.end))
            before = None
        elif one.kind in ("not", "will"):
            before = one
        else:
            found.append(one)
    return found if before is None else [*found, _Told("doubt", before.start, before.end)]


def _verdict(key: str, told: Sequence[_Told]) -> Standing:
    kinds = {t.kind for t in told}
    if not kinds or "doubt" in kinds:
        return "unknown"
    last = told[-1].kind
    if kinds <= {"alive", "signed", "renewed"} or (last == "renewed" and "none" not in kinds):
        return "alive"
    if kinds <= {"none", "ended"}:
        return "none" if "none" in kinds else "ended"
    for over in ("ended", "paused"):
        others = [t for t in told if t.kind != over]
        if over in kinds and all(_yields(key, one, told, over) for one in others):
            return "ended" if over == "ended" else "paused"
    return "unknown"


def _yields(key: str, one: _Told, told: Sequence[_Told], over: str) -> bool:
    """Whether a word only says what ended or is paused: 停止履行, 履行期满, 已签订(已终止)."""
    if one.kind == "signed" and told[-1].kind == over:
        return True
    gaps = [key[min(one.end, t.end) : max(one.start, t.start)] for t in told if t.kind == over]
    return one.kind in ("alive", "signed") and any(
        len(gap) <= 2 and not _STOPS.search(gap) for gap in gaps
    )
