"""`scripts/benchmark faults`: causes every fault again and writes the page about them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import pytest
import typer

from benchmark.faults.page import PAGE, Fault, outcomes_of, page
from benchmark.suite import ROOT

LONG = "benchmark/faults"
"""Folder of the faults that take too long for scripts/test."""


class Recorder:
    """A plugin of pytest that keeps the faults among the tests, with their outcomes."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.tried: set[str] = set()
        self._failures: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that have the marker `fault`."""
        items[:] = [item for item in items if item.get_closest_marker("fault")]
        for item in items:
            marker = item.get_closest_marker("fault")
            assert marker is not None
            self.faults[item.nodeid] = Fault(_topic(item), marker.args[0], marker.kwargs["right"], item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep why a test failed; one that was skipped was not tried, and counts as failed."""
        if report.when == "call" or not report.passed:
            self.tried.add(report.nodeid)
        if report.passed:
            return
        crash = getattr(report.longrepr, "reprcrash", None)
        text = crash.message if crash else str(report.longrepr)
        self._failures.setdefault(report.nodeid, text.splitlines()[0] if text else report.outcome)

    def outcomes(self, before: Mapping[str, str]) -> list[Fault]:
        """The faults, with the reason of those that failed: of those not tried now what the page stated `before`."""
        failures = {**before, **dict.fromkeys(self.tried, ""), **self._failures}
        return [replace(fault, failure=failures[test]) for test, fault in self.faults.items() if test in failures]


def main(
    only: Annotated[
        str, typer.Option(help="Only faults whose test fits this expression of pytest -k; other rows stay as they are.")
    ] = "",
) -> None:
    """Cause every fault again, and write docs/explanation/reliability.md: what goes wrong, what happens, and the command.

    With `--only` the rows of other tests stay as they are; those of tests that are gone are left out.
    Exits with 1 where a fault ended differently than it must, or was skipped. Takes about an hour on two cores.
    """
    recorder = Recorder()
    chosen = ["-k", only] if only else []
    code = pytest.main(["tests", LONG, "--ignore=tests/golden", "-p", "no:cacheprovider", *chosen], plugins=[recorder])
    path = ROOT / PAGE
    faults = recorder.outcomes(outcomes_of(path.read_text(encoding="utf-8")) if only and path.exists() else {})
    path.write_text(page(faults), encoding="utf-8")
    wrong = sum(1 for fault in faults if fault.failure)
    untried = len(recorder.faults) - len(faults)
    sys.stderr.write(f"{len(faults)} faults, {wrong} with a wrong outcome; {untried} that were never tried\n")
    raise typer.Exit(1 if wrong or code != pytest.ExitCode.OK else 0)


def _topic(item: pytest.Item) -> str:
    """The first sentence of the docstring of the test's file."""
    module = item.getparent(pytest.Module)
    text = (module.obj.__doc__ if module else None) or item.nodeid
    return " ".join(text.split()).partition(". ")[0].rstrip(".")


if __name__ == "__main__":
    typer.run(main)
