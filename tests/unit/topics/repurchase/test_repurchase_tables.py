"""The job that studies buying again, on answers whose factors are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from tests.conftest import ROOT, context_of

from bullseye.core.frames import local_frame
from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.stats.factors import adequacy
from bullseye.suite import contracts, load_settings
from bullseye.topics.repurchase.job import JOB
from bullseye.topics.repurchase.repurchase_tables import check_repurchase
from bullseye.topics.repurchase.settings import Repurchase, RepurchaseSettings

ANSWERED, AS_OF = date(2026, 1, 1), date(2026, 6, 30)
PEOPLE = 400
AGAINST = {"waiting_minutes", "complaints", "app_seconds"}
"""Items that say the contrary of their factor."""
WEIGHTS = {"price": 1.2, "service": 0.6}


@pytest.fixture(scope="module")
def question() -> Repurchase:
    """The survey of the bank, with its five named factors."""
    (found,) = load_settings(ROOT / "conf" / "bank")[RepurchaseSettings].questions
    return found


@pytest.fixture(scope="module")
def asking(retail: Settings, question: Repurchase) -> Settings:
    return retail.replacing(RepurchaseSettings(questions=(question,)))


@pytest.fixture(scope="module")
def values(question: Repurchase) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the factors, and answers that load 0.8 on theirs; both have a row for each of `PEOPLE`."""
    random = np.random.default_rng(11)
    scores = random.normal(size=(PEOPLE, len(question.factors)))
    own = {item: at for at, factor in enumerate(question.factors) for item in factor.items}
    loadings = np.zeros((len(question.items), len(question.factors)))
    for place, item in enumerate(question.items):
        loadings[place, own[item.name]] = -0.8 if item.name in AGAINST else 0.8
    return scores, 5 + scores @ loadings.T + 0.6 * random.normal(size=(PEOPLE, len(question.items)))


def facts(spark: SparkSession, question: Repurchase, values: tuple[np.ndarray, np.ndarray]) -> dict[str, DataFrame]:
    """Everybody holds a fund, and takes a fund or a trust after the answers."""
    scores, answers = values
    odds = sum(weight * scores[:, at] for at, f in enumerate(question.factors) if (weight := WEIGHTS.get(f.name)))
    again = np.random.default_rng(12).random(len(scores)) < 1 / (1 + np.exp(-np.asarray(odds)))
    events = [
        (f"core:{who}", ANSWERED, "answer", item.name, float(answers[who, place]), None)
        for who in range(len(answers))
        for place, item in enumerate(question.items)
    ]
    # Somebody else leaves a question out.
    events += [("core:few", ANSWERED, "answer", item.name, 5.0, None) for item in question.items[1:]]
    held = [(f"core:{who}", "F1", date(2025, 1, 1)) for who in range(len(scores))]
    held += [(f"core:{who}", "F2" if yes else "T1", date(2026, 3, 1)) for who, yes in enumerate(again)]
    return {
        "silver.event": local_frame(
            spark, events, "party_id STRING, day DATE, type STRING, item STRING, value DOUBLE, product_id STRING"
        ),
        "silver.holding": local_frame(spark, held, "party_id STRING, product_id STRING, opened_day DATE"),
        "silver.product": spark.createDataFrame(
            [("F1", "fund"), ("F2", "fund"), ("T1", "trust")], "product_id STRING, category_2 STRING"
        ),
        "features.identity_map": spark.createDataFrame([("core:0", "zero")], "party_id STRING, customer_id STRING"),
    }


def run(spark: SparkSession, asking: Settings, given: Mapping[str, DataFrame]) -> dict[str, list[Row]]:
    found = JOB.run(
        Inputs({name: lambda frame=frame: frame for name, frame in given.items()}, JOB.name),
        context_of(spark, asking, as_of=AS_OF),
    )
    for name, frame in found.items():
        contracts(asking)[name].conform(frame, maker="test")
    return {name: frame.collect() for name, frame in found.items()}


@pytest.fixture(scope="module")
def found(spark: SparkSession, asking: Settings, question: Repurchase, values) -> dict[str, list[Row]]:
    return run(spark, asking, facts(spark, question, values))


def test_the_five_factors_are_found_by_name_and_adequacy_is_that_of_the_answers(found, question, values) -> None:
    rows = found["ops.factor"]
    assert [row["position"] for row in rows] == list(range(1, 18))
    assert {row["factor"] for row in rows[:5]} == {"price", "word_of_mouth", "reviews", "service", "reach"}
    assert {row["factor"] for row in rows[5:]} == {None}
    expected = adequacy(np.corrcoef(values[1].T), PEOPLE)
    (told,) = {(row["rows"], row["kmo"], row["bartlett"], row["bartlett_p"], row["remark"]) for row in rows}
    assert told == (PEOPLE, pytest.approx(expected.kmo), pytest.approx(expected.chi_square), 0.0, None)
    assert expected.kmo > 0.7
    for row in rows[:5]:
        (factor,) = (factor for factor in question.factors if factor.name == row["factor"])
        flips = factor.items[0] in AGAINST
        signed = {item: (item in AGAINST) != flips for item in factor.items}
        assert set(row["items"].split(", ")) == {f"-{item}" if minus else item for item, minus in signed.items()}


def test_every_item_loads_on_its_factor_and_on_no_other(found, question) -> None:
    rows = {(row["item"], row["factor"]): row for row in found["ops.factor_loading"]}
    assert len(rows) == len(question.items) * len(question.factors)
    for factor in question.factors:
        for item in question.items:
            expected = 0.0 if item.name not in factor.items else -0.8 if item.name in AGAINST else 0.8
            assert rows[item.name, factor.name]["loading"] == pytest.approx(expected, abs=0.12)
    # 0.64 of each item is its factor's.
    communalities = [rows[item.name, "price"]["communality"] for item in question.items]
    assert communalities == pytest.approx([0.64] * len(question.items), abs=0.12)


def test_what_was_planted_weighs_for_buying_the_same_line_again(found) -> None:
    rows = found["gold.factor_weight"]
    assert [(row["position"], row["factor"], row["direction"]) for row in rows[1:3]] == [
        (1, "price", "raises"),
        (2, "service", "raises"),
    ]
    assert {row["factor"] for row in rows[3:]} == {"word_of_mouth", "reviews", "reach"}
    assert {row["rows"] for row in rows} == {PEOPLE}
    weights = {row["factor"]: row["coefficient"] for row in rows}
    # Scores are shrunk towards 0, so that a unit of them is more than one of the factor.
    assert weights["price"] == pytest.approx(1.2, abs=0.4)
    assert weights["service"] == pytest.approx(0.6, abs=0.3)


def test_few_answers_leave_the_tables_empty_and_say_so(spark, asking, question, values, caplog) -> None:
    few = tuple(part[: question.min_rows - 1] for part in values)
    assert run(spark, asking, facts(spark, question, few)) == {name: [] for name in JOB.writes}
    assert f"too few customers with all items (min_rows is {question.min_rows})" in caplog.text


def test_without_factors_the_eigenvalues_are_told_with_the_reason(spark, asking, question, values, caplog) -> None:
    noise = np.random.default_rng(13).normal(size=values[1].shape)
    found = run(spark, asking, facts(spark, question, (values[0], noise)))
    assert [len(rows) for rows in found.values()] == [17, 0, 0]
    told = "no factors: no eigenvalue exceeds those at random"
    assert {(row["factor"], row["remark"]) for row in found["ops.factor"]} == {(None, told)}
    assert f"repurchase.yaml:1 0): {told}" in caplog.text


def test_mistakes_are_told_with_their_place(spark: SparkSession, retail: Settings, question: Repurchase) -> None:
    def problems(outcome: dict[str, str], **change: object) -> list[str]:
        changed = {"outcome": {**question.outcome.model_dump(), **outcome}, **change}
        wrong = Repurchase.model_validate({**question.model_dump(), **changed})
        asking = retail.replacing(RepurchaseSettings(questions=(wrong,)))
        found = check_repurchase(spark, asking, contracts(asking))
        return [one.split(" (given")[0].split("repurchase.yaml:1 0.")[1] for one in found]

    assert problems({}) == []
    dated = "order_line, event, balance, touch, contact, response"
    standing = "person, identifier, order_line, event, balance, holding, touch, contact, response"
    assert problems({"fact": "order_lines"}, fact="evnt") == [
        f"fact: there is no fact 'evnt' (did you mean 'event'?); facts: {dated}",
        f"outcome.fact: there is no fact 'order_lines' (did you mean 'order_line'?); facts: {standing}",
    ]
    ungrouped = "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions using OVER clauses."
    texts = {"a": "avg(vale)", "b": "item", "c": "sum(value)"}
    items = [{"name": name, "sql": sql, "doc": f"item {name}"} for name, sql in texts.items()]
    assert problems({}, items=items, factors=[], where="value") == [
        "where: must be a condition that is true or false",
        "items.a: there is no column 'vale' (did you mean 'value'?)",
        f"items.b: {ungrouped}",
    ]
    assert problems({"where": "categry_2 = 'fund'", "day": "opend_day", "same": "line"}) == [
        "outcome.where: there is no column 'categry_2' (did you mean 'category_2'?)",
        "outcome.day: there is no column 'opend_day' (did you mean 'opened_day'?)",
        "outcome.same: there is no column 'line'",
    ]
