"""What segments.yaml may say, and what is told of its mistakes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bullseye.topics.segments.settings import CLASSIC, Segments

FEATURES = [{"name": "visits"}, {"name": "spend", "sql": "spend_90d"}]
CLUSTERING = {"features": FEATURES, "order_by": "spend_90d"}
NAMED = {"name": "all", "where": "true", "doc": "Everybody there is"}


def test_without_the_file_nobody_is_segmented() -> None:
    assert (Segments().rfm, Segments().clustering) == (None, None)


def test_rfm_needs_the_amount_only_and_has_the_classic_names() -> None:
    rfm = Segments.model_validate({"rfm": {"monetary": "spend_all"}}).rfm
    assert rfm is not None
    assert (rfm.recency, rfm.frequency, rfm.segments) == ("recency_days", "active_days_all", CLASSIC)


def test_a_feature_is_the_column_of_its_name_unless_it_has_sql() -> None:
    clustering = Segments.model_validate({"clustering": CLUSTERING}).clustering
    assert clustering is not None
    assert [feature.expression for feature in clustering.features] == ["visits", "spend_90d"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"rfm": {}}, "Field required"),
        ({"rfm": {"monetary": "m", "bands": 4}}, "the classic names are made for 5 bands"),
        ({"rfm": {"monetary": "m", "segments": [NAMED, NAMED]}}, "two segments are named all"),
        ({"rfm": {"monetary": "m", "segments": [{**NAMED, "name": "unknown"}]}}, "choose another name"),
        ({"clustering": {**CLUSTERING, "k": [3, 2]}}, "must rise and not repeat"),
        ({"clustering": {**CLUSTERING, "k": [1, 2]}}, "at least 2"),
        ({"clustering": {**CLUSTERING, "features": FEATURES[:1] * 2}}, "two features are named visits"),
        ({"clustering": CLUSTERING, "describe": [{"name": "visits"}]}, "described twice: visits"),
    ],
)
def test_a_mistake_is_told(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Segments.model_validate(settings)
