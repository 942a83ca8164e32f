"""How certain a verdict is: rosters have ties too many and too few, so how would it be without?

`p_weak` is the share of drawn networks in which an area is weak. Each of them is a network as
it may really be: every recorded tie is left out with the probability that a record is wrong,
and ties that nobody wrote down are added.

Where the missing ties are. How many an area lacks is judged from how many areas have as many as
are recorded, or more (`analysis.certainty.missing`), separately for partners that are tied to
another area too, which hold the area, and for those that are its alone. *Uniform*: a tie is
missing with the same probability everywhere. *Weak end*: the fewer ties an area has, the likelier
one is missing. Whom a missing tie goes to is drawn among the actors of the same street (above the
grid: of the area above), by the number of ties that each may lack itself; so actors with many
ties get most, and an area without any gets one as well. An area that hangs together with a few
others only, apart from the main network, seldom does so by a missing record alone: how often is
counted by hiding as many ties once more.

What misleads: the rates are assumptions unless somebody measured them. Where the rosters of a
whole community lack, its areas are *unknown*, and no number is given. And a probability says
nothing about what is not in it: a wrong date, a body under two names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.certainty.missing import Floats, missing_ties
from analysis.certainty.resample import Draws, draw
from analysis.connectivity.engine import Parts, area_starts, parts_of
from analysis.layers.day_tables import Ints
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.layers.pairs import Pairs
from analysis.policy import Policy
from analysis.weak.results import Spread, WeakGrids

Missing = Literal["uniform", "weak_end"]
MISSING: tuple[Missing, ...] = ("uniform", "weak_end")
WEAK_END_EXPONENT = 0.5
"""How the probability of a missing tie falls with the number of ties, at the weak end."""
QUANTILES = (0.05, 0.5, 0.95)
_LARGE = 8
"""Components of so many areas are few: most of a street, say."""
_EVEN = 20.0
"""Largest shape of the gamma distribution between groups."""
_HIDINGS = 24
"""Networks with ties hidden once more, to count what comes apart by that alone."""


@dataclass(frozen=True, eq=False)
class RecordedPairs:
    """What is recorded, as flat arrays: what `certainty_of` draws from.

    Attributes
    ----------
    pairs
        The distinct pairs of G-.
    edge_ties, pair_ties
        How many ties are under each pair of area and actor, and of two actors.
    covered
        Whether tie data were handed in for an area.
    group
        A number per area: missing ties are to actors of the same group.
    """

    pairs: Pairs
    edge_ties: Ints
    pair_ties: Ints
    covered: np.ndarray[Any, np.dtype[np.bool_]]
    group: Ints


@dataclass(frozen=True)
class Certainty:
    """How certain the verdicts are; made by `certainty`.

    Attributes
    ----------
    seed, resamples, tie_error, tie_missing, missing
        What was drawn, and how; `missing` names what `of` gives.
    spreads
        Kind of missing -> area code -> its numbers; areas not covered by data are absent.
    """

    seed: int
    resamples: int
    tie_error: float
    tie_missing: float
    missing: Missing
    spreads: Mapping[Missing, Mapping[str, Spread]]

    @property
    def of(self) -> Mapping[str, Spread]:
        """Area code -> numbers, with ties missing where `missing` says."""
        return self.spreads[self.missing]


def certainty(
    city: LayeredCity,
    *,
    seed: int | None = None,
    resamples: int | None = None,
    threads: int | None = None,
) -> Certainty:
    """Draw networks as they may really be, and count in how many of them each area is weak.

    Parameters
    ----------
    city
        One whole city. Not changed. Its policy gives the rates `tie_error` and `tie_missing`,
        the number of draws and the seed; a measured rate takes the place of the default there.
    seed, resamples
        In place of the policy's.
    threads
        How many threads draw; by default one a core. Changes nothing in the result.

    Returns
    -------
    Certainty
        For both kinds of missing ties, per covered area. Equal inputs and seed, equal result.

    Raises
    ------
    ValueError
        If `resamples` is below 1.

    Notes
    -----
    About a second for 3,000 areas, 20,000 actors and 200 draws of each kind, on two cores; the
    first run on a machine compiles, for some 20 seconds.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = Network.from_wanted(WantedGraph(), as_of="2019-08-01")
    >>> certainty(LayeredCity(nothing, Policy()), resamples=10).of
    {}
    """
    policy, layers = city.policy, city.layers
    seed = policy.seed if seed is None else seed
    resamples = policy.resamples if resamples is None else resamples
    if resamples < 1:
        raise ValueError(f"at least one network must be drawn, not {resamples}")
    recorded = recorded_of(layers)
    spreads: dict[Missing, dict[str, Spread]] = {}
    for kind in MISSING:
        of_areas = certainty_of(
            recorded,
            tie_error=policy.tie_error,
            tie_missing=policy.tie_missing,
            missing=kind,
            seed=seed,
            resamples=resamples,
            threads=threads,
        )
        named = zip(layers.codes, of_areas, strict=True)
        spreads[kind] = {code: spread for code, spread in named if spread is not None}
    return Certainty(seed, resamples, policy.tie_error, policy.tie_missing, policy.missing, spreads)


def with_certainty(result: WeakGrids, found: Certainty, policy: Policy) -> WeakGrids:
    """The verdicts with `p_weak`, `firm` and the spread of what was drawn, and the seed.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> from analysis.weak.weak_grids import weak_grids
    >>> result = weak_grids(LayeredCity(Network.from_wanted(WantedGraph(), as_of=None), Policy()))
    >>> found = Certainty(7, 10, 0.0, 0.1, "uniform", {"uniform": {}})
    >>> with_certainty(result, found, Policy()).seed
    7
    """
    areas = []
    for area in result.areas:
        chosen = found.of.get(area.code)
        if chosen is None:
            areas.append(area)
            continue
        firm = area.weak and chosen.p_weak >= policy.firm_at
        own: dict[str, object] = {kind: of.get(area.code) for kind, of in found.spreads.items()}
        areas.append(area.model_copy(update=own | {"p_weak": chosen.p_weak, "firm": firm}))
    return result.model_copy(update={"seed": found.seed, "areas": tuple(areas)})


def certainty_of(
    recorded: RecordedPairs,
    *,
    tie_error: float,
    tie_missing: float,
    missing: Missing = "uniform",
    seed: int = 0,
    resamples: int = 200,
    threads: int | None = None,
) -> Sequence[Spread | None]:
    """`certainty` on flat arrays, for one kind of missing ties; None where not covered.

    Examples
    --------
    Two grids of one shared partner: weak, unless a tie to another is missing.

    >>> none = np.zeros(0, np.int64)
    >>> pairs = Pairs(2, 1, np.array([0, 1]), np.array([0, 0]), none, none)
    >>> one = np.ones(2, np.int64)
    >>> recorded = RecordedPairs(pairs, one, none, np.array([True, False]), np.zeros(2, np.int64))
    >>> certainty_of(recorded, tie_error=0.0, tie_missing=0.0)
    [Spread(p_weak=1.0, partners=(1, 1, 1), cut=(1, 1, 1)), None]
    """
    model = draws_of(
        recorded, tie_error=tie_error, tie_missing=tie_missing, missing=missing, seed=seed
    )
    partners, cut, weak = draw(model, seed, resamples, threads)
    share = weak.mean(axis=0) if resamples else np.zeros(recorded.pairs.areas)
    lows = [
        np.quantile(found, QUANTILES, axis=0, method="nearest").astype(int).T.tolist()
        if found.size
        else []
        for found in (partners, cut)
    ]
    return [
        Spread(p_weak=p, partners=tuple(many), cut=tuple(cuts)) if covered else None
        for p, many, cuts, covered in zip(
            share.tolist(), *lows, recorded.covered.tolist(), strict=True
        )
    ]


def recorded_of(layers: TieLayers) -> RecordedPairs:
    """The layers as flat arrays; the group of an area is its street, or the area above.

    Areas below a street belong to the street; streets and districts to what they lie in.
    """
    n = layers.areas.height
    pairs = layers.graph
    depth = {"grid": 2, "community": 1}.get(layers.level, 1)
    above = []
    for path in layers.areas["path"].to_list():
        codes = path.strip("/").split("/")[:-1]
        above.append(codes[-depth] if len(codes) >= depth else (codes or [""])[0])
    _, group = np.unique(np.array(above, dtype=str), return_inverse=True)
    one = layers.alive.select("a", "b").to_numpy().reshape(-1, 2)
    low, high = one.min(axis=1), one.max(axis=1)
    size = n + layers.actors.height
    keys, ties = np.unique(low * size + high, return_counts=True)

    def under(first: Ints, second: Ints) -> Ints:
        found: Ints = ties[np.searchsorted(keys, first * size + second)]
        return found

    none = np.zeros(0, np.int64)
    return RecordedPairs(
        pairs=pairs,
        edge_ties=under(pairs.edge_area, pairs.edge_actor + n) if len(keys) else none,
        pair_ties=under(pairs.pair_one + n, pairs.pair_other + n) if len(keys) else none,
        covered=layers.areas["covered"].to_numpy().astype(bool),
        group=group.astype(np.int64),
    )


def draws_of(
    recorded: RecordedPairs,
    *,
    tie_error: float,
    tie_missing: float,
    missing: Missing,
    seed: int = 0,
) -> Draws:
    """The model that networks are drawn from; see the module's text.

    Raises
    ------
    ValueError
        If a rate is out of its range.
    """
    if not 0 <= tie_error < 1 or tie_missing < 0:
        raise ValueError(f"tie_error {tie_error} or tie_missing {tie_missing} is out of range")
    pairs = recorded.pairs
    n, m = pairs.areas, pairs.actors
    hidden = tie_missing / (1 + tie_missing)
    exponent = WEAK_END_EXPONENT if missing == "weak_end" else 0.0
    degree = np.bincount(pairs.edge_actor, minlength=m)
    leads = np.zeros(m, bool)
    leads[pairs.pair_one] = leads[pairs.pair_other] = True
    holds = (degree >= 2) | leads
    shared = np.bincount(pairs.edge_area[holds[pairs.edge_actor]], minlength=n)
    own = np.bincount(pairs.edge_area, minlength=n) - shared
    known = recorded.covered
    parts = parts_of(pairs)
    part_of = parts.of_vertex
    pool_starts, pool_actor, pool_weight = _pools(recorded, degree, hidden)
    joins = _joins(recorded, parts, shared, hidden, exponent, seed)
    order = np.argsort(part_of[:n], kind="stable")
    return Draws(
        starts=area_starts(pairs),
        actors=pairs.edge_actor,
        drop=tie_error ** recorded.edge_ties.astype(float),
        one=pairs.pair_one,
        other=pairs.pair_other,
        pair_drop=tie_error ** recorded.pair_ties.astype(float),
        partners_seen=shared,
        own_seen=own,
        grows=known,
        shared_chance=missing_ties(shared[known], hidden, exponent=exponent).cumsum(axis=1),
        own_chance=missing_ties(own[known], hidden, exponent=exponent).cumsum(axis=1),
        odds=float(tie_missing),
        group=recorded.group,
        pool_starts=pool_starts,
        pool_actor=pool_actor,
        pool_weight=pool_weight,
        main_part=parts.main,
        part_of_area=part_of[:n],
        part_of_actor=part_of[n:],
        part_alone=parts.areas <= 1,
        joins=joins,
        part_starts=np.searchsorted(part_of[:n][order], np.arange(len(parts.areas) + 1)),
        part_areas=order,
        pair_odds=float(tie_missing),
    )


def _pools(recorded: RecordedPairs, degree: Ints, hidden: float) -> tuple[Ints, Ints, Floats]:
    """Actors of each group, weighted by the number of ties that each may lack.

    An actor's weight is shared out over the groups of its areas by its ties there.
    """
    pairs = recorded.pairs
    lacks = missing_ties(degree[degree > 0], hidden)
    expected = (lacks * np.arange(lacks.shape[1])).sum(axis=1)
    beyond = degree * (hidden / (1 - hidden))
    last = len(expected) - 1
    of_actor = np.where(degree <= last, expected[np.minimum(degree, last)], beyond) + 1e-9
    group = recorded.group[pairs.edge_area]
    order = np.lexsort((pairs.edge_actor, group))
    actor = np.concatenate([pairs.edge_actor[order], pairs.edge_actor])
    weight = of_actor[actor] / np.maximum(degree[actor], 1)
    groups = int(recorded.group.max(initial=-1)) + 1
    starts = np.searchsorted(group[order], np.arange(groups + 1))
    starts = np.append(starts, len(actor))
    total = np.concatenate([[0.0], weight.cumsum()])
    within = total[1:] - np.repeat(total[starts[:-1]], np.diff(starts))
    return starts, actor, within


def _joins(
    recorded: RecordedPairs, parts: Parts, shared: Ints, hidden: float, exponent: float, seed: int
) -> Floats:
    """Probability that a component of several areas beside the main one isn't really apart.

    Small ones: hiding as many ties once more parts some areas from the main component; as
    many of each size are taken to have been parted by the ties that are missing now (after
    Good and Turing's estimate of what was not seen, from what was seen once). Of large ones
    there are too few to count: see `_crossing`.
    """
    pairs = recorded.pairs
    joins = np.zeros(len(parts.areas))
    apart = np.flatnonzero((parts.areas > 1) & (np.arange(len(joins)) != parts.main))
    if parts.main < 0 or not len(apart) or not hidden:
        return joins
    in_main = parts.of_vertex[: pairs.areas] == parts.main
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    rate = np.maximum(shared[pairs.edge_area], 1.0) ** -exponent
    rate = np.minimum(rate * hidden / rate.mean(), 0.9)
    parted = np.zeros(_size_class(pairs.areas) + 1)
    for _ in range(_HIDINGS):
        kept = rng.random(len(rate)) >= rate
        pair_kept = rng.random(len(pairs.pair_one)) >= hidden
        thin = parts_of(pairs.only(kept, pair_kept))
        left = thin.of_vertex[: pairs.areas]
        lost = np.unique(left[in_main & (left != thin.main) & (thin.areas[left] > 1)])
        np.add.at(parted, [_size_class(thin.areas[part]) for part in lost], 1 / _HIDINGS)
    of_class = np.array([_size_class(size) for size in parts.areas[apart]])
    many = np.bincount(of_class, minlength=len(parted))
    joins[apart] = np.minimum(0.95, parted[of_class] / many[of_class])
    large = apart[parts.areas[apart] >= _LARGE]
    joins[large] = np.maximum(joins[large], _crossing(recorded, hidden))
    return joins


def _size_class(size: int) -> int:
    """Sizes that differ by less than a factor of two are alike."""
    return max(int(size).bit_length() - 1, 0)


def _crossing(recorded: RecordedPairs, hidden: float) -> float:
    """Probability that a group without a recorded tie to any other group has one.

    Numbers of ties across the border of a group are taken as Poisson, about a mean that
    differs between groups by a gamma distribution, fitted by its moments.
    """
    pairs = recorded.pairs
    group = recorded.group[pairs.edge_area]
    groups = int(recorded.group.max(initial=-1)) + 1
    inside = np.unique(np.stack([pairs.edge_actor, group]), axis=1)
    actor, where = inside
    crosses = np.bincount(actor, minlength=pairs.actors)[actor] > 1
    counts = np.bincount(where[crosses], minlength=groups)
    hidden = 1 - (1 - hidden) ** 2  # it takes two ties to cross, one on each side
    mean = counts.mean() / (1 - hidden)
    if mean == 0:
        return 0.0
    by_chance = 1 + np.sqrt(2 / max(groups - 1, 1))  # Poisson counts vary so much by chance
    spare = counts.var() - counts.mean() * by_chance
    shape = float(np.clip(counts.mean() ** 2 / spare if spare > 0 else _EVEN, 0.5, _EVEN))
    return float(1 - ((shape / mean + 1 - hidden) / (shape / mean + 1)) ** shape)
