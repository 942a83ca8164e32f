"""Faults of driver and disk as one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.model.errors import StoreError, StoreUnavailable


@contextmanager
def told_errors(home: Path, uri: str | None) -> Iterator[None]:
    """Turn what driver and disk raise within the block into errors that say what to do.

    Raises
    ------
    StoreUnavailable
        For a database that refuses, ends, or doesn't answer.
    StoreError
        For a disk that can't be written.
    """
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    where = without_login(uri) if uri else str(home)
    try:
        yield
    except AuthError as error:
        raise StoreUnavailable(
            f"Neo4j 拒绝登录（{where}）；请检查 GONGJIAN_NEO4J_USER 和 GONGJIAN_NEO4J_PASSWORD",
            f"Neo4j refuses the login ({where}); check GONGJIAN_NEO4J_USER and _PASSWORD",
        ) from error
    except (DriverError, Neo4jError) as error:
        told = next(iter(str(error).splitlines()), type(error).__name__)[:200]
        raise StoreUnavailable(
            f"数据库没有应答或中断（{where}）：{told}；已记入的数据不会丢失，恢复后重试即可",
            f"the database doesn't answer ({where}): {told}; nothing recorded is lost, "
            "try again when it is back",
        ) from error
    except OSError as error:
        raise StoreError(
            f"{home} 写入失败：{error.strerror or error}；请检查磁盘空间和权限",
            f"{home}: {error.strerror or error}; check disk space and permissions",
        ) from error


def without_login(uri: str) -> str:
    """An address without the login that somebody wrote into it.

    Examples
    --------
    >>> without_login("bolt://neo4j:hidden@127.0.0.1:7687")
    'bolt://127.0.0.1:7687'
    """
    return re.sub(r"//[^/@]*@", "//", uri)
