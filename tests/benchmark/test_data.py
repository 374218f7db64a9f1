"""Copies of the demo's files: other households and baskets, the same days and products."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from benchmark.data import JITTER_SECONDS, generate

BASKETS = [
    # household, basket, product, and the time as it stands in the file, in UTC; New York is five hours behind
    (7, 81, 500, "2017-01-02 16:00:00"),
    (7, 81, 501, "2017-01-02 16:00:00"),
    (8, 82, 500, "2017-01-03 04:59:58"),  # two seconds before midnight
    (8, 83, 502, "2017-01-03 05:00:01"),  # a second after it
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("demo")
    rows = ", ".join(f"({h}, 3, {b}, {p}, 1, 2.5, 0.0, 0.0, 0.0, 1, TIMESTAMP '{at}')" for h, b, p, at in BASKETS)
    tables = {
        "transactions": f"""
            SELECT * FROM (VALUES {rows}) AS t (household_id, store_id, basket_id, product_id, quantity, sales_value,
              retail_disc, coupon_disc, coupon_match_disc, week, transaction_timestamp)""",
        "demographics": "SELECT 7 AS household_id, '35-44' AS age",
        "campaigns": "SELECT 18 AS campaign_id, 8 AS household_id",
        "coupon_redemptions": """
            SELECT 8 AS household_id, 10 AS coupon_upc, 18 AS campaign_id, TIMESTAMP '2017-01-05' AS redemption_date""",
    }
    for name, sql in tables.items():
        duckdb.sql(f"COPY ({sql}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return {name: folder / f"{name}.parquet" for name in tables}


def rows_of(folder: Path, source: str, columns: str, grouped: str = "") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(
            f"SELECT {columns} FROM '{folder / source}/*.parquet' {grouped} ORDER BY ALL"
        ).fetchall()


def test_copies_have_households_and_baskets_of_their_own_and_the_same_products(
    files: dict[str, Path], tmp_path: Path
) -> None:
    generate(files, times=3, folder=tmp_path)
    assert rows_of(tmp_path, "transactions", "household_id, basket_id, product_id") == [
        (7, 81, 500), (7, 81, 501), (8, 82, 500), (8, 83, 502),
        (17, 181, 500), (17, 181, 501), (18, 182, 500), (18, 183, 502),
        (27, 281, 500), (27, 281, 501), (28, 282, 500), (28, 283, 502),
    ]  # fmt: skip
    assert rows_of(tmp_path, "demographics", "household_id, age") == [(7, "35-44"), (17, "35-44"), (27, "35-44")]
    assert rows_of(tmp_path, "campaigns", "campaign_id, household_id") == [(18, 8), (18, 18), (18, 28)]
    assert rows_of(tmp_path, "coupon_redemptions", "household_id, redemption_date") == [
        (household, datetime(2017, 1, 5, tzinfo=UTC)) for household in (8, 18, 28)
    ]


def test_a_basket_has_one_time_near_the_original_on_the_same_local_day(files: dict[str, Path], tmp_path: Path) -> None:
    generate(files, times=40, folder=tmp_path)
    local = "timezone('America/New_York', transaction_timestamp)"
    original = "TIMESTAMP '2017-01-03 05:00:01' AT TIME ZONE 'UTC'"
    found = rows_of(
        tmp_path,
        "transactions",
        f"""
        basket_id % 100 AS basket, count(*), count(DISTINCT (basket_id, transaction_timestamp)), min({local}::DATE)::VARCHAR,
        max({local}::DATE)::VARCHAR, count(DISTINCT transaction_timestamp) > 30,
        max(abs(epoch(transaction_timestamp) - epoch({original}))) FILTER (basket_id % 100 = 83) <= {JITTER_SECONDS}
        """,
        "GROUP BY basket",
    )
    # The last is only told of the basket after midnight.
    assert found == [
        (81, 80, 40, "2017-01-02", "2017-01-02", True, None),
        (82, 40, 40, "2017-01-02", "2017-01-02", True, None),
        (83, 40, 40, "2017-01-03", "2017-01-03", True, True),
    ]


def test_the_first_copy_is_the_original(files: dict[str, Path], tmp_path: Path) -> None:
    generate(files, times=2, folder=tmp_path)
    first = rows_of(tmp_path, "transactions", "household_id, basket_id, product_id, transaction_timestamp")[
        : len(BASKETS)
    ]
    assert first == [(h, b, p, datetime.fromisoformat(at).replace(tzinfo=UTC)) for h, b, p, at in BASKETS]


def test_the_same_copies_come_out_each_time(files: dict[str, Path], tmp_path: Path) -> None:
    for folder in ("once", "again"):
        generate(files, times=3, folder=tmp_path / folder)
    once, again = (rows_of(tmp_path / folder, "transactions", "*") for folder in ("once", "again"))
    assert once == again
