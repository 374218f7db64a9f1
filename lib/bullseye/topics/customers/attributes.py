"""Attributes of a customer from the persons that it is in several sources, and whose value survives."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from bullseye.settings.measures import Attribute, Survivorship
from bullseye.topics.customers.windows import KEY

_KEY = (*KEY, "party_id")


def attribute_features(person: DataFrame, attributes: tuple[Attribute, ...]) -> DataFrame:
    """Attributes of a customer, today's values, from the persons that it was by as_of (`customer_id`, `as_of`, `party_id`).

    Each has its source where it has rules of survivorship; without them, of several parties the first in the order of
    `party_id` that has a value is taken.
    """
    ruled = [a for a in attributes if a.survivorship]
    columns_of_party = {a.name: F.expr(a.sql).cast(a.type) for a in attributes}
    if ruled:
        columns_of_party |= {"_source": _source(), "_updated_at": F.col("updated_at"), "_filled": _filled(person)}
    values = person.select(*_KEY, *(value.alias(name) for name, value in columns_of_party.items()))
    ranks = {f"_rank_{a.name}": _rank(a.survivorship) for a in ruled if a.survivorship}
    ranked = values.withColumns(ranks) if ranks else values
    frequent = {
        f"_votes_{a.name}": F.count(F.lit(1)).over(Window.partitionBy(*KEY, f"_rank_{a.name}", a.name))
        for a in ruled
        if a.survivorship and a.survivorship.then == "most_frequent"
    }
    voted = ranked.withColumns(frequent) if frequent else ranked
    first = [column for attribute in attributes for column in _chosen(attribute)]
    return voted.groupBy(*KEY).agg(*first)


def _chosen(attribute: Attribute) -> list[Column]:
    """The value that survives, and its source where the attribute has rules."""
    is_known, rule = F.col(attribute.name).isNotNull(), attribute.survivorship
    if rule is None:
        return [F.min_by(attribute.name, F.when(is_known, F.col("party_id"))).alias(attribute.name)]
    better = {
        # Seconds: a struct is ordered from the smallest, and the newest comes first. Without a date, last.
        "newest": -F.coalesce(F.unix_micros("_updated_at"), F.lit(-(2**62))),
        "most_frequent": -F.col(f"_votes_{attribute.name}") if rule.then == "most_frequent" else F.lit(0),
        "most_complete": -F.col("_filled"),
    }[rule.then]
    order = F.when(is_known, F.struct(F.col(f"_rank_{attribute.name}"), better.alias("better"), F.col("party_id")))
    return [
        F.min_by(attribute.name, order).alias(attribute.name),
        F.min_by("_source", order).alias(f"{attribute.name}_source"),
    ]


def _rank(rule: Survivorship) -> Column:
    """The place of the party's source in the rule, from 1; one more than the last for a source that is not named."""
    named = F.array(*(F.lit(source) for source in rule.sources)).cast("array<string>")
    place = F.array_position(named, F.col("_source"))
    return F.when(place > 0, place).otherwise(F.lit(len(rule.sources) + 1))


def _source() -> Column:
    return F.coalesce("source", F.substring_index("party_id", ":", 1))


def _filled(person: DataFrame) -> Column:
    """How many columns of the person are known."""
    has_value = [F.col(name).isNotNull().cast("int") for name in person.columns if name not in _KEY]
    return sum(has_value, F.lit(0))
