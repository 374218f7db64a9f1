"""Whether a job has to run, and why: a decision from what is recorded of jobs and tables, without a lake."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from bullseye.core.checked import EMPTY, combine
from bullseye.core.contract import Table
from bullseye.core.job import ChangedDays, Job, Snapshots
from bullseye.core.runlog import Output
from bullseye.errors import LakeError


class Record(Protocol):
    """What finished runs recorded, as far as the tables' own logs agree; see `bullseye.core.runlog.RunLog`."""

    def job_fingerprint(self, job: str, as_of: date | None) -> str | None:
        """What the job's newest finished run for this as_of was made from."""

    def slices(self, table: str) -> Mapping[str, Output]:
        """The newest output of every slice of a table, by the slice's name: a date, or `all`."""

    def doubt(self, table: str, *, slice: str | None = None) -> str | None:
        """Why the rows of a table, or of one slice, are not those of a finished run; None where they are."""


@dataclass(frozen=True)
class Plan:
    """What would happen to one job.

    Of a job that keeps many slices, `slices` are those to make (None for all) and `prints` their fingerprints.
    """

    job: Job
    as_of: date | None
    runs: bool
    reason: str
    fingerprint: str
    slices: tuple[date, ...] | None = None
    prints: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Question:
    """A job, and what the decision depends on.

    `reads` are the tables that it reads with these settings, `parts` what else its fingerprint is made of: code, settings
    and inputs from outside the lake. `as_of` is None for a job that is about no one day.
    """

    job: Job
    as_of: date | None
    reads: tuple[str, ...]
    tables: Mapping[str, Table]
    record: Record
    parts: tuple[str, ...] = ()
    force: bool = False

    def doubt(self, names: Sequence[str], as_of: date | None) -> str | None:
        """Why what these tables hold (at as_of, where they have it) does not count; None where it does."""
        for name in names:
            by_as_of = as_of is not None and self.tables[name].slice == "as_of"
            if reason := self.record.doubt(name, slice=str(as_of) if by_as_of else None):
                return reason
        return None

    def check_inputs(self) -> None:
        """Raises LakeError for a table that the job reads and that holds rows which no finished run recorded."""
        if reason := self.doubt(self.reads, self.as_of):
            raise LakeError(
                f"{self.job.name} cannot use its input: {reason}\n"
                "  run the whole suite, or the job that writes the table first"
            )


def decide(question: Question, dates: Collection[date] = ()) -> Plan:
    """Whether the job has to run, and why; `dates` are those of a job of `Snapshots`."""
    by_day = sorted(name for name in question.reads if question.tables[name].slice == "day")
    whole = [f"{name}={_table_print(question, name)}" for name in question.reads if name not in by_day]
    common = [*question.parts, *whole]
    slices = {name: question.record.slices(name) for name in by_day}

    def fingerprint(*, slice: str | None = None, until: date | None = None) -> str:
        return combine([*common, *(f"{name}={_print(slices[name], slice=slice, until=until)}" for name in by_day)])

    match question.job.kind:
        case ChangedDays():
            days = sorted({day for name in by_day for day in slices[name]})
            expected = {day: fingerprint(slice=day) for day in days}
            written = question.record.slices(question.job.writes[0])
            gone = {day for day in written if day not in expected and written[day].fingerprint != EMPTY}
            return _decide_slices(question, expected, gone, "days")
        case Snapshots():
            expected = {str(day): fingerprint(until=day) for day in sorted(set(dates))}
            return _decide_slices(question, expected, set(), "snapshots")
        case _:
            return _decide_whole(question, combine([fingerprint(until=question.as_of), str(question.as_of)]))


def _decide_whole(question: Question, fingerprint: str) -> Plan:
    """Compare the fingerprint of the job with that of its last run for this as_of."""
    job, as_of = question.job, question.as_of
    recorded = question.record.job_fingerprint(job.name, as_of)
    if question.force:
        reason = "--force"
    elif recorded is None:
        reason = "never finished for this as_of" if as_of else "never finished"
    elif recorded != fingerprint:
        reason = "code, settings or inputs changed"
    else:
        reason = question.doubt(job.writes, as_of) or ""
    unchanged = "same code, settings and inputs as its last run"
    return Plan(job, as_of, runs=bool(reason), reason=reason or unchanged, fingerprint=fingerprint)


def _decide_slices(question: Question, expected: Mapping[str, str], gone: Collection[str], what: str) -> Plan:
    """Compare the fingerprint of every slice with the one that its rows were made from; those `gone` have lost their facts."""
    job, as_of, record = question.job, question.as_of, question.record
    written = record.slices(job.writes[0])
    plan = Plan(
        job,
        as_of,
        runs=True,
        reason="",
        fingerprint=combine(f"{slice}={mark}" for slice, mark in expected.items()),
        prints=expected,
    )
    doubt = question.doubt(job.writes, None)
    if question.force or doubt or not (written or record.job_fingerprint(job.name, as_of) is not None):
        return replace(plan, reason="--force" if question.force else doubt or "never finished")
    changed = {name for name, mark in expected.items() if name not in written or written[name].fingerprint != mark}
    chosen = tuple(date.fromisoformat(name) for name in sorted(changed | set(gone)))
    if not chosen:
        same = f"all {len(expected)} {what} have the same code, settings and inputs"
        return replace(plan, runs=False, reason=same, slices=())
    return replace(plan, reason=f"{len(chosen)} of {len(expected)} {what} are new or changed", slices=chosen)


def _table_print(question: Question, name: str) -> str:
    """Fingerprint of what the job reads of a table that is not one of facts by day."""
    table, slices = question.tables[name], question.record.slices(name)
    if table.slice == "as_of" and not table.history:
        return _print(slices, slice=str(question.as_of))
    return _print(slices, until=question.as_of if table.slice else None)


def _print(slices: Mapping[str, Output], *, slice: str | None = None, until: date | None = None) -> str:
    """Fingerprint of one slice, or of all slices up to a day; `absent` when there is none."""
    if slice is not None:
        return slices[slice].fingerprint if slice in slices else "absent"
    chosen = [
        f"{name}={output.fingerprint}" for name, output in sorted(slices.items()) if until is None or name <= str(until)
    ]
    return combine(chosen) if chosen else "absent"
