"""Recommended ties: how long the choice takes, how near the bound, and against simpler choices.

Every choice of k ties is put into the network and F1 computed anew; what is compared is how
much more becomes matchable. The simpler choices:

- *nearest idle offer*: needs with a sharing gap, the most urgent first, each tied to the
  provider of the nearest idle offer that fits; and once more, the largest gap first, which is
  the hardest to beat where each gap takes one tie;
- *random*: pairs that a recommendation might make, drawn evenly (the best of five draws);
- *highest degree*: the actors with most ties, to the grids with most partners;
- *Adamic–Adar*: pairs with most areas in common, by way of the area's other partners, areas
  with few ties counting more (the index as it is for two kinds of nodes).

More ties than there are gaps close everything, however they are chosen: then all ratios are 1.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from math import log
from random import Random
from typing import TYPE_CHECKING

from analysis.city import City
from analysis.gaps.fitting import fits
from analysis.layers.edits import TieEnds, new_ties
from analysis.policy import Policy
from analysis.recommend.ground import Ground
from analysis.recommend.recommend import Recommendations, recommend_ties
from benchmarks.figures import Figure, peak_mb
from graph.model.vocabulary import URGENCY

if TYPE_CHECKING:
    from benchmarks.bench import Bench

TIES = (10, 30, 100)
_DRAWS = 5
_SECONDS = 60.0
_GAP = 10.0


def run(bench: Bench) -> Iterable[Figure]:
    """Figures for each number of ties."""
    network, policy = bench.network(), Policy()
    judged = City(network, policy)
    layers = judged.layers
    ground = Ground(network, policy, layers, judged.gaps, judged.weak, most=max(TIES))
    simple = _Simple(ground, judged)
    size = (
        f"{layers.areas.height} grids, {layers.actors.height} actors, "
        f"{len(judged.gaps.needs)} needs"
    )

    def closed(ties: Iterable[TieEnds]) -> float:
        after = judged.with_edits(new_ties(network, ties)).gaps.by_need().totals.parts.matchable
        return float(after - judged.gaps.by_need().totals.parts.matchable)

    for k in TIES:
        began = time.perf_counter()
        found = recommend_ties(judged, ties=k)
        seconds = time.perf_counter() - began
        yield Figure(f"choose {k} ties", [seconds], target=_SECONDS, size=size)
        yield Figure(f"gap to the bound, {k} ties", [100 * found.gap], unit="%", target=_GAP)
        yield from _limits(found, policy, k)
        mine = closed(TieEnds(t.actor, t.target) for t in found.ties)
        for name, least, choices in simple.choices(k):
            plain = max(closed(choice) for choice in choices)
            yield Figure(
                f"gap closed by {k} ties",
                [mine],
                unit="units",
                more_is_better=True,
                target=least * plain if least else None,
                plain=[plain],
                plain_way=name,
                size=f"{found.before.sharing_gap} in all; {_lifted(found)} grids lifted as well",
            )
    yield Figure("memory", [peak_mb()], unit="MB", size=size)


def _lifted(found: Recommendations) -> int:
    return sum(len(tie.lifts) for tie in found.ties)


def _limits(found: Recommendations, policy: Policy, k: int) -> Iterable[Figure]:
    load = max((tie.load.after for tie in found.ties), default=0)
    yield Figure(f"largest load, {k} ties", [load], unit="ties", target=policy.max_ties_per_actor)


class _Simple:
    """Simpler ways to choose ties in the same city."""

    def __init__(self, ground: Ground, judged: City) -> None:
        self.ground, self.judged = ground, judged
        n = self.n = ground.web.areas
        self.codes, self.keys = ground.layers.codes, ground.layers.actor_keys
        near = ground.web.near
        self.areas_of = {
            v - n: [w for w in near.get(v, ()) if w < n] for v in range(n, ground.web.size)
        }
        self.partners = {a: [w - n for w in near.get(a, ()) if w >= n] for a in range(n)}

    def choices(self, k: int) -> Iterable[tuple[str, float | None, list[list[TieEnds]]]]:
        """Name, how many times better ours must be, and the choices to take the best of."""
        urgent = {word: rank for rank, word in enumerate(URGENCY)}
        gaps = [g for g in self.judged.gaps.needs if g.status == "sharing_gap"]
        gaps.sort(key=lambda g: (urgent.get(g.urgency or "", len(urgent)), g.id))
        yield "nearest idle offer", 1.3, [self._nearest([g.id for g in gaps], k)]
        gaps.sort(key=lambda g: (-float(g.parts.sharing_gap), g.id))
        yield (
            "nearest idle offer, largest gap first",
            None,
            [self._nearest([g.id for g in gaps], k)],
        )
        yield "random", 3.0, [self._random(seed, k) for seed in range(_DRAWS)]
        yield "highest degree", 3.0, [self._best(k, self._degree)]
        yield "Adamic–Adar", 3.0, [self._best(k, self._adamic_adar)]

    def _nearest(self, wanted: list[str], k: int) -> list[TieEnds]:
        ground = self.ground
        lists, places = ground.lists, ground.places
        idle = {use.id: float(use.idle or 0) for use in self.judged.gaps.offers}
        needs = {need.key: need for need in lists.needs}
        gap = {g.id: float(g.parts.sharing_gap) for g in self.judged.gaps.needs}
        # what F12 would take for the gaps is idle as long as no tie is made
        for use in self.judged.gaps.offers:
            idle[use.id] = float(use.capacity or 0) - float(use.matched)
        found: list[TieEnds] = []
        for key in wanted:
            need = needs[key]
            fitting = [o for o in lists.offers if idle[o.key] > 0 and fits(o, need, places)]
            ties = [
                (ground.steps(tie), tie, o.key)
                for o in fitting
                for p in o.providers
                if need.area is not None
                and (tie := TieEnds(p, need.area)).target not in ground.links.areas.get(p, ())
            ]
            if not ties:
                continue
            _, tie, offer = min(ties)
            idle[offer] -= min(idle[offer], gap[key])
            if tie not in found:
                found.append(tie)
            if len(found) == k:
                break
        return found

    def _pairs(self) -> Iterator[tuple[int, int]]:
        rules = self.ground.rules
        for area, code in enumerate(self.codes):
            for actor in rules.actors_in.get(rules.room_of(code) or "", ()):
                if rules.may(self.keys[actor], code):
                    yield actor, area

    def _random(self, seed: int, k: int) -> list[TieEnds]:
        pairs = sorted(self._pairs())
        return [self._tie(*pair) for pair in Random(seed).sample(pairs, min(k, len(pairs)))]

    def _best(self, k: int, score: Callable[[int, int], float]) -> list[TieEnds]:
        ranked = sorted(self._pairs(), key=lambda pair: (-score(*pair), pair))
        return [self._tie(*pair) for pair in islice(ranked, k)]

    def _degree(self, actor: int, area: int) -> float:
        return len(self.areas_of[actor]) * 1000 + len(self.partners[area])

    def _adamic_adar(self, actor: int, area: int) -> float:
        mine = set(self.areas_of[actor])
        shared: dict[int, int] = defaultdict(int)
        for other in self.partners[area]:
            for at in mine.intersection(self.areas_of[other]):
                shared[at] += 1
        return sum(n / log(1 + len(self.partners[at])) for at, n in shared.items())

    def _tie(self, actor: int, area: int) -> TieEnds:
        return TieEnds(self.keys[actor], self.codes[area])
