"""The lists of resources and of needs."""

from __future__ import annotations

from graph.model.rows import NeedRow, ResourceRow, Statement
from graph.names.plain import community_key
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row
from ingest.values.fields import BEGIN, END, KEY, OPENING, PERIOD, QUANTITY, TEXT, USCC, one_of
from ingest.values.persons import looks_like_person
from ingest.values.sheet_words import match_key, value_of, words
from ingest.values.text import split_names


def _resource(row: Row) -> list[Statement]:
    row.need("name")
    provider = row.get("provider")
    if provider and looks_like_person(provider, bare=False):
        row.tell_person("provider")
        provider = None
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
            provider=provider,
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
    elif requester and _is_person(row, requester):
        row.tell_person("requester")
        requester = None
    if not requester:
        row.need_place()
    return [row.statement(NeedRow, row.one_place(), requester=requester, **row.quantity())]


def _is_person(row: Row, requester: str) -> bool:
    """Whether the requester is a person; 文昌 in 文昌社区 is the community's short name."""
    community = row.get("community")
    if community and community_key(requester) == community_key(community):
        return False
    return any(looks_like_person(part) for part in split_names(requester))


RESOURCES = Kind(
    {
        "name": KEY,
        "category": TEXT,
        "kind": one_of("resource_kinds"),
        "provider": KEY,
        "provider_uscc": USCC,
        "quantity": QUANTITY,
        "unit": TEXT,
        "range": KEY,
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
        "requester": KEY,
        "quantity": QUANTITY,
        "unit": TEXT,
        "urgency": one_of("urgency"),
        "due": END,
        "status": TEXT,
    },
    _need,
)
