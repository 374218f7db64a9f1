"""The catalogue of tags as rows: what each says, and how it is computed, as SQL that an analyst can read and run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tag


def catalog(tags: Sequence[Tag], as_of: date) -> list[dict[str, object]]:
    """One row of `gold.tag_catalog` a tag, in the order of tags.yaml."""
    return [
        {
            "as_of": as_of,
            "tag": tag.name,
            "kind": tag.kind,
            "tag_group": tag.group,
            "meaning": tag.doc,
            "definition": definition(tag),
        }
        for tag in tags
    ]


def definition(tag: Tag) -> str:
    """The SQL of a tag.

    >>> definition(RuleTag(name="lapsed", group="lifecycle", doc="No order for long", where="recency_days > 90"))
    'recency_days > 90'
    """
    match tag:
        case RuleTag():
            return tag.where
        case StatisticTag():
            return _statistic(tag)
        case PreferenceTag():
            return _preference(tag)


def limit_sql(tag: StatisticTag) -> tuple[str, str]:
    """How a statistic is compared (`>` or `<`), and the aggregate of its value that gives the limit."""
    if tag.above_percentile is not None:
        return ">", f"percentile({tag.value}, {tag.above_percentile})"
    if tag.below_percentile is not None:
        return "<", f"percentile({tag.value}, {tag.below_percentile})"
    if tag.above_deviations is not None:
        return ">", f"avg({tag.value}) + {tag.above_deviations} * stddev_samp({tag.value})"
    return "<", f"avg({tag.value}) - {tag.below_deviations} * stddev_samp({tag.value})"


def _statistic(tag: StatisticTag) -> str:
    operator, limit = limit_sql(tag)
    among = "" if tag.where == "true" else f" AND ({tag.where})"
    only = "" if tag.where == "true" else f" WHERE {tag.where}"
    return f"({tag.value}) {operator} (SELECT {limit} FROM gold.customer{only}){among}"


def _preference(tag: PreferenceTag) -> str:
    measure = f"sum({tag.by})"
    conditions = [f"{measure} > 0"]
    if tag.min_orders > 1:
        conditions.append(f"sum(orders) >= {tag.min_orders}")
    if tag.min_share > 0:
        conditions.append(f"{measure} >= {tag.min_share} * (sum of {tag.by} over all keys)")
    return (
        f"SELECT key FROM features.party_day_item WHERE dimension = '{tag.dimension}'"
        f" AND day > date_sub(as_of, {tag.days}) AND day <= as_of GROUP BY key HAVING {' AND '.join(conditions)}"
        f" ORDER BY {measure} DESC, key LIMIT {tag.top}"
    )
