"""Models of probabilistic links as rows, and when they are too old; without Spark where it is not needed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pyspark.sql import Row, SparkSession
from tests.conftest import rows_of

from benchmark.febrl import IDENTITY
from bullseye.settings.linkage import Probabilistic
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.identity.model import definition, is_old, model_of, model_rows, newest_model, predictor
from bullseye.topics.identity.records import newest_day
from bullseye.topics.identity.tables import IDENTITY_MODEL

SPEC = Probabilistic.model_validate(
    {
        "columns": {"family": "family_name", "town": "city"},
        "comparisons": [{"column": "family"}, {"column": "town"}],
        "blocking": [["town"]],
        "training": {"sure": [["family"]], "passes": [["town"]], "retrain_days": 30},
    }
)


def level(condition: str, m: float | None, u: float | None, **more: object) -> dict[str, object]:
    return {"sql_condition": condition, "m_probability": m, "u_probability": u, **more}


MODEL = {
    "probability_two_random_records_match": 0.25,
    "comparisons": [
        {
            "output_column_name": name,
            "comparison_levels": [
                {"sql_condition": "missing", "is_null_level": True},
                level("equal", 0.8, 0.2, tf_adjustment_column=name),
                level("ELSE", None, 0.8, label_for_charts="different"),
            ],
        }
        for name in ("town", "family")
    ],
}


def changed(**more: object) -> Probabilistic:
    return Probabilistic.model_validate(SPEC.model_dump() | more)


def test_a_model_comes_back_from_its_rows_in_the_order_of_the_settings(spark: SparkSession) -> None:
    day = date(2026, 6, 30)
    frame = model_rows(spark, MODEL, SPEC, trained_on=day, run_id="r1")
    rows = frame.collect()
    weights = {row["level"]: (row["m"], row["u"], row["match_weight"], row["label"]) for row in rows}
    assert weights == {
        -1: (None, None, None, "missing"),
        1: (0.8, 0.2, 2.0, "equal"),
        0: (None, 0.8, None, "different"),
    }
    assert newest_model(frame, SPEC) == rows
    levels = [
        {"m_probability": None, "u_probability": None},
        {"m_probability": 0.8, "u_probability": 0.2},
        {"m_probability": None, "u_probability": 0.8},
    ]
    expected = [{"comparison_levels": levels}, {"comparison_levels": levels}]
    assert model_of(rows, SPEC) == {"comparisons": expected, "probability_two_random_records_match": 0.25}


def test_the_newest_model_for_these_comparisons_is_taken(spark: SparkSession) -> None:
    def row(id_: str, of: Probabilistic, trained_on: date | None) -> dict[str, object]:
        plain = {"comparison": "family", "level": 0, "definition": definition(of)}
        return {"model_id": id_, "trained_on": trained_on, **plain}

    models = rows_of(
        spark,
        IDENTITY_MODEL,
        row("a", SPEC, None),
        row("b", SPEC, date(2026, 1, 1)),
        row("c", SPEC, date(2025, 1, 1)),
        row("d", changed(columns={"family": "upper(family_name)", "town": "city"}), date(2026, 6, 1)),
    )
    assert [found["model_id"] for found in newest_model(models, SPEC)] == ["b"]
    assert newest_model(models, changed(training=SPEC.training.model_copy(update={"version": 2}))) == []


def test_a_model_is_old_when_the_data_are_so_many_days_newer() -> None:
    trained = [Row(trained_on=date(2026, 1, 1))]
    assert not is_old(trained, SPEC, date(2026, 1, 30))
    assert is_old(trained, SPEC, date(2026, 1, 31))
    assert not is_old(trained, SPEC, None)
    assert not is_old([Row(trained_on=None)], SPEC, date(2026, 1, 31))
    never = changed(training=SPEC.training.model_copy(update={"retrain_days": None}))
    assert not is_old(trained, never, date(2030, 1, 1))


def test_another_threshold_needs_other_predictions_and_no_other_model() -> None:
    other = changed(threshold=0.9)
    assert definition(other) == definition(SPEC)
    assert predictor(other, "m") != predictor(SPEC, "m")
    assert predictor(SPEC, "m") != predictor(SPEC, "n")
    assert IDENTITY.probabilistic is not None
    assert definition(IDENTITY.probabilistic) != definition(SPEC)


def test_the_newest_day_is_that_of_persons_and_identifiers_without_days_to_come(spark: SparkSession) -> None:
    person = rows_of(spark, PERSON, {"party_id": "a", "updated_at": datetime(2026, 1, 5, 23, tzinfo=UTC)})
    none = rows_of(spark, IDENTIFIER)
    held = rows_of(
        spark,
        IDENTIFIER,
        {"party_id": "a", "first_seen": date(2026, 1, 2), "last_seen": date(2026, 1, 7)},
        {"party_id": "b", "first_seen": date(2026, 1, 6)},
        {"party_id": "c", "last_seen": date(2206, 1, 6)},
    )
    assert [newest_day(person, held), newest_day(person, none)] == [date(2026, 1, 7), date(2026, 1, 5)]
    assert newest_day(rows_of(spark, PERSON, {"party_id": "a"}), none) is None
