"""`gongjian match`: which offer goes to which need, and how far each match has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.areas import place_text, prefix_of
from cli.call import Call, user_name
from cli.judging import city_of
from cli.output import print_line
from cli.progress import progress
from cli.tables import RecordColumn, RecordTable, by_key, write_result
from graph.model.errors import UsageError
from graph.model.matches import STAGE_WORDS, STAGES, waiting_matches

if TYPE_CHECKING:
    from analysis.matches.proposals import Matches, OfferMatch, Proposal
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
    return write_result(call, found, lambda: csv_table(found), lambda: show(call, network, found))


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


def csv_table(found: Matches) -> RecordTable:
    """One row a match, then one a proposal (status `proposed`)."""
    keys = (
        "id", "status", "resource", "resource_name", "providers", "need", "need_name", "area",
        "quantity", "unit", "since", "urgency", "hops", "why",
    )  # fmt: skip
    proposals = [{**p.model_dump(), "status": "proposed", "why": p.why.zh} for p in found.proposals]
    return RecordTable(by_key(keys), [*(m.model_dump() for m in found.matches), *proposals])


def show(call: Call, network: Network, found: Matches) -> None:
    """Print both lists for people, and what is left open."""
    area = RecordColumn("区域", "area", lambda row: place_text(network.name_of, row.path))
    quantity = RecordColumn("数量", "quantity", lambda row: _amount(call, row))
    if found.matches:
        print_line(call.say("已有对接", "Matches"))
        RecordTable(_match_columns(call, area, quantity), found.matches).show(call)
    if found.proposals:
        print_line(call.say("建议对接", "Proposed matches"))
        RecordTable(_proposal_columns(call, area, quantity), found.proposals).show(call)
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


def _match_columns(call: Call, area: RecordColumn, quantity: RecordColumn) -> list[RecordColumn]:
    def stage(match: OfferMatch) -> str:
        return call.say(*STAGE_WORDS[match.status]) if match.status in STAGES else match.status

    return [
        RecordColumn("编号", "id", "id"),
        RecordColumn("进展", "stage", stage),
        RecordColumn("资源", "offer", "resource_name"),
        RecordColumn("需求", "need", "need_name"),
        area,
        quantity,
        RecordColumn("开始", "since", lambda match: match.since or ""),
    ]


def _proposal_columns(call: Call, area: RecordColumn, quantity: RecordColumn) -> list[RecordColumn]:
    return [
        RecordColumn("资源", "offer", lambda p: f"{p.resource_name}\n{p.resource}"),
        RecordColumn("需求", "need", lambda p: f"{p.need_name}\n{p.need}"),
        area,
        quantity,
        RecordColumn("理由", "why", lambda p: call.say(p.why.zh, p.why.en), wide=True),
    ]


def _amount(call: Call, row: OfferMatch | Proposal) -> str:
    if row.quantity is None:
        return call.say("未说明", "not given")
    return f"{row.quantity:.12g}{row.unit or ''}"
