"""Expected by size: has an area fewer partners than its residents would bring by chance?

A grid of 300 people has fewer partners than one of 3,000, and nobody neglected it. The null
keeps what each actor does, how many areas it is tied to, and deals these ties out over the
areas by their residents. `z_partners` says how far the true number is from what that gives;
`q_partners` how often such a find would be false, over all areas that were looked at.

What misleads: the null spreads an actor's ties over the whole network, as if distance were no
matter. A low z may be a whole street's; then the street's own z (`level`) says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.certainty.missing import Floats
from analysis.layers.day_tables import Ints
from analysis.layers.layered_city import LayeredCity
from analysis.layers.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Expected:
    """What the null gives of one area.

    Attributes
    ----------
    mean, sd
        Partners that the null gives: mean and standard deviation.
    z
        (partners - mean) / sd; below 0 where there are fewer than size brings. None where the
        null knows one number only.
    p
        How likely the null is to be so far off on either side, 0 to 1.
    q
        The smallest share of false finds among all areas with a p as small (Benjamini and
        Hochberg); None with `z`.
    """

    mean: float
    sd: float
    z: float | None
    p: float
    q: float | None


def expected_partners(city: LayeredCity) -> dict[str, Expected]:
    """Each area's partners beside those that its size would bring.

    Parameters
    ----------
    city
        One whole city, at any level. Not changed.

    Returns
    -------
    dict
        Area code -> what is expected. Areas not covered by data are absent, and those of
        unknown residents or none: neither they nor ties to them have part in the null.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = Network.from_wanted(WantedGraph(), as_of="2019-08-01")
    >>> expected_partners(LayeredCity(nothing, Policy()))
    {}
    """
    layers = city.layers
    residents = layers.areas["residents"].fill_null(0).to_numpy().astype(float)
    known = layers.areas["covered"].to_numpy().astype(bool) & (residents > 0)
    found = expected_of(layers.graph, residents, known)
    return {
        code: expected
        for code, expected in zip(layers.codes, found, strict=True)
        if expected is not None
    }


def expected_of(
    pairs: Pairs, residents: Floats, known: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Sequence[Expected | None]:
    """`expected_partners` on flat arrays; None where not `known`.

    Notes
    -----
    An actor with d ties has d different areas, and of all sets of d areas each is as likely as
    the product of its residents says. How likely the actor is to have an area follows exactly,
    by recursion over d (Chen, Dempster and Liu 1994, "Weighted finite population sampling to
    maximize entropy"). Actors are independent, so an area's partners are a sum of independent
    yes and no: mean and variance follow, and p by the normal curve corrected for skewness
    (Volkova 1996). O(areas x largest d).

    Examples
    --------
    Three grids alike, and three actors with one tie each, all to the first: by hand, mean 1
    and variance 3 * 1/3 * 2/3.

    >>> none = np.zeros(0, np.int64)
    >>> pairs = Pairs(3, 3, np.zeros(3, np.int64), np.arange(3), none, none)
    >>> first = expected_of(pairs, np.full(3, 500.0), np.ones(3, bool))[0]
    >>> round(first.mean, 9), round(first.sd ** 2, 9), round(first.z, 3)
    (1.0, 0.666666667, 2.449)
    """
    n = pairs.areas
    counted = known[pairs.edge_area]
    partners = np.bincount(pairs.edge_area[counted], minlength=n)
    degrees = np.bincount(pairs.edge_actor[counted], minlength=pairs.actors)
    sizes, actors = np.unique(degrees[degrees > 0], return_counts=True)
    mean, variance, third = np.zeros(n), np.zeros(n), np.zeros(n)
    of_size = dict(zip(sizes.tolist(), actors.tolist(), strict=True))
    chance, weight = np.zeros(n), np.where(known, residents, 0.0)
    for size in range(1, int(sizes.max(initial=0)) + 1):
        chance = _one_more(chance, weight, size)
        many = of_size.get(size, 0)
        mean += many * chance
        variance += many * chance * (1 - chance)
        third += many * chance * (1 - chance) * (1 - 2 * chance)
    sure = variance > 1e-12
    sd = np.sqrt(np.where(sure, variance, 1.0))
    p = np.where(sure, _two_sided(partners, mean, sd, third), 1.0)
    z = (partners - mean) / sd
    tested = known & sure
    q = np.ones(n)
    q[tested] = false_discovery(p[tested])
    return [
        Expected(
            float(mean[g]),
            float(sd[g]) if sure[g] else 0.0,
            float(z[g]) if sure[g] else None,
            float(p[g]),
            float(q[g]) if sure[g] else None,
        )
        if known[g]
        else None
        for g in range(n)
    ]


def _one_more(chance: Floats, weight: Floats, size: int) -> Floats:
    """Probability of each area to be in a set of `size`, from that for a set of one less."""
    free = weight * (1 - chance)
    found: Floats = np.clip(size * free / free.sum(), 0.0, 1.0)
    return found


def _two_sided(count: Ints, mean: Floats, sd: Floats, third: Floats) -> Floats:
    skewness = third / sd**3
    many: Floats = count.astype(float)

    def below(x: Floats) -> Floats:
        u = (x - mean) / sd
        bell = np.exp(-u * u / 2) / np.sqrt(2 * np.pi)
        found: Floats = np.clip(ndtr(u) + skewness * (1 - u * u) * bell / 6, 0, 1)
        return found

    tail = np.minimum(below(many + 0.5), 1 - below(many - 0.5))
    found: Floats = np.minimum(1.0, 2 * tail)
    return found


def false_discovery(p: Floats) -> Floats:
    """Benjamini and Hochberg's q of each p-value (1995): monotone, at most 1.

    Examples
    --------
    By hand: 0.01 * 4 / 1, then 0.02 * 4 / 2, 0.04 * 4 / 3 and 0.5 * 4 / 4.

    >>> false_discovery(np.array([0.02, 0.5, 0.01, 0.04])).round(4).tolist()
    [0.04, 0.5, 0.04, 0.0533]
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return q
