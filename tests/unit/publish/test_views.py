"""Views of a release, as texts, and in Spark and DuckDB for real (DuckDB: tests/readers)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.released import DAY, ReleasedLake

from bullseye.core.contract import AS_OF, Table, columns
from bullseye.release.release import Release, Released
from bullseye.release.views import duckdb, spark, trino

TABLES = {
    "gold.score": Table(
        "gold.score",
        columns("as_of DATE NOT NULL COMMENT 'the day',\nscore INT COMMENT 'a back\\slash',"),
        ("as_of",),
        "It's one.",
        writing=AS_OF,
    ),
    "ops.release": Table("ops.release", columns("table STRING NOT NULL COMMENT 'a reserved word'"), ("table",), "All."),
}


def release(root: str = "/lake") -> Release:
    tables = (Released("gold.score", f"{root}/gold/score", 7, 3), Released("ops.release", f"{root}/ops/release", 2, 0))
    return Release("run-1", datetime(2018, 1, 1, 1, 30, tzinfo=UTC), DAY, tables)


def test_spark_gets_pinned_versions_of_the_day_with_all_comments() -> None:
    assert (
        "CREATE OR REPLACE VIEW bullseye.gold_score (\n  `as_of` COMMENT 'the day',\n  `score` COMMENT 'a back\\\\slash'\n)\n"
        "COMMENT 'It\\'s one.'\nAS SELECT `as_of`, `score`\nFROM delta.`/lake/gold/score` VERSION AS OF 7\nWHERE as_of = DATE '2017-12-31';\n"
    ) in spark(release(), TABLES)


def test_a_table_without_slices_is_shown_whole() -> None:
    assert "FROM delta.`/lake/ops/release` VERSION AS OF 2;\n" in spark(release(), TABLES)


def test_duckdb_gets_the_version_as_an_argument() -> None:
    assert (
        "CREATE OR REPLACE VIEW gold_score AS SELECT \"as_of\", \"score\"\nFROM delta_scan('/lake/gold/score', version => 7)\nWHERE as_of = DATE '2017-12-31';\n"
        "COMMENT ON VIEW gold_score IS 'It''s one.';\nCOMMENT ON COLUMN gold_score.\"as_of\" IS 'the day';\n"
    ) in duckdb(release(), TABLES)


def test_trino_gets_tables_to_register_and_views_of_their_versions() -> None:
    found = trino(release(), TABLES)
    assert (
        "-- CALL delta.system.register_table(schema_name => 'bullseye', table_name => 'gold_score_versions', table_location => 'local:///lake/gold/score');\n"
        in found
    )
    assert (
        "CREATE OR REPLACE VIEW delta.bullseye.gold_score COMMENT 'It''s one.'\nAS SELECT \"as_of\", \"score\"\n"
        "FROM delta.bullseye.gold_score_versions FOR VERSION AS OF 7\nWHERE as_of = DATE '2017-12-31';\n"
    ) in found
    assert 'SELECT "table"\n' in found


@pytest.mark.parametrize("dialect", [duckdb, trino])
def test_s3_has_its_usual_name_outside_hadoop(dialect: object) -> None:
    assert callable(dialect)
    assert "'s3://bucket/lake/gold/score'" in dialect(release("s3a://bucket/lake"), TABLES)
    assert "delta.`s3a://bucket/lake/gold/score`" in spark(release("s3a://bucket/lake"), TABLES)


def test_spark_runs_its_views_and_sees_the_release_and_not_what_came_after(lake: ReleasedLake) -> None:
    text = (lake.root / "views" / "spark.sql").read_text()
    for statement in text.split(";\n"):
        if statement.strip():
            lake.spark.sql(statement)
    try:
        view = lake.spark.table("bullseye.gold_customer")
        assert sorted(row["customer_id"] for row in view.select("customer_id").collect()) == ["a", "b", "p"]
        assert {row["as_of"] for row in view.select("as_of").distinct().collect()} == {DAY}
        comments = {
            row["col_name"]: row["comment"] for row in lake.spark.sql("DESCRIBE bullseye.gold_customer").collect()
        }
        assert comments["recency_days"] == "days since the last active day; NULL for a prospect"
    finally:
        lake.spark.sql("DROP DATABASE bullseye CASCADE")
