"""What an import would do to the network, before it does it: the graph's side of a dry run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from graph.model.labels import AREA_LABELS, Label
from graph.model.wanted import TieGroup, WantedGraph

if TYPE_CHECKING:
    from graph.database.difference import Difference
    from graph.model.network import Network

AREAS_SHOWN = 500
"""Areas listed at most; the count is of all."""


class Coming(BaseModel):
    """How many would come, go, or have other properties."""

    model_config = ConfigDict(frozen=True)

    new: int
    gone: int
    changed: int


class AreaNamed(BaseModel):
    """An area that other kinds of sheet would name than now: its coverage may change.

    Which kinds cover an area is the policy's to say (`coverage_kinds`).
    """

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    label: Label
    before: tuple[str, ...]
    after: tuple[str, ...]


class ImportEffect(BaseModel):
    """What the network would gain and lose. Datasets themselves aren't counted."""

    model_config = ConfigDict(frozen=True)

    nodes: dict[str, Coming]
    """By label; labels without a difference are left out."""
    ties: dict[str, Coming]
    """By type, likewise; a tie changes where its evidence does."""
    areas: tuple[AreaNamed, ...]
    areas_changed: int
    """How many areas are named by other kinds of sheet than before."""


def effect_of(wanted: WantedGraph, difference: Difference, before: Network | None) -> ImportEffect:
    """The effect of bringing a database to `wanted` by a difference.

    Parameters
    ----------
    before
        The network as it is; None where there is none, then every area named counts as new.

    Examples
    --------
    >>> from graph.database.difference import HeldDigests, difference
    >>> w = WantedGraph(nodes={Label.GRID: {"g1": {"name": "一", "named_by": ["ties"]}}})
    >>> effect = effect_of(w, difference(w, HeldDigests({}, {})), None)
    >>> effect.nodes["Grid"].new, effect.areas[0].after
    (1, ('ties',))
    """
    nodes = {
        str(label): _coming(
            difference.put_nodes.get(label, ()),
            difference.drop_nodes.get(label, ()),
            difference.new_nodes.get(label, 0),
        )
        for label in Label
        if label is not Label.DATASET
    }
    areas = _areas_named(wanted, before)
    return ImportEffect(
        nodes={k: c for k, c in nodes.items() if c.new or c.gone or c.changed},
        ties=_ties(difference),
        areas=tuple(areas[:AREAS_SHOWN]),
        areas_changed=len(areas),
    )


def _coming(put: Sequence[str], drop: Sequence[object], new: int) -> Coming:
    return Coming(new=new, gone=len(drop), changed=len(put) - new)


def _ties(difference: Difference) -> dict[str, Coming]:
    new: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    groups: set[TieGroup] = {*difference.put_ties, *difference.drop_ties}
    for group in groups:
        one = _coming(
            difference.put_ties.get(group, ()),
            difference.drop_ties.get(group, ()),
            difference.new_ties.get(group, 0),
        )
        new[group[0]] += one.new
        gone[group[0]] += one.gone
        changed[group[0]] += one.changed
    return {
        str(type_): Coming(new=new[type_], gone=gone[type_], changed=changed[type_])
        for type_ in sorted(new | gone | changed)
    }


def _areas_named(wanted: WantedGraph, before: Network | None) -> list[AreaNamed]:
    """Areas that other kinds of sheet name than before, by code."""
    old: dict[str, tuple[str, ...]] = {}
    names: dict[str, tuple[str, str]] = {}
    if before is not None:
        for key, label, name, named in before.areas.select(
            "key", "label", "name", "named_by"
        ).iter_rows():
            old[key] = tuple(sorted(named or ()))
            names[key] = label, name or key
    new: dict[str, tuple[str, ...]] = {}
    for label in AREA_LABELS:
        for key, props in wanted.nodes.get(label, {}).items():
            told = props.get("named_by")
            new[key] = tuple(sorted(told)) if isinstance(told, list) else ()
            names[key] = label, str(props.get("name") or key)
    return [
        AreaNamed(
            code=key,
            name=names[key][1],
            label=Label(names[key][0]),
            before=old.get(key, ()),
            after=new.get(key, ()),
        )
        for key in sorted(old.keys() | new.keys())
        if old.get(key, ()) != new.get(key, ())
    ]
