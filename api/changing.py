"""What changes the store from a request: one at a time, in a thread of its own.

Reading goes on meanwhile from the network that there is; what was changed shows with the next
head.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import Depends, Request

if TYPE_CHECKING:
    from api.results.results import StoreLike
    from graph.model.decision import Decision

T = TypeVar("T")


class StoreChanges:
    """The one way by which requests write.

    Parameters
    ----------
    store
        Is written by one thread at a time.
    """

    def __init__(self, store: StoreLike) -> None:
        self.store = store
        self._turn = asyncio.Lock()

    async def run(self, change: Callable[[], T]) -> T:
        """Make one change when it is its turn; what it raises comes through."""
        async with self._turn:
            return await asyncio.to_thread(change)

    async def decide(self, decisions: Sequence[Decision]) -> None:
        """Record what people decided, and bring the network to it."""
        await self.run(lambda: self.store.decide(decisions))


def changes_of(request: Request) -> StoreChanges:
    """The application's changes."""
    found: StoreChanges = request.app.state.changes
    return found


ChangesDep = Annotated[StoreChanges, Depends(changes_of)]
