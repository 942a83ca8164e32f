"""All questions of a resolution about who is who, and what was joined by itself."""

from __future__ import annotations

from graph.model.review import ReviewItem
from graph.resolve.resolve import Resolved
from graph.review.namesakes import list_namesakes
from graph.review.queue import Queue
from graph.review.similar_names import ask_about_pairs


def review_items(resolved: Resolved) -> list[ReviewItem]:
    """What only a person can decide, and what was joined by itself."""
    queue = Queue(resolved.bodies, resolved.decided, resolved.files)
    queue.names()
    for mention, candidates in resolved.doubtful:
        queue.doubtful(mention, candidates)
    for uscc, cluster in resolved.bodies.shared:
        queue.codes(uscc, cluster)
    for (text, scope), asked in sorted(resolved.asked_places.items(), key=lambda i: repr(i[0])):
        queue.place(text, scope, asked)
    for info, cells in resolved.names.kept_back:
        queue.kept_back(info, cells)
    ask_about_pairs(queue)
    list_namesakes(queue)
    queue.merged()
    return queue.done()
