"""What a need's parts mean, in a sentence for a planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from graph.model.labels import Label

PLACE_WORDS: dict[str, tuple[str, str]] = {
    Label.GRID: ("本网格", "this grid"),
    Label.COMMUNITY: ("本社区", "this community"),
    Label.STREET: ("本街道", "this street"),
    Label.DISTRICT: ("本区县", "this district"),
    Label.CITY: ("本市", "this city"),
}
_NOWHERE = ("需求所在地", "the need's place")
_URGENT = {"特急": "most urgent", "紧急": "urgent"}


class Words(BaseModel):
    """One sentence in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class NeedStory:
    """What there is to tell of one need. Amounts are texts with their unit, None for none;
    the word `ANY` stands for a need of unknown quantity."""

    name: str
    requested: str | None
    urgency: str | None = None
    status_text: str | None = None
    place: str | None = None
    """Label of the judged area where the need sits."""
    met: str | None = None
    matchable: str | None = None
    sharing_gap: str | None = None
    exhausted: str | None = None
    absent: str | None = None
    unclassified: bool = False
    tied: Sequence[str] = field(default=())
    """Providers that a tie leads to, for the matchable part."""
    untied: Sequence[str] = field(default=())
    """Providers in range without a tie, for the sharing gap."""
    within: tuple[str, str] | None = None
    """Range of the first of them, zh and en."""
    assumed_range: bool = False
    vague_tied: Sequence[str] = field(default=())
    vague_untied: Sequence[str] = field(default=())
    """Providers of unknown capacity, with and without a tie."""
    ties_unknown: bool = False


ANY = ""


def explain(story: NeedStory) -> Words:
    """The sentence: what is needed, then each part and what to do about it.

    Examples
    --------
    >>> explain(NeedStory(name="投影仪", requested="3台", place="Grid", sharing_gap="3台",
    ...     untied=["孝感市图书馆"], within=("孝南区", "孝南区"))).zh
    '需要投影仪3台：孝感市图书馆在孝南区范围内可提供3台，但与本网格没有共建关系，建议牵线。'
    """
    zh = [*_met_zh(story), *_gap_zh(story), *_rest_zh(story)]
    en = [*_met_en(story), *_gap_en(story), *_rest_en(story)]
    gap = " " if story.name[-1:].isdigit() else ""
    amount = "（数量未说明）" if story.requested is None else gap + story.requested
    amount_en = " (quantity not given)" if story.requested is None else f" {story.requested}"
    urgency = f"（{story.urgency}）" if story.urgency in _URGENT else ""
    urgency_en = f" ({_URGENT[story.urgency]})" if story.urgency in _URGENT else ""
    after, after_en = _after(story)
    return Words(
        zh=f"需要{story.name}{amount}{urgency}：{'；'.join(zh)}。{after}",
        en=f"Needs {story.name}{amount_en}{urgency_en}: {'; '.join(en)}.{after_en}",
    )


def _after(story: NeedStory) -> tuple[str, str]:
    zh, en = "", ""
    here, here_en = PLACE_WORDS.get(story.place or "", _NOWHERE)
    if story.assumed_range and story.sharing_gap is not None:
        zh += "服务范围未填，按提供单位所在区域推定。"
        en += " The range was not given; the provider's own area is assumed."
    if story.ties_unknown and story.sharing_gap is not None:
        zh += f"{here}的共建台账尚未报送，是否已有共建关系不清楚。"
        en += f" No tie data were handed in for {here_en}, so a tie may exist unseen."
    if story.status_text:
        zh += f"清单状态：{story.status_text}。"
        en += f" Status in the list: {story.status_text}."
    return zh, en


def _met_zh(story: NeedStory) -> list[str]:
    found = []
    if story.unclassified:
        found.append("没有类别，请先归类")
    if story.met is not None:
        found.append(f"已对接{story.met}")
    if story.matchable is not None:
        found.append(f"{_some(story.tied)}已有共建关系，可对接{story.matchable}")
    return found


def _met_en(story: NeedStory) -> list[str]:
    found = []
    if story.unclassified:
        found.append("it has no category; classify it first")
    if story.met is not None:
        found.append(f"{_amount_en(story.met)}matched already")
    if story.matchable is not None:
        who = _some_en(story.tied)
        found.append(f"{who} tied to it can give{_after_verb(story.matchable)}; make the match")
    return found


def _gap_zh(story: NeedStory) -> list[str]:
    if story.sharing_gap is None:
        return []
    if not story.untied:
        return [f"有共建关系的单位让出{story.sharing_gap}，其原有对接改由范围内其他单位牵线补上"]
    here = PLACE_WORDS.get(story.place or "", _NOWHERE)[0]
    within = f"在{story.within[0]}范围内" if story.within else ""
    return [
        f"{_some(story.untied)}{within}可提供{story.sharing_gap}，但与{here}没有共建关系，建议牵线"
    ]


def _gap_en(story: NeedStory) -> list[str]:
    if story.sharing_gap is None:
        return []
    if not story.untied:
        return [
            f"partners can give{_after_verb(story.sharing_gap)} once a new tie elsewhere "
            "relieves them"
        ]
    here = PLACE_WORDS.get(story.place or "", _NOWHERE)[1]
    within = f" within {story.within[1]}" if story.within else ""
    return [
        f"{_some_en(story.untied)} can give{_after_verb(story.sharing_gap)}{within}, "
        f"but has no tie to {here}; bring them together"
    ]


def _rest_zh(story: NeedStory) -> list[str]:
    found = []
    here = PLACE_WORDS.get(story.place or "", _NOWHERE)[0]
    if story.exhausted is not None:
        lacking = f"还差{story.exhausted}"
        if story.vague_tied:
            who = _some(story.vague_tied)
            found.append(f"{lacking}，{who}已有共建关系，但可提供数量未说明，请核实")
        elif story.vague_untied:
            who = _some(story.vague_untied)
            found.append(f"{lacking}，{who}可提供数量未说明，且与{here}没有共建关系，请核实并牵线")
        else:
            found.append(f"{lacking}，范围内同类资源已用完，建议扩大供给")
    if story.absent is not None:
        lacking = f"还差{story.absent}，" if story.absent != ANY else ""
        found.append(f"{lacking}范围内没有单位提供同类资源，建议从外部引入")
    return found


def _rest_en(story: NeedStory) -> list[str]:
    found = []
    here = PLACE_WORDS.get(story.place or "", _NOWHERE)[1]
    if story.exhausted is not None:
        lacking = f"{story.exhausted} lacking"
        if story.vague_tied:
            found.append(f"{lacking}; {_some_en(story.vague_tied)} tied to it may give more, ask")
        elif story.vague_untied:
            who = _some_en(story.vague_untied)
            found.append(f"{lacking}; {who} without a tie to {here} may give some, ask")
        else:
            found.append(f"{lacking}, what is offered in range is used up; raise capacity")
    if story.absent is not None:
        lacking = f"{story.absent} lacking, " if story.absent != ANY else ""
        found.append(f"{lacking}nobody in range offers it; find a provider from outside")
    return found


def _amount_en(amount: str) -> str:
    return f"{amount} " if amount != ANY else ""


def _after_verb(amount: str) -> str:
    return f" {amount}" if amount != ANY else " it"


def _some(names: Sequence[str]) -> str:
    """Two names at most, and how many there are.

    Examples
    --------
    >>> _some(["a", "b", "c"]), _some(["a", "b"])
    ('a、b等3家', 'a、b')
    """
    return "、".join(names[:2]) + (f"等{len(names)}家" if len(names) > 2 else "")


def _some_en(names: Sequence[str]) -> str:
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more
