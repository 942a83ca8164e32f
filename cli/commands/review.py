"""`gongjian review`: possible duplicates that only a person can decide, and deciding them."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import typer

from cli.areas import find_area
from cli.call import Call, user_name
from cli.commands.retract import show_change
from cli.output import print_line
from cli.progress import progress
from cli.tables import RecordColumn, RecordTable, by_key, write_result

if TYPE_CHECKING:
    from graph.model.review import ReviewItem, ReviewList, Side
    from graph.model.texts import Bilingual
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
    elsewhere: Annotated[
        bool,
        typer.Option(
            "--elsewhere",
            help="别处同名：没写明地方、没有合并的 | names that other places have too, not joined",
        ),
    ] = False,
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="全部：待核、别处同名、已决定、自动合并 | also decided, joined, and elsewhere",
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
        state = "elsewhere" if elsewhere else "open"
        chosen = tuple(i for i in found.items if i.state == state)
        found = found.model_copy(update={"items": chosen})
    return write_result(call, found, lambda: csv_table(call, found), lambda: show(call, found))


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
    title = call.say(f"已记录 {count} 个决定", f"Recorded {count} decisions")
    return show_change(call, result, title)


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
    """Print the queue for people."""
    if found.items:
        RecordTable(_columns(call), found.items).show(call)
    else:
        print_line(call.say("这里没有要核对的。", "There is nothing to review here."))
    print_line(
        call.say(
            f"待核 {found.open} 个，别处同名 {found.elsewhere} 对（--elsewhere），"
            f"自动合并 {found.merged} 个，已决定 {found.decided} 个。"
            "用 --accept ID 合并，--reject ID 保持分开，--undo ID 撤销。",
            f"{found.open} open, {found.elsewhere} of one name elsewhere (--elsewhere), "
            f"{found.merged} joined by themselves, {found.decided} decided. "
            "--accept ID joins, --reject ID keeps apart, --undo ID takes back.",
        )
    )


def csv_table(call: Call, found: ReviewList) -> RecordTable:
    """One row an item."""
    item = by_key(("id", "question", "subject", "state", "score", "waits"))
    sides = [
        RecordColumn("", f"{side}_{field}", attrgetter(f"{side}.{field}"))
        for side in ("a", "b")
        for field in ("name", "place", "uscc")
    ]
    grounds = [
        RecordColumn("", "why", lambda item: _joined(call, item.why)),
        RecordColumn("", "why_not", lambda item: _joined(call, item.why_not)),
    ]
    rows = [RecordColumn("", f"{s}_rows", attrgetter(f"{s}.rows")) for s in ("a", "b")]
    return RecordTable([*item, *sides, *grounds, *rows], found.items)


def _columns(call: Call) -> list[RecordColumn]:
    states = {
        "open": ("", ""),
        "elsewhere": ("（别处同名）", " (elsewhere)"),
        "merged": ("（自动合并）", " (by itself)"),
        "accepted": ("（已合并）", " (joined)"),
        "rejected": ("（已分开）", " (kept apart)"),
    }
    return [
        RecordColumn("ID", "ID", lambda item: item.id + call.say(*states[item.state])),
        RecordColumn("一方", "one", lambda item: _side_text(item.a)),
        RecordColumn("另一方", "the other", lambda item: _side_text(item.b)),
        RecordColumn("为什么是", "why", lambda item: _joined(call, item.why)),
        RecordColumn("为什么不是", "why not", lambda item: _joined(call, item.why_not)),
        RecordColumn("等待行数", "rows waiting", lambda item: item.waits or ""),
        RecordColumn("出现行数", "rows", _rows),
    ]


def _rows(item: ReviewItem) -> str:
    return " · ".join(str(side.rows or "—") for side in (item.a, item.b) if side.name)


def _joined(call: Call, reasons: Iterable[Bilingual]) -> str:
    return call.say("；", "; ").join(call.say(r.zh, r.en) for r in reasons)


def _side_text(side: Side) -> str:
    return " ".join(text for text in (side.name, side.uscc, side.place) if text)
