"""The steps of a match as decisions: claim, advance, withdraw; each checked against what there
is room for before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from analysis.layers.layered_city import LayeredCity
from analysis.matches.proposals import checked_quantity, room_for
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Day, TieType
from graph.model.matches import STAGE_WORDS, STAGES, decision, first_day, match_id, next_status
from graph.model.network import Network


def claim(
    city: LayeredCity,
    resource: str,
    need: str,
    quantity: float | None = None,
    *,
    today: Day,
    who: str,
) -> Decision:
    """The decision that an offer is claimed for a need.

    Parameters
    ----------
    resource, need
        Ids of the offer and the need.
    quantity
        How much; None: as much as there is room for.
    today, who
        For the journal.

    Raises
    ------
    UsageError
        If there is no such offer or need, the two have a match already, or there is no room.
    """
    room = room_for(city, resource, need)
    if room.status is not None:
        name = match_id(resource, need)
        raise UsageError(
            f"这项资源和这项需求已经有对接 {name}；改数量请推进这项对接（步骤写 {room.status}）",
            f"the two have a match already: {name}; change its quantity by advancing it "
            f"to {room.status}",
        )
    much = checked_quantity(room, quantity)
    since = first_day(today, city.day)
    return decision(resource, need, "claimed", much, since=since, on=today, who=who)


def advance(
    city: LayeredCity,
    name: str,
    to: str | None = None,
    quantity: float | None = None,
    *,
    today: Day,
    who: str,
) -> Decision:
    """The decision that a match has come to its next stage, or to `to`; other options as above.

    The same stage again changes the quantity only.

    Raises
    ------
    UsageError
        If there is no such match or stage, the stage lies behind, or there is no room.
    """
    resource, need = pair_of(city.network, name)
    room = room_for(city, resource, need)
    status = to or next_status(room.status)
    if status not in STAGES:
        raise UsageError(
            f"没有这一步：{to}；可用 {'、'.join(STAGES)}" if to else f"{name} 已是最后一步",
            f"no such stage: {to}; one of {', '.join(STAGES)}" if to else f"{name} is at the end",
        )
    if room.status in STAGES and STAGES.index(status) < STAGES.index(room.status):
        raise UsageError(
            f"{name} 已到“{STAGE_WORDS[room.status][0]}”，不能退回；确要重来请先撤销",
            f"{name} is at {room.status} already; to start anew, withdraw it first",
        )
    since = room.since or first_day(today, city.day)
    much = room.quantity if quantity is None else checked_quantity(room, quantity)
    return decision(resource, need, status, much, since=since, on=today, who=who)


def withdraw(
    network: Network, decisions: Iterable[Decision], name: str, *, today: Day, who: str
) -> Decision:
    """The decision that a match made by a person is taken back.

    Raises
    ------
    UsageError
        If no match has that id, or a sheet states it.
    """
    for found in decisions:
        value = found.value
        if found.kind == "match" and value and match_id(value["resource"], value["need"]) == name:
            return found.withdrawn(today, who)
    pair_of(network, name)
    raise UsageError(
        f"{name} 来自表格，请改表格后重新导入，或用 gongjian retract 撤回那份表",
        f"{name} comes from a sheet; mend the sheet and import it, or retract it",
    )


def pair_of(network: Network, name: str) -> tuple[str, str]:
    """Offer and need of a match.

    Raises
    ------
    UsageError
        If no match has that id.
    """
    ties = network.ties.filter(pl.col("type") == TieType.MATCHES).select("start", "end")
    for resource, need in ties.iter_rows():
        if match_id(resource, need) == name:
            return resource, need
    raise UsageError(
        f"没有这项对接：{name}；请用 gongjian match 查看",
        f"no such match: {name}; see gongjian match",
    )
