"""Bare names that other places have too (别处同名): no questions, but a person may join them.

派出所 in a row of a street whose district lists none is a body of its own. Where other districts
list a 派出所, or other streets name one, the pair stands here with both places and their rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graph.names.compare import NameMatch, compare_names
from graph.names.reasons import NameReason
from graph.resolve.body import Body
from graph.resolve.decisions import Ref
from graph.review.items import body_item
from graph.review.queue import Queue

_SHOWN = 5
"""Namesakes that are shown of one name in one street."""


def list_namesakes(queue: Queue) -> None:
    """Bare names without a body in their district, beside those that go by them elsewhere."""
    unlisted: dict[str, list[Body]] = defaultdict(list)
    for body in _bare(queue):
        namesakes = _listed(queue, body)
        if not namesakes:
            unlisted[queue.bodies.forms.key_of(body.name)].append(body)
        for other in namesakes[:_SHOWN]:
            _add(queue, body, other, NameReason("elsewhere"), question=_ref(queue, body).key)
    for found in unlisted.values():
        head, *others = sorted(found, key=lambda b: (-len(b.evidence), b.key))
        for body in others:
            _add(queue, body, head, NameReason("not_listed"))


def _bare(queue: Queue) -> Iterator[Body]:
    """Unlisted bodies of bare names that one street or district tells apart."""
    kept = {id(body) for body in queue.bodies.bodies}
    for (_, _, where), body in sorted(queue.bodies.loose.items(), key=lambda i: i[0]):
        here = where in queue.tree.areas and id(body) in kept
        if here and queue.bodies.search.is_bare(body.name, where):
            yield body


def _listed(queue: Queue, body: Body) -> list[Body]:
    """Bodies that rosters or codes know by the name, wherever they sit."""
    names, also = queue.bodies.called(body.name)
    return sorted({id(b): b for b in (*names, *also)}.values(), key=lambda b: b.key)


def _add(queue: Queue, body: Body, other: Body, reason: NameReason, *, question: str = "") -> None:
    a, b = _ref(queue, body), _ref(queue, other)
    if queue.is_settled(a, b, body, other):
        return
    match = compare_names(body.name, other.name, queue.bodies.forms.places)
    against = (reason, *match.why_not)
    why = NameMatch("doubtful", max(match.score, 0.5), match.why, against)
    sides = (a, queue.side(body)), (b, queue.side(other))
    queue.add(body_item("bodies", "elsewhere", *sides, why, question=question))


def _ref(queue: Queue, body: Body) -> Ref:
    """How a decision names a body: an unlisted one by the street whose rows name it."""
    if body.mentions or body.uscc:
        return queue.bodies.ref_of(body)
    return Ref(body.name, _first(body.seats))


def _first(seats: Sequence[str]) -> str:
    return next(iter(seats), "")
