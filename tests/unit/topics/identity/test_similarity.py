"""Splink's settings, and that nobody pays for it who does not use it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bullseye.settings.linkage import Probabilistic
from bullseye.topics.identity.similarity import splink_settings, with_weights


def spec(*comparisons: dict[str, object]) -> Probabilistic:
    return Probabilistic.model_validate(
        {
            "columns": {"given": "given_name", "town": "city"},
            "comparisons": comparisons,
            "blocking": [["given", "substr(town, 1, 3)"], ["town"]],
            "training": {"sure": [["given", "town"]], "passes": [["town"]]},
        }
    )


def test_splink_is_loaded_only_where_it_is_used() -> None:
    told = "import sys, bullseye.suite; print(sorted(name for name in sys.modules if name.startswith('splink')))"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_blocks_ask_for_a_new_record_only_when_they_are_told_to() -> None:
    def rules(*, only_new: bool) -> list[str]:
        made = splink_settings(
            spec({"column": "given"}), blocks=["block_0", "block_1"], only_new=only_new
        ).create_settings_dict("spark")
        return [rule["blocking_rule"] for rule in made["blocking_rules_to_generate_predictions"]]

    first, second = rules(only_new=False)
    assert "is_new" not in first + second
    assert [rule.count("l.is_new or r.is_new") for rule in rules(only_new=True)] == [1, 1]
    assert (first, second) == ("l.`block_0` = r.`block_0`", "l.`block_1` = r.`block_1`")


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ({"by": "levenshtein", "thresholds": [2]}, "levenshtein(`given_l`, `given_r`) <= 2"),
        ({"by": "damerau_levenshtein"}, "damerau_levenshtein(`given_l`, `given_r`) <= 1"),
        ({"by": "jaro_winkler", "thresholds": [0.8]}, "jaro_winkler(`given_l`, `given_r`) >= 0.8"),
        ({"by": "name"}, "jaro_winkler(`given_l`, `given_r`) >= 0.92"),
        ({"by": "exact"}, "`given_l` = `given_r`"),
    ],
)
def test_a_comparison_is_splinks_own(given: dict[str, object], condition: str) -> None:
    made = splink_settings(spec({"column": "given", **given})).create_settings_dict("spark")
    conditions = [level["sql_condition"] for level in made["comparisons"][0]["comparison_levels"]]
    assert condition in conditions
    assert conditions[-1] == "ELSE"


def test_weights_of_a_model_go_to_their_levels_and_missing_ones_stay_splinks() -> None:
    model = {
        "probability_two_random_records_match": 0.01,
        "comparisons": [
            {
                "comparison_levels": [
                    {"m_probability": None, "u_probability": None},
                    {"m_probability": 0.9, "u_probability": 0.1},
                    {"m_probability": None, "u_probability": 0.9},
                ]
            }
        ],
    }
    made = with_weights(splink_settings(spec({"column": "given", "term_frequency": True})), model)
    levels = made["comparisons"][0]["comparison_levels"]
    assert made["probability_two_random_records_match"] == 0.01
    assert [(level.get("m_probability"), level.get("u_probability")) for level in levels] == [
        (None, None),
        (0.9, 0.1),
        (None, 0.9),
    ]
    assert levels[1]["tf_adjustment_column"] == "given"
