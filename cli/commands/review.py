"""`gongjian review`: possible duplicates that only a person can decide, and deciding them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.areas import find_area
from cli.call import Call, Format, user_name
from cli.commands.retract import show_change
from cli.errors import DONE
from cli.output import csv_text, json_text, print_line, print_table, write_out
from cli.progress import progress

if TYPE_CHECKING:
    from graph.model.review import ReviewItem, ReviewList, Side
    from graph.store.store import Store

Ids = list[str] | None


def review(
    call: Call,
    accept: Annotated[
        Ids, typer.Option("--accept", metavar="ID", help="是同一个，合并 | the same: join them")
    ] = None,
    reject: Annotated[
        Ids, typer.Option("--reject", metavar="ID", help="不是同一个 | not the same")
    ] = None,
    undo: Annotated[
        Ids,
        typer.Option(
            "--undo",
            metavar="ID",
            help="撤销决定，或拆开自动合并的 | undo a decision, or part what joined by itself",
        ),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="也列出已决定的和自动合并的 | also what was decided, and what joined by itself",
        ),
    ] = False,
) -> int:
    """List open questions with what speaks for and against, or decide some."""
    with call.store() as store:
        if accept or reject or undo:
            return decide(call, store, accept or [], reject or [], undo or [])
        found = store.review()
        if call.area:
            found = within(call, store, found)
    if not every:
        opened = tuple(i for i in found.items if i.state == "open")
        found = found.model_copy(update={"items": opened})
    show(call, found)
    return DONE


def decide(call: Call, store: Store, accept: list[str], reject: list[str], undo: list[str]) -> int:
    """Record decisions, all or none, and bring the network to them."""
    from graph.review.items import decide_items

    made = decide_items(
        store.review(),
        {"same": accept, "different": reject, "undo": undo},
        on=call.today(),
        who=user_name(),
    )
    with progress(call.lang) as told:
        result = store.decide(made, progress=told)
    count = len({*accept, *reject, *undo})
    show_change(call, result, call.say(f"已记录 {count} 个决定", f"Recorded {count} decisions"))
    return DONE


def within(call: Call, store: Store, found: ReviewList) -> ReviewList:
    """The items of which one side lies in the area of the call."""
    from graph.review.items import counted

    network = call.network(store)
    place = find_area(network, call.area or "")
    return counted(
        i
        for i in found.items
        if any(network.path_of.get(s.area, "").startswith(place.path) for s in (i.a, i.b))
    )


def show(call: Call, found: ReviewList) -> None:
    """Print the queue."""
    if call.format is Format.JSON:
        write_out(json_text(found))
        return
    if call.format is Format.CSV:
        write_out(
            csv_text(CSV_HEADER, [csv_row(call, i) for i in found.items]), encoding="utf-8-sig"
        )
        return
    if not found.items:
        print_line(call.say("没有待核的问题。", "There is nothing to review."))
    else:
        header = [
            "ID",
            call.say("一方", "one"),
            call.say("另一方", "the other"),
            call.say("为什么是", "why"),
            call.say("为什么不是", "why not"),
            call.say("等待行数", "rows waiting"),
        ]
        print_table(header, [table_row(call, i) for i in found.items])
    print_line(
        call.say(
            f"待核 {found.open} 个，自动合并 {found.merged} 个，已决定 {found.decided} 个。"
            "用 --accept ID 合并，--reject ID 保持分开，--undo ID 撤销。",
            f"{found.open} open, {found.merged} joined by themselves, {found.decided} decided. "
            "--accept ID joins, --reject ID keeps apart, --undo ID takes back.",
        )
    )


CSV_HEADER = (
    "id", "question", "subject", "state", "score", "waits",
    "a_name", "a_place", "a_uscc", "b_name", "b_place", "b_uscc", "why", "why_not",
)  # fmt: skip


def csv_row(call: Call, item: ReviewItem) -> list[object]:
    sides = [value for s in (item.a, item.b) for value in (s.name, s.place, s.uscc)]
    why, why_not = said(call, item)
    head = [item.id, item.question, item.subject, item.state, item.score, item.waits]
    return [*head, *sides, why, why_not]


def table_row(call: Call, item: ReviewItem) -> list[object]:
    why, why_not = said(call, item)
    state = {
        "open": "",
        "merged": call.say("（自动合并）", " (by itself)"),
        "accepted": call.say("（已合并）", " (joined)"),
        "rejected": call.say("（已分开）", " (kept apart)"),
    }[item.state]
    return [item.id + state, shown(item.a), shown(item.b), why, why_not, item.waits or ""]


def said(call: Call, item: ReviewItem) -> tuple[str, str]:
    """What speaks for and against, in the language of the call."""
    mark = call.say("；", "; ")
    why = mark.join(call.say(r.zh, r.en) for r in item.why)
    return why, mark.join(call.say(r.zh, r.en) for r in item.why_not)


def shown(side: Side) -> str:
    return " ".join(text for text in (side.name, side.uscc, side.place) if text)
