"""Recommended ties on a map: who of them is added to the picture, and the dashed lines.

Only ties of actors that sit in the area shown are drawn; the others are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.texts import Lang, in_language
from maps.picture.gather import Picture
from maps.picture.privacy import is_outside, mask_people

if TYPE_CHECKING:
    from analysis.layers.layers import TieLayers
    from analysis.recommend.results import Recommendations, Recommended

COLOR = "#0f766e"


def add_recommended(
    picture: Picture, layers: TieLayers, found: Recommendations
) -> list[tuple[Recommended, list[str]]]:
    """Put actors and communities of recommended ties into the picture.

    Returns
    -------
    list
        Each tie that can be drawn, with the keys of the areas to which its line goes: the
        target, or, for a community, the areas shown in which it closes something.
    """
    rows = {row["key"]: row for row in layers.actors.iter_rows(named=True)}
    shown = set(picture.codes)
    drawn = []
    for tie in found.ties:
        actor = rows.get(tie.actor)
        if actor is None or is_outside(actor["path"], picture.area_path):
            continue
        ends = [tie.target] if tie.target in shown else sorted(shown.intersection(tie.areas))
        if not ends and tie.target in picture.centres:
            ends = [tie.target]
        if ends:
            picture.actors.setdefault(tie.actor, actor)
            drawn.append((tie, ends))
    return drawn


def recommended_edge(tie: Recommended, number: int, end: str, lang: Lang) -> dict[str, Any]:
    """The dashed line of one tie to one area."""
    reasons = (tie.why, tie.why_not_nearer)
    text = " ".join(mask_people(in_language(reason, lang)) for reason in reasons)
    return {
        "id": f"new|{tie.actor}|{tie.target}|{end}",
        "from": end,
        "to": tie.actor,
        "color": COLOR,
        "width": 2.4,
        "dashes": [10, 6],
        "title": f"{number}. {text}",
        "state": "recommended",
        "mechanisms": [],
        "ties": [],
    }
