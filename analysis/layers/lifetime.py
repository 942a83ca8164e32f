"""Which ties are alive at a day, and which people active.

A tie whose sheet gives no end is taken to live on while there are signs of life: its signing,
an activity, a service. Where the last sign is older than the policy's `stale_after_months`, or
the end has passed, the tie has *lapsed*: nobody ended it, and renewing it may be all that a
grid needs. It has *ended* only where the sheet says so.
"""

from __future__ import annotations

from calendar import monthrange

import polars as pl

from analysis.policy import Policy
from graph.model.labels import Day


def months_before(day: Day, months: int) -> Day:
    """The day so many calendar months earlier, clamped to the end of its month.

    Examples
    --------
    >>> months_before("2020-02-29", 12), months_before("2019-08-31", 6)
    ('2019-02-28', '2019-02-28')
    >>> months_before("2019-01-15", 24)
    '2017-01-15'
    """
    year, month, date = (int(part) for part in day.split("-"))
    year, month0 = divmod(year * 12 + month - 1 - months, 12)
    return f"{year:04d}-{month0 + 1:02d}-{min(date, monthrange(year, month0 + 1)[1]):02d}"


def tie_status(policy: Policy, on: Day) -> pl.Expr:
    """Status of a tie at a day: `alive`, `ended`, `lapsed` or `not_begun`.

    Reads the columns `valid_from`, `valid_to`, `last_sign` and `ended`. The day of an end, and
    the day exactly `stale_after_months` after the last sign of life, are still alive. A tie
    with an end date is judged by that alone; one without any date is alive.

    Examples
    --------
    >>> ties = pl.DataFrame(
    ...     {
    ...         "valid_from": ["2017-07-31", "2017-08-01", None, "2019-09-01", "2016-01-01"],
    ...         "valid_to": [None, None, "2019-07-31", None, None],
    ...         "last_sign": [None, None, "2019-07-01", None, "2018-05-01"],
    ...         "ended": [None, False, None, False, True],
    ...     },
    ...     schema_overrides={"ended": pl.Boolean},
    ... )
    >>> ties.select(tie_status(Policy(), "2019-08-01")).to_series().to_list()
    ['lapsed', 'alive', 'lapsed', 'not_begun', 'ended']
    """
    stale = months_before(on, policy.stale_after_months)
    sign = pl.max_horizontal("valid_from", "last_sign")
    end = pl.col("valid_to")
    return (
        pl.when(pl.col("ended").fill_null(False))
        .then(pl.lit("ended"))
        .when(pl.col("valid_from") > on)
        .then(pl.lit("not_begun"))
        .when((end < on) | (end.is_null() & (sign < stale)))
        .then(pl.lit("lapsed"))
        .otherwise(pl.lit("alive"))
        .alias("status")
    )


def is_undated() -> pl.Expr:
    """Whether a tie has no date at all: taken as alive, and flagged."""
    return pl.all_horizontal(pl.col("valid_from", "valid_to", "last_sign").is_null()).alias(
        "undated"
    )


def is_active(policy: Policy, on: Day) -> pl.Expr:
    """Whether a person is active at a day; null where no date tells (`activity_unknown`).

    The last service counts; the day of registration takes its place only where there is none.

    Examples
    --------
    >>> people = pl.DataFrame(
    ...     {
    ...         "last_service": ["2018-08-01", "2018-07-31", None, None],
    ...         "registered": [None, "2019-07-01", "2019-01-01", None],
    ...     }
    ... )
    >>> people.select(is_active(Policy(), "2019-08-01")).to_series().to_list()
    [True, False, True, None]
    """
    since = months_before(on, policy.inactive_after_months)
    return (pl.coalesce("last_service", "registered") >= since).alias("active")


def is_current(on: Day) -> pl.Expr:
    """Whether a person's tie has begun and not ended at a day, whatever its last sign.

    Examples
    --------
    >>> ties = pl.DataFrame(
    ...     {
    ...         "valid_from": ["2010-01-01", "2019-08-02", None],
    ...         "valid_to": [None, None, "2019-07-31"],
    ...         "ended": [False, None, None],
    ...     }
    ... )
    >>> ties.select(is_current("2019-08-01")).to_series().to_list()
    [True, False, False]
    """
    begun = (pl.col("valid_from") <= on).fill_null(True)
    lasts = (pl.col("valid_to") >= on).fill_null(True)
    return (begun & lasts & ~pl.col("ended").fill_null(False)).alias("current")
