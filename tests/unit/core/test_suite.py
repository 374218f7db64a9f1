"""How the rows of a job are written, for each kind of job and table: with a lake that only notes what it is to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bullseye.core.checked import EMPTY
from bullseye.core.contract import AS_OF, DAYS, REGISTRY, Column, Table
from bullseye.core.decision import Plan
from bullseye.core.job import AllTime, AsOf, ChangedDays, Job, Kind, Registry, Snapshots, Sources
from bullseye.core.lake import UNKNOWN, Written
from bullseye.core.runlog import Output
from bullseye.core.runner import Suite

FIRST, SECOND = date(2025, 1, 1), date(2025, 1, 2)
WHOLE = Table("gold.whole", (Column("a", "INT", "a"),), key=("a",), doc="")
STATE = replace(WHOLE, name="gold.state", writing=AS_OF)
DAYS = replace(WHOLE, name="silver.days", writing=DAYS)
KNOWN = replace(WHOLE, name="features.known", writing=REGISTRY)
BY_CONTENT: tuple[Kind, ...] = (AllTime(), Registry(), Sources(lambda context: {}))
BY_SLICE: tuple[Kind, ...] = (ChangedDays(), Snapshots(lambda inputs, context: ()))


@dataclass
class NotedLake:
    """Notes how it is asked to write; `added` rows are new in a registry."""

    added: int = 3
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def add_new(self, table: Table, rows: object, stamp: object) -> Written:
        self.asked.append(("add new",))
        return Written(self.added, 7)

    def replace(self, table: Table, rows: object, stamp: object) -> Written:
        self.asked.append(("replace",))
        return Written(3, 7)

    def replace_slices(self, table: Table, rows: object, slices: object, stamp: object) -> Written:
        self.asked.append(("replace slices", slices))
        return Written(3, 7)

    def replace_changed(self, table: Table, rows: object, stamp: object, known: object) -> Any:
        self.asked.append(("replace changed", known))
        return Written(3, 7), {"2025-01-01": ("content", 3)}


def outputs(
    kind: Kind,
    table: Table,
    lake: NotedLake,
    *,
    before: dict[str, str] | None = None,
    doubt: str | None = None,
    **plan: Any,
) -> list[Output]:
    """What is written of a table that had slices of these fingerprints `before`."""
    slices = {name: Output(table.name, name, mark, 1, 6) for name, mark in (before or {}).items()}
    log: Any = SimpleNamespace(run_id="r", slices=lambda name: slices, doubt=lambda name: doubt)
    context: Any = SimpleNamespace(spark=SimpleNamespace(conf=SimpleNamespace(get=lambda *names: None)))
    job = Job("make", lambda inputs, context: {}, (table.name,), kind=kind)
    suite = Suite(context, lake, log)  # type: ignore[arg-type]  # stands for a lake
    given = {"as_of": None, "fingerprint": "print", **plan}
    rows: Any = None
    return list(suite._outputs(Plan(job, runs=True, reason="", **given), table, rows))


def test_a_job_as_of_a_day_replaces_its_rows_of_that_day_and_other_tables_as_a_whole() -> None:
    lake = NotedLake()
    assert outputs(AsOf(), STATE, lake, as_of=SECOND) == [Output(STATE.name, "2025-01-02", "print", 3, 7)]
    assert outputs(AsOf(), WHOLE, lake, as_of=SECOND) == [Output(WHOLE.name, "all", "print", 3, 7)]
    assert outputs(AsOf(), DAYS, lake, as_of=SECOND) == [Output(DAYS.name, "all", "print", 3, 7)]
    assert lake.asked == [("replace slices", [SECOND]), ("replace",), ("replace",)]


@pytest.mark.parametrize("kind", BY_CONTENT)
def test_a_job_of_all_time_replaces_what_differs_and_its_rows_are_the_fingerprint(kind: Kind) -> None:
    lake = NotedLake()
    for table in (WHOLE, DAYS):
        before = {"2025-01-01": "old"}
        assert outputs(kind, table, lake, before=before) == [Output(table.name, "2025-01-01", "content", 3, 7)]
        outputs(kind, table, lake, before=before, doubt="changed by another")
    assert lake.asked == [("replace changed", {"2025-01-01": mark}) for mark in ("old", UNKNOWN, "old", UNKNOWN)]


@pytest.mark.parametrize("kind", BY_SLICE)
def test_a_job_of_slices_replaces_those_of_the_plan_and_names_each(kind: Kind) -> None:
    lake = NotedLake()
    prints = {"2025-01-01": "one"}
    assert outputs(kind, DAYS, lake, slices=(FIRST, SECOND), prints=prints) == [
        Output(DAYS.name, "2025-01-01", "one", 3, 7),
        Output(DAYS.name, "2025-01-02", EMPTY, 0, 7),
    ]
    assert outputs(kind, DAYS, lake, before={"2025-01-02": "gone"}, slices=None, prints=prints) == [
        Output(DAYS.name, "2025-01-01", "one", 3, 7),
        Output(DAYS.name, "2025-01-02", EMPTY, 0, 7),
    ]
    assert lake.asked == [("replace slices", (FIRST, SECOND)), ("replace slices", None)]


@pytest.mark.parametrize("kind", [AsOf(), *BY_CONTENT, *BY_SLICE])
def test_a_registry_gets_new_rows_whatever_the_kind_of_the_job(kind: Kind) -> None:
    lake = NotedLake()
    plan = {"slices": (FIRST,), "prints": {"2025-01-01": "one"}} if kind in BY_SLICE else {}
    made = outputs(kind, KNOWN, lake, before={"all": "old"}, as_of=SECOND, **plan)
    assert (made, lake.asked) == ([Output(KNOWN.name, "all", "print", 3, 7)], [("add new",)])


@pytest.mark.parametrize(
    ("kind", "before", "mark"),
    [
        *((kind, "old", "old") for kind in BY_CONTENT),
        *((kind, None, "print") for kind in BY_CONTENT),
        *((kind, "unfinished:1", "print") for kind in BY_CONTENT),
        *((kind, "changed:1", "print") for kind in BY_CONTENT),
        (AsOf(), "old", "print"),
    ],
)
def test_the_fingerprint_of_a_registry_stays_where_a_job_of_all_time_adds_no_row(
    kind: Kind, before: str | None, mark: str
) -> None:
    made = outputs(kind, KNOWN, NotedLake(added=0), before={"all": before} if before else {})
    assert made == [Output(KNOWN.name, "all", mark, 0, 7)]
