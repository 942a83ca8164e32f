"""What the page of the review queue shows, in both languages."""

from __future__ import annotations

from typing import Any, Literal

from api.texts import PageTexts
from graph.model.review import ReviewItem, ReviewList
from graph.model.texts import Lang, catalogue, in_language

Shown = Literal["open", "elsewhere", "decided", "merged", "all"]
ROWS = 50
"""Items on one page."""

_TEXTS = catalogue({
    "review": ("谁是谁：待核", "Who is who: to review"),
    "about": (
        "有把握的已自动合并，拿不准的请您判断。每个决定都能撤销，撤销后网络与先前完全一样。",
        "What is certain was joined; what isn't is yours to judge. Every decision can be taken"
        " back; the network is then that of before.",
    ),
    "open": ("待核", "open"),
    "elsewhere": ("别处同名", "the same name elsewhere"),
    "about_elsewhere": (
        "名称没有写明是哪里的（派出所、阳光幼儿园），所在区县没有登记，别处有。没有合并，各算各的；"
        "如果确实是同一个，请合并。",
        "The name doesn't say where it belongs, the row's district lists none, others do. Not"
        " joined, each counts by itself; join them where they are the same.",
    ),
    "decided": ("已决定", "decided"),
    "merged": ("自动合并", "joined by itself"),
    "none": ("这里没有要核对的。", "There is nothing to review here."),
    "pair": ("两个名称", "Two names"),
    "why": ("为什么是", "Why"),
    "why_not": ("为什么不是", "Why not"),
    "what": ("决定", "Decide"),
    "same": ("是同一个", "The same"),
    "pick": ("就是它", "This one"),
    "different": ("不是", "Not the same"),
    "undo": ("撤销", "Undo"),
    "part": ("拆开", "Part"),
    "accepted": ("已合并", "joined"),
    "rejected": ("已分开", "kept apart"),
    "waits": ("{n} 行在等待", "{n} rows wait"),
    "rows": ("{n} 行", "{n} rows"),
    "nothing_against": ("没有", "nothing"),
    "back": ("返回", "back"),
    "earlier": ("上一页", "previous"),
    "later": ("下一页", "next"),
    "subject_bodies": ("疑似同一个", "perhaps one body"),
    "subject_name": ("一个名称对应几个", "a name that several have"),
    "subject_code": ("一个代码用于不同名称", "one code under several names"),
    "subject_persons": ("是人还是单位", "persons or bodies"),
    "bodies_they_are": ("都是单位", "All bodies"),
    "persons_they_are": ("是人", "Persons"),
    "subject_place": ("几处同名的地名", "a place's name that several have"),
    "subject_unknown_place": ("没有找到的地名", "a place that isn't known"),
    "subject_elsewhere": ("别处同名", "the same name elsewhere"),
})  # fmt: skip


def review_context(
    found: ReviewList, *, lang: Lang, state: Shown, area: str, start: int
) -> dict[str, Any]:
    """Everything that the template needs."""
    return {
        "w": PageTexts(lang),
        "t": {key: text.in_(lang) for key, text in _TEXTS.items()},
        "lang": lang,
        "state": state,
        "area": area,
        "start": start,
        "counts": tuple(
            (key, getattr(found, key)) for key in ("open", "elsewhere", "decided", "merged")
        ),
        "items": [_row(item, lang) for item in found.items[start : start + ROWS]],
        "earlier": start - ROWS if start else None,
        "later": start + ROWS if start + ROWS < len(found.items) else None,
    }


def _row(item: ReviewItem, lang: Lang) -> dict[str, Any]:
    return {
        "id": item.id,
        "item": item,
        "why": [in_language(reason, lang) for reason in item.why],
        "why_not": [in_language(reason, lang) for reason in item.why_not],
    }
