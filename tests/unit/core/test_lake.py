"""Writing and reading tables: what stands there afterwards, and what can never get there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from bullseye.cli.reading import Reader
from bullseye.core.checked import EMPTY, checked
from bullseye.core.contract import MONTHS, REGISTRY, Column, Table, columns
from bullseye.core.lake import Lake, Stamp
from bullseye.errors import ContractError

DDL = """
day DATE NOT NULL COMMENT 'local day',
customer_id STRING NOT NULL COMMENT 'who',
value INT COMMENT 'how much; NULL when unknown',
"""
FACT = Table(
    "silver.fact",
    columns(DDL),
    key=("day", "customer_id"),
    writing=MONTHS,
    doc="A row per customer and day.",
)
WHOLE = Table("gold.whole", columns(DDL), key=("customer_id",), doc="A row per customer.")
REGISTRY = Table(
    "gold.registry", columns(DDL), key=("customer_id",), writing=REGISTRY, doc="A row per customer ever known."
)
STAMP = Stamp("run-1", "job", date(2017, 2, 1), "print")
JAN, FEB = date(2017, 1, 31), date(2017, 2, 1)


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    return Lake(spark, str(tmp_path))


def facts(spark: SparkSession, *rows: tuple[date, str | None, int | None]) -> DataFrame:
    return spark.createDataFrame(list(rows), "day DATE, customer_id STRING, value INT")


def commit(lake: Lake, table: Table) -> list[dict[str, dict[str, object]]]:
    log = Path(lake.path(table.name)) / "_delta_log" / f"{lake.version(table.name):020d}.json"
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def same(lake: Lake, table: Table, *rows: tuple[date, str | None, int | None]) -> None:
    assert_df_equality(
        lake.read(table), facts(lake.spark, *rows), ignore_row_order=True, ignore_nullable=True, ignore_metadata=True
    )


def test_a_table_that_is_not_there_has_no_rows(lake: Lake) -> None:
    same(lake, WHOLE)


def test_replacing_a_table_twice_leaves_the_last_rows(lake: Lake, spark: SparkSession) -> None:
    assert lake.replace(WHOLE, facts(spark, (JAN, "a", 1), (JAN, "b", None)), STAMP).rows == 2
    assert lake.replace(WHOLE, facts(spark, (FEB, "c", 3)), STAMP).rows == 1
    same(lake, WHOLE, (FEB, "c", 3))


def test_rows_that_a_job_keeps_for_another_use_are_still_kept_after_they_are_written(
    lake: Lake, spark: SparkSession
) -> None:
    rows = facts(spark, (JAN, "a", 1)).select(*WHOLE.names).persist()
    lake.replace(WHOLE, rows, STAMP)
    assert rows.storageLevel.useMemory
    rows.unpersist()


def test_replacing_a_day_leaves_the_other_days_of_its_month_alone(lake: Lake, spark: SparkSession) -> None:
    later = date(2017, 2, 2)
    lake.replace(FACT, facts(spark, (JAN, "a", 1), (FEB, "a", 2), (later, "a", 3)), STAMP)
    lake.replace_slices(FACT, facts(spark, (FEB, "b", 9)), [FEB], STAMP)
    same(lake, FACT, (JAN, "a", 1), (FEB, "b", 9), (later, "a", 3))


@pytest.mark.parametrize("before", [[], [(JAN, "a", 1)]], ids=["new table", "table with rows"])
def test_rows_of_a_day_that_is_not_to_be_replaced_are_not_written(
    lake: Lake, spark: SparkSession, before: list[tuple[date, str, int]]
) -> None:
    if before:
        lake.replace_slices(FACT, facts(spark, *before), [JAN], STAMP)
    with pytest.raises(ContractError, match=r"silver\.fact: rows of 2017-02-01, which the run was not to make"):
        lake.replace_slices(FACT, facts(spark, (JAN, "b", 2), (FEB, "b", 3)), [JAN], STAMP)
    same(lake, FACT, *before)


def test_only_slices_with_other_content_are_written(lake: Lake, spark: SparkSession) -> None:
    _, first = lake.replace_changed(FACT, facts(spark, (JAN, "a", 1), (FEB, "a", 2)), STAMP, {})
    known = {slice: mark for slice, (mark, _) in first.items()}
    _, same_prints = lake.replace_changed(FACT, facts(spark, (FEB, "a", 2), (JAN, "a", 1)), STAMP, known)
    version = lake.version(FACT.name)
    written, changed = lake.replace_changed(FACT, facts(spark, (FEB, "a", 5)), STAMP, known)
    assert same_prints == first
    assert (written.rows, written.version, changed[str(JAN)]) == (1, version + 1, (EMPTY, 0))
    same(lake, FACT, (FEB, "a", 5))


def test_a_registry_keeps_what_it_knew_first(lake: Lake, spark: SparkSession) -> None:
    lake.add_new(REGISTRY, facts(spark, (JAN, "a", 1)), STAMP)
    added = lake.add_new(REGISTRY, facts(spark, (FEB, "a", 7), (FEB, "b", 2)), STAMP)
    nothing = lake.add_new(REGISTRY, facts(spark, (FEB, "b", 8)), STAMP)
    assert (added.rows, nothing.rows, nothing.version) == (1, 0, added.version)
    same(lake, REGISTRY, (JAN, "a", 1), (FEB, "b", 2))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(JAN, "a", 1), (JAN, "a", 2)], r"1 key\(s\) \(customer_id\) stand in more than one row"),
        ([(JAN, None, 1)], r"1 row\(s\) have NULL in the required column customer_id"),
    ],
    ids=["a key twice", "NULL where it is required"],
)
def test_rows_that_break_the_contract_are_not_written(
    lake: Lake, spark: SparkSession, rows: list[tuple[date, str | None, int | None]], message: str
) -> None:
    lake.replace(WHOLE, facts(spark, (JAN, "old", 1)), STAMP)
    with pytest.raises(ContractError, match=message):
        lake.replace(WHOLE, facts(spark, *rows), STAMP)
    same(lake, WHOLE, (JAN, "old", 1))


def test_a_table_shows_its_comments_and_needs_only_reader_version_1(lake: Lake, spark: SparkSession) -> None:
    lake.replace(FACT, facts(spark, (JAN, "a", 1)), STAMP)
    fields = spark.read.format("delta").load(lake.path(FACT.name)).schema.fields
    detail = spark.sql(f"DESCRIBE DETAIL delta.`{lake.path(FACT.name)}`").first()
    assert [(field.name, field.metadata.get("comment")) for field in fields][:2] == [
        ("day", "local day"),
        ("customer_id", "who"),
    ]
    assert detail is not None
    assert (detail["minReaderVersion"], detail["description"], detail["partitionColumns"]) == (1, FACT.doc, ["month"])


def test_a_commit_says_who_made_it(lake: Lake, spark: SparkSession) -> None:
    lake.replace(WHOLE, facts(spark, (JAN, "a", 1)), STAMP)
    info = next(action["commitInfo"] for action in commit(lake, WHOLE) if "commitInfo" in action)
    with checked(WHOLE, facts(spark, (JAN, "a", 1)), maker="test") as rows:
        content = rows.content(rows.slices)
    assert json.loads(str(info["userMetadata"])) == {
        "run_id": "run-1",
        "job": "job",
        "as_of": "2017-02-01",
        "fingerprint": "print",
        "content": content,
    }


def test_a_contract_may_gain_columns(lake: Lake, spark: SparkSession) -> None:
    lake.replace(WHOLE, facts(spark, (JAN, "a", 1)), STAMP)
    wider = Table(
        WHOLE.name, (*WHOLE.columns, Column("extra", "STRING", "new; NULL before")), key=WHOLE.key, doc=WHOLE.doc
    )
    lake.replace(wider, facts(spark, (FEB, "b", 2)).selectExpr("*", "'x' AS extra"), STAMP)
    expected = spark.createDataFrame([(FEB, "b", 2, "x")], "day DATE, customer_id STRING, value INT, extra STRING")
    assert_df_equality(lake.read(wider), expected, ignore_nullable=True, ignore_metadata=True)
    before = [tuple(row) for row in lake.read(wider, version=1).collect()]
    assert before == [(JAN, "a", 1, None)], "an older version has not the column yet"


def test_a_column_that_changed_its_type_is_an_error_with_the_remedy(lake: Lake, spark: SparkSession) -> None:
    lake.replace(WHOLE, facts(spark, (JAN, "a", 1)), STAMP)
    other = Table(WHOLE.name, (*WHOLE.columns[:2], Column("value", "STRING", "other")), key=WHOLE.key, doc=WHOLE.doc)
    with pytest.raises(ContractError, match=r"value is INT, the contract says STRING\n  use a new lake"):
        lake.replace(
            other, facts(spark, (JAN, "a", 1)).selectExpr("day", "customer_id", "CAST(value AS STRING) AS value"), STAMP
        )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.fault(
                f"the path of the lake has {what}", right="tables are made, changed and read there"
            ),
            id=what,
        )
        for name, what in {
            "a`b": "a back-tick",
            "it's": "a quote",
            'a "b"': "double quotes and a blank",
            "ä 中": "letters of other languages",
            "a#b?c": "signs that mean something in addresses",
            "a*{b}": "signs that mean something in patterns",
            "a;b,c=d": "signs that mean something in SQL",
        }.items()
    ],
)
def test_a_lake_can_have_any_name_that_readers_can_open(spark: SparkSession, tmp_path: Path, name: str) -> None:
    lake = Lake(spark, str(tmp_path / name))
    rows = spark.createDataFrame([(JAN, "c1", 1)], WHOLE.schema())
    lake.replace(WHOLE, rows, STAMP)
    wider = Table(WHOLE.name, columns(DDL + "more INT COMMENT 'added later',"), key=WHOLE.key, doc="It's wider.")
    lake.replace(wider, rows.withColumn("more", rows["value"] + 1), STAMP)
    assert [tuple(row) for row in lake.read(wider).collect()] == [(JAN, "c1", 1, 2)]
    assert Reader(lake.root).rows("SELECT customer_id, more FROM rows", WHOLE.name) == [
        {"customer_id": "c1", "more": 2}
    ]
    assert [path.name for path in tmp_path.iterdir()] == [name]
