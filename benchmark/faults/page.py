"""The page docs/explanation/reliability.md: one row for each fault that was tried."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

PAGE = Path("docs") / "explanation" / "reliability.md"
_WRONG = "WRONG: "
_INTRODUCTION = """\
# Reliability: bad days that were tried

Each row is a fault that was caused on purpose: a run killed between two commits, a row that does not parse, a date that
cannot be, a statement that should not run. `scripts/benchmark faults` causes all of them again, writes this page, and
fails when one ends differently. The command of a row causes that fault alone.
"""


@dataclass(frozen=True)
class Fault:
    """One fault: what goes wrong, what must happen, the test that causes it, and why it failed (empty where it did not).

    `topic` is the first sentence of the test's file.
    """

    topic: str
    what: str
    right: str
    test: str
    failure: str = ""


def page(faults: Sequence[Fault]) -> str:
    """The page, with the faults by topic in the order given."""
    wrong = sum(1 for fault in faults if fault.failure)
    count = f"{len(faults)} faults, {wrong or 'none'} with a wrong outcome."
    ordered = sorted(faults, key=lambda fault: fault.topic)
    tables = [_table(topic, tuple(rows)) for topic, rows in groupby(ordered, key=lambda fault: fault.topic)]
    return "\n".join([_INTRODUCTION, f"{count}\n", *tables])


def outcomes_of(page: str) -> Mapping[str, str]:
    """What a page states of each test: why it failed, empty where it did not."""
    rows = (line.removeprefix("| ").split(" | ") for line in page.splitlines() if "`scripts/test " in line)
    return {
        shlex.split(_text(command).strip(" |`"))[1]: _text(right).removeprefix(_WRONG)
        if right.startswith(_WRONG)
        else ""
        for _, right, command in rows
    }


def _table(topic: str, faults: Sequence[Fault]) -> str:
    rows = (
        f"| {_cell(fault.what)} | {_cell(f'{_WRONG}{fault.failure}' if fault.failure else fault.right)} |"
        f" `{_cell(f'scripts/test {shlex.quote(fault.test)}')}` |"
        for fault in faults
    )
    return "\n".join([f"## {topic}\n", "| what goes wrong | what happens | command |", "|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _text(cell: str) -> str:
    return cell.replace("\\|", "|")
