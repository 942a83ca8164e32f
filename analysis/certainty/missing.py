"""How many ties of an area nobody wrote down, judged from how many were.

Rosters are incomplete, and an area with one recorded partner may have two. How likely that is
depends on how many areas with two partners there are from which one could have been lost: the
distribution of the true numbers is estimated from the recorded ones of all areas, and gives
for each recorded number the probabilities of 0, 1, 2 ... missing ones. No shape of that
distribution is assumed, so that a city whose areas all have two broad partners is told apart
from one where they have one or ten.

What misleads: the rate of missing ties itself can't be seen in the rosters. It is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaln

from analysis.layers.day_tables import Ints

Floats = np.ndarray[Any, np.dtype[np.float64]]

COUNTED = 40
"""Recorded numbers up to this are told apart; an area with more is nowhere near weak."""
_ROUNDS = 60
_MOST_HIDDEN = 0.9
"""No tie is hidden with a probability beyond this, however few an area has."""


def missing_ties(
    counts: Ints, hidden: float, *, exponent: float = 0.0, rounds: int = _ROUNDS
) -> Floats:
    """Probabilities of the number of missing ties, for each recorded number.

    Parameters
    ----------
    counts
        Recorded number of each area; those above `COUNTED` are left out of the estimate.
    hidden
        Share of the true ties that is not recorded, 0 <= hidden < 1.
    exponent
        How much likelier a tie is missing where there are few: the probability falls with the
        true number to this power. 0 = alike everywhere.
    rounds
        Rounds of the estimate; few of them keep it smooth.

    Returns
    -------
    array of float
        Row c: probabilities that 0, 1, 2 ... ties are missing where c are recorded, for c up
        to the largest count, at most `COUNTED`. Each row sums to 1.

    Raises
    ------
    ValueError
        If `hidden` is out of its range.

    Notes
    -----
    A number D is recorded as Binomial(D, 1 - h(D)), where h(D) is proportional to D to the
    power of -`exponent` and hides the given share over all ties. The distribution of D that
    makes the counts likeliest is found by expectation-maximisation (Laird 1978, "Nonparametric
    maximum likelihood estimation of a mixing distribution"), and the rows follow by Bayes.

    Examples
    --------
    A city of areas with two ties each: where one is recorded, one is missing.

    >>> import numpy as np
    >>> found = missing_ties(np.array([2] * 81 + [1] * 18 + [0]), 0.1)
    >>> found[:, :3].round(1).tolist()
    [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    if not 0 <= hidden < 1:
        raise ValueError(f"the share of missing ties must be at least 0 and below 1: {hidden}")
    small = counts[counts <= COUNTED]
    top = int(small.max(initial=0))
    if hidden == 0:
        return np.ones((top + 1, 1))
    extra = int(np.ceil(top * hidden / (1 - hidden) + 4 * np.sqrt(top * hidden) / (1 - hidden)))
    true = np.arange(top + extra + 4)
    seen = np.bincount(small, minlength=top + 1).astype(float)
    prior = _start(seen, len(true), hidden)
    recorded = np.arange(top + 1)
    for _ in range(rounds):
        chance = _thinned(recorded, true, _hidden_at(true, prior, hidden, exponent))
        joint = chance * prior
        of_count = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        prior = seen @ of_count / max(seen.sum(), 1.0)
        if not seen.sum():
            break
    chance = _thinned(recorded, true, _hidden_at(true, prior, hidden, exponent))
    joint = chance * (prior + 1e-9)
    missing = np.zeros((top + 1, len(true)))
    for count in recorded:
        missing[count, : len(true) - count] = joint[count, count:] / joint[count].sum()
    return missing


def _start(seen: Floats, size: int, hidden: float) -> Floats:
    """A smooth first guess: the counts stretched, over an even ground."""
    at = np.minimum(np.round(np.arange(len(seen)) / (1 - hidden)).astype(int), size - 1)
    prior = np.bincount(at, weights=seen, minlength=size) / max(seen.sum(), 1.0)
    smooth = np.convolve(prior, (0.25, 0.5, 0.25), "same")
    even = 0.8 * smooth + 0.2 / size
    guess: Floats = even / even.sum()
    return guess


def _hidden_at(true: Ints, prior: Floats, hidden: float, exponent: float) -> Floats:
    """Probability that a tie is hidden, by the true number; `hidden` over all ties."""
    shape = np.maximum(true, 1.0) ** -exponent
    ties = prior * true
    scale = hidden
    for _ in range(20 if exponent else 1):  # the bound makes it fall short: scale up
        rate = np.minimum(scale * shape, _MOST_HIDDEN)
        share = (ties * rate).sum() / max(ties.sum(), 1e-12)
        if share <= 0:
            break
        scale *= hidden / share
    bounded: Floats = np.minimum(scale * shape, _MOST_HIDDEN)
    return bounded


def _thinned(recorded: Ints, true: Ints, rate: Floats) -> Floats:
    """P(recorded | true): binomial, a row per recorded number."""
    c, d = recorded[:, None], true[None, :]
    possible = c <= d
    lost = np.where(possible, d - c, 0)
    ways = gammaln(d + 1.0) - gammaln(c + 1.0) - gammaln(lost + 1.0)
    with np.errstate(divide="ignore"):
        log_hidden = np.where(lost > 0, lost * np.log(np.maximum(rate, 1e-300)), 0.0)
    chance: Floats = np.where(possible, np.exp(ways + c * np.log1p(-rate) + log_hidden), 0.0)
    return chance
