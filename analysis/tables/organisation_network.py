"""组织网络化: who holds an area together, and what is left without the one that does.

Every figure of connectivity is given with hubs (G+) and without (G-): with them a city hangs
together by its chain of command, which says nothing about who works with whom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from analysis.table import Spec, Table, col
from graph.model.labels import Label, TieType
from graph.model.vocabulary import ORGANIZATION_KINDS, SOCIAL_KINDS, UNIT_KINDS

if TYPE_CHECKING:
    from analysis.layers.day_tables import Ints
    from analysis.tables.view import View

KINDS = ORGANIZATION_KINDS | UNIT_KINDS | SOCIAL_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """An area and those directly below it. Of the judged areas in it that data cover: how many
    hang on the main component of the city with hubs and without, in how many components they
    lie without hubs, and how many live on hubs or on nothing. Shares are of the covered areas;
    unknown where none is covered.
    """

    code: str = col("编码", "code", "text")
    name: str = col("区域", "area", "text")
    judged: int = col("判断的区域数", "areas judged")
    covered: int = col("有数据的区域数", "areas covered by data")
    main_with_hubs: float | None = col("算上组织：在主网的比例", "in main with hubs", "share")
    main_without_hubs: float | None = col("不算组织：在主网的比例", "in main without hubs", "share")
    parts_with_hubs: int | None = col("算上组织：片数", "components with hubs")
    parts_without_hubs: int | None = col("不算组织：片数", "components without hubs")
    hub_only: int | None = col("单靠组织", "hub only")
    isolated: int | None = col("孤立", "isolated")
    weak: int | None = col("薄弱", "weak")


CONNECTED = Spec(
    "connectivity",
    "network",
    "条块分割：离开组织还连不连得上",
    "What hangs together without the hubs",
    Connected,
    "区域本身和下一级各区域。在有共建数据的网格中：算上组织（大党委、居委会等和上级区域）与不算组织时，"
    "连在主网上的各占多少；不算组织时分成几片；有多少单靠组织、有多少孤立。比例以有数据的网格为底。",
)


def connected(view: View) -> Table:
    """`Connected` of the area shown and its parts."""
    labels_with, labels_without = _components(view)
    weak = {a.code: a for a in view.city.weak.areas}
    index = view.layers.area_index
    main_with = _main(labels_with)

    def row(code: str) -> Connected:
        inside = [a for a in weak.values() if code in a.path]
        known = [a for a in inside if a.verdict != "unknown"]
        n = len(known)
        main = sum(bool(a.in_main) for a in known)
        with_hubs = sum(labels_with[index[a.code]] == main_with for a in known)
        counts = Counter(a.verdict for a in known)
        return Connected(
            code=code,
            name=view.names.get(code, code),
            judged=len(inside),
            covered=n,
            main_with_hubs=with_hubs / n if n else None,
            main_without_hubs=main / n if n else None,
            parts_with_hubs=len({labels_with[index[a.code]] for a in known}) if n else None,
            parts_without_hubs=len({labels_without[index[a.code]] for a in known}) if n else None,
            hub_only=counts["hub_only"] if n else None,
            isolated=counts["isolated"] if n else None,
            weak=sum(a.weak for a in known) if n else None,
        )

    rows = [row(code) for code in view.parts]
    unknown = sum(a.verdict == "unknown" for a in view.judged)
    return CONNECTED.table(rows, unknown=unknown, of=len(view.judged))


def _components(view: View) -> tuple[list[int], list[int]]:
    """Component of each judged area, with hubs (every area hangs on its root) and without."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    layers = view.layers
    n, m = layers.areas.height, layers.actors.height
    if n == 0:
        return [], []
    roots = [path.strip("/").split("/")[0] for path in layers.areas["path"]]
    root_index = {root: n + m + at for at, root in enumerate(dict.fromkeys(roots))}
    one = np.concatenate([layers.graph.edge_area, layers.graph.pair_one + n])
    other = np.concatenate([layers.graph.edge_actor, layers.graph.pair_other]) + n
    up = np.array([root_index[root] for root in roots])
    size = n + m + len(root_index)

    def labels(tail: Ints, head: Ints) -> list[int]:
        links = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
        found: list[int] = connected_components(links.tocsr(), directed=False)[1][:n].tolist()
        return found

    with_hubs = labels(np.concatenate([one, np.arange(n)]), np.concatenate([other, up]))
    return with_hubs, labels(one, other)


def _main(labels: list[int]) -> int | None:
    counts = Counter(labels)
    return min(counts, key=lambda x: (-counts[x], labels.index(x)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAreasRow:
    """An actor, no hub, on which areas rest: without it they would become weak, judged anew
    without hubs. Only areas that are not weak now count, each also where it rests on others.
    With hubs none would be cut off, as all hang on the chain of command.
    """

    id: str = col("编号", "id", "text")
    name: str = col("单位", "actor", "text")
    kind: str | None = col("类别", "kind", "text")
    areas: int = col("将变薄弱的网格数", "areas that become weak")
    residents: int | None = col("涉及居民", "residents in them")
    which: tuple[str, ...] = col("将变薄弱的网格", "which", "list")


HELD = Spec(
    "articulation",
    "network",
    "工作协调：哪些单位退出，哪些网格会变薄弱",
    "Which areas become weak if one actor withdraws",
    HeldAreasRow,
    "不算组织，逐家假设退出后重新判断：现在不薄弱、那时变薄弱的网格。只列会影响本区域的单位，"
    "按网格数排列，供维护关系参考，不是对单位的评价。",
)


def held(view: View) -> Table:
    """`HeldAreasRow`, most areas first."""
    layers = view.layers
    rows = []
    for actor, found in view.holding.weakened.items():
        codes = [layers.codes[a] for a in found if view.shows(layers.codes[a])]
        if not codes:
            continue
        known = [view.residents.get(code) for code in codes]
        row = layers.actors.row(actor, named=True)
        rows.append(
            HeldAreasRow(
                id=row["key"],
                name=row["name"],
                kind=KINDS.get(row["kind"]),
                areas=len(codes),
                residents=None if None in known else sum(r for r in known if r is not None),
                which=tuple(_called(view, code) for code in codes),
            )
        )
    rows.sort(key=lambda r: (-r.areas, r.id))
    return HELD.table(rows)


def _called(view: View, code: str) -> str:
    """An area's name after its community's."""
    above = view.community_of.get(code)
    name = view.names.get(code, code)
    return name if above in (None, code) else f"{view.names.get(above, above)}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRow:
    """A pair of area and actor, or of two actors, that by itself holds areas together: without
    it, the areas named have no path without hubs to the rest of their component.
    """

    one: str = col("一端", "one end", "text")
    other: str = col("另一端", "other end", "text")
    areas: int = col("另一侧网格数", "areas beyond")
    which: tuple[str, ...] = col("另一侧网格", "which", "list")


BRIDGES = Spec(
    "bridges",
    "network",
    "工作协调：断了就分成两片的共建关系",
    "Ties that hold areas together by themselves",
    BridgeRow,
    "不算组织，断开这一对之间的关系，所列网格就与原来连成一片的其他网格断开。",
)


def bridges(view: View) -> Table:
    """`BridgeRow`, most areas first."""
    layers = view.layers
    n = layers.areas.height
    rows = []
    for bridge in view.holding.bridges:
        codes = [layers.codes[a] for a in bridge.areas_beyond]
        if not any(view.shows(code) for code in codes):
            continue
        ends = [
            _called(view, layers.codes[v]) if v < n else layers.actors["name"][v - n]
            for v in (bridge.one, bridge.other)
        ]
        which = tuple(_called(view, code) for code in codes)
        rows.append(BridgeRow(one=ends[0], other=ends[1], areas=len(codes), which=which))
    rows.sort(key=lambda r: (-r.areas, r.one, r.other))
    return BRIDGES.table(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRow:
    """A hub organisation: the alive ties that come together in it, and the judged areas that
    would be isolated without it, because all that supports them are ties of this one hub.
    """

    id: str = col("编号", "id", "text")
    name: str = col("组织", "organisation", "text")
    kind: str | None = col("类型", "kind", "text")
    ties: int = col("有效共建关系", "alive ties")
    areas: int = col("离开它就孤立的网格数", "areas isolated without it")
    which: tuple[str, ...] = col("离开它就孤立的网格", "which", "list")


HUBS = Spec(
    "hubs",
    "network",
    "工作协调：一个组织退出，哪些网格就孤立",
    "What falls apart when one hub is taken away",
    HubRow,
    "组织（大党委、居委会等）汇集的有效共建关系，以及只靠这一个组织的关系支撑、离开它就孤立的网格。",
)


def hubs(view: View) -> Table:
    """`HubRow` of the shown hubs that have ties, by key."""
    layers = view.layers
    of_tie: dict[str, set[str]] = defaultdict(set)
    hub_keys = {key for key, row in view.actors.items() if row["hub"]}
    for tie, start, end in layers.alive.select("tie", "start", "end").iter_rows():
        of_tie[tie].update(key for key in (start, end) if key in hub_keys)
    rests: dict[str, list[str]] = defaultdict(list)
    for area in view.city.weak.areas:
        if area.verdict != "hub_only" or area.members or area.volunteers:
            continue
        parent = layers.parent_of.get(area.code)
        support = {*layers.hub_ties.get(area.code, ()), *layers.hub_ties.get(parent or "", ())}
        owners = [of_tie.get(tie, set()) for tie in support]
        for hub in set.intersection(*owners) if owners else set():
            rests[hub].append(area.code)
    counts = Counter(hub for hubs_ in of_tie.values() for hub in hubs_)
    rows = [
        HubRow(
            id=key,
            name=view.actors[key]["name"],
            kind=KINDS.get(view.actors[key]["kind"]),
            ties=counts[key],
            areas=len(rests[key]),
            which=tuple(_called(view, code) for code in sorted(rests[key])),
        )
        for key in sorted(hub_keys)
        if counts[key] and view.shows(view.actors[key]["area"])
    ]
    return HUBS.table(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRow:
    """A grid: whether a grid branch sits in it or covers it, how many building groups do, and
    how many of its buildings none covers. Unknown where no roster of organisations names the
    grid or its community, and, for buildings, where none is known.
    """

    code: str = col("编码", "code", "text")
    name: str = col("网格", "grid", "text")
    community: str | None = col("社区", "community", "text")
    branch: bool | None = col("有网格党支部", "has a branch", "flag")
    groups: int | None = col("楼栋党小组", "building groups")
    buildings: int | None = col("楼栋", "buildings")
    buildings_without: int | None = col("没有党小组的楼栋", "buildings without a group")


BRANCHES = Spec(
    "branches",
    "network",
    "组织覆盖：没有党支部的网格、没有党小组的楼栋",
    "Grids without a branch, buildings without a group",
    BranchRow,
    "网格党支部设在或覆盖该网格即为有；楼栋党小组同样计算。没有交来该社区组织台账的，列为不明。",
)


def branches(view: View) -> Table:
    """`BranchRow` of every shown grid; those without a branch first."""
    held_by: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    kind_of = {key: row["kind"] for key, row in view.actors.items()}
    covers = view.network.ties.filter(
        pl.col("type").is_in([str(TieType.COVERS), str(TieType.LOCATED_IN)])
    )
    for start, end in covers.select("start", "end").iter_rows():
        if kind_of.get(start) in ("grid_branch", "building_group"):
            held_by[kind_of[start]][end].add(start)
    buildings: dict[str, list[str]] = defaultdict(list)
    for code, row in view.areas.items():
        if row["label"] == Label.BUILDING and row["parent"]:
            buildings[row["parent"]].append(code)
    rows = []
    for code in view.grids:
        known = view.told(code, "organisations")
        groups = held_by["building_group"].get(code, set())
        for building in buildings[code]:
            groups = groups | held_by["building_group"].get(building, set())
        without = [b for b in buildings[code] if not held_by["building_group"].get(b)]
        rows.append(
            BranchRow(
                code=code,
                name=view.names.get(code, code),
                community=view.names.get(view.community_of.get(code, "")),
                branch=bool(held_by["grid_branch"].get(code)) if known else None,
                groups=len(groups) if known else None,
                buildings=len(buildings[code]) or None,
                buildings_without=len(without) if known and buildings[code] else None,
            )
        )
    unknown = sum(r.branch is None for r in rows)
    rows.sort(key=lambda r: (r.branch is None, bool(r.branch), r.code))
    return BRANCHES.table(rows, unknown=unknown, of=len(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Ties between two bodies, and pairs that are partners of the same area, by whether both
    are of the same sector (class of partner) or of the same chain of command (topmost superior,
    else the system that the roster names). E–I index = (external − internal) / (external +
    internal), −1 to 1 (Krackhardt and Stern, Social Psychology Quarterly 51, 1988); pairs of
    which a group is unknown are left out. Hubs are no party.
    """

    layer: str = col("关系", "layer", "text")
    by: str = col("按", "by", "text")
    internal: int = col("同类对数", "internal pairs")
    external: int = col("跨类对数", "external pairs")
    unknown: int = col("不明对数", "pairs of unknown group")
    index: float | None = col("E–I 指数", "E–I index", "number")


PAIRINGS = Spec(
    "ei_index",
    "network",
    "条块分割：跨部门、跨系统的联系占多少",
    "How much crosses sectors and chains of command",
    Pairing,
    "两家单位之间的直接关系，以及同为一个网格共建单位的对子，按是否同类（单位类别）、是否同一系统"
    "（最上级组织，否则按台账的行业/系统）计算。E–I 指数 =（跨类 − 同类）÷（跨类 + 同类），"
    "−1 到 1；类别不明的对子不计。组织不算一方。",
)


def pairings(view: View) -> Table:
    """`Pairing` for both layers and both groupings."""
    layers = view.layers
    shown = [view.shows(code) for code in layers.codes]
    seats = layers.actors["area"].to_list()
    direct = {
        (one, other)
        for one, other in zip(
            layers.graph.pair_one.tolist(), layers.graph.pair_other.tolist(), strict=True
        )
        if view.shows(seats[one]) or view.shows(seats[other])
    }
    shared: set[tuple[int, int]] = set()
    of_area: dict[int, list[int]] = defaultdict(list)
    for area, actor in zip(
        layers.graph.edge_area.tolist(), layers.graph.edge_actor.tolist(), strict=True
    ):
        if shown[area]:
            of_area[area].append(actor)
    for partners in of_area.values():
        shared.update((a, b) for i, a in enumerate(partners) for b in partners[i + 1 :])
    sectors = layers.actors["actor_class"].to_list()
    chains = _chains(view)
    rows = []
    for layer, pairs in (("直接关系 direct", direct), ("同一网格 same area", shared)):
        for by, group in (("单位类别 sector", sectors), ("系统 chain", chains)):
            rows.append(_pairing(layer, by, pairs, group))
    return PAIRINGS.table(rows)


def _pairing(layer: str, by: str, pairs: set[tuple[int, int]], group: list[str | None]) -> Pairing:
    internal = sum(group[a] == group[b] for a, b in pairs if group[a] and group[b])
    known = sum(bool(group[a] and group[b]) for a, b in pairs)
    external = known - internal
    return Pairing(
        layer=layer,
        by=by,
        internal=internal,
        external=external,
        unknown=len(pairs) - known,
        index=(external - internal) / known if known else None,
    )


def _chains(view: View) -> list[str | None]:
    """Chain of command of each actor: its topmost superior, else its system."""
    above = dict(
        view.network.ties.filter(pl.col("type") == str(TieType.SUBORDINATE_TO))
        .sort("key", descending=True)
        .select("start", "end")
        .iter_rows()
    )
    system = dict(view.network.actors.select("key", "sector").iter_rows())
    found: list[str | None] = []
    for key in view.layers.actor_keys:
        top, seen = key, {key}
        while top in above and above[top] not in seen:
            top = above[top]
            seen.add(top)
        found.append(top if top != key or key in set(above.values()) else system.get(key))
    return found


def network_tables(view: View) -> Iterator[Table]:
    """The tables of 组织网络化, in the order of the report."""
    from analysis.tables.linkage import councils, levels, one_plus_x, triads

    for make in (
        branches, connected, held, hubs, bridges, pairings, one_plus_x, triads, councils, levels,
    ):  # fmt: skip
        yield make(view)
