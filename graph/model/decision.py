"""What a person decided, as a line of the journal."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from graph.model.labels import Day

DecisionKind = Literal["same", "different", "layout", "match", "category", "erase", "sign"]
"""What people decide: two bodies are the same, or are not; how a layout's columns are meant; a
match that was made; the category of a text; a person to be forgotten; signs of a layout that are
right so."""


class Decision(BaseModel):
    """What a person decided, as the journal keeps it.

    Of one kind and key the last decision counts. What a kind's `value` holds is told where that
    kind is used.

    Examples
    --------
    >>> d = Decision(kind="category", key="磨刀", value={"category": "c"}, on="2019-08-01", who="w")
    >>> d.withdrawn("2019-08-02", "w").value is None
    True
    """

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind
    key: str
    """What is decided: a business key, or several joined as the kind says."""
    value: dict[str, Any] | None
    """JSON; None withdraws the decision that was in force."""
    on: Day
    who: str

    def withdrawn(self, on: Day, who: str) -> Decision:
        """The decision that takes this one back."""
        return self.model_copy(update={"value": None, "on": on, "who": who})
