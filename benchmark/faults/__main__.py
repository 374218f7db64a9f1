"""`scripts/benchmark faults`: causes every fault again and writes the page about them."""

from __future__ import annotations

import sys
from typing import Annotated

import pytest
import typer

from benchmark.faults.page import PAGE, Fault, page
from benchmark.suite import ROOT

LONG = "benchmark/faults"
"""Folder of the faults that take too long for scripts/test."""


class Recorder:
    """A plugin of pytest that keeps the faults among the tests, with their outcomes."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self._failures: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that have the marker `fault`."""
        items[:] = [item for item in items if item.get_closest_marker("fault")]
        for item in items:
            marker = item.get_closest_marker("fault")
            assert marker is not None
            self.faults[item.nodeid] = Fault(_topic(item), marker.args[0], marker.kwargs["right"], item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep why a test failed; one that was skipped was not tried, and counts as failed."""
        if report.passed:
            return
        crash = getattr(report.longrepr, "reprcrash", None)
        text = crash.message if crash else str(report.longrepr)
        self._failures.setdefault(report.nodeid, text.splitlines()[0] if text else report.outcome)

    def outcomes(self) -> list[Fault]:
        """All faults, with the reason of those that failed."""
        return [
            Fault(fault.topic, fault.what, fault.right, fault.test, self._failures.get(test, ""))
            for test, fault in self.faults.items()
        ]


def main(
    only: Annotated[
        str, typer.Option(help="Only faults whose test fits this expression of pytest -k; the page is not written.")
    ] = "",
) -> None:
    """Cause every fault again, and write docs/explanation/reliability.md: what goes wrong, what happens, and the command.

    Exits with 1 where a fault ended differently than it must, or was skipped. Takes about an hour on two cores.
    """
    recorder = Recorder()
    chosen = ["-k", only] if only else []
    code = pytest.main(["tests", LONG, "--ignore=tests/golden", "-p", "no:cacheprovider", *chosen], plugins=[recorder])
    faults = recorder.outcomes()
    if not only:
        (ROOT / PAGE).write_text(page(faults), encoding="utf-8")
    wrong = [fault for fault in faults if fault.failure]
    sys.stderr.write(f"{len(faults)} faults, {len(wrong)} with a wrong outcome\n")
    raise typer.Exit(1 if wrong or code != pytest.ExitCode.OK else 0)


def _topic(item: pytest.Item) -> str:
    """The first sentence of the docstring of the test's file."""
    module = item.getparent(pytest.Module)
    text = (module.obj.__doc__ if module else None) or item.nodeid
    return " ".join(text.split()).partition(". ")[0].rstrip(".")


if __name__ == "__main__":
    typer.run(main)
