"""The page of faults: a row for each."""

from __future__ import annotations

from benchmark.faults.page import Fault, page


def test_a_fault_is_a_row_with_its_command_below_its_topic() -> None:
    ended = Fault("Runs that are killed", "a run is killed", "the next goes on", "tests/a.py::test_b[x y]")
    text = page([ended])
    assert "1 faults, none with a wrong outcome." in text
    assert "## Runs that are killed\n" in text
    assert "| a run is killed | the next goes on | `scripts/test 'tests/a.py::test_b[x y]'` |" in text


def test_a_wrong_outcome_is_shown_in_place_of_the_right_one() -> None:
    text = page([Fault("Runs", "a run | is killed", "the next goes on", "tests/a.py::test_b", "assert 1 == 2")])
    assert "1 faults, 1 with a wrong outcome." in text
    assert "| a run \\| is killed | WRONG: assert 1 == 2 |" in text
