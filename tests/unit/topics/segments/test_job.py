"""The job as a whole, on the made-up shop's customer table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from tests.conftest import context_of, rows_of
from tests.shop import Shop, make_shop

from bullseye.core.job import Inputs
from bullseye.report.wording import Wording
from bullseye.suite import contracts, load_settings
from bullseye.topics.segments.job import JOB
from bullseye.topics.segments.report import meaning

AS_OF = date(2025, 6, 30)
SEGMENTS = """
rfm: {monetary: spend_all}
clustering:
  features:
    - {name: visits, sql: active_days_all, doc: visits}
    - {name: spend, sql: spend_all, transform: log, doc: spend}
  order_by: spend_all
  k: [2]
  restarts: 2
"""


def customer(number: int) -> dict[str, Any]:
    """Ten who come once for 5 and twenty who come about 40 times for about 400; every amount is another."""
    often = number % 3 != 0
    return {
        "as_of": AS_OF,
        "customer_id": f"c{number:02d}",
        "recency_days": number,
        "active_days_all": 40 + number % 4 if often else 1,
        "spend_all": Decimal(400 + number) if often else Decimal(5 + number),
    }


def run(spark: SparkSession, shop: Shop, *customers: dict[str, Any]) -> dict[str, list[Row]]:
    settings = load_settings(shop.conf)
    tables = contracts(settings)
    context = context_of(spark, settings, as_of=AS_OF)
    inputs = Inputs({"gold.customer": lambda: rows_of(spark, tables["gold.customer"], *customers)}, JOB.name)
    made = JOB.run(inputs, context)
    rows = {name: tables[name].conform(frame, maker=JOB.name).collect() for name, frame in made.items()}
    context.release()
    return rows


@pytest.fixture(scope="module")
def shop_with_segments(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = make_shop(tmp_path_factory.mktemp("segments"))
    (shop.conf / "segments.yaml").write_text(SEGMENTS)
    return shop


@pytest.fixture(scope="module")
def segmented(spark: SparkSession, shop_with_segments: Shop) -> dict[str, list[Row]]:
    prospect = {"as_of": AS_OF, "customer_id": "prospect", "active_days_all": 0}
    return run(spark, shop_with_segments, *map(customer, range(30)), prospect)


def test_both_schemes_cover_all_who_bought_and_no_prospect(segmented: dict[str, list[Row]]) -> None:
    found = {(row["scheme"], row["customer_id"]): row for row in segmented["gold.segment_assignment"]}
    assert set(found) == {(scheme, f"c{n:02d}") for scheme in ("rfm", "clusters") for n in range(30)}
    # cluster 1 is the one that spends more
    assert {n: found["clusters", f"c{n:02d}"]["segment"] for n in range(30)} == {
        n: "cluster 1" if n % 3 else "cluster 2" for n in range(30)
    }
    # frequency: 10 customers below 40 visits, 5 at 40, 6 at 41; the middle of the ranks is (15 + 3) / 30, the end of band 3
    assert tuple(found["rfm", "c01"])[3:] == ("potential_loyalists", 5, 3, 2, None)
    assert found["clusters", "c01"]["r"] is None
    assert found["clusters", "c01"]["distance"] > 0


def test_the_profile_names_what_sets_a_cluster_apart_and_where_its_centre_is(segmented: dict[str, list[Row]]) -> None:
    second = [row for row in segmented["gold.segment_profile"] if row["segment"] == "cluster 2"]
    visits = next(row for row in second if row["feature"] == "visits")
    assert (visits["customers"], visits["share"], visits["mean"]) == (10, 1 / 3, 1.0)
    assert (visits["feature_meaning"], visits["description"]) == ("visits", None)
    by_rank = sorted((row.asDict() for row in second), key=lambda row: row["rank"])
    assert "isits far below average (1.00 against 27.9)" in meaning(by_rank, Wording())
    assert "(1,00 against 27,9)" in meaning(by_rank, Wording("de"))
    champions = [row for row in segmented["gold.segment_profile"] if row["scheme"] == "rfm"]
    assert all(row["description"] for row in champions)
    assert visits["centre"] < -1
    assert visits["coordinate"].startswith("(coalesce(CAST((active_days_all) AS DOUBLE), 0D) - (")
    assert all(row["coordinate"] is None for row in segmented["gold.segment_profile"] if row["scheme"] == "rfm")
    assert [(row["k"], row["chosen"]) for row in segmented["ops.cluster_choice"]] == [(2, True)]


def test_the_same_customers_in_another_order_give_the_same_rows(
    spark: SparkSession, shop_with_segments: Shop, segmented: dict[str, list[Row]]
) -> None:
    backwards = run(spark, shop_with_segments, *map(customer, reversed(range(30))))
    for table, rows in segmented.items():
        assert sorted(map(str, rows)) == sorted(map(str, backwards[table]))


def test_without_settings_or_customers_the_tables_are_empty(
    spark: SparkSession, shop: Shop, shop_with_segments: Shop
) -> None:
    (shop.conf / "segments.yaml").unlink()
    assert list(run(spark, shop, customer(1)).values()) == [[], [], []]
    assert list(run(spark, shop_with_segments).values()) == [[], [], []]
