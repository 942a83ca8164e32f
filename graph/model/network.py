"""One city's network as columns, and as a NetworkX graph.

A `Network` is read once from the store and kept by journal head. Its tables are polars frames
sorted by key, with the columns of `graph.model.properties.NODE_PROPS` and `TIE_PROPS`; a null is
"unknown". Nothing here filters by date or by hub: that is the analyses' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import polars as pl

from graph.model.labels import ACTOR_LABELS, AREA_LABELS, EVENT_LABELS, PERSON_LABELS, Day, Label
from graph.model.properties import NODE_PROPS, TIE_PROPS, Prop
from graph.model.wanted import WantedGraph, WantedTie
from graph.model.wanted_tables import NodeTable, TieTable

if TYPE_CHECKING:
    import networkx as nx

K = TypeVar("K")
V = TypeVar("V")

_DTYPE: dict[type, Any] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Boolean,
    list: pl.List(pl.String),
}

NODE_TABLES: dict[str, tuple[Label, ...]] = {
    "areas": AREA_LABELS,
    "actors": ACTOR_LABELS,
    "people": PERSON_LABELS,
    "events": EVENT_LABELS,
    "resources": (Label.RESOURCE,),
    "needs": (Label.NEED,),
    "funds": (Label.FUND,),
    "datasets": (Label.DATASET,),
}
"""Table of a `Network` -> labels that it holds."""


def node_schema(table: str) -> dict[str, Any]:
    """Columns of a node table: `key`, `label`, then the properties of its labels."""
    return {"key": pl.String, "label": pl.String} | {
        name: _DTYPE[kind] for name, kind in NODE_PROPS[NODE_TABLES[table][0]].items()
    }


TIE_SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "type": pl.String,
    "start": pl.String,
    "start_label": pl.String,
    "end": pl.String,
    "end_label": pl.String,
} | {name: _DTYPE[kind] for name, kind in TIE_PROPS.items()}


@dataclass(frozen=True, eq=False)
class Network:
    """The whole network of one root area at one journal head.

    Attributes
    ----------
    head
        Journal head that it reflects; two equal heads are the same network.
    as_of
        Day of the newest sheet (its 填报日期, else its import), ISO text: the date at which
        analyses judge where none is given. None for an empty network.
    areas, actors, people, events, resources, needs, funds, datasets
        Node tables, one row a node, sorted by `key`. `areas.path` is `/4209/420902/…/` and
        ends with the area's own code.
    ties
        All ties of all types, one row a tie, sorted by `type`, `key`.
    """

    head: str
    as_of: Day | None
    areas: pl.DataFrame
    actors: pl.DataFrame
    people: pl.DataFrame
    events: pl.DataFrame
    resources: pl.DataFrame
    needs: pl.DataFrame
    funds: pl.DataFrame
    datasets: pl.DataFrame
    ties: pl.DataFrame

    @classmethod
    def from_columns(
        cls,
        nodes: Mapping[Label, pl.DataFrame],
        ties: Iterable[pl.DataFrame],
        *,
        head: str,
        as_of: Day | None,
    ) -> Network:
        """Put a network together from one frame per label and one per kind of tie.

        Frames need `key` (ties also `type`, `start`, `start_label`, `end`, `end_label`) and
        any of the known properties; what is missing becomes null, what is unknown is refused.

        Raises
        ------
        ValueError
            If a frame has a column that the model doesn't know.
        """
        tables = {}
        for table, labels in NODE_TABLES.items():
            schema = node_schema(table)
            parts = [
                _conform(nodes[label].with_columns(label=pl.lit(str(label))), schema)
                for label in labels
                if label in nodes and nodes[label].height
            ]
            frame = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
            tables[table] = frame.sort("key", "label")
        by_type: dict[str, list[pl.DataFrame]] = {}
        for frame in ties:
            if frame.height:
                told = _conform(frame, TIE_SCHEMA)
                by_type.setdefault(told["type"][0], []).append(told)
        # one type is sorted after the other, so that never all ties are there twice
        in_order = [pl.concat(by_type.pop(type_)).sort("key") for type_ in sorted(by_type)]
        all_ties = pl.concat(in_order) if in_order else pl.DataFrame(schema=TIE_SCHEMA)
        return cls(head=head, as_of=as_of, ties=all_ties, **tables)

    @classmethod
    def from_wanted(
        cls, wanted: WantedGraph, *, head: str = "", as_of: Day | None, consume: bool = False
    ) -> Network:
        """The network of a wanted graph, without a store in between.

        It equals the one that the store gives back after the graph was applied.

        Parameters
        ----------
        consume
            Whether nodes and ties are let go one kind after the other while they become tables;
            the graph is empty afterwards. A city takes half a gigabyte in either form.

        Examples
        --------
        >>> Network.from_wanted(WantedGraph(), as_of=None).areas.height
        0
        """
        nodes = {label: _node_frame(label, found) for label, found in _taken(wanted.nodes, consume)}
        ties = (
            _tie_frame(found).with_columns(
                type=pl.lit(str(type_)),
                start_label=pl.lit(str(start_label)),
                end_label=pl.lit(str(end_label)),
            )
            for (type_, start_label, end_label), found in _taken(wanted.ties, consume)
        )
        return cls.from_columns(nodes, ties, head=head, as_of=as_of)

    @cached_property
    def path_of(self) -> dict[str, str]:
        """Area code -> path."""
        return dict(zip(self.areas["key"], self.areas["path"], strict=True))

    @cached_property
    def name_of(self) -> dict[str, str]:
        """Key of an area, actor, event, resource or need -> its name (the key where unnamed)."""
        names: dict[str, str] = {}
        for table in (self.areas, self.actors, self.events, self.resources, self.needs):
            for key, name in zip(table["key"], table["name"], strict=True):
                names[key] = name or key
        return names

    def to_networkx(self, *, people: bool = False) -> nx.MultiGraph[str]:
        """The network as a typed, undirected NetworkX multigraph.

        Parameters
        ----------
        people
            Whether pseudonymous persons and their ties are in it.

        Returns
        -------
        networkx.MultiGraph
            Nodes are business keys with `label`, `name`, `kind` and the other known
            properties of the store; edges are keyed by the tie's key and carry `type`,
            `start`, `end` and the tie's known properties. Unknown properties are absent.
            Graph attributes: `head`, `as_of`.

        Examples
        --------
        >>> G = Network.from_wanted(WantedGraph(), as_of="2019-08-01").to_networkx()
        >>> G.number_of_nodes(), G.graph["as_of"]
        (0, '2019-08-01')
        """
        import networkx as nx

        G: nx.MultiGraph[str] = nx.MultiGraph(head=self.head, as_of=self.as_of)
        tables = [self.areas, self.actors, self.events, self.resources, self.needs, self.funds]
        if people:
            tables.append(self.people)
        for table in tables:
            for record in table.iter_rows(named=True):
                key = record.pop("key")
                G.add_node(key, **{k: v for k, v in record.items() if v is not None})
        for record in self.ties.iter_rows(named=True):
            if record["start"] in G and record["end"] in G:
                key = record.pop("key")
                known = {k: v for k, v in record.items() if v is not None}
                G.add_edge(record["start"], record["end"], key=key, **known)
        return G


def _node_frame(label: Label, found: Mapping[str, Mapping[str, Prop]]) -> pl.DataFrame:
    if isinstance(found, NodeTable):
        return _joined(found.frame, _node_frame(label, found.rest))
    columns = _columns(list(found.values()), NODE_PROPS[label])
    return pl.DataFrame([pl.Series("key", list(found), pl.String), *columns])


def _tie_frame(found: Mapping[str, WantedTie]) -> pl.DataFrame:
    if isinstance(found, TieTable):
        return _joined(found.frame, _tie_frame(found.rest))
    ends = [
        pl.Series("key", list(found), pl.String),
        pl.Series("start", [tie.start for tie in found.values()], pl.String),
        pl.Series("end", [tie.end for tie in found.values()], pl.String),
    ]
    return pl.DataFrame([*ends, *_columns([tie.props for tie in found.values()], TIE_PROPS)])


def _joined(frame: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, rest], how="diagonal_relaxed") if rest.height else frame


def _taken(parts: dict[K, V], consume: bool) -> Iterator[tuple[K, V]]:
    for key in list(parts):
        yield key, parts.pop(key) if consume else parts[key]


def _columns(rows: Sequence[Mapping[str, Prop]], types: Mapping[str, type]) -> list[pl.Series]:
    """The properties that occur, a column each; an empty text or list is unknown.

    Raises
    ------
    ValueError
        If a row has a property that the model doesn't know.
    """
    names = set[str]().union(*rows)
    if unknown := names - set(types):
        raise ValueError(f"columns that the model doesn't know: {sorted(unknown)}")
    found = []
    for name, kind in types.items():
        if name not in names:
            continue
        values = [row.get(name) for row in rows]
        if kind is list:
            found.append(text_lists(name, cast("list[list[str] | None]", values)))
            continue
        if kind is str:
            values = [value or None for value in values]
        found.append(pl.Series(name, values, _DTYPE[kind]))
    return found


def _conform(frame: pl.DataFrame, schema: Mapping[str, Any]) -> pl.DataFrame:
    if unknown := set(frame.columns) - set(schema):
        raise ValueError(f"columns that the model doesn't know: {sorted(unknown)}")
    return frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
    )


def text_lists(name: str, values: Sequence[Sequence[str] | None]) -> pl.Series:
    """A column of lists of text; an empty list is null.

    Some twenty times as fast as `polars.Series` of lists, which looks at each list by itself:
    here the texts are one flat column that is then cut.

    Examples
    --------
    >>> text_lists("evidence", [["a", "b"], None, [], ["c"]]).to_list()
    [['a', 'b'], None, None, ['c']]
    """
    lengths = np.fromiter((len(v) if v else 0 for v in values), np.int64, len(values))
    flat = list(chain.from_iterable(v for v in values if v))
    row = np.repeat(np.arange(len(values)), lengths)
    cut = (
        pl.DataFrame([pl.Series("row", row), pl.Series(name, flat, pl.String)])
        .group_by("row", maintain_order=True)
        .agg(name)
    )
    if cut.height < len(values):
        rows = pl.DataFrame([pl.Series("row", np.arange(len(values)))])
        cut = rows.join(cut, on="row", how="left", maintain_order="left")
    return cut[name]
