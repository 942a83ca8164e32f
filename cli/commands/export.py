"""`gongjian export`: the network for Gephi, NetworkX, pandas, R.

Graph files hold scalar attributes of one type per column only, and no control characters:
what those formats can't hold is turned into text here, never left to fail at the reader.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.areas import NamedArea, prefix_of
from cli.call import Call
from cli.commands.draw_map import check_out
from cli.output import print_line
from cli.tables import write_paths
from graph.model.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl

    from graph.model.network import Network

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TABLES = (
    "areas",
    "actors",
    "people",
    "events",
    "resources",
    "needs",
    "funds",
    "datasets",
    "ties",
)


class Target(StrEnum):
    """Formats of an export."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    PARQUET = "parquet"


def export(
    call: Call,
    to: Annotated[Target, typer.Option("--to", help="格式 | format")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help="文件；parquet 为文件夹 | file; for parquet a folder"
        ),
    ],
    people: Annotated[
        bool, typer.Option("--people", help="也含化名人员 | with pseudonymous persons")
    ] = False,
) -> int:
    """Write the network, or an area's part of it."""
    if to is Target.PARQUET:
        if out.is_file():
            raise UsageError(
                f"--out {out} 是文件；请写文件夹", f"--out {out} is a file; name a folder"
            )
    else:
        check_out(out)
    with call.store() as store:
        network = call.network(store)
    place = prefix_of(network, call.area)
    if to is Target.PARQUET:
        written = write_parquet(network, out, place, people=people)
    else:
        written = [write_graph(network, out, place, to, people=people)]
    return write_paths(call, written, lambda: _tell(call, written))


def _tell(call: Call, written: list[Path]) -> None:
    for path in written:
        print_line(call.say(f"已写入 {path}", f"Wrote {path}"))


def write_graph(
    network: Network, out: Path, place: NamedArea | None, to: Target, *, people: bool = False
) -> Path:
    """Write the network as GraphML or GEXF, and give the path."""
    import networkx as nx

    G = plain_graph(network.to_networkx(people=people), place)
    if to is Target.GEXF:
        nx.write_gexf(G, out, encoding="utf-8", version="1.2draft")
    else:
        nx.write_graphml(G, out, encoding="utf-8", named_key_ids=True)
    return out


def plain_graph(G: nx.MultiGraph[str], place: NamedArea | None = None) -> nx.MultiGraph[str]:
    """A copy that a graph file can hold, of one area or of the whole.

    Lists become text joined by "; ", unknown values are left out, numbers of one column
    have one type, characters that XML can't hold are dropped. Of an area it has what sits
    there and, marked `outside`, what is tied to that from elsewhere.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.MultiGraph(); G.add_node("g", name="网格\\x00", aliases=["a", "b"])
    >>> plain_graph(G).nodes["g"]
    {'name': '网格', 'aliases': 'a; b', 'label': '网格'}
    """
    import networkx as nx

    inside = _inside(G, place)
    near = set(inside)
    for key in inside:
        near.update(other for other in G[key])
    kinds = _column_types([G.nodes[key] for key in G])
    tie_kinds = _column_types([d for _, _, d in G.edges(data=True)])
    plain: nx.MultiGraph[str] = nx.MultiGraph()
    for key in sorted(G):
        if key not in near:
            continue
        values = _plain_values(G.nodes[key], kinds)
        if "label" in values:
            values["type"] = values.pop("label")
        values["label"] = values.get("name", key)
        if place is not None:
            values["outside"] = key not in inside
        plain.add_node(_text(key), **values)
    for start, end, key, data in sorted(G.edges(keys=True, data=True), key=lambda e: str(e[2])):
        if start in near and end in near and (start in inside or end in inside):
            values = _plain_values(data, tie_kinds)
            plain.add_edge(_text(start), _text(end), key=_text(str(key)), **values)
    return plain


def _inside(G: nx.MultiGraph[str], place: NamedArea | None) -> set[str]:
    if place is None:
        return set(G)
    return {key for key in G if G.nodes[key].get("path", "").startswith(place.path)}


def _column_types(rows: list[dict[str, Any]]) -> dict[str, type]:
    kinds: dict[str, type] = {}
    for row in rows:
        for name, value in row.items():
            kind = type(value) if isinstance(value, bool | int | float) else str
            known = kinds.get(name, kind)
            if known is not kind:
                kind = float if {known, kind} == {int, float} else str
            kinds[name] = kind
    return kinds


def _plain_values(data: dict[str, Any], kinds: dict[str, type]) -> dict[str, Any]:
    plain = {}
    for name, value in data.items():
        if value is None:
            continue
        if isinstance(value, list | tuple):
            value = "; ".join(str(v) for v in value)
        kind = kinds[name]
        plain[name] = _text(str(value)) if kind is str else kind(value)
    return plain


def _text(text: str) -> str:
    return _NOT_XML.sub("", text)


def write_parquet(
    network: Network, out: Path, place: NamedArea | None, *, people: bool = False
) -> list[Path]:
    """Write one Parquet file per table into a folder, and give the paths."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables_of(network, place, people=people).items():
        path = out / f"{name}.parquet"
        frame.write_parquet(path)
        written.append(path)
    return written


def tables_of(
    network: Network, place: NamedArea | None = None, *, people: bool = False
) -> dict[str, pl.DataFrame]:
    """The network's tables, of the whole city or of one area.

    Of an area: what sits there, the ties of that, and the far ends of those ties.
    """
    import polars as pl

    tables: dict[str, pl.DataFrame] = {name: getattr(network, name) for name in TABLES}
    if not people:
        persons = ["Member", "Volunteer"]
        tables.pop("people")
        tables["ties"] = tables["ties"].filter(
            ~pl.col("start_label").is_in(persons) & ~pl.col("end_label").is_in(persons)
        )
    if place is None:
        return tables
    inside: set[str] = set()
    for frame in tables.values():
        if "path" in frame.columns:
            inside |= set(frame.filter(pl.col("path").str.starts_with(place.path))["key"])
    ties = tables["ties"]
    here = pl.Series("here", sorted(inside), dtype=pl.String)
    ties = ties.filter(pl.col("start").is_in(here.implode()) | pl.col("end").is_in(here.implode()))
    near = pl.Series(
        "near", sorted(inside | set(ties["start"]) | set(ties["end"])), dtype=pl.String
    )
    kept = {
        name: frame if name == "datasets" else frame.filter(pl.col("key").is_in(near.implode()))
        for name, frame in tables.items()
        if name != "ties"
    }
    return kept | {"ties": ties}
