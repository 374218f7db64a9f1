"""Values that hold until they are read again, and what stands of things that begin and end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, stdev

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from tests.conftest import ROOT

from bullseye.settings.measures import Measures
from bullseye.suite import load_settings
from bullseye.topics.customers.last_values import last_value_features, state_features

MEASURES = Measures.model_validate(
    {
        "windows": [30, 90],
        "measures": [{"name": "visits", "fact": "event", "sql": "count(1)", "type": "BIGINT", "doc": "visits"}],
        "active": "visits",
        "last_values": [
            {"name": "balance", "fact": "balance", "sql": "sum(balance)", "type": "DECIMAL(18,2)", "doc": "balance"}
        ],
        "states": [
            {"name": "held", "sql": "count(1)", "doc": "contracts held"},
            {"name": "days_left", "sql": "min(datediff(matures_day, as_of))", "type": "INT", "doc": "days left"},
        ],
    }
)
FIRST = date(2026, 1, 31)


def balances(spark: SparkSession, *rows: tuple[str, date, str]) -> DataFrame:
    listed = [(customer, day, Decimal(amount)) for customer, day, amount in rows]
    return spark.createDataFrame(listed, "customer_id STRING, day DATE, balance DECIMAL(18,2)")


def spine(spark: SparkSession, *rows: tuple[str, date]) -> DataFrame:
    return spark.createDataFrame(list(rows), "customer_id STRING, as_of DATE")


def test_the_last_reading_holds_and_windows_tell_of_the_readings_in_them(spark: SparkSession) -> None:
    facts = balances(
        spark,
        ("a", FIRST, "100.00"),
        ("a", FIRST, "20.00"),  # a second account, read on the same day
        ("a", date(2026, 2, 28), "60.00"),
        ("a", date(2026, 3, 31), "90.00"),
        ("b", date(2026, 3, 31), "5.00"),
    )
    asked = spine(
        spark,
        ("a", date(2026, 1, 30)),  # before the first reading: no row
        ("a", date(2026, 3, 2)),  # 30 days are known, of 90 the beginning is not
        ("a", date(2026, 5, 1)),  # the last 30 days have no reading
        ("b", date(2026, 5, 1)),
        ("c", date(2026, 5, 1)),  # never read: no row
    )
    found = last_value_features(facts, asked, MEASURES.last_values, MEASURES).orderBy("customer_id", "as_of")
    assert found.columns[2:7] == [
        "balance",
        "balance_mean_30d",
        "balance_mean_90d",
        "balance_min_30d",
        "balance_min_90d",
    ]
    kept = found.drop("balance_min_30d", "balance_max_30d").collect()
    assert [tuple(row) for row in kept] == [
        ("a", date(2026, 3, 2), Decimal("60.00"), 60.0, None, None, None, None, None),
        (
            "a",
            date(2026, 5, 1),
            Decimal("90.00"),
            None,
            75.0,
            Decimal("60.00"),
            Decimal("90.00"),
            None,
            21.213203435596427,
        ),
        ("b", date(2026, 5, 1), Decimal("5.00"), None, 5.0, Decimal("5.00"), Decimal("5.00"), None, None),
    ]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.integers(0, 140)), st.integers(-500, 500), min_size=1, max_size=14
    ),
    st.lists(st.integers(0, 160), min_size=1, max_size=3, unique=True),
)
def test_levels_are_those_of_a_plain_reading_and_do_not_look_ahead(
    spark: SparkSession, readings: dict[tuple[str, int], int], asked: list[int]
) -> None:
    rows = [(name, FIRST + timedelta(at), f"{value}.00") for (name, at), value in readings.items()]
    wanted = spine(spark, *((name, FIRST + timedelta(at)) for name in "ab" for at in asked))
    found = last_value_features(balances(spark, *rows), wanted, MEASURES.last_values, MEASURES).collect()
    start, expected = min(at for _, at in readings), {}
    for name in "ab":
        for as_of in asked:
            known = {at: value for (who, at), value in readings.items() if who == name and at <= as_of}
            if known:
                expected[name, FIRST + timedelta(as_of)] = (known[max(known)], *_windows(known, as_of, start))
    assert {(row["customer_id"], row["as_of"]): _rounded(tuple(row)[2:]) for row in found} == {
        key: _rounded(values) for key, values in expected.items()
    }


def _windows(known: dict[int, int], as_of: int, start: int) -> list[float | None]:
    """Means, smallest, largest and deviations over 30 and 90 days."""
    inside = [
        [value for at, value in known.items() if at > as_of - days] if as_of - days + 1 >= start else []
        for days in (30, 90)
    ]
    told: list[float | None] = [mean(values) if values else None for values in inside]
    told += [min(values, default=None) for values in inside] + [max(values, default=None) for values in inside]
    return told + [stdev(values) if len(values) > 1 else None for values in inside]


def _rounded(values: tuple[float | Decimal | None, ...]) -> list[float | None]:
    return [None if value is None else round(float(value), 6) for value in values]


def test_what_ends_stands_until_its_last_day_and_later_ends_are_not_known_before(spark: SparkSession) -> None:
    contracts = spark.createDataFrame(
        [
            ("a", date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 1)),
            ("a", date(2026, 2, 1), None, date(2026, 6, 1)),
            ("b", date(2026, 3, 2), None, None),
        ],
        "customer_id STRING, opened_day DATE, closed_day DATE, matures_day DATE",
    )
    days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)]
    asked = spine(spark, *((name, day) for name in "ab" for day in days))
    found = state_features(contracts, asked, MEASURES.states).orderBy("customer_id", "as_of").collect()
    assert [tuple(row) for row in found] == [
        ("a", days[0], 1, 29),
        ("a", days[1], 2, 1),
        ("a", days[2], 1, 92),
    ]


def test_the_bank_tells_money_that_lies_idle_after_a_term_from_what_a_loan_or_a_coin_brings(
    spark: SparkSession,
) -> None:
    measures = load_settings(ROOT / "conf" / "bank")[Measures]
    asked = ("idle_days", "renewal_delay_days", "last_term_amount")
    states = [state for name in asked for state in measures.states if state.name == name]
    began, ended = date(2025, 1, 1), date(2026, 1, 1)
    rows = [
        # Two terms that end on one day: of the contract with the higher number.
        *(
            ("idle", number, began, ended, ended, amount, "term_deposit")
            for number, amount in (("9", "2"), ("10", "1"))
        ),
        ("idle", "12", date(2026, 2, 1), None, None, "500", "mortgage"),
        ("idle", "13", date(2026, 2, 1), None, None, "5", "precious_metals"),
        ("goes_on", "1", began, ended, ended, "7", "other_wealth"),
        ("goes_on", "2", date(2026, 2, 1), None, None, "7", "fund"),
        ("runs", "1", began, None, date(2027, 1, 1), "7", "term_deposit"),
        ("without", "1", began, date(2026, 1, 1), None, None, "insurance"),
    ]
    contracts = spark.createDataFrame(
        [(*row[:5], row[5] and Decimal(row[5]), row[6]) for row in rows],
        "customer_id STRING, holding_id STRING, opened_day DATE, closed_day DATE, matures_day DATE,"
        " principal DECIMAL(18,2), category_2 STRING",
    )
    day = date(2026, 1, 31) + timedelta(150)
    for facts in (contracts, contracts.orderBy("principal"), contracts.orderBy("holding_id")):
        found = state_features(facts.coalesce(1), spine(spark, *((row[0], day) for row in rows[1:])).distinct(), states)
        assert sorted(tuple(row) for row in found.drop("as_of").collect()) == [
            ("goes_on", None, 31.0, Decimal("7.00")),
            ("idle", 180, 180.0, Decimal("2.00")),
            ("runs", None, None, None),
            ("without", None, None, None),
        ]
