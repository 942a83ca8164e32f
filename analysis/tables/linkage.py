"""组织网络化, continued: 1+X, triads of 三方 and 三社, councils, and who links three levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.table import Spec, Table, col
from analysis.tables.triads import TriadParties, all_parties, is_covered, is_going_on
from graph.model.labels import Label
from graph.model.vocabulary import LINKAGE_KINDS

if TYPE_CHECKING:
    from analysis.tables.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePlusX:
    """The ego network of a community's Party committee: X are the actors, no hubs, with an
    alive tie to the committee or to the community itself. `kinds` counts their classes (public,
    enterprise, social, property, owners). Without the 1: the parts into which X falls by ties
    between its own members and by grids of the community that they share, how large the largest
    is, and how many have no tie in the community besides. Unknown where no tie data were handed
    in for the community.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    committee: str | None = col("大党委", "committee", "text")
    size: int | None = col("X 的家数", "size of X")
    kinds: int | None = col("X 的类别数", "classes in X")
    by_committee: int | None = col("其中与大党委有关系的", "tied to the committee itself")
    parts_without: int | None = col("没有“1”时的片数", "parts without the 1")
    largest_without: int | None = col("没有“1”时最大一片", "largest part without the 1")
    alone_without: int | None = col("没有“1”时落单的", "alone without the 1")


ONE_PLUS_X = Spec(
    "one_plus_x",
    "network",
    "“1+X”：大党委的共建单位有多少、哪些类，没有“1”还剩什么",
    "1+X: how many and how various, and what X is without the 1",
    OnePlusX,
    "“1”是社区大党委；X 是与大党委或社区有有效共建关系的单位（组织不算）。类别分机关事业、企业、"
    "社会组织、物业、业委会五类。没有“1”时：按 X 相互之间的关系和在本社区共同的网格分成几片、"
    "最大一片多少家、多少家在本社区别无关系。",
)


def one_plus_x(view: View) -> Table:
    """`OnePlusX` of every shown community."""
    layers = view.layers
    committees: dict[str, str] = {}
    for key, row in sorted(view.actors.items(), reverse=True):
        if row["kind"] == "community_party_committee" and row["area"]:
            committees[row["area"]] = key
    tied: dict[str, set[str]] = defaultdict(set)
    around: dict[str, set[str]] = defaultdict(set)
    for start, end in layers.alive.select("start", "end").iter_rows():
        for one, other in ((start, end), (end, start)):
            if one in view.actors and not view.actors[one]["hub"]:
                tied[other].add(one)
                around[one].add(other)
    rows = []
    for code in view.communities:
        committee = committees.get(code)
        covered = is_covered(view, code)
        x = (tied[committee] if committee else set()) | tied[code]
        grids = {g for g in view.community_of if view.community_of[g] == code and g != code}
        parts, alone = _parts(x, around, grids)
        rows.append(
            OnePlusX(
                code=code,
                name=view.names.get(code, code),
                committee=view.names.get(committee) if committee else None,
                size=len(x) if covered else None,
                kinds=_classes(view, x) if covered else None,
                by_committee=len(tied[committee]) if covered and committee else None,
                parts_without=len(parts) if covered else None,
                largest_without=max(map(len, parts), default=0) if covered else None,
                alone_without=alone if covered else None,
            )
        )
    unknown = sum(r.size is None for r in rows)
    rows.sort(key=lambda r: (r.size is None, r.size or 0, r.code))
    return ONE_PLUS_X.table(rows, unknown=unknown, of=len(rows))


def _classes(view: View, actors: Iterable[str]) -> int:
    return len({view.actors[a]["actor_class"] for a in actors} - {None})


def _parts(x: set[str], around: dict[str, set[str]], grids: set[str]) -> tuple[list[set[str]], int]:
    """Parts of X by own ties and shared grids, and how many have neither tie nor grid."""
    left, parts, alone = set(x), [], 0
    at_grid: dict[str, set[str]] = defaultdict(set)
    for actor in x:
        for grid in around[actor] & grids:
            at_grid[grid].add(actor)
        alone += not (around[actor] & (grids | x))
    while left:
        part: set[str] = set()
        queue = [min(left)]
        while queue:
            actor = queue.pop()
            if actor in part:
                continue
            part.add(actor)
            near = around[actor] & x
            for grid in around[actor] & grids:
                near |= at_grid[grid]
            queue.extend(near - part)
        parts.append(part)
        left -= part
    return parts, alone


State = Literal["closed", "open", "loose", "missing", "unknown"]

STATES: dict[State, str] = {
    "closed": "已闭合",
    "open": "差一条",
    "loose": "松散",
    "missing": "缺一方",
    "unknown": "不明",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Triad:
    """A community's 三方 (residents' committee, property company, owners' committee) or 三社
    (the community, a social organisation, its social workers). Two parties are tied by an alive
    tie or by taking part in one linkage; a tie to the community is one to its residents'
    committee, and social workers belong to the community that counts them. State: closed (all
    three pairs tied), open (two pairs: `closing` names the tie that would close it), loose
    (fewer), missing (a party isn't there), unknown (no roster or no tie data handed in).
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    triad: str = col("三方/三社", "triad", "text")
    present: int | None = col("在场方数", "parties present")
    tied: int | None = col("有关系的对数", "pairs tied")
    state: str = col("状态", "state", "text")
    closing: str | None = col("补上这条即闭合", "tie that would close it", "text")
    actor: str | None = col("单位编号", "its actor", "text")
    target: str | None = col("对象编号", "its other end", "text")


TRIADS = Spec(
    "triads",
    "network",
    "共治共享：三方联动、三社联动还差哪一条",
    "Open triads of 三方 and 三社, and the tie that would close each",
    Triad,
    "三方：居委会、物业公司、业委会；三社：社区、社会组织、社工。两方之间有有效共建关系，或同在一个联动中，"
    "算有关系；与社区的关系算与居委会的关系，社区登记的社工算与社区有关系。差一条：三对中已有两对，"
    "表中写明补上哪一条即闭合；缺一方：有一方不存在。没有台账或共建数据的列为不明。",
)

_ORDER: tuple[State, ...] = ("open", "loose", "missing", "closed")


def triads(view: View) -> Table:
    """`Triad` rows, two for every shown community; open ones first."""
    rows = [_triad(view, parties) for parties in all_parties(view)]
    order = {STATES[state]: at for at, state in enumerate(_ORDER)}
    rows.sort(key=lambda r: (order.get(r.state, 9), r.code, r.triad))
    unknown = len({r.code for r in rows if r.state == STATES["unknown"]})
    return TRIADS.table(rows, unknown=unknown, of=len(view.communities))


def _triad(view: View, parties: TriadParties) -> Triad:
    """The row of one triad."""
    state: State = "loose"
    closing = actor = target = None
    known, there = parties.known, parties.there
    if not known:
        state = "unknown"
    elif not all(there):
        state = "missing"
        closing = "、".join(x for x, here in zip(parties.labels, there, strict=True) if not here)
    elif all(parties.tied.values()):
        state = "closed"
    elif parties.open is not None:
        state = "open"
        one, other = parties.open
        closing = f"{parties.labels[one]}—{parties.labels[other]}"
        if parties.ends[one] and parties.ends[other]:
            actor, target = parties.ends[other], parties.ends[one]
    return Triad(
        code=parties.code,
        name=view.names.get(parties.code, parties.code),
        triad=parties.triad,
        present=sum(there) if known else None,
        tied=sum(parties.tied.values()) if known else None,
        state=STATES[state],
        closing=closing,
        actor=actor,
        target=target,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """A community's council 议事会: how many chairs take turns, who chairs at the day judged,
    and whether the terms are over without a successor. A community without a council has a row
    where a linkage roster names it; else it is unknown.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    council: str | None = col("议事会", "council", "text")
    exists: bool | None = col("有议事会", "has one", "flag")
    members: int | None = col("成员单位", "bodies in it")
    chairs: int | None = col("轮值主席数", "chairs in turn")
    chair_now: str | None = col("当值主席", "chair now", "text")
    overdue: bool | None = col("轮值已到期", "terms are over", "flag")


COUNCILS = Spec(
    "councils",
    "network",
    "共治共享：议事会有没有、主席轮不轮值",
    "Councils and the rotation of their chairs",
    Council,
    "社区的党建议事会：成员单位数、轮值主席数、判断之日当值的主席，以及是否各任期都已过而无人接任。",
)


def councils(view: View) -> Table:
    """`Council` of every shown community."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in view.events:
        community = view.community_of.get(event["area"] or "")
        is_council = event["label"] == Label.LINKAGE and event["kind"] == "council"
        if community and is_council and is_going_on(event, view.day):
            found[community].append(event)
    rows = []
    for code in view.communities:
        name = view.names.get(code, code)
        rows += [_council(view, code, name, event) for event in found[code]]
        if not found[code]:
            known = view.told(code, "linkages")
            rows.append(
                Council(
                    code=code, name=name, council=None, exists=False if known else None,
                    members=None, chairs=None, chair_now=None, overdue=None,
                )
            )  # fmt: skip
    unknown = sum(r.exists is None for r in rows)
    return COUNCILS.table(rows, unknown=unknown, of=len(view.communities))


def _council(view: View, code: str, name: str, event: dict[str, Any]) -> Council:
    who = view.participants.get(event["key"], [])
    chairs = [p for p in who if p["role"] == "chair"]
    ends = [p["term_to"] for p in chairs if p["term_to"]]
    now = [
        p["start"]
        for p in chairs
        if (p["term_from"] or p["term_to"])
        and (p["term_from"] or "") <= view.day <= (p["term_to"] or "9999")
    ]
    return Council(
        code=code,
        name=name,
        council=event["name"],
        exists=True,
        members=len({p["start"] for p in who}),
        chairs=len({p["start"] for p in chairs}),
        chair_now=view.names.get(now[0]) if now else None,
        overdue=max(ends) < view.day and not now if ends else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsRow:
    """A project or linkage and the levels from which bodies take part in it: district (or
    city), street, community (or below), by where each body sits. 三级联动 is all three.
    """

    id: str = col("编号", "id", "text")
    name: str = col("项目或联动", "project or linkage", "text")
    kind: str | None = col("类型", "kind", "text")
    bodies: int = col("参与单位", "bodies")
    levels: tuple[str, ...] = col("参与的层级", "levels", "list")
    three: bool = col("三级联动", "all three levels", "flag")


LEVELS = Spec(
    "levels",
    "network",
    "三级联动：哪些项目和联动有区县、街道、社区三级参与",
    "Projects and linkages with participants of three levels",
    LevelsRow,
    "按参与单位所在的区域分区县（含市）、街道、社区（含网格）三级；三级都有为三级联动。所在地不明的不计层级。",
)

_LEVEL_OF = {
    Label.CITY: "区县",
    Label.DISTRICT: "区县",
    Label.STREET: "街道",
    Label.COMMUNITY: "社区",
    Label.GRID: "社区",
    Label.BUILDING: "社区",
}


def levels(view: View) -> Table:
    """`LevelsRow` of every shown project and linkage in which somebody takes part."""
    rows = []
    for event in view.events:
        if event["label"] not in (Label.PROJECT, Label.LINKAGE):
            continue
        bodies = {p["start"] for p in view.participants.get(event["key"], ())}
        seats = [view.actors[b]["area"] for b in bodies if b in view.actors]
        found = {_LEVEL_OF[Label(view.areas[s]["label"])] for s in seats if s in view.areas}
        ordered = tuple(x for x in ("区县", "街道", "社区") if x in found)
        if bodies:
            rows.append(
                LevelsRow(
                    id=event["key"],
                    name=event["name"] or event["key"],
                    kind=LINKAGE_KINDS.get(event["kind"] or "", event["kind"]),
                    bodies=len(bodies),
                    levels=ordered,
                    three=len(ordered) == 3,
                )
            )
    rows.sort(key=lambda r: (not r.three, -len(r.levels), r.id))
    return LEVELS.table(rows)
