"""Which properties the nodes and ties of each kind have."""

from __future__ import annotations

from graph.model.labels import ACTOR_LABELS, AREA_LABELS, EVENT_LABELS, PERSON_LABELS, Label

Prop = str | int | float | bool | list[str] | None
"""What a property of a node or tie may be, on both stores alike."""

# Properties besides `key`, the same on both stores. `list` is always a list of text.
_PLACED: dict[str, type] = {"name": str, "kind": str, "area": str, "path": str, "evidence": list}

_AREA: dict[str, type] = {
    "name": str,
    "parent": str,
    "path": str,
    "households": int,
    "residents": int,
    "grid_workers": int,
    "social_workers": int,
    "contact_cadres": int,
    "named_by": list,
    "code_year": int,
    "evidence": list,
}

_ACTOR: dict[str, type] = _PLACED | {
    "uscc": str,
    "aliases": list,
    "unlisted": bool,
    "sector": str,
    "party_organization": str,
    "party_members": int,
    "employees": int,
    "agreement": bool,
    "can_offer": list,
    "registered": str,
    "founded": str,
    "business": str,
    "people": int,
}

_PERSON: dict[str, type] = {
    "roles": list,
    "last_service": str,
    "registered": str,
    "evidence": list,
}

_EVENT: dict[str, type] = _PLACED | {
    "date": str,
    "valid_to": str,
    "theme": str,
    "hours": float,
    "attendance": int,
    "status": str,
    "budget": float,
    "fund_source": str,
    "need": str,
    "venue": str,
    "also": list,
}

NODE_PROPS: dict[Label, dict[str, type]] = {
    **dict.fromkeys(AREA_LABELS, _AREA),
    **dict.fromkeys(ACTOR_LABELS, _ACTOR),
    **dict.fromkeys(PERSON_LABELS, _PERSON),
    **dict.fromkeys(EVENT_LABELS, _EVENT),
    Label.RESOURCE: _PLACED
    | {
        "category": str,
        "service": str,
        "quantity": float,
        "unit": str,
        "range": str,
        "range_text": str,
        "valid_from": str,
        "valid_to": str,
    },
    Label.NEED: _PLACED
    | {
        "category": str,
        "service": str,
        "quantity": float,
        "unit": str,
        "urgency": str,
        "due": str,
        "status": str,
    },
    Label.FUND: _PLACED | {"year": int, "amount": float, "source": str},
    Label.DATASET: {
        "file": str,
        "sheet": str,
        "sha256": str,
        "kind": str,
        "series": str,
        "reported_on": str,
        "synthetic": bool,
        "columns": list,
    },
}
"""Properties of each label and their Python type; a missing one is None (unknown).

`area` is the code of the area where the thing sits, `path` that area's path (its ancestors'
codes and its own, `/4209/420902/420902001/`). `named_by` are the kinds of tie-bearing or
other sheets a row of which names the area (see coverage). `category` is the second level,
`service` the first (care, public, government, market, social). `evidence` are
`DATASET:ROW` texts. Of events, `date` is the day or the beginning, `status` a value of
`graph.vocabulary.PROGRESS` or "ended", `need` the key of the need that a project answers,
`venue` a place text that names no area, `also` parties that are no bodies (社工); `attendance`,
`hours` and `budget` are the largest that a row gives. Of funds, `kind` is a value of
`graph.vocabulary.FUND_KINDS`, `source` the sheet's word, `amount` yuan. `columns` of a dataset
are `field=LETTER=header` texts.
"""

TIE_PROPS: dict[str, type] = {
    "mechanism": str,
    "role": str,
    "valid_from": str,
    "valid_to": str,
    "last_sign": str,
    "ended": bool,
    "status": str,
    "count": int,
    "intensity": str,
    "post": str,
    "hours": float,
    "quantity": float,
    "turn": int,
    "term_from": str,
    "term_to": str,
    "evidence": list,
}
"""Properties of ties, of every type alike. `last_sign` is the latest known sign of life; `turn`
is a chair's place in the order of a council's chairs (from 1), `term_from` and `term_to` its
term: they say nothing about how long the tie itself lasts."""
