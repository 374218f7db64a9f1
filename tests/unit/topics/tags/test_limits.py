"""Limits of statistics, from one aggregate over all customers."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import DataFrame
from tests.unit.topics.tags.conftest import preference, rule, statistic

from bullseye.topics.tags.limits import Limits, find_limits


@pytest.mark.parametrize(
    ("bound", "limit"),
    [
        # the values are 10, 20, 30, 40, 40; rank 0.6 * 4 = 2.4 lies between the third and the fourth
        ({"above_percentile": 0.6}, 34.0),
        ({"below_percentile": 0.25}, 20.0),
        # mean 28, sample variance 170
        ({"above_deviations": 1}, 28 + 170**0.5),
        ({"below_deviations": 2}, 28 - 2 * 170**0.5),
        ({"above_percentile": 0.5, "where": "recency_days = 0"}, 25.0),
        ({"above_percentile": 0.5, "where": "recency_days > 365"}, None),
    ],
)
def test_the_limit_is_that_of_the_customers_it_is_about(
    customers: DataFrame, bound: dict[str, Any], limit: float | None
) -> None:
    found = find_limits(customers, [statistic(**bound)], percentiles="exact").limit["high"]
    assert found == (None if limit is None else pytest.approx(limit))


def test_an_approximate_percentile_is_a_value_that_a_customer_has(customers: DataFrame) -> None:
    found = find_limits(customers, [statistic(above_percentile=0.6)], percentiles="approximate")
    assert found.limit["high"] == 30.0


def test_customers_are_counted_and_those_of_whom_nothing_is_known(customers: DataFrame) -> None:
    tags = [rule("recency_days > 30"), statistic(above_percentile=0.5, where="customer_id <> 'a'"), preference()]
    found = find_limits(customers, tags, percentiles="exact")
    assert (found.customers, found.unknown) == (6, {"ruled": 1, "high": 1})


def test_without_customers_there_are_no_limits(customers: DataFrame) -> None:
    found = find_limits(customers.where("false"), [statistic(above_percentile=0.5)], percentiles="exact")
    assert found == Limits(customers=0, limit={"high": None}, unknown={"high": 0})
