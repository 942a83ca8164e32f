"""The lists of resources and of needs."""

from __future__ import annotations

from graph.model.rows import NeedRow, ResourceRow, Statement
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row
from ingest.values.fields import (
    BEGIN,
    BODY,
    END,
    KEY,
    OPENING,
    PERIOD,
    PLACE,
    QUANTITY,
    TEXT,
    USCC,
    one_of,
)
from ingest.values.sheet_words import match_key, value_of, words


def _resource(row: Row) -> list[Statement]:
    row.need("name")
    valid_from, valid_to = row.period("valid_from")
    first, last = row.get("opening") or (None, None)
    valid_from, valid_to = valid_from or first, valid_to or last
    row.in_order(valid_from, valid_to, "valid_to")
    category = row.get("category")
    kind = row.word("kind")[0] or (value_of(category, "resource_kinds") if category else None)
    return [
        row.statement(
            ResourceRow,
            row.one_place(),
            kind=kind,
            valid_from=valid_from,
            valid_to=valid_to,
            **row.quantity(),
        )
    ]


def _need(row: Row) -> list[Statement]:
    row.need("name")
    requester = row.get("requester")
    if requester and match_key(requester) in words().people_words:
        requester = None  # 居民 is nobody in particular: the need is its place's
    if not requester:
        row.need_place()
    return [row.statement(NeedRow, row.one_place(), requester=requester, **row.quantity())]


RESOURCES = Kind(
    {
        "name": KEY,
        "category": TEXT,
        "kind": one_of("resource_kinds"),
        "provider": BODY,
        "provider_uscc": USCC,
        "quantity": QUANTITY,
        "unit": TEXT,
        "range": PLACE,
        "valid_from": BEGIN,
        "valid_to": END,
        "period": PERIOD,
        "opening": OPENING,
    },
    _resource,
)
NEEDS = Kind(
    {
        "name": KEY,
        "category": TEXT,
        "requester": BODY,
        "quantity": QUANTITY,
        "unit": TEXT,
        "urgency": one_of("urgency"),
        "due": END,
        "status": TEXT,
    },
    _need,
)
