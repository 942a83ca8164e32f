"""Days by hand: what is alive on its last day, and lapsed the day after."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.layers.lifetime import is_active, is_undated, months_before, tie_status
from analysis.policy import Policy

COLUMNS = {
    "valid_from": pl.String,
    "valid_to": pl.String,
    "last_sign": pl.String,
    "ended": pl.Boolean,
}


def status(on: str, policy: Policy | None = None, **tie: object) -> str:
    frame = pl.DataFrame([tie], schema=COLUMNS)
    return str(frame.select(tie_status(policy or Policy(), on)).item())


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2019-08-01", 24, "2017-08-01"),
        ("2019-08-31", 2, "2019-06-30"),
        ("2020-02-29", 24, "2018-02-28"),
        ("2020-03-31", 1, "2020-02-29"),
        ("2019-03-31", 1, "2019-02-28"),
        ("2020-01-31", 1, "2019-12-31"),
        ("2019-12-31", 12, "2018-12-31"),
    ],
)
def test_months_are_calendar_months_clamped_to_their_end(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("signed", "expected"), [("2017-08-01", "alive"), ("2017-07-31", "lapsed")]
)
def test_last_sign_on_the_boundary_is_alive(signed, expected):
    assert status("2019-08-01", valid_from=signed, last_sign=signed) == expected


@pytest.mark.parametrize(
    ("signed", "expected"), [("2018-02-28", "alive"), ("2018-02-27", "lapsed")]
)
def test_boundary_at_a_leap_day_is_clamped(signed, expected):
    """24 months before 2020-02-29 is 2018-02-28."""
    assert status("2020-02-29", valid_from=signed) == expected


def test_an_end_is_alive_on_its_day_and_outweighs_old_signs():
    assert status("2019-08-01", valid_from="2010-01-01", valid_to="2019-08-01") == "alive"
    assert status("2019-08-02", valid_from="2010-01-01", valid_to="2019-08-01") == "lapsed"
    assert status("2019-08-01", valid_to="2019-07-31", last_sign="2019-07-30") == "lapsed"


def test_a_later_activity_keeps_a_tie_alive():
    assert status("2019-08-01", valid_from="2010-01-01", last_sign="2019-01-01") == "alive"


def test_ended_is_never_lapsed_and_future_is_not_begun():
    assert status("2019-08-01", valid_to="2018-01-01", ended=True) == "ended"
    assert status("2019-08-01", valid_from="2019-08-02") == "not_begun"
    assert status("2019-08-01", valid_from="2019-08-01") == "alive"


def test_without_any_date_alive_and_flagged():
    frame = pl.DataFrame([{"ended": None}, {"valid_to": "2020-01-01"}], schema=COLUMNS)
    assert frame.select(tie_status(Policy(), "2019-08-01")).to_series().to_list() == ["alive"] * 2
    assert frame.select(is_undated()).to_series().to_list() == [True, False]


def test_the_policy_sets_the_months():
    policy = Policy(stale_after_months=6)
    assert status("2019-08-01", policy, valid_from="2019-02-01") == "alive"
    assert status("2019-08-01", policy, valid_from="2019-01-31") == "lapsed"


@pytest.mark.parametrize(
    ("last_service", "registered", "expected"),
    [
        ("2018-08-01", None, True),
        ("2018-07-31", "2019-07-31", False),  # a known service outweighs the registration
        (None, "2018-08-01", True),
        (None, "2018-07-31", False),
        (None, None, None),
    ],
)
def test_active_people(last_service, registered, expected):
    frame = pl.DataFrame(
        {"last_service": [last_service], "registered": [registered]},
        schema={"last_service": pl.String, "registered": pl.String},
    )
    assert frame.select(is_active(Policy(), "2019-08-01")).item() is expected
