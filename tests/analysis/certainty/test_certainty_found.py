"""A small version of `benchmarks.weak_certainty`: `p_weak` is calibrated, and finds weak grids.

Cities of known truth, some of whose ties are hidden; origin of the limits: what is asked of
certainty, 0.10 where ties are hidden at random, 0.15 where rather at weak grids.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.certainty.certainty import certainty_of
from benchmarks.cities import GENERATORS, hide
from benchmarks.weak_certainty import calibration, error, finding

SEEDS = range(2000, 2004)


@pytest.mark.parametrize("kind", GENERATORS)
@pytest.mark.parametrize(("how", "limit"), [("random", 0.10), ("weak x3", 0.15), ("few", 0.15)])
def test_p_weak_is_calibrated(kind, how, limit):
    assert calibration(kind, how, 0.1, SEEDS) <= limit


def test_weak_grids_are_found_where_others_fail():
    ours, *others = finding("star, planted", SEEDS, resamples=100)
    assert ours.recall >= 0.9
    assert ours.false <= 0.1
    assert len(others) == 4
    assert all(row.f1 < ours.f1 for row in others)


def test_the_verdict_alone_is_not_calibrated():
    """The error of taking the recorded verdict for certain, on the hardest kind of city."""
    truth = GENERATORS["two each"](2000)
    recorded = hide(truth, 0.2, "random", 2000)
    plain = certainty_of(recorded, tie_error=0.0, tie_missing=0.0, resamples=1)
    naive = np.array([spread.p_weak for spread in plain])
    assert error(naive, truth.weak) > 2 * calibration("two each", "random", 0.2, [2000])


def test_defaults_are_not_far_off():
    """The policy's defaults, though a tenth is hidden and no record wrong."""
    for kind in ("planted", "star, planted", "preferential"):
        ps, truths = [], []
        for seed in SEEDS:
            truth = GENERATORS[kind](seed)
            found = certainty_of(hide(truth, 0.1, "random", seed), tie_error=0.05, tie_missing=0.1)
            ps.append([spread.p_weak for spread in found])
            truths.append(truth.weak)
        assert error(np.concatenate(ps), np.concatenate(truths)) <= 0.10
