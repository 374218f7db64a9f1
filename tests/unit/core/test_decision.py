"""What has to run and why, for each kind of job, from a record in memory: without Spark and without a lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from bullseye.core.checked import EMPTY, combine
from bullseye.core.contract import AS_OF, DAYS, HISTORY, Column, Table
from bullseye.core.decision import Question, decide
from bullseye.core.job import AllTime, AsOf, ChangedDays, Job, Kind, Registry, Snapshots, Sources
from bullseye.core.runlog import Output
from bullseye.errors import LakeError

FIRST, SECOND, THIRD = (date(2025, 1, number) for number in (1, 2, 3))
COLUMNS = (Column("a", "INT", "a"),)
LINE = Table("silver.line", COLUMNS, key=("a",), doc="", writing=DAYS)
ITEM = Table("silver.item", COLUMNS, key=("a",), doc="")
STATE = Table("gold.state", COLUMNS, key=("a",), doc="", writing=AS_OF)
PAST = replace(STATE, name="features.past", writing=HISTORY)
OUT = replace(STATE, name="gold.out")
TABLES = {table.name: table for table in (LINE, ITEM, STATE, PAST, OUT)}
READS = (LINE.name, ITEM.name, STATE.name, PAST.name)


def slices(table: Table, **marks: str) -> dict[str, Output]:
    """Outputs by slice: `all`, or `d1` for 2025-01-01; each mark is a fingerprint."""
    named = {name.replace("d", "2025-01-0"): mark for name, mark in marks.items()}
    return {name: Output(table.name, name, mark, 1, 1) for name, mark in named.items()}


@dataclass
class Record:
    """What earlier runs recorded."""

    jobs: dict[date | None, str] = field(default_factory=dict)
    tables: dict[str, Mapping[str, Output]] = field(default_factory=dict)
    doubts: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def job_fingerprint(self, job: str, as_of: date | None) -> str | None:
        return self.jobs.get(as_of)

    def slices(self, table: str) -> Mapping[str, Output]:
        return self.tables.get(table, {})

    def doubt(self, table: str, *, slice: str | None = None) -> str | None:
        return self.doubts.get((table, slice))


def inputs() -> dict[str, Mapping[str, Output]]:
    return {
        LINE.name: slices(LINE, d1="l1", d2="l2", d3="l3"),
        ITEM.name: slices(ITEM, all="i"),
        STATE.name: slices(STATE, d1="s1", d2="s2", d3="s3"),
        PAST.name: slices(PAST, d1="p1", d2="p2", d3="p3"),
    }


def question(kind: Kind, record: Record, *, as_of: date | None = None, force: bool = False) -> Question:
    job = Job("make", lambda inputs, context: {}, (OUT.name,), reads=READS, kind=kind)
    return Question(job, as_of, job.reads, TABLES, record, ("code", "settings"), force)


def of_lines(question: Question, **marks: str) -> Question:
    """The same question after the lines of these days got other rows, or none where the mark is empty."""
    assert isinstance(question.record, Record)
    changed = {**question.record.slices(LINE.name), **slices(LINE, **marks)}
    kept = {name: output for name, output in changed.items() if output.fingerprint}
    return replace(question, record=replace(question.record, tables={**question.record.tables, LINE.name: kept}))


ALL_TIME = (AllTime(), Registry(), Sources(lambda context: {}))


def test_the_fingerprint_of_a_job_as_of_a_day_is_of_facts_up_to_it_and_of_its_slices() -> None:
    lines = combine(["2025-01-01=l1", "2025-01-02=l2"])
    past = combine(["2025-01-01=p1", "2025-01-02=p2"])
    whole = combine(["all=i"])
    read = ["silver.item=" + whole, "gold.state=s2", "features.past=" + past, "silver.line=" + lines]
    plan = decide(question(AsOf(), Record(tables=inputs()), as_of=SECOND))
    assert plan.fingerprint == combine([combine(["code", "settings", *read]), "2025-01-02"])
    assert (plan.slices, plan.prints) == (None, None)


@pytest.mark.parametrize("kind", ALL_TIME)
def test_the_fingerprint_of_a_job_of_all_time_is_of_all_facts(kind: Kind) -> None:
    lines = combine(["2025-01-01=l1", "2025-01-02=l2", "2025-01-03=l3"])
    asked = replace(question(kind, Record(tables=inputs())), reads=(LINE.name,))
    assert decide(asked).fingerprint == combine([combine(["code", "settings", "silver.line=" + lines]), "None"])


def test_a_table_that_no_job_has_filled_is_part_of_the_fingerprint_as_absent() -> None:
    asked = replace(question(AllTime(), Record()), reads=(LINE.name,))
    assert decide(asked).fingerprint == combine([combine(["code", "settings", "silver.line=absent"]), "None"])


@pytest.mark.parametrize(
    ("kind", "as_of", "never"),
    [(AsOf(), SECOND, "never finished for this as_of"), *((kind, None, "never finished") for kind in ALL_TIME)],
)
def test_a_job_runs_once_and_again_when_its_inputs_changed_or_it_is_forced(
    kind: Kind, as_of: date | None, never: str
) -> None:
    record = Record(tables=inputs())
    asked = question(kind, record, as_of=as_of)
    first = decide(asked)
    assert (first.runs, first.reason) == (True, never)
    record.jobs[as_of] = first.fingerprint
    again = decide(asked)
    assert (again.runs, again.reason) == (False, "same code, settings and inputs as its last run")
    for changed in (of_lines(asked, d2="other"), of_lines(asked, d1=""), replace(asked, parts=("code 2", "settings"))):
        plan = decide(changed)
        assert (plan.runs, plan.reason) == (True, "code, settings or inputs changed")
    forced = decide(replace(asked, force=True))
    assert (forced.runs, forced.reason, forced.fingerprint) == (True, "--force", first.fingerprint)


def test_a_fact_after_as_of_changes_nothing_for_that_day() -> None:
    record = Record(tables=inputs())
    asked = question(AsOf(), record, as_of=SECOND)
    record.jobs[SECOND] = decide(asked).fingerprint
    assert not decide(of_lines(asked, d3="other")).runs
    assert decide(replace(asked, as_of=THIRD)).reason == "never finished for this as_of"


def test_a_job_runs_again_where_its_own_rows_of_the_as_of_are_in_doubt_and_only_of_that_as_of() -> None:
    record = Record(tables=inputs())
    asked = question(AsOf(), record, as_of=SECOND)
    record.jobs[SECOND] = decide(asked).fingerprint
    record.doubts = {(OUT.name, "2025-01-03"): "rows of the third were changed"}
    assert not decide(asked).runs
    record.doubts = {(OUT.name, "2025-01-02"): "rows of the second were changed"}
    plan = decide(asked)
    assert (plan.runs, plan.reason) == (True, "rows of the second were changed")


def test_an_input_in_doubt_is_an_error() -> None:
    record = Record(tables=inputs(), doubts={(STATE.name, "2025-01-02"): "gold.state was changed"})
    question(AsOf(), record, as_of=THIRD).check_inputs()
    with pytest.raises(LakeError, match=r"make cannot use its input: gold\.state was changed\n  run the whole suite"):
        question(AsOf(), record, as_of=SECOND).check_inputs()


def by_day(record: Record) -> Question:
    return replace(question(ChangedDays(), record), reads=(LINE.name,))


def finished(asked: Question, dates: tuple[date, ...] = ()) -> Record:
    """The record after a run that made all slices."""
    assert isinstance(asked.record, Record)
    plan = decide(asked, dates)
    made = {name: Output(OUT.name, name, mark, 1, 1) for name, mark in (plan.prints or {}).items()}
    tables = {**asked.record.tables, OUT.name: made}
    return replace(asked.record, jobs={plan.as_of: plan.fingerprint}, tables=tables)


def test_a_job_of_changed_days_makes_all_days_at_first_and_then_those_that_differ() -> None:
    first = decide(by_day(Record(tables=inputs())))
    assert (first.runs, first.reason, first.slices) == (True, "never finished", None)
    assert first.prints == {f"2025-01-0{n}": combine(["code", "settings", f"silver.line=l{n}"]) for n in (1, 2, 3)}
    asked = by_day(finished(by_day(Record(tables=inputs()))))
    again = decide(asked)
    assert (again.runs, again.slices) == (False, ())
    assert again.reason == "all 3 days have the same code, settings and inputs"
    late = decide(of_lines(asked, d2="late", d4="new"))
    assert (late.runs, late.slices) == (True, (SECOND, date(2025, 1, 4)))
    assert late.reason == "2 of 4 days are new or changed"
    assert decide(replace(asked, parts=("code 2", "settings"))).slices == (FIRST, SECOND, THIRD)


def test_a_day_that_lost_its_facts_is_made_once_more_to_be_emptied() -> None:
    asked = of_lines(by_day(finished(by_day(Record(tables=inputs())))), d2="")
    plan = decide(asked)
    assert (plan.slices, plan.reason) == ((SECOND,), "1 of 2 days are new or changed")
    assert isinstance(asked.record, Record)
    emptied = {**asked.record.slices(OUT.name), **slices(OUT, d2=EMPTY)}
    after = replace(asked.record, tables={**asked.record.tables, OUT.name: emptied})
    assert not decide(replace(asked, record=after)).runs


def test_a_day_that_only_one_of_two_tables_has_is_a_day_of_the_job() -> None:
    event = replace(LINE, name="silver.event")
    record = Record(tables={LINE.name: slices(LINE, d1="l1"), event.name: slices(event, d2="e2")})
    asked = replace(by_day(record), reads=(LINE.name, event.name), tables={**TABLES, event.name: event})
    assert decide(asked).prints == {
        "2025-01-01": combine(["code", "settings", "silver.event=absent", "silver.line=l1"]),
        "2025-01-02": combine(["code", "settings", "silver.event=e2", "silver.line=absent"]),
    }


def test_a_job_that_ran_over_no_days_is_up_to_date() -> None:
    record = Record(tables={})
    record.jobs[None] = decide(by_day(record)).fingerprint
    assert decide(by_day(record)).reason == "all 0 days have the same code, settings and inputs"


def test_snapshots_are_made_of_new_dates_and_of_those_whose_past_changed() -> None:
    kind = Snapshots(lambda inputs, context: ())
    new = question(kind, Record(tables=inputs()), as_of=THIRD)
    first = decide(new, (SECOND, FIRST, SECOND))
    assert (first.runs, first.reason, first.slices) == (True, "never finished", None)
    assert list(first.prints or {}) == ["2025-01-01", "2025-01-02"]
    asked = replace(new, record=finished(new, (FIRST, SECOND)))
    assert decide(asked, (FIRST, SECOND)).reason == "all 2 snapshots have the same code, settings and inputs"
    assert decide(asked, (FIRST, SECOND, THIRD)).slices == (THIRD,)
    assert decide(of_lines(asked, d2="late"), (FIRST, SECOND)).slices == (SECOND,)
    assert decide(of_lines(asked, d3="late"), (FIRST, SECOND)).slices == ()


def test_a_date_that_is_no_longer_a_snapshot_keeps_its_rows() -> None:
    new = question(Snapshots(lambda inputs, context: ()), Record(tables=inputs()), as_of=THIRD)
    asked = replace(new, record=finished(new, (FIRST, SECOND)))
    assert decide(asked, (SECOND,)).slices == ()


@pytest.mark.parametrize("kind", [ChangedDays(), Snapshots(lambda inputs, context: ())])
def test_all_slices_are_made_where_it_is_forced_or_any_is_in_doubt(kind: Kind) -> None:
    as_of = THIRD if isinstance(kind, Snapshots) else None
    asked = replace(question(kind, Record(tables=inputs()), as_of=as_of), reads=(LINE.name,))
    asked = replace(asked, record=finished(asked, (FIRST, SECOND)))
    forced = decide(replace(asked, force=True), (FIRST, SECOND))
    assert (forced.runs, forced.reason, forced.slices) == (True, "--force", None)
    assert isinstance(asked.record, Record)
    doubted = replace(asked.record, doubts={(OUT.name, None): "gold.out was changed"})
    plan = decide(replace(asked, record=doubted), (FIRST, SECOND))
    assert (plan.runs, plan.reason, plan.slices) == (True, "gold.out was changed", None)
