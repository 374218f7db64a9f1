"""The page of faults: a row for each, and none that the tests no longer have."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

from benchmark.faults.page import PAGE, Fault, outcomes_of, page


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


def test_what_a_page_states_is_read_again() -> None:
    odd = Fault("Runs", "a | b", "it goes | on", "tests/a.py::test_b[x | 'y']")
    failed = Fault("Runs", "c", "d", "tests/a.py::test_c", "assert 1 | 2")
    assert outcomes_of(page([odd, failed])) == {odd.test: "", failed.test: "assert 1 | 2"}


def test_the_page_has_the_faults_that_the_tests_cause() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = set(re.findall(r"scripts/test '?([a-z_/]+\.py::[a-z0-9_]+)", text))
    assert shown == marked(), "run scripts/benchmark faults"
    assert "WRONG" not in text
    assert text.count("`scripts/test ") >= 60


def marked() -> set[str]:
    """Every test function with the marker, or with a parameter that has it, as `file::function`."""
    files = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "benchmark" / "faults").glob("test_*.py")]
    return {
        f"{file.relative_to(ROOT)}::{node.name}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "mark.fault" in "".join(map(ast.unparse, node.decorator_list))
    }
