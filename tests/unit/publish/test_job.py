"""Which files a release makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of, rows_of
from tests.released import DAY, EARLIER
from tests.unit.publish.test_release import FakeStanding

from bullseye.core.job import Inputs, Texts
from bullseye.core.own_tables import RUN
from bullseye.publish import release_files as release_texts
from bullseye.publish.customer_lists import CustomerList
from bullseye.publish.release_files import release_files
from bullseye.report import page as report
from bullseye.report import queries
from bullseye.report.queries import Results
from bullseye.settings import Settings
from bullseye.suite import SECTIONS
from bullseye.tables.ops import RELEASE, WITHDRAWAL


def _list(folder: str) -> CustomerList:
    return CustomerList(f"{folder}/lapse.csv", "Lapse", "", ("customer_id",), 1, 1, "customer_id\r\na\r\n")


def files(
    spark: SparkSession, settings: Settings, monkeypatch: pytest.MonkeyPatch, *, day: date, released: date
) -> Texts:
    monkeypatch.setattr(queries, "run_queries", lambda sections, inputs, context, earlier: Results())
    monkeypatch.setattr(release_texts, "list_rows", lambda sections, inputs, context: None)
    monkeypatch.setattr(release_texts, "customer_lists", lambda sections, rows, now, folder: (_list(folder),))
    monkeypatch.setattr(report, "report", lambda release, *rest: f"report of {release.as_of}")
    context = replace(context_of(spark, settings, as_of=day), standing=FakeStanding(runs_of=rows_of(spark, RUN)))
    rows = rows_of(spark, RELEASE, {"release_id": "an earlier one", "as_of": released})
    return release_files(
        SECTIONS,
        Inputs(
            {
                "gold.customer": lambda: rows,
                "ops.release": lambda: rows,
                "ops.withdrawal": lambda: rows_of(spark, WITHDRAWAL),
            },
            "publish_release",
        ),
        context,
    )


def test_a_release_makes_the_views_of_three_readers_the_report_and_its_lists(
    spark: SparkSession, retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = files(spark, retail, monkeypatch, day=DAY, released=DAY)
    views = ["views/duckdb.sql", "views/spark.sql", "views/trino.sql"]
    copies = ["releases/run-1/index.html", "releases/run-1/lists/lapse.csv"]
    assert sorted(found.files) == [*copies, "report/index.html", "report/lists/lapse.csv", *views]
    assert [found.files[name] for name in copies] == [found.files["report/index.html"], "customer_id\r\na\r\n"]
    assert "gold_customer" in found.files["views/spark.sql"]
    assert "ops_release" in found.files["views/spark.sql"]
    assert found.folders == ("report/lists",), "the list of a target that is gone goes too"


def test_an_older_day_gets_a_report_and_lists_of_its_own_and_leaves_the_views_alone(
    spark: SparkSession, retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = files(spark, retail, monkeypatch, day=EARLIER, released=DAY)
    made = {
        "report/2017-11-30.html": "report of 2017-11-30",
        "report/lists/2017-11-30/lapse.csv": "customer_id\r\na\r\n",
    }
    copies = {
        "releases/run-1/index.html": "report of 2017-11-30",
        "releases/run-1/lists/lapse.csv": "customer_id\r\na\r\n",
    }
    kept = {"releases": ("run-1", "an earlier one")}
    assert found == Texts(copies | made, ("report/lists/2017-11-30",), kept)
