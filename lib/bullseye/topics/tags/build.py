"""The job that tags customers."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame

from bullseye.core.job import Context, Inputs
from bullseye.topics.tags.catalog import catalog
from bullseye.topics.tags.coverage import coverage
from bullseye.topics.tags.limits import find_limits
from bullseye.topics.tags.preferences import preference_tags
from bullseye.topics.tags.settings import PreferenceTag, Tags
from bullseye.topics.tags.states import state_tags


def build_tags(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """Tags of every customer at as_of, their catalogue and their coverage."""
    settings, as_of = context.settings[Tags], context.as_of
    tags = settings.tags
    customers = inputs["gold.customer"]
    states = [tag for tag in tags if not isinstance(tag, PreferenceTag)]
    preferences = [tag for tag in tags if isinstance(tag, PreferenceTag)]
    limits = find_limits(customers, tags, percentiles=settings.percentiles)
    held = state_tags(customers, states, limits)
    if preferences:
        items, identity_map = inputs["features.party_day_item"], inputs["features.identity_map"]
        held = held.unionByName(preference_tags(items, identity_map, preferences, as_of))
    # written, and counted for the coverage
    held = context.keep(held)
    return {
        "gold.customer_tag": held,
        "gold.tag_catalog": context.frame("gold.tag_catalog", catalog(tags, as_of)),
        "gold.tag_coverage": coverage(held, tags, limits, as_of),
    }
