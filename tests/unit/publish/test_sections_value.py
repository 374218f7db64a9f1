"""The section of the report about value: what is asked is shown, what is not is absent."""

from __future__ import annotations

import pytest
from tests.parts import Part, parts, texts

from bullseye.topics.first_product.settings import Prospects
from bullseye.topics.holdings.settings import Lines
from bullseye.topics.portraits.settings import Portraits
from bullseye.topics.tiers.settings import Tiers

ASKED = (
    Tiers.model_validate(
        {
            "cut": 100,
            "amount": "money",
            "inactive_where": "still",
            "tiers": [{"name": "empty", "where": "money <= cut", "doc": "Next to nothing here"}],
        }
    ),
    Lines.model_validate({"level": "category_2", "pairs": "ever"}),
    Portraits.model_validate(
        {
            "groups": [{"name": "idle", "where": "rests", "doc": "Rests for long"}],
            "features": [{"name": "age"}],
        }
    ),
    Prospects.model_validate(
        {
            "doc": "Have no account yet.",
            "level": "category_2",
            "features": [{"name": "age", "sql": "age"}],
        }
    ),
)
TIERS = {
    "cuts": (
        {
            "method": "steepest",
            "cut": 150.4,
            "low": 140.0,
            "high": 160.0,
            "below": 50,
            "inactive_below": 40,
            "inactive": 80,
        },
        {"method": "given", "cut": 100.0, "low": None, "high": None, "below": 40, "inactive_below": 36, "inactive": 80},
        {
            "method": "youden",
            "cut": None,
            "low": None,
            "high": None,
            "below": None,
            "inactive_below": None,
            "inactive": 80,
        },
    ),
    "curve": (
        {"top": 0.0, "customers": 10, "inactive": 9, "fitted": 0.88},
        {"top": 99.0, "customers": 4, "inactive": 1, "fitted": 0.3},
    ),
    "shifts": (
        {"tier": "other", "tier_suggested": "other", "customers": 90, "amount": 9000.0},
        {"tier": "other", "tier_suggested": "empty", "customers": 10, "amount": 1200.0},
    ),
}
HOLDINGS = {
    "holdings": (
        {"tier": "all", "line": "fund", "customers": 5, "share": 0.05, "principal": 100},
        {"tier": "empty", "line": "fund", "customers": 1, "share": 0.1, "principal": None},
    ),
    "pairs": (
        {
            "line": "fund",
            "other_line": "loan",
            "base": 100,
            "customers": 5,
            "other_customers": 10,
            "both_customers": 1,
            "share": 0.2,
            "lift": 2.0,
        },
        {
            "line": "loan",
            "other_line": "fund",
            "base": 100,
            "customers": 10,
            "other_customers": 5,
            "both_customers": 1,
            "share": 0.1,
            "lift": 2.0,
        },
    ),
}
PORTRAITS = {
    "portraits": (
        {
            "portrait": "idle",
            "customers": 3,
            "others": 7,
            "meaning": "age in years",
            "mean": 55.0,
            "others_mean": 40.0,
            "median": 54.0,
            "others_median": 41.0,
            "missing": 0.25,
            "standardised_difference": 1.2,
            "rank": 1,
        },
    ),
}
PROSPECTS = {
    "quality": (
        {"method": "most popular", "top": 3, "learnt": 30, "customers": 10, "hits": 2, "hits_top": 5, "log_loss": 1.9},
        {"method": "regression", "top": 3, "learnt": 30, "customers": 10, "hits": 4, "hits_top": 8, "log_loss": 1.5},
    ),
}
FOUND = {"tiers": TIERS, "holdings": HOLDINGS, "portraits": PORTRAITS, "first_product": PROSPECTS}


@pytest.fixture(scope="module")
def answers() -> dict[str, Part]:
    return parts("value", FOUND, *ASKED)


def cells(answer: Part, table: int) -> list[list[str]]:
    return texts(answer.tables[table])


def test_nothing_asked_nothing_shown() -> None:
    assert parts("value", {}) == {}
    assert parts("value", FOUND) == {}


def test_the_given_limit_stands_first_and_each_says_whom_it_takes(answers: dict[str, Part]) -> None:
    assert cells(answers["Tiers"], 0) == [
        ["Given", "$100.00", "–", "–", "40", "90.0%", "45.0%"],
        ["Steepest", "$150.40", "$140.00", "$160.00", "50", "80.0%", "50.0%"],
        ["Youden", "–", "–", "–", "–", "–", "–"],
    ]
    assert answers["Tiers"].tables[1].note == "10 of 100 customers shift when the limit steepest is used."
    (chart,) = answers["Tiers"].charts
    assert chart.says == "Steepest: $150.40; Given: $100.00."


def test_lines_show_the_share_of_each_tier_and_the_matrix_its_strongest_pair(answers: dict[str, Part]) -> None:
    assert cells(answers["Product lines"], 0) == [["Fund", "5", "5.0%", "$100.00", "10.0%"]]
    (chart,) = answers["Product lines"].charts
    assert (chart.title, chart.says) == ("Which lines the same customers ever held", "Fund and Loan: 2.0.")
    assert [cell.text for cell in chart.numbers.rows[0]] == ["Fund", "Loan", "2.00", "1", "0", "20.0%"]


def test_pairs_of_what_is_held_now_are_told_as_that() -> None:
    asked = Lines.model_validate({"level": "category_2"})
    (answer,) = parts("value", {"holdings": HOLDINGS}, asked).values()
    assert [chart.title for chart in answer.charts] == ["Which lines are held together"]


def test_a_portrait_compares_with_the_others(answers: dict[str, Part]) -> None:
    portrait = answers["Portrait: idle"]
    assert portrait.about == "Rests for long."
    assert portrait.tables[0].note.startswith("3 customers against 7 others.")
    assert cells(portrait, 0) == [["age in years", "55.00", "40.00", "54.00", "41.00", "25.0%", "+1.20", "1"]]


def test_prospects_are_who_the_settings_say_and_hits_stand_beside_what_is_popular(answers: dict[str, Part]) -> None:
    assert answers["Prospects"].about == (
        "Have no account yet; and the line that is likeliest to be their first, if any is."
    )
    assert [table.note for table in answers["Prospects"].tables] == [
        "",
        "Learnt from 30 earlier first lines of customers, prospects before or not; 3 are named for every prospect.",
    ]
    assert cells(answers["Prospects"], 1) == [
        ["Most popular", "10", "20.0%", "50.0%", "1.900"],
        ["Regression", "10", "40.0%", "80.0%", "1.500"],
    ]
    assert set(answers) == {"Tiers", "Product lines", "Portrait: idle", "Prospects"}
