"""`gongjian check`: what the store holds, and a hash by which two stores can be compared."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from cli.call import Call
from cli.output import print_line
from cli.tables import RecordColumn, RecordTable, by_key, write_result


class CheckResult(BaseModel):
    """Counts and hash of a graph, read from the store."""

    model_config = ConfigDict(frozen=True)

    store: str
    """`embedded` or `neo4j`."""
    head: str
    """The journal's head that the graph reflects."""
    graph_hash: str
    """Over all nodes and ties, sorted; equal on two stores that hold the same."""
    as_of: str | None
    """Day of the newest sheet."""
    nodes: dict[str, int]
    ties: dict[str, int]
    datasets: int
    waiting: int
    """Rows that are kept but wait for a place or a decision."""


def check(call: Call) -> int:
    """Read the graph back from the store, count it and hash it."""
    with call.store() as store:
        told = store.graph_hash()  # waits for whoever writes
        network = call.network(store)
        found = store.datasets()
        tables = (
            network.areas,
            network.actors,
            network.people,
            network.events,
            network.resources,
            network.needs,
            network.funds,
            network.datasets,
        )
        result = CheckResult(
            store=store.kind,
            head=store.head,
            graph_hash=told,
            as_of=network.as_of,
            nodes=_counts(label for table in tables for label in table["label"]),
            ties=_counts(network.ties["type"]),
            datasets=sum(status.live for status in found),
            waiting=sum(status.waiting for status in found if status.live),
        )
    counts = [*result.nodes.items(), *result.ties.items()]
    rows = [{"what": name, "count": count} for name, count in counts]
    return write_result(
        call,
        result,
        lambda: RecordTable(by_key(("what", "count")), rows),
        lambda: _show(call, result, rows),
    )


def _show(call: Call, result: CheckResult, rows: list[dict[str, object]]) -> None:
    columns = [
        RecordColumn("节点和关系", "nodes and ties", "what"),
        RecordColumn("数量", "count", "count"),
    ]
    RecordTable(columns, rows).show(call)
    kinds = {"embedded": call.say("内嵌", "embedded"), "neo4j": "Neo4j"}
    print_line(call.say(f"存储：{kinds[result.store]}", f"store: {kinds[result.store]}"))
    print_line(
        call.say(
            f"有效数据 {result.datasets} 份，待定 {result.waiting} 行",
            f"{result.datasets} live datasets, {result.waiting} rows waiting",
        )
    )
    print_line(call.say(f"数据日期：{result.as_of}", f"as of: {result.as_of}"))
    print_line(call.say(f"网络摘要：{result.graph_hash}", f"graph hash: {result.graph_hash}"))


def _counts(words: object) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(words).items()))  # type: ignore[call-overload]
