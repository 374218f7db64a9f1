"""What tags.yaml may say, and what is told of its mistakes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tags

RULE = {"name": "lapsed", "group": "lifecycle", "doc": "No purchase for long", "where": "recency_days > 60"}
STATISTIC = {"name": "big", "kind": "statistic", "group": "value", "doc": "Spends a lot", "value": "spend_90d"}
PREFERENCE = {
    "name": "likes",
    "kind": "preference",
    "group": "preference",
    "doc": "What is liked",
    "dimension": "brand",
}


def test_a_tag_without_a_kind_is_a_rule_and_the_others_say_theirs() -> None:
    tags = Tags.model_validate({"tags": [RULE, {**STATISTIC, "above_percentile": 0.9}, PREFERENCE]}).tags
    assert [type(tag) for tag in tags] == [RuleTag, StatisticTag, PreferenceTag]


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ([{**RULE, "kind": "rul"}], "the kind of a tag is rule"),
        ([RULE, RULE], "two tags are named lapsed"),
        ([STATISTIC], "give exactly one of above_percentile"),
        ([{**STATISTIC, "above_percentile": 0.9, "above_deviations": 2}], "give exactly one of above_percentile"),
        ([{**STATISTIC, "above_percentile": 1}], "less than 1"),
        ([{**PREFERENCE, "top": 0}], "greater than or equal to 1"),
        ([{**RULE, "top": 3}], "Extra inputs"),
    ],
)
def test_a_mistake_is_told(tags: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Tags.model_validate({"tags": tags})
