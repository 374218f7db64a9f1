"""Definitions of tags as SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag
from bullseye.topics.tags.tag_catalog import catalog, definition


def statistic(**bound: Any) -> StatisticTag:
    return StatisticTag(name="s", kind="statistic", group="value", doc="Something large", value="spend_90d", **bound)


@pytest.mark.parametrize(
    ("bound", "sql"),
    [
        ({"above_percentile": 0.9}, "(spend_90d) > (SELECT percentile(spend_90d, 0.9) FROM gold.customer)"),
        (
            {"below_percentile": 0.1, "where": "spend_90d > 0"},
            "(spend_90d) < (SELECT percentile(spend_90d, 0.1) FROM gold.customer WHERE spend_90d > 0) AND (spend_90d > 0)",
        ),
        (
            {"above_deviations": 2},
            "(spend_90d) > (SELECT avg(spend_90d) + 2.0 * stddev_samp(spend_90d) FROM gold.customer)",
        ),
        (
            {"below_deviations": 1.5},
            "(spend_90d) < (SELECT avg(spend_90d) - 1.5 * stddev_samp(spend_90d) FROM gold.customer)",
        ),
    ],
)
def test_a_statistic_is_a_comparison_with_an_aggregate(bound: dict[str, Any], sql: str) -> None:
    assert definition(statistic(**bound)) == sql


def test_a_preference_is_a_query_for_the_first_keys() -> None:
    tag = PreferenceTag(
        name="p", kind="preference", group="place", doc="The usual store", dimension="store", by="orders", min_share=0.5
    )
    assert definition(tag) == (
        "SELECT key FROM features.party_day_item WHERE dimension = 'store' AND day > date_sub(as_of, 365)"
        " AND day <= as_of GROUP BY key HAVING sum(orders) > 0 AND sum(orders) >= 2"
        " AND sum(orders) >= 0.5 * (sum of orders over all keys) ORDER BY sum(orders) DESC, key LIMIT 3"
    )


def test_the_catalogue_has_a_row_a_tag() -> None:
    tag = RuleTag(name="lapsed", group="lifecycle", doc="No purchase for long", where="recency_days > 60")
    day = date(2017, 12, 31)
    assert catalog([tag], day) == [
        {
            "as_of": day,
            "tag": "lapsed",
            "kind": "rule",
            "tag_group": "lifecycle",
            "meaning": "No purchase for long",
            "definition": "recency_days > 60",
        }
    ]
