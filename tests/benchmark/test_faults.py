"""The page of faults: a row for each, and none that the tests no longer have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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
    functions = {name: is_marked for file in files() for name, is_marked in functions_of(file)}
    assert shown <= functions.keys(), "the page has tests that are gone; run scripts/benchmark faults"
    assert {name for name, is_marked in functions.items() if is_marked} <= shown, "run scripts/benchmark faults"
    assert "WRONG" not in text
    assert text.count("`scripts/test ") >= 60


def files() -> list[Path]:
    return [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "benchmark" / "faults").glob("test_*.py")]


def functions_of(file: Path) -> Iterator[tuple[str, bool]]:
    """Every test function as `file::function`, and whether its decorators show the marker; a list of cases may hold it too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            is_marked = "mark.fault" in "".join(map(ast.unparse, node.decorator_list))
            yield f"{file.relative_to(ROOT)}::{node.name}", is_marked
