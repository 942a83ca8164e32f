"""What a need's parts mean, in a sentence for a planner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph.model.labels import Label
from graph.model.record import Record

PLACE_WORDS: dict[str, tuple[str, str]] = {
    Label.GRID: ("本网格", "this grid"),
    Label.COMMUNITY: ("本社区", "this community"),
    Label.STREET: ("本街道", "this street"),
    Label.DISTRICT: ("本区县", "this district"),
    Label.CITY: ("本市", "this city"),
}
_NOWHERE = ("需求所在地", "the need's place")
Clause = tuple[str, str]
"""A part of a sentence in zh and en."""
_URGENT = {"特急": "most urgent", "紧急": "urgent"}


class Words(Record):
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class NeedStory:
    """What there is to tell of one need. Amounts are texts with their unit, None for none;
    the word `ANY` stands for a need of unknown quantity.
    """

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
    clauses = [*_met(story), *_gap(story), *_rest(story)]
    gap = " " if story.name[-1:].isdigit() else ""
    amount = "（数量未说明）" if story.requested is None else gap + story.requested
    amount_en = " (quantity not given)" if story.requested is None else f" {story.requested}"
    urgency = f"（{story.urgency}）" if story.urgency in _URGENT else ""
    urgency_en = f" ({_URGENT[story.urgency]})" if story.urgency in _URGENT else ""
    after, after_en = _after(story)
    return Words(
        zh=f"需要{story.name}{amount}{urgency}：{'；'.join(zh for zh, _ in clauses)}。{after}",
        en=f"Needs {story.name}{amount_en}{urgency_en}: "
        f"{'; '.join(en for _, en in clauses)}.{after_en}",
    )


def _after(story: NeedStory) -> tuple[str, str]:
    zh, en = "", ""
    here, here_en = _here(story)
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


def _met(story: NeedStory) -> Iterator[Clause]:
    if story.unclassified:
        yield "没有类别，请先归类", "it has no category; classify it first"
    if story.met is not None:
        amount_en = f"{story.met} " if story.met != ANY else ""
        yield f"已对接{story.met}", f"{amount_en}matched already"
    if story.matchable is not None:
        who, who_en = _some(story.tied)
        yield (
            f"{who}已有共建关系，可对接{story.matchable}",
            f"{who_en} tied to it can give{_after_verb(story.matchable)}; make the match",
        )


def _gap(story: NeedStory) -> Iterator[Clause]:
    if story.sharing_gap is None:
        return
    gives = f"can give{_after_verb(story.sharing_gap)}"
    if not story.untied:
        yield (
            f"有共建关系的单位让出{story.sharing_gap}，其原有对接改由范围内其他单位牵线补上",
            f"partners {gives} once a new tie elsewhere relieves them",
        )
        return
    here, here_en = _here(story)
    who, who_en = _some(story.untied)
    within, within_en = "", ""
    if story.within:
        within, within_en = f"在{story.within[0]}范围内", f" within {story.within[1]}"
    yield (
        f"{who}{within}可提供{story.sharing_gap}，但与{here}没有共建关系，建议牵线",
        f"{who_en} {gives}{within_en}, but has no tie to {here_en}; bring them together",
    )


def _rest(story: NeedStory) -> Iterator[Clause]:
    here, here_en = _here(story)
    if story.exhausted is not None:
        lacking, lacking_en = f"还差{story.exhausted}", f"{story.exhausted} lacking"
        if story.vague_tied:
            who, who_en = _some(story.vague_tied)
            yield (
                f"{lacking}，{who}已有共建关系，但可提供数量未说明，请核实",
                f"{lacking_en}; {who_en} tied to it may give more, ask",
            )
        elif story.vague_untied:
            who, who_en = _some(story.vague_untied)
            yield (
                f"{lacking}，{who}可提供数量未说明，且与{here}没有共建关系，请核实并牵线",
                f"{lacking_en}; {who_en} without a tie to {here_en} may give some, ask",
            )
        else:
            yield (
                f"{lacking}，范围内同类资源已用完，建议扩大供给",
                f"{lacking_en}, what is offered in range is used up; raise capacity",
            )
    if story.absent is not None:
        known = story.absent != ANY
        yield (
            f"{f'还差{story.absent}，' if known else ''}范围内没有单位提供同类资源，建议从外部引入",
            f"{f'{story.absent} lacking, ' if known else ''}nobody in range offers it; "
            "find a provider from outside",
        )


def _here(story: NeedStory) -> Clause:
    """The need's place in words."""
    return PLACE_WORDS.get(story.place or "", _NOWHERE)


def _after_verb(amount: str) -> str:
    return f" {amount}" if amount != ANY else " it"


def _some(names: Sequence[str]) -> Clause:
    """Two names at most, and how many there are.

    Examples
    --------
    >>> _some(["a", "b", "c"]), _some(["a", "b"])
    (('a、b等3家', 'a, b and 1 more'), ('a、b', 'a, b'))
    """
    more, more_en = "", ""
    if len(names) > 2:
        more, more_en = f"等{len(names)}家", f" and {len(names) - 2} more"
    return "、".join(names[:2]) + more, ", ".join(names[:2]) + more_en
