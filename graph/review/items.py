"""What a person is asked about who is who, and what was decided or joined by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase

from pydantic import TypeAdapter

from graph.model.dataset import DatasetInfo
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Day
from graph.model.review import Because, ReviewItem, ReviewList, Side, State, Subject, Verdict
from graph.names.compare import NameMatch
from graph.names.reasons import NameReason
from graph.resolve.decisions import Ref, pair_key, place_key, short_id
from graph.resolve.short_names import cells_told

_SAVED = TypeAdapter(list[ReviewItem])


def reasons(found: Sequence[NameReason]) -> tuple[Because, ...]:
    return tuple(Because(code=r.code, zh=r.zh, en=r.en) for r in found)


def body_item(
    subject: Subject,
    state: State,
    a: tuple[Ref, Side],
    b: tuple[Ref, Side],
    match: NameMatch,
    *,
    question: str = "",
    waits: int = 0,
) -> ReviewItem:
    """The item of two bodies; the same whichever comes first."""
    key = pair_key(a[0], b[0])
    return ReviewItem(
        id=short_id(key),
        subject=subject,
        state=state,
        question=question or short_id(key),
        score=match.score,
        waits=waits,
        a=a[1],
        b=b[1],
        why=reasons(match.why),
        why_not=reasons(match.why_not),
        decision={"key": key, "a": a[0].value(), "b": b[0].value()},
    )


def place_item(
    text: str, scope: str | None, area: str, a: Side, b: Side, match: NameMatch, waits: int
) -> ReviewItem:
    """The item of a place's name and one of the areas that it may mean."""
    key = place_key(text, scope)
    return ReviewItem(
        id=short_id(f"{key} = {area}"),
        subject="place",
        state="open",
        question=short_id(key),
        score=match.score,
        waits=waits,
        a=a,
        b=b,
        why=reasons(match.why),
        why_not=reasons(match.why_not),
        decision={"key": key, "text": text, "scope": scope or "", "area": area},
    )


def unknown_place_item(text: str, scope: str | None, a: Side, why: NameMatch) -> ReviewItem:
    """The item of a place's name that no area has: told with its cure, not to be decided."""
    key = place_key(text, scope)
    return ReviewItem(
        id=short_id(f"{key} = ?"),
        subject="unknown_place",
        state="open",
        question=short_id(f"{key} = ?"),
        score=why.score,
        waits=a.rows,
        a=a,
        b=Side(name=""),
        why=reasons(why.why),
        why_not=reasons(why.why_not),
        decision={"key": key},
    )


def names_item(info: DatasetInfo, cells: Mapping[str, Sequence[str]]) -> ReviewItem:
    """The item of a table's names that may be persons' or bodies'; the names aren't known.

    Accepted, they are bodies', and are kept once the sheet is imported again.
    """
    all_cells = [cell for found in cells.values() for cell in found]
    rows = {cell.lstrip(ascii_uppercase) for cell in all_cells}
    where = " ".join(text for text in (info.file, info.sheet) if text)
    key = f"names {info.id}"
    told = [
        NameReason("names_kept_back", (("cells", cells_told(all_cells)),)),
        NameReason("names_come_again"),
    ]
    return ReviewItem(
        id=short_id(f"{key} {' '.join(cells)}"),
        subject="persons",
        state="open",
        question=short_id(key),
        score=0.5,
        waits=len(rows),
        a=Side(name=f"{where}：{len(cells)}个名称", where=tuple(all_cells[:3])),
        b=Side(name="单位 bodies"),
        why=reasons(told),
        why_not=reasons([NameReason("names_like_persons")]),
        decision={"key": key, "marks": list(cells)},
    )


def decided_item(decision: Decision) -> ReviewItem | None:
    """How a decision in force is listed; None where it isn't one about who is who."""
    value = decision.value or {}
    shown = value.get("shown")
    if decision.kind not in ("same", "different") or not isinstance(shown, dict):
        return None
    item = ReviewItem.model_validate(shown)
    state: State = "accepted" if decision.kind == "same" else "rejected"
    return item.model_copy(update={"state": state, "on": decision.on, "who": decision.who})


def listed(items: Sequence[ReviewItem], decisions: Sequence[Decision]) -> ReviewList:
    """The queue with what was decided: open questions, names that are elsewhere too, decided
    questions, what joined by itself.
    """
    decided = [item for d in decisions if (item := decided_item(d)) is not None]
    asked, elsewhere, merged = (
        [i for i in items if i.state == state] for state in ("open", "elsewhere", "merged")
    )
    return counted((*asked, *elsewhere, *decided, *merged))


def save_review(home: Path, head: str, items: Sequence[ReviewItem]) -> None:
    """Keep the queue of a head, so that listing it needs no resolution."""
    draft = home / "review.tmp"
    body = _SAVED.dump_json(list(items))
    draft.write_bytes(json.dumps({"head": head}).encode() + b"\n" + body)
    draft.replace(home / "review.json")


def load_review(home: Path, head: str | None) -> list[ReviewItem] | None:
    """The queue kept for a head (any head where None); None where there is none."""
    try:
        first, _, body = (home / "review.json").read_bytes().partition(b"\n")
        if head is not None and json.loads(first)["head"] != head:
            return None
        return _SAVED.validate_json(body)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def decisions_for(item: ReviewItem, verdict: Verdict, *, on: Day, who: str) -> list[Decision]:
    """The decisions that accept, reject or undo an item.

    Undoing what was joined by itself parts it; undoing a decision takes it back.

    Raises
    ------
    UsageError
        If an open item is to be undone, a place's candidate rejected, or an unknown place decided.
    """
    if item.subject == "unknown_place":
        raise UsageError(
            f"{item.id} 是没有找到的地名：请导入含有它的区划网格表，或改正后重新导入",
            f"{item.id} is a place that isn't known: import an areas sheet that has it, or mend the"
            " sheet and import it again",
        )
    key = str(item.decision["key"])
    if verdict == "undo":
        if item.state in ("open", "elsewhere"):
            raise UsageError(
                f"{item.id} 还没有决定，不能撤销", f"{item.id} isn't decided, nothing to undo"
            )
        if item.state == "merged":
            verdict = "different"
        else:
            kind = "same" if item.state == "accepted" else "different"
            return [Decision(kind=kind, key=key, value=None, on=on, who=who)]
    if item.subject == "place" and verdict == "different":
        raise UsageError(
            f"{item.id} 是地名：请用 --accept 选定其中一个",
            f"{item.id} is about a place: accept one of its candidates",
        )
    value = {k: v for k, v in item.decision.items() if k != "key"}
    shown = item.model_copy(update={"on": None, "who": None, "state": "open"})
    value["shown"] = shown.model_dump(mode="json")
    other = "different" if verdict == "same" else "same"
    return [
        Decision(kind=verdict, key=key, value=value, on=on, who=who),
        Decision(kind=other, key=key, value=None, on=on, who=who),
    ]


def counted(items: Iterable[ReviewItem]) -> ReviewList:
    """A list of items with its counts."""
    kept = tuple(items)
    return ReviewList(
        items=kept,
        open=len({i.question for i in kept if i.state == "open"}),
        elsewhere=sum(i.state == "elsewhere" for i in kept),
        merged=sum(i.state == "merged" for i in kept),
        decided=sum(i.state in ("accepted", "rejected") for i in kept),
    )


def decide_items(
    found: ReviewList, asked: Mapping[Verdict, Sequence[str]], *, on: Day, who: str
) -> list[Decision]:
    """The decisions about several items at once, by their ids.

    Raises
    ------
    UsageError
        If an id is unknown, is named twice with different verdicts, or if two candidates of one
        question are accepted.
    """
    by_id = {i.id: i for i in reversed(found.items)}
    verdicts: dict[str, Verdict] = {}
    accepted: dict[str, str] = {}
    made: list[Decision] = []
    for verdict, ids in asked.items():
        for one in dict.fromkeys(ids):
            item = by_id.get(one)
            if item is None:
                raise UsageError(
                    f"没有编号为 {one} 的待核项；请用 gongjian review --all 查看",
                    f"nothing to review has the id {one}; see gongjian review --all",
                )
            if verdicts.setdefault(one, verdict) != verdict:
                raise UsageError(
                    f"{one} 不能同时有两种决定", f"{one} can't be decided in two ways at once"
                )
            other = accepted.setdefault(item.question, one) if verdict == "same" else one
            if other != one:
                raise UsageError(
                    f"{one} 和 {other} 是同一个问题的候选，只能选一个",
                    f"{one} and {other} are candidates of one question; accept one of them",
                )
            made += decisions_for(item, verdict, on=on, who=who)
    return made
