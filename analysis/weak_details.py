"""The verdicts with what a reader asks for on top: certainty, columns, and what would change them.

Verdicts stand without any of it; each part is made from the same layers, and only for the
areas that are shown.
"""

from __future__ import annotations

from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from analysis.weak.area_verdict import City
from analysis.weak.results import WeakGrids
from graph.model.network import Network

COLUMNS: dict[str, tuple[str, str]] = {
    "z_partners": ("伙伴偏离度", "z_partners"),
    "q_partners": ("偏离误判率", "q_partners"),
    "coreness": ("核数", "coreness"),
    "closeness": ("调和接近度", "closeness"),
    "constraint": ("约束度", "constraint"),
    "effective_size": ("有效规模", "effective_size"),
    "e_i": ("E-I指数", "e_i"),
}
"""Columns that `measured` adds, with their headings in zh and en."""


def in_full(
    result: WeakGrids,
    network: Network,
    policy: Policy,
    layers: TieLayers | None,
    *,
    certain: bool = False,
    measured: bool = False,
    city: City | None = None,
) -> WeakGrids:
    """The verdicts with `would_change`, and what else is asked for.

    Parameters
    ----------
    result
        Verdicts on all areas, or on some of them.
    network, policy, layers
        What they were judged by; `layers` is None where nothing was ever imported.
    certain
        With `p_weak`, `firm` and the spread of what was drawn (`analysis.certainty.certainty`).
    measured
        With partners expected by size (`analysis.certainty.expected`) and the columns for
        researchers (`analysis.connectivity.research`).
    city
        `analysis.weak.area_verdict.City` of the same layers, where it is at hand.

    Returns
    -------
    WeakGrids
        The same areas in the same order.

    Examples
    --------
    >>> from analysis.weak.weak_grids import weak_grids
    >>> from graph.model.wanted import WantedGraph
    >>> network = Network.from_wanted(WantedGraph(), as_of=None)
    >>> in_full(weak_grids(network, Policy()), network, Policy(), None).areas
    ()
    """
    from analysis.weak.remedies import would_change

    if layers is None:
        return result
    changes = would_change(network, policy, layers, result, city=city)
    more: dict[str, dict[str, object]] = {
        area.code: {"would_change": changes[area.code]} for area in result.areas
    }
    if measured:
        _measure(more, layers)
    areas = tuple(a.model_copy(update=more[a.code]) for a in result.areas)
    result = result.model_copy(update={"areas": areas})
    if certain:
        from analysis.certainty.certainty import certainty, with_certainty

        result = with_certainty(result, certainty(layers, policy), policy)
    return result


def _measure(more: dict[str, dict[str, object]], layers: TieLayers) -> None:
    from analysis.certainty.expected import expected_partners
    from analysis.connectivity.research import research_columns

    expected, research = expected_partners(layers), research_columns(layers)
    for code, fields in more.items():
        if code in expected:
            fields |= {"z_partners": expected[code].z, "q_partners": expected[code].q}
        if code in research:
            found = research[code]
            fields |= {name: getattr(found, name) for name in COLUMNS if hasattr(found, name)}
