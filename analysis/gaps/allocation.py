"""How much of each need the offers can serve: first over ties, then over all that fits.

Two flows from offers to needs. **F1** uses connected pairs only: as much as possible; of all
ways to do that, the one that gives most to the most urgent needs, then takes the fewest hops,
then gives to the smallest keys. **F12** may use every fitting pair: as much as possible while
no need loses what F1 gave it; of all ways, more urgent needs and then smaller keys first, with
as little as possible over pairs that are not connected. F12 - F1 is the sharing gap.

What each need gets is thereby unique; which offer gives it need not be, but is always the same
for the same input.

One linear cost stands for the whole order of preference. What needs can get together is the
base of a polymatroid, and the cheapest way to serve them an M-convex function on it (K. Murota,
*Discrete Convex Analysis*, SIAM 2003, chapters 6 and 9). A minimum there is global once moving
one unit between two needs doesn't help, so a step of an order only has to outweigh what one
such move can change in the orders below it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.gaps.fitting_pairs import Ints, Lanes

Solver = Literal["ortools", "networkx"]

_MAX_HOPS = 3
STEPS = 20
"""Equal steps into which a group's demand is parted where shares are compared."""
_ROOM = 1 << 61
"""Products of costs, capacities and sizes stay below this within the fast solver."""


class Gift(NamedTuple):
    """What one offer gives to one need; indices into the lists, a whole amount."""

    offer: int
    need: int
    amount: int
    by_tie: bool
    """Whether a co-building path carries it."""


@dataclass(frozen=True)
class Allocation:
    """The two flows, as gifts sorted by need and offer.

    Attributes
    ----------
    connected
        F1, over connected pairs.
    full
        F12, over all fitting pairs.
    worth_connected, worth_full
        Offers of which one more unit would raise the total of F1, and of F12, by one unit; one
        more unit of any other offer raises it by nothing. These are the dual prices of the
        offers' capacities: they say what a little more is worth, not how much more would be.
    """

    connected: tuple[Gift, ...]
    full: tuple[Gift, ...]
    worth_connected: frozenset[int] = frozenset()
    worth_full: frozenset[int] = frozenset()

    @cached_property
    def matchable(self) -> dict[int, int]:
        """Need -> what F1 gives it."""
        return _received(self.connected)

    @cached_property
    def reachable(self) -> dict[int, int]:
        """Need -> what F12 gives it; never less than F1."""
        return _received(self.full)

    @cached_property
    def used(self) -> dict[int, int]:
        """Offer -> what F12 takes from it."""
        return _summed((gift.offer, gift.amount) for gift in self.full)


def _received(gifts: Sequence[Gift]) -> dict[int, int]:
    return _summed((gift.need, gift.amount) for gift in gifts)


def _summed(amounts: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for key, amount in amounts:
        sums[key] += amount
    return dict(sums)


def allocate(
    lanes: Lanes,
    supply: Sequence[int],
    demand: Sequence[int],
    urgency: Sequence[int],
    *,
    solver: Solver = "ortools",
) -> Allocation:
    """Both flows over `lanes`.

    Parameters
    ----------
    lanes
        Which offers lead to which needs, and which of the ways are ties.
    supply
        What each offer can still give: whole numbers >= 0, of any size.
    demand
        What each need still lacks; likewise, in the same unit.
    urgency
        Rank of each need; 0 is the most urgent.
    solver
        `ortools` for cities; `networkx` with `pair_lanes` is the definition. Both give each
        need the same. Numbers too large for 64 bits are solved by the latter in any case.

    Returns
    -------
    Allocation
        No offer gives more than its supply, no need gets more than its demand.

    Notes
    -----
    One to three seconds for 20,000 offers and 20,000 needs of one city.

    Examples
    --------
    One offer of 5, tied to the second of two needs of 4: it could do with another tie.

    >>> import numpy as np
    >>> from analysis.gaps.fitting_pairs import Lanes
    >>> ways = np.array([[0, 1, 0], [0, 2, 0], [0, 2, 1]])
    >>> lanes = Lanes(1, 2, 3, ways[:, 0], ways[:, 1], ways[:, 2], ways[:, 2] == 1)
    >>> found = allocate(lanes, [5], [4, 4], [0, 0])
    >>> found.matchable, found.reachable
    ({1: 4}, {0: 1, 1: 4})
    """
    problem = _Problem(lanes, supply, demand, urgency, solver)
    every = np.ones_like(lanes.tie)
    first = problem.flow(lanes.tie, None)
    connected = _gifts(lanes, first)
    second = problem.flow(every, _received(connected))
    full = _gifts(lanes, second)
    return Allocation(
        connected,
        full,
        problem.worth(lanes.tie, first, _received(connected)),
        problem.worth(every, second, _received(full)),
    )


def allocate_fairly(
    lanes: Lanes,
    supply: Sequence[int],
    demand: Sequence[int],
    urgency: Sequence[int],
    group: Sequence[int],
    *,
    one: int = 1,
    solver: Solver = "ortools",
) -> tuple[Gift, ...]:
    """F1 shared out max–min between groups of needs, in place of fewest hops first.

    As much as `allocate` gives over connected pairs, and as much of it to urgent needs; of all
    ways to do that, one in which the groups' shares of their own demand are as even as can be
    (no group gets more while one that is worse off could get that instead), then the fewest
    hops. Shares are compared in steps of a twentieth of a group's demand.

    Parameters
    ----------
    group
        Group of each need, from 0; others as for `allocate`.
    one
        A whole one of what is shared out, in the unit of supply and demand: nothing finer is
        given, unless the amounts themselves are finer.

    Notes
    -----
    Serving one more unit of a group costs more the further it is served already. Over the base
    of a polymatroid one allocation is least for all such convex costs at once, and it is the
    max–min fair one; it takes nothing from the total (N. Megiddo, *Optimal flows in networks
    with multiple sources and sinks*, Math. Programming 7, 1974; S. Fujishige, *Lexicographically
    optimal base of a polymatroid*, Math. Oper. Res. 5, 1980).

    Examples
    --------
    One offer of 4, two groups that lack 4 each: 2 to each.

    >>> import numpy as np
    >>> from analysis.gaps.fitting_pairs import Lanes
    >>> ways = np.array([[0, 1, 1], [0, 2, 1]])
    >>> lanes = Lanes(1, 2, 3, ways[:, 0], ways[:, 1], ways[:, 2], ways[:, 2] == 1)
    >>> [(g.need, g.amount) for g in allocate_fairly(lanes, [4], [4, 4], [0, 0], [0, 1])]
    [(0, 2), (1, 2)]
    """
    problem = _Problem(lanes, supply, demand, urgency, solver, group, one)
    return _gifts(lanes, problem.flow(lanes.tie, None))


def matchable_amounts(
    lanes: Lanes, supply: Sequence[int], demand: Sequence[int], urgency: Sequence[int]
) -> dict[int, int]:
    """What F1 alone gives each need; parameters as for `allocate`. Needs that get nothing are
    absent.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.gaps.fitting_pairs import Lanes
    >>> ways = np.array([[0, 1, 0], [0, 2, 0], [0, 2, 1]])
    >>> lanes = Lanes(1, 2, 3, ways[:, 0], ways[:, 1], ways[:, 2], ways[:, 2] == 1)
    >>> matchable_amounts(lanes, [5], [4, 4], [0, 0])
    {1: 4}
    """
    flows = _Problem(lanes, supply, demand, urgency, "ortools").flow(lanes.tie, None)
    return _received(_gifts(lanes, flows))


@dataclass(frozen=True, eq=False)
class _Problem:
    lanes: Lanes
    supply: Sequence[int]
    demand: Sequence[int]
    urgency: Sequence[int]
    solver: Solver
    group: Sequence[int] | None = None
    one: int = 0

    def group_of(self, need: int) -> int:
        return 0 if self.group is None else self.group[need]

    def flow(self, allowed: NDArray[np.bool_], kept: dict[int, int] | None) -> dict[int, int]:
        """Arc -> amount, where positive; `kept` is what each need must get (F12)."""
        found: dict[int, int] = {}
        for arcs in self._components(allowed):
            part = _Part.of(self, arcs, kept)
            flows = part.solve_fast() if self.solver == "ortools" else None
            if flows is None:
                flows = part.solve_exactly()
            found.update((int(a), f * part.unit) for a, f in zip(arcs, flows, strict=True) if f)
        return found

    def worth(
        self, allowed: NDArray[np.bool_], flow: dict[int, int], received: dict[int, int]
    ) -> frozenset[int]:
        """Offers from which a way leads, in the residual network of a maximum flow, to a need
        that lacks something.
        """
        lanes = self.lanes
        lacking = [j for j, d in enumerate(self.demand) if d > received.get(j, 0)]
        if not lacking:
            return frozenset()
        arcs = np.flatnonzero(allowed)
        back = np.fromiter(flow, np.int64, len(flow))
        found = _reached(
            np.concatenate([lanes.head[arcs], lanes.tail[back]]),
            np.concatenate([lanes.tail[arcs], lanes.head[back]]),
            np.array(lacking, np.int64) + lanes.first_need,
            lanes.nodes,
        )
        return frozenset(np.flatnonzero(found[: lanes.offers]).tolist())

    def _components(self, allowed: NDArray[np.bool_]) -> Iterator[Ints]:
        """Arcs of each independent part of the problem, useless arcs left out."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        lanes = self.lanes
        arcs = np.flatnonzero(allowed)
        giving = np.array([s > 0 for s in self.supply], np.bool_)
        lacking = np.array([d > 0 for d in self.demand], np.bool_)
        tail, head = lanes.tail[arcs], lanes.head[arcs]
        fed = _reached(tail, head, np.flatnonzero(giving), lanes.nodes)
        wanted = _reached(head, tail, np.flatnonzero(lacking) + lanes.first_need, lanes.nodes)
        arcs = arcs[fed[tail] & wanted[head]]
        if not arcs.size:
            return
        tail, head = lanes.tail[arcs], lanes.head[arcs]
        shape = (lanes.nodes, lanes.nodes)
        joined = coo_array((np.ones(arcs.size, np.int8), (tail, head)), shape=shape)
        label = connected_components(joined, directed=False)[1][tail]
        order = np.argsort(label, kind="stable")
        bounds = np.flatnonzero(np.diff(label[order])) + 1
        yield from np.split(arcs[order], bounds)


def _reached(tail: Ints, head: Ints, start: Ints, nodes: int) -> NDArray[np.bool_]:
    """Nodes that the arcs lead to from `start`, which is among them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    rows = np.concatenate([np.full(start.size, nodes), tail])
    columns = np.concatenate([start, head])
    data = np.ones(rows.size, np.int8)
    ways = coo_array((data, (rows, columns)), shape=(nodes + 1, nodes + 1)).tocsr()
    found = np.zeros(nodes + 1, np.bool_)
    found[breadth_first_order(ways, nodes, return_predecessors=False)] = True
    return found[:nodes]


class _Waiting(NamedTuple):
    """A need of a part: its node, what it lacks in units of the part, its rank and group."""

    node: int
    lacks: int
    rank: int
    group: int


_Taker = tuple[int, int, int, int]
"""Node of a need, where it drains to (mostly the sink), amount, cost."""


def _by_urgency(waiting: Sequence[_Waiting], total: int, urgent: int) -> Iterator[_Taker]:
    """F1: a rank of urgency outweighs all hops, then the smaller key counts."""
    for place, need in enumerate(waiting):
        yield need.node, 1, min(need.lacks, total), urgent * need.rank + place


def _beyond(
    secured: Sequence[int], waiting: Sequence[_Waiting], total: int, step: int
) -> Iterator[_Taker]:
    """F12: what F1 gave costs nothing, what comes on top goes by urgency, then key."""
    in_order = sorted(range(len(waiting)), key=lambda at: waiting[at].rank)
    place = {at: number for number, at in enumerate(in_order, start=1)}
    for at, (need, kept) in enumerate(zip(waiting, secured, strict=True)):
        yield need.node, 1, kept, 0
        yield need.node, 1, min(need.lacks - kept, total), place[at] * step


def _evenly(waiting: Sequence[_Waiting], nodes: int, fair: int) -> Iterator[_Taker]:
    """Fair shares: needs drain to a node of their group, from `nodes` on, and that to the sink
    in steps, each dearer than the one before.
    """
    groups = sorted({need.group for need in waiting})
    node_of = {group: nodes + number for number, group in enumerate(groups)}
    lacks: dict[int, int] = defaultdict(int)
    for need in waiting:
        lacks[need.group] += need.lacks
        yield need.node, node_of[need.group], need.lacks, fair * (STEPS + 1) * need.rank
    for group, whole in lacks.items():
        for step in range(STEPS):
            amount = whole * (step + 1) // STEPS - whole * step // STEPS
            yield node_of[group], 1, amount, fair * step


@dataclass(frozen=True, eq=False)
class _Part:
    """One independent part, renumbered: 0 source, 1 sink, then its nodes."""

    unit: int
    """All amounts are multiples of it."""
    total: int
    """Upper bound of the flow."""
    nodes: int
    tail: Ints
    head: Ints
    cost: list[int]
    """Of the lanes' arcs."""
    givers: list[tuple[int, int]]
    """Node, supply."""
    takers: list[_Taker]
    """Two of a node in F12."""

    @classmethod
    def of(cls, problem: _Problem, arcs: Ints, kept: dict[int, int] | None) -> _Part:
        lanes = problem.lanes
        old, new = np.unique(
            np.concatenate([lanes.tail[arcs], lanes.head[arcs]]), return_inverse=True
        )
        tail, head = new[: arcs.size] + 2, new[arcs.size :] + 2
        offers = [(i + 2, int(o)) for i, o in enumerate(old) if o < lanes.offers]
        first_need = lanes.first_need
        needs = [(i + 2, int(o) - first_need) for i, o in enumerate(old) if o >= first_need]
        supply = [problem.supply[o] for _, o in offers]
        demand = [problem.demand[n] for _, n in needs]
        secured = [kept.get(n, 0) for _, n in needs] if kept is not None else []
        unit = gcd(problem.one, *supply, *demand, *secured)
        total = min(sum(supply), sum(demand)) // unit
        waiting = [
            _Waiting(node, demand // unit, problem.urgency[n], problem.group_of(n))
            for (node, n), demand in zip(needs, demand, strict=True)
        ]
        # A unit moved from one need to another re-routes along a simple path, which changes
        # each offer and need at most once.
        most = min(len(offers), len(needs)) + 1
        nodes = old.size + 2
        hops = lanes.hops[arcs].tolist()
        if problem.group is not None:
            cost = hops
            takers = _evenly(waiting, nodes, _MAX_HOPS * most + 1)
            nodes += len({need.group for need in waiting})
        elif kept is None:
            hop = len(needs) + 1
            cost = [hop * h for h in hops]
            takers = _by_urgency(waiting, total, hop * (_MAX_HOPS * most + 1))
        else:
            untied = ~lanes.tie[arcs] & (lanes.tail[arcs] < lanes.offers)
            cost = untied.astype(int).tolist()
            takers = _beyond([k // unit for k in secured], waiting, total, most + 1)
        givers = [
            (node, min(s // unit, total)) for (node, _), s in zip(offers, supply, strict=True)
        ]
        return cls(unit, total, nodes, tail, head, cost, givers, [t for t in takers if t[2]])

    def solve_fast(self) -> list[int] | None:
        """Amounts on the lanes' arcs by OR-tools; None where 64 bits don't suffice."""
        highest = max(max(self.cost, default=0), max(c for *_, c in self.takers))
        arcs = len(self.cost) + len(self.givers) + len(self.takers)
        if (highest + 1) * (self.nodes + 1) * 4 >= _ROOM or self.total * arcs >= _ROOM:
            return None
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        flow = SimpleMinCostFlow()
        lanes = flow.add_arcs_with_capacity_and_unit_cost(
            self.tail, self.head, np.full(len(self.cost), self.total), np.array(self.cost)
        )
        for node, amount in self.givers:
            flow.add_arc_with_capacity_and_unit_cost(0, node, amount, 0)
        for node, to, amount, cost in self.takers:
            flow.add_arc_with_capacity_and_unit_cost(node, to, amount, cost)
        flow.set_node_supply(0, self.total)
        flow.set_node_supply(1, -self.total)
        if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
            return None
        amounts: list[int] = flow.flows(lanes).tolist()
        return amounts

    def solve_exactly(self) -> list[int]:
        """Amounts on the lanes' arcs by NetworkX, in whole numbers of any size."""
        import networkx as nx

        arcs = [
            *zip(self.tail.tolist(), self.head.tolist(), self.cost, strict=True),
            *((0, node, 0) for node, _ in self.givers),
            *((node, to, cost) for node, to, _, cost in self.takers),
        ]
        capacity = [
            *[self.total] * len(self.cost),
            *(amount for _, amount in self.givers),
            *(amount for _, _, amount, _ in self.takers),
        ]
        simple: nx.DiGraph[int] = nx.DiGraph()
        costed: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        for at, ((tail, head, cost), amount) in enumerate(zip(arcs, capacity, strict=True)):
            before = simple.edges[tail, head]["capacity"] if simple.has_edge(tail, head) else 0
            simple.add_edge(tail, head, capacity=before + amount)
            costed.add_edge(tail, head, key=at, capacity=amount, weight=cost)
        value = nx.maximum_flow_value(simple, 0, 1)
        costed.add_node(0, demand=-value)
        costed.add_node(1, demand=value)
        _, flows = nx.network_simplex(costed)
        return [flows[tail][head][at] for at, (tail, head, _) in enumerate(arcs[: len(self.cost)])]


def _gifts(lanes: Lanes, flows: dict[int, int]) -> tuple[Gift, ...]:
    """Flow on arcs as gifts of offers to needs.

    Arcs are sorted by tail and lead to larger nodes, so all that comes to a node is known
    once its own arcs are looked at.
    """
    stock: dict[int, deque[list[int]]] = defaultdict(deque)
    gifts: dict[tuple[int, int, bool], int] = defaultdict(int)
    for arc in sorted(flows):
        tail, head, left = int(lanes.tail[arc]), int(lanes.head[arc]), flows[arc]
        if tail < lanes.offers:
            stock[tail] = deque([[tail, left]])
        waiting = stock[tail]
        moved: list[list[int]] = []
        while left:
            offer, amount = waiting[0]
            part = min(amount, left)
            moved.append([offer, part])
            left -= part
            if part == amount:
                waiting.popleft()
            else:
                waiting[0][1] -= part
        if head >= lanes.first_need:
            for offer, part in moved:
                gifts[offer, head - lanes.first_need, bool(lanes.tie[arc])] += part
        else:
            stock[head].extend(moved)
    ordered = sorted((need, offer, tie, amount) for (offer, need, tie), amount in gifts.items())
    return tuple(Gift(offer, need, amount, tie) for need, offer, tie, amount in ordered)
