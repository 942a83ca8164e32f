"""The verdicts with what a reader asks for on top: certainty, columns, and what would change them.

Verdicts stand without any of it; each part is made from the same layers, and only for the
areas that are shown.
"""

from __future__ import annotations

from analysis.layers.layered_city import LayeredCity
from analysis.weak.columns import RESEARCH
from analysis.weak.remedies import would_change
from analysis.weak.results import WeakGrids


def in_full(
    city: LayeredCity,
    result: WeakGrids,
    *,
    certain: bool = False,
    measured: bool = False,
) -> WeakGrids:
    """The verdicts with `would_change`, and what else is asked for.

    Parameters
    ----------
    city
        The city that was judged.
    result
        Verdicts on all of its areas, or on some of them.
    certain
        With `p_weak`, `firm` and the spread of what was drawn (`analysis.certainty.certainty`).
    measured
        With partners expected by size (`analysis.certainty.expected`) and the columns for
        researchers (`analysis.connectivity.research`).

    Returns
    -------
    WeakGrids
        The same areas in the same order.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from analysis.weak.weak_grids import weak_grids
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = LayeredCity(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> in_full(nothing, weak_grids(nothing)).areas
    ()
    """
    changes = would_change(city, result)
    more: dict[str, dict[str, object]] = {
        area.code: {"would_change": changes[area.code]} for area in result.areas
    }
    if measured:
        _measure(city, more)
    areas = tuple(a.model_copy(update=more[a.code]) for a in result.areas)
    result = result.model_copy(update={"areas": areas})
    if certain and city.day is not None:
        from analysis.certainty.certainty import certainty, with_certainty

        result = with_certainty(result, certainty(city), city.policy)
    return result


def _measure(city: LayeredCity, more: dict[str, dict[str, object]]) -> None:
    from analysis.certainty.expected import expected_partners
    from analysis.connectivity.research import research_columns

    expected, research = expected_partners(city), research_columns(city.layers)
    for code, fields in more.items():
        if code in expected:
            fields |= {"z_partners": expected[code].z, "q_partners": expected[code].q}
        if code in research:
            columns = research[code]
            names = [column.name for column in RESEARCH if hasattr(columns, column.name)]
            fields |= {name: getattr(columns, name) for name in names}
