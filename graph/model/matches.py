"""Matches of offers and needs: their stages, and what people decided about them.

A match says that an offer goes to a need, how much of it, and how far it has come: claimed 认领,
matched 对接, running 实施, done 完成, evaluated 评价. A claim is a promise: it reserves, and meets
nothing yet. A pair of an offer and a need has one match at a time.

A step that a person takes is a decision of kind `match` under the key `RESOURCE NEED`; its value
is `{"resource", "need", "quantity", "status", "since"}`: `quantity` is null where nobody said
how much, `since` the day of the first step. Withdrawing the decision takes the match back.

Results are judged at the day of the newest sheet, which mostly lies a little back. A match that
is made today counts at once all the same: its `since` is no later than the day judged. The day
on which the step was really taken stands in the journal, and as the tie's last sign of life.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, get_args

from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Day, Label
from graph.model.properties import Prop
from graph.model.wanted import WantedGraph

MatchStatus = Literal["claimed", "matched", "running", "done", "evaluated"]
STAGES: tuple[MatchStatus, ...] = get_args(MatchStatus)
"""In their order."""
STAGE_WORDS: dict[MatchStatus, tuple[str, str]] = {
    "claimed": ("认领", "claimed"),
    "matched": ("对接", "matched"),
    "running": ("实施", "running"),
    "done": ("完成", "done"),
    "evaluated": ("评价", "evaluated"),
}

Draft = tuple[str, str, dict[str, Prop], str]
"""Resource, need, properties and evidence of a `MATCHES` tie."""


def match_id(resource: str, need: str) -> str:
    """The short name of a pair's match, the same on every machine.

    Examples
    --------
    >>> match_id("resource-1", "need-1")
    'match-00bf9cbc3034'
    """
    return "match-" + hashlib.sha256(f"{resource} {need}".encode()).hexdigest()[:12]


def decision(
    resource: str,
    need: str,
    status: MatchStatus,
    quantity: float | None,
    *,
    since: Day,
    on: Day,
    who: str,
) -> Decision:
    """The decision that a match stands at `status` with this quantity.

    Raises
    ------
    UsageError
        If the quantity isn't positive.
    """
    if quantity is not None and not 0 < quantity < float("inf"):
        raise UsageError(f"数量须大于 0：{quantity}", f"the quantity must be above 0: {quantity}")
    value = {
        "resource": resource,
        "need": need,
        "quantity": quantity,
        "status": status,
        "since": since,
    }
    return Decision(kind="match", key=f"{resource} {need}", value=value, on=on, who=who)


def first_day(today: Day, judged: Day | None) -> Day:
    """The `since` of a match made today by somebody who looks at the state of a day.

    Examples
    --------
    >>> first_day("2019-08-05", "2019-08-01"), first_day("2019-08-05", None)
    ('2019-08-01', '2019-08-05')
    """
    return min(today, judged) if judged is not None else today


def next_status(status: str | None) -> MatchStatus | None:
    """The stage after `status`; None after the last, or after a word that is no stage.

    Examples
    --------
    >>> next_status("claimed"), next_status("evaluated")
    ('matched', None)
    """
    at = STAGES.index(status) if status in STAGES else len(STAGES)
    return STAGES[at + 1] if at + 1 < len(STAGES) else None


def waiting_matches(
    resources: Iterable[str], needs: Iterable[str], decisions: Iterable[Decision]
) -> list[str]:
    """Keys of decided matches of which the offer or the need is in no sheet now."""
    known = {*resources, *needs}
    return [
        d.key
        for d in decisions
        if d.kind == "match" and d.value and not {d.value["resource"], d.value["need"]} <= known
    ]


def decided_matches(
    graph: WantedGraph, decisions: Iterable[Decision]
) -> tuple[list[Draft], set[tuple[str, str]]]:
    """The ties of decided matches, and their pairs, in whose place the sheets' own ties don't
    count. A match whose offer or need isn't in the graph (its sheet was retracted) waits.
    """
    resources = graph.nodes.get(Label.RESOURCE, {})
    needs = graph.nodes.get(Label.NEED, {})
    drafts: list[Draft] = []
    for found in decisions:
        value = found.value
        if found.kind != "match" or value is None:
            continue
        resource, need = value["resource"], value["need"]
        if resource in resources and need in needs:
            props: dict[str, Prop] = {
                "quantity": value["quantity"],
                "status": value["status"],
                "valid_from": value["since"],
                "last_sign": found.on,
            }
            drafts.append((resource, need, props, f"decision:{match_id(resource, need)}"))
    return drafts, {(resource, need) for resource, need, *_ in drafts}
