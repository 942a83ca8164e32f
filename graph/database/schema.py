"""What the database enforces, and the literal statements by label and type.

Labels and types never come from a request or a sheet: every statement here is made once from
the closed lists of `graph.model`. Only what both stores do alike is used (uniqueness
constraints and plain indexes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from graph.model.labels import Label, TieType
from graph.model.properties import NODE_PROPS, TIE_PROPS
from graph.model.wanted import TieGroup

SCHEMA_VERSION = 2
"""Raised with every change after which an older gongjian would misread the database; a step in
`STEPS` then leads there. New labels and types alone need no step: see `made`."""
_DECIDING = (
    *("data", "model", "names", "resolve", "review"),
    *("database/difference.py", "database/read_network.py", "database/schema.py"),
    *("journal/dataset_files.py", "journal/kept_rows.py"),
    *("store/history.py", "store/resolving.py"),
)
"""Folders and modules of this room that decide what the graph is; the others only store it."""
BATCH_ROWS = 2000
BATCH_BYTES = 4_000_000
TRANSACTION_ROWS = 10_000
"""Rows written together: an embedded database waits for the disk once a transaction."""


@lru_cache(maxsize=1)
def rules() -> str:
    """8 hex digits that change with the program and data by which datasets become a graph.

    A graph or a copy made by other rules is made again: the datasets are the truth.
    """
    digest = hashlib.sha256()
    room = Path(__file__).parents[1]
    for part in _DECIDING:
        paths = [room / part] if part.endswith(".py") else sorted((room / part).iterdir())
        for path in paths:
            if path.suffix in (".py", ".yaml", ".csv"):
                digest.update(path.relative_to(room).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def schema_statements() -> list[str]:
    """Constraints and indexes, each named and `IF NOT EXISTS`."""
    found = ["CREATE CONSTRAINT meta_key IF NOT EXISTS FOR (n:Meta) REQUIRE n.key IS UNIQUE"]
    for label in Label:
        name = label.lower()
        found.append(
            f"CREATE CONSTRAINT {name}_key IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
        )
        if "path" in NODE_PROPS[label]:
            found.append(f"CREATE INDEX {name}_path IF NOT EXISTS FOR (n:{label}) ON (n.path)")
    found += [
        f"CREATE CONSTRAINT {type_.lower()}_key IF NOT EXISTS "
        f"FOR ()-[r:{type_}]-() REQUIRE r.key IS UNIQUE"
        for type_ in TieType
    ]
    return found


def made() -> str:
    """8 hex digits over constraints and indexes; a database made with others gets what is new."""
    return hashlib.sha256("\n".join(schema_statements()).encode()).hexdigest()[:8]


STEPS: Mapping[int, Callable[[], Sequence[str]]] = {2: schema_statements}
"""Version -> the statements that lead to it from the one before. Version 1 didn't keep by which
statements it was made."""


def put_nodes(label: Label) -> str:
    return f"UNWIND $rows AS row MERGE (n:{label} {{key: row.key}}) SET n = row.props"


def drop_nodes(label: Label) -> str:
    return f"UNWIND $rows AS row MATCH (n:{label} {{key: row.key}}) DETACH DELETE n"


def put_ties(group: TieGroup) -> str:
    type_, start, end = group
    return (
        f"UNWIND $rows AS row MATCH (a:{start} {{key: row.a}}) MATCH (b:{end} {{key: row.b}}) "
        f"MERGE (a)-[r:{type_} {{key: row.key}}]->(b) SET r = row.props"
    )


def drop_ties(group: TieGroup) -> str:
    type_, start, _ = group
    return (
        f"UNWIND $rows AS row "
        f"MATCH (a:{start} {{key: row.a}})-[r:{type_} {{key: row.key}}]->() DELETE r"
    )


def count_nodes(label: Label) -> str:
    return f"MATCH (n:{label}) RETURN count(n) AS c, count(n.key) AS k"


def count_ours(label: Label) -> str:
    return f"MATCH (n:{label}) WHERE n.digest IS NOT NULL RETURN count(n) AS c"


def drop_ours(label: Label) -> str:
    """Deletes nodes that gongjian wrote, some at a time."""
    return f"MATCH (n:{label}) WHERE n.digest IS NOT NULL WITH n LIMIT {BATCH_ROWS} DETACH DELETE n"


def find_nodes(label: Label) -> str:
    return f"UNWIND $keys AS k MATCH (n:{label} {{key: k}}) RETURN count(n) AS c"


def find_digests(label: Label) -> str:
    return f"UNWIND $keys AS k MATCH (n:{label} {{key: k}}) RETURN n.key AS key, n.digest AS digest"


def find_ties(group: TieGroup) -> str:
    type_, start, _ = group
    return (
        f"UNWIND $rows AS row MATCH (a:{start} {{key: row.a}})-[r:{type_} {{key: row.key}}]->() "
        "RETURN r.key AS key, r.digest AS digest"
    )


COUNT_ALL_NODES = "MATCH (n) RETURN labels(n) AS labels, count(n) AS c, count(n.key) AS k"
COUNT_ALL_TIES = "MATCH ()-[r]->() RETURN type(r) AS type, count(r) AS c, count(r.key) AS k"
"""All at once: ties of one type are sought at every node, whatever its label."""


def read_nodes(label: Label, props: Sequence[str]) -> str:
    """Columns of all nodes of a label, collected by bucket; see `collected`."""
    columns = "".join(f", {collected('n', p, NODE_PROPS[label])} AS {p}" for p in props)
    names = "".join(f", {p}" for p in props)
    return (
        f"MATCH (n:{label}) WITH n.bucket AS bucket, collect(n.key) AS key{columns} "
        f"RETURN key{names}"
    )


def read_ties(group: TieGroup, props: Sequence[str]) -> str:
    """Columns of all ties of a group, collected by bucket, with their ends' keys."""
    type_, start, end = group
    columns = "".join(f", {collected('r', p, TIE_PROPS)} AS {p}" for p in props)
    names = "".join(f", {p}" for p in props)
    return (
        f"MATCH (a:{start})-[r:{type_}]->(b:{end}) WITH r.bucket AS bucket, "
        f"collect(r.key) AS key, collect(a.key) AS start, collect(b.key) AS end{columns} "
        f"RETURN key, start, end{names}"
    )


ABSENT_INT = -(2**62)
ABSENT_FLOAT = -1.0e300


def collected(variable: str, prop: str, types: Mapping[str, type]) -> str:
    """One property collected into a list of full length: as `collect` drops nulls, an unknown
    value becomes one that a known never has. Texts and lists of the model are never empty.
    """
    value, kind = f"{variable}.{prop}", types.get(prop, str)
    if kind is bool:
        return f"collect(CASE WHEN {value} IS NULL THEN -1 WHEN {value} THEN 1 ELSE 0 END)"
    filler = {str: "''", int: str(ABSENT_INT), float: "-1.0e300", list: "[]"}[kind]
    return f"collect(coalesce({value}, {filler}))"
