"""Which records share a block, and which blocks are too large to be compared."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from bullseye.settings.linkage import Probabilistic
from bullseye.topics.identity.blocking import with_blocks

SPEC = Probabilistic.model_validate(
    {
        "columns": {"given": "given_name", "town": "city"},
        "comparisons": [{"column": "given"}],
        "blocking": [["town"], ["given", "substr(town, 1, 1)"]],
        "max_block": 3,
        "training": {"sure": [["given", "town"]], "passes": [["town"]]},
    }
)
"""Blocks of a town, and of a first name and the first letter of a town."""


def records(spark: SparkSession, *rows: tuple[str, str | None, str | None]) -> DataFrame:
    return spark.createDataFrame(list(rows), "party_id STRING, given STRING, town STRING")


def blocks(found: DataFrame, name: str) -> list[list[str]]:
    """Who has the same key in this column; who has none is in no block."""
    by_key: dict[int, list[str]] = {}
    for row in found.where(f"{name} IS NOT NULL").collect():
        by_key.setdefault(row[name], []).append(row["party_id"])
    return sorted(sorted(parties) for parties in by_key.values())


def test_records_with_equal_values_share_a_block_and_a_missing_value_has_none(spark: SparkSession) -> None:
    given = records(
        spark,
        ("1", "anna", "wien"),
        ("2", "anna", "wels"),
        ("3", "ann", "wien"),
        ("4", None, "wien"),
        ("5", "anna", None),
        ("6", "nnaw", "wels"),
    )
    found, refused = with_blocks(given, SPEC, rule="similar")
    assert found.columns == [*given.columns, "block_0", "block_1"] == [*given.columns, *SPEC.block_columns]
    assert blocks(found, "block_0") == [["1", "3", "4"], ["2", "6"]]
    assert blocks(found, "block_1") == [["1", "2"], ["3"], ["6"]]
    assert refused.collect() == []


def test_a_block_of_more_than_the_limit_is_left_out_of_its_entry_and_told_once(spark: SparkSession) -> None:
    wien = [(f"w{number}", "anna" if number < 3 else "eva", "wien") for number in range(4)]
    graz = [(f"g{number}", f"name{number}", "graz") for number in range(5)]
    linz = [(f"l{number}", None, "linz") for number in range(3)]
    found, refused = with_blocks(records(spark, *wien, *graz, *linz), SPEC, rule="similar")
    assert blocks(found, "block_0") == [["l0", "l1", "l2"]], "three are allowed, four and five are not"
    assert blocks(found, "block_1") == [*([f"g{number}"] for number in range(5)), ["w0", "w1", "w2"], ["w3"]]
    assert found.count() == 12, "no record is lost"
    assert [tuple(row) for row in refused.collect()] == [("large block", "similar", "town", None, 5, 3, 6 + 10)]


def test_without_records_there_are_no_blocks(spark: SparkSession) -> None:
    found, refused = with_blocks(records(spark), SPEC, rule="similar")
    assert (found.count(), refused.count()) == (0, 0)
