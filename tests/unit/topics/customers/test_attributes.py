"""Attributes of a customer that is several parties: whose value survives, and where it is from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from bullseye.settings.measures import Attribute, Measures
from bullseye.topics.customers.attributes import attribute_features
from bullseye.topics.customers.tables import customer_columns, training_snapshot

PERSON = (
    "customer_id STRING, as_of DATE, party_id STRING, region STRING, city STRING, source STRING, updated_at TIMESTAMP"
)
AS_OF = date(2026, 6, 30)
OLD, NEW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def person(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    return spark.createDataFrame([("c", AS_OF, *row) for row in rows], PERSON)


def region(**survivorship: Any) -> tuple[Attribute, ...]:
    given = {"survivorship": survivorship} if survivorship else {}
    return (Attribute.model_validate({"name": "region", "sql": "region", "doc": "region of residence", **given}),)


def chosen(rows: DataFrame, attributes: tuple[Attribute, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in attribute_features(rows, attributes).drop("as_of").collect()]


def test_without_rules_the_first_party_with_a_value_is_taken(spark: SparkSession) -> None:
    rows = person(
        spark, ("p1", None, None, None, None), ("p3", "south", None, None, NEW), ("p2", "north", None, None, OLD)
    )
    assert chosen(rows, region()) == [("c", "north")]


def test_a_source_that_is_believed_first_wins_over_newer_ones_if_it_knows(spark: SparkSession) -> None:
    rows = person(
        spark,
        ("app:1", "west", None, None, NEW),
        ("core:1", "north", None, None, OLD),
        ("core:2", None, None, None, NEW),
        ("x:1", "south", None, "cards", NEW),
    )
    assert chosen(rows, region(sources=["core", "cards"])) == [("c", "north", "core")]
    assert chosen(rows, region(sources=["cards", "core"])) == [("c", "south", "cards")]


def test_newest_is_by_the_last_change_and_an_unknown_one_is_the_oldest(spark: SparkSession) -> None:
    rows = person(
        spark, ("a:1", "east", None, None, None), ("b:1", "west", None, None, OLD), ("c:1", "north", None, None, NEW)
    )
    assert chosen(rows, region(then="newest")) == [("c", "north", "c")]
    tie = person(spark, ("b:1", "west", None, None, NEW), ("a:1", "east", None, None, NEW))
    assert chosen(tie, region(then="newest")) == [("c", "east", "a")]


def test_most_frequent_counts_parties_of_the_best_source_alone(spark: SparkSession) -> None:
    rows = person(
        spark,
        ("core:1", "west", None, None, None),
        ("core:2", "north", None, None, None),
        ("core:3", "north", None, None, None),
        ("core:4", None, None, None, None),
        *((f"app:{number}", "south", None, None, None) for number in range(4)),
    )
    assert chosen(rows, region(sources=["core"], then="most_frequent")) == [("c", "north", "core")]
    assert chosen(rows, region(then="most_frequent")) == [("c", "south", "app")]


def test_most_complete_is_the_party_of_whom_most_is_known(spark: SparkSession) -> None:
    rows = person(spark, ("a:1", "east", None, None, NEW), ("b:1", "west", "town", None, OLD))
    assert chosen(rows, region(then="most_complete")) == [("c", "west", "b")]


def test_where_nobody_knows_value_and_source_are_null(spark: SparkSession) -> None:
    assert chosen(person(spark, ("a:1", None, None, None, NEW)), region(then="newest")) == [("c", None, None)]


def test_every_date_has_its_own_votes(spark: SparkSession) -> None:
    earlier = [("c", date(2026, 1, 1), "a:1", "east", None, None, None)]
    later = [
        ("c", AS_OF, f"a:{number}", value, None, None, None) for number, value in enumerate(["east", "west", "west"])
    ]
    rows = attribute_features(spark.createDataFrame(earlier + later, PERSON), region(then="most_frequent"))
    assert sorted(tuple(row) for row in rows.collect()) == [
        ("c", date(2026, 1, 1), "east", "a"),
        ("c", AS_OF, "west", "a"),
    ]


def test_only_attributes_with_rules_have_a_source_column_and_models_do_not_learn_from_it() -> None:
    def measures(**more: Any) -> Measures:
        day = {"name": "orders", "fact": "order_line", "sql": "count(1)", "doc": "orders"}
        attributes = [a.model_dump() for a in region(**more)]
        return Measures.model_validate({"measures": [day], "attributes": attributes})

    names = [column.name for column in customer_columns(measures(then="newest"))]
    assert names[names.index("region") : names.index("region") + 2] == ["region", "region_source"]
    assert "region_source" not in [column.name for column in customer_columns(measures())]
    assert "region_source" not in training_snapshot(measures(then="newest")).names
