"""The graph of jobs: whether it is sound, its order, a part of it, and running that part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from bullseye.core.contract import Table
from bullseye.core.job import Job
from bullseye.core.parallel import run_when_ready
from bullseye.errors import GraphError, did_you_mean


def check_graph(jobs: Sequence[Job], tables: Mapping[str, Table]) -> None:
    """Every table named has a contract and at most one writer, and there is no cycle.

    Raises GraphError that lists all violations, each with its job.
    """
    problems = []
    writer: dict[str, str] = {}
    for job in jobs:
        named = (*job.reads, *job.writes, *job.previous)
        problems += [
            f"{job.name}: no contract is named {table}{did_you_mean(table, tables)}"
            for table in named
            if table not in tables
        ]
        for table in job.writes:
            if table in writer:
                problems.append(f"{job.name}: writes {table}, which {writer[table]} writes already")
            writer[table] = job.name
    problems += [
        f"{job.name}: reads {table}, which no job writes" for job in jobs for table in job.reads if table not in writer
    ]
    if problems:
        raise GraphError("the job graph is wrong\n" + "\n".join(f"  {problem}" for problem in problems))
    in_order(jobs)


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """The jobs, each after those whose tables it reads; otherwise in the order given.

    Raises GraphError that names the jobs of a cycle.
    """
    named = {job.name: job for job in jobs}
    sorter = TopologicalSorter({name: sorted(needed, key=list(named).index) for name, needed in _before(jobs).items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise GraphError(f"the job graph has a cycle: {' -> '.join(error.args[1])}") from error
    ordered: list[Job] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=list(named).index)
        first, *ready = ready
        ordered.append(named[first])
        sorter.done(first)
    return ordered


def select(
    jobs: Sequence[Job], *, only: Sequence[str] = (), start: str | None = None, until: str | None = None
) -> list[Job]:
    """The jobs to run, in order: those named in `only`, or from `start` up to `until`.

    Raises GraphError for a name that no job has, with the nearest one.
    """
    ordered = in_order(jobs)
    names = [job.name for job in ordered]
    for name in (*only, *filter(None, (start, until))):
        if name not in names:
            raise GraphError(f"no job is named {name!r}{did_you_mean(name, names)}; jobs: {', '.join(names)}")
    first = names.index(start) if start else 0
    last = names.index(until) if until else len(names) - 1
    return [job for job in ordered[first : last + 1] if not only or job.name in only]


def run_side_by_side(
    chosen: Sequence[Job], jobs: Sequence[Job], run: Callable[[Job], None], *, at_once: int, cancel: Callable[[], None]
) -> None:
    """Run each of the `chosen` as soon as those of them are done whose tables it needs, directly or through other jobs.

    Of those that are ready, the earlier in the order start first. Errors and interruptions: see `run_when_ready`.
    """
    before, named = _before(jobs), {job.name: job for job in chosen}
    needs = {name: _all_before(name, before) & set(named) for name in named}
    run_when_ready(needs, lambda name: run(named[name]), at_once=at_once, cancel=cancel)


def _before(jobs: Sequence[Job]) -> dict[str, set[str]]:
    """For every job the jobs whose tables it reads."""
    writer = {table: job.name for job in jobs for table in job.writes}
    return {job.name: {writer[table] for table in job.reads if table in writer} for job in jobs}


def _all_before(job: str, needed: Mapping[str, set[str]]) -> set[str]:
    return needed[job].union(*(_all_before(other, needed) for other in needed[job]))
