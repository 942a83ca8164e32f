"""`gongjian match`: which offer goes to which need, and how far each match has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import prefix_of
from cli.call import Call, Format, user_name
from cli.errors import DONE
from cli.judging import city_of
from cli.output import csv_text, json_text, print_line, print_table, write_out
from cli.progress import progress
from graph.model.errors import UsageError
from graph.model.matches import STAGE_WORDS, STAGES, waiting_matches

if TYPE_CHECKING:
    from analysis.matches.proposals import Matches
    from graph.model.decision import Decision
    from graph.model.network import Network
    from graph.store.store import Store


def match(
    call: Call,
    claim: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--claim",
            metavar="RESOURCE NEED",
            help="认领：用这项资源满足这项需求 | claim: this offer for this need",
        ),
    ] = None,
    quantity: Annotated[
        float | None,
        typer.Option(help="数量，不写则尽量多 | how much; as much as there is room for"),
    ] = None,
    advance: Annotated[
        str | None,
        typer.Option(
            metavar="MATCH", help="把一项对接推进到下一步（或 --to 指定的一步） | next stage"
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="STATUS",
            help="推进到：claimed、matched、running、done、evaluated | stage to advance to",
        ),
    ] = None,
    withdraw: Annotated[
        str | None,
        typer.Option(metavar="MATCH", help="撤销在这里作出的一项对接 | take a match back"),
    ] = None,
) -> int:
    """List matches and proposals; or claim, advance or withdraw one."""
    steps = [step for step in (claim, advance, withdraw) if step is not None]
    if (
        len(steps) > 1
        or (to and advance is None)
        or (quantity is not None and not (claim or advance))
    ):
        raise UsageError(
            "--claim、--advance、--withdraw 一次只用一个；--to 只配 --advance，--quantity 配前两个",
            "use one of --claim, --advance, --withdraw; --to goes with --advance, "
            "--quantity with the first two",
        )
    with call.store() as store:
        network = call.network(store)
        if steps:
            taken = _step(call, store, network, claim, advance, to, withdraw or "", quantity)
            with progress(call.lang) as told:
                store.decide([taken], progress=told)
            network = call.network(store)
        found = matches_of(call, store, network)
    write(call, network, found)
    return DONE


def _step(
    call: Call,
    store: Store,
    network: Network,
    claim: tuple[str, str] | None,
    advance: str | None,
    to: str | None,
    withdraw: str,
    quantity: float | None,
) -> Decision:
    """The one step that the options ask for."""
    from analysis.matches import steps

    today, who = call.today(), user_name()
    if claim is not None:
        return steps.claim(city_of(call, network), *claim, quantity, today=today, who=who)
    if advance is not None:
        return steps.advance(city_of(call, network), advance, to, quantity, today=today, who=who)
    return steps.withdraw(network, store.decisions("match"), withdraw, today=today, who=who)


def matches_of(call: Call, store: Store, network: Network) -> Matches:
    """Matches and proposals within the call's area."""
    from analysis.matches.proposals import propose_matches

    waiting = waiting_matches(network.resources["key"], network.needs["key"], store.decisions())
    place = prefix_of(network, call.area)
    found = propose_matches(city_of(call, network), waiting=waiting)
    paths = {code: tuple(path.strip("/").split("/")) for code, path in network.path_of.items()}
    return found.within(place.code if place else None, paths)


def write(call: Call, network: Network, found: Matches) -> None:
    """Print matches and proposals."""
    if call.format is Format.JSON:
        write_out(json_text(found))
    elif call.format is Format.CSV:
        write_out(csv_text(*csv_rows(found)), encoding="utf-8-sig")
    else:
        show(call, network, found)


def csv_rows(found: Matches) -> tuple[list[str], list[list[Any]]]:
    """One row a match, then one a proposal (status `proposed`)."""
    header = [
        "id", "status", "resource", "resource_name", "providers", "need", "need_name", "area",
        "quantity", "unit", "since", "urgency", "hops", "why",
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [m.model_dump() for m in found.matches]
    for proposal in found.proposals:
        row = proposal.model_dump()
        rows.append({**row, "status": "proposed", "why": proposal.why.zh})
    return header, [[row.get(name) for name in header] for row in rows]


def show(call: Call, network: Network, found: Matches) -> None:
    """Print both lists for people, and what is left open."""
    names = network.name_of

    def place(path: tuple[str, ...]) -> str:
        return "/".join(names.get(code, code) for code in path[-2:])

    def amount(row: Any) -> str:
        if row.quantity is None:
            return call.say("未说明", "not given")
        return f"{row.quantity:.12g}{row.unit or ''}"

    if found.matches:
        print_line(call.say("已有对接", "Matches"))
        header = [
            call.say("编号", "id"),
            call.say("进展", "stage"),
            call.say("资源", "offer"),
            call.say("需求", "need"),
            call.say("区域", "area"),
            call.say("数量", "quantity"),
            call.say("开始", "since"),
        ]
        print_table(
            header,
            [
                [
                    m.id,
                    call.say(*STAGE_WORDS[m.status]) if m.status in STAGES else m.status,
                    m.resource_name,
                    m.need_name,
                    place(m.path),
                    amount(m),
                    m.since or "",
                ]
                for m in found.matches
            ],
        )
    if found.proposals:
        print_line(call.say("建议对接", "Proposed matches"))
        header = [
            call.say("资源", "offer"),
            call.say("需求", "need"),
            call.say("区域", "area"),
            call.say("数量", "quantity"),
            call.say("理由", "why"),
        ]
        print_table(
            header,
            [
                [
                    f"{p.resource_name}\n{p.resource}",
                    f"{p.need_name}\n{p.need}",
                    place(p.path),
                    amount(p),
                    call.say(p.why.zh, p.why.en),
                ]
                for p in found.proposals
            ],
            wide=4,
        )
        print_line(
            call.say(
                "认领：gongjian match --claim 资源 需求 [--quantity 数量]（用上面的编号）",
                "To claim one: gongjian match --claim RESOURCE NEED [--quantity N]",
            )
        )
    if not found.matches and not found.proposals:
        print_line(
            call.say(
                "没有已作出的对接，也没有可直接对接的资源；缺口见 gongjian gaps",
                "No match was made, and no connected offer is free; see gongjian gaps",
            )
        )
    for key in found.waiting:
        print_line(
            call.say(
                f"待定：{key} 的资源或需求已不在现有表格中，对接暂不计入",
                f"Waiting: an end of {key} is in no sheet now; the match doesn't count",
            )
        )
