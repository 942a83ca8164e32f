"""gongjian 共建: weak grids and resource-sharing gaps of a city's co-building network.

`open_store` opens a home; its `network()` is a `Network` of polars tables, and a `City` is that
network at a day, judged at a level by a `Policy`. The analyses take a city:

============================ ===========================================================
`weak_grids(city)`           which areas co-building hardly reaches, and why
`gaps(city)`                 needs that an offer could meet if one tie existed
`recommend(city)`            the ties most worth making, judged by judging the city again
`certainty(city)`            how far verdicts hold while rosters are incomplete
`expected_partners(city)`    partners that residents alone would bring by chance
`what_if(city, scenario)`    what would change if ties, actors or offers changed
============================ ===========================================================

Around these: `read_datasets` (with `load_mapping`) reads spreadsheets, `write_sample` writes a
synthetic city of them, `resolve` makes a network's contents without a store; `with_certainty`
joins verdicts and certainty, `propose_matches` brings offers to needs, `networkx_graph` is the
layer that verdicts rest on, `map_view` a map in a notebook, `VERDICTS` the words of verdicts.

Importing gongjian loads nothing else; each name is loaded when it is first used.

Examples
--------
>>> import gongjian
>>> with gongjian.open_store(store_dir="home") as store:  # doctest: +SKIP
...     city = gongjian.City(store.network(), gongjian.Policy(), level="grid")
>>> city.weak.to_polars()  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gongjian.public import (
        VERDICTS,
        City,
        Network,
        Policy,
        Scenario,
        certainty,
        expected_partners,
        gaps,
        load_mapping,
        map_view,
        networkx_graph,
        open_store,
        propose_matches,
        read_datasets,
        recommend,
        resolve,
        weak_grids,
        what_if,
        with_certainty,
        write_sample,
    )

__all__ = [
    "VERDICTS",
    "City",
    "Network",
    "Policy",
    "Scenario",
    "certainty",
    "expected_partners",
    "gaps",
    "load_mapping",
    "map_view",
    "networkx_graph",
    "open_store",
    "propose_matches",
    "read_datasets",
    "recommend",
    "resolve",
    "weak_grids",
    "what_if",
    "with_certainty",
    "write_sample",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.public"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
