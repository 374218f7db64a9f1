"""The graph of jobs: whether it is sound, its order, a part of it, and running that part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter

from bullseye.core.contract import Table
from bullseye.core.job import Job
from bullseye.errors import GraphError, did_you_mean


def check_graph(jobs: Sequence[Job], tables: Mapping[str, Table]) -> None:
    """Every table named has a contract and at most one writer, and there is no cycle.

    Raises GraphError that lists all violations, each with the job that it stands in.
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
    sorter = TopologicalSorter({name: sorted(found, key=list(named).index) for name, found in _before(jobs).items()})
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

    At most `at_once` run side by side, the earlier in the order first. After an error no further job starts; those that
    run come to their end, and the first error is raised. An interruption calls `cancel`, so that they end soon.
    """
    names = [job.name for job in chosen]
    needed = _before(jobs)
    waiting = {job.name: _all_before(job.name, needed) & set(names) for job in chosen}
    named = {job.name: job for job in chosen}
    running: dict[Future[None], str] = {}
    failed: BaseException | None = None
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="job") as pool:
        try:
            while running or (waiting and not failed):
                ready = [] if failed else [name for name in names if name in waiting and not waiting[name]]
                for name in ready[: at_once - len(running)]:
                    del waiting[name]
                    running[pool.submit(run, named[name])] = name
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    failed = failed or future.exception()
                    for others in waiting.values():
                        others.discard(name)
        except BaseException:
            cancel()
            raise
    if failed:
        raise failed


def _before(jobs: Sequence[Job]) -> dict[str, set[str]]:
    """For every job the jobs whose tables it reads."""
    writer = {table: job.name for job in jobs for table in job.writes}
    return {job.name: {writer[table] for table in job.reads if table in writer} for job in jobs}


def _all_before(job: str, needed: Mapping[str, set[str]]) -> set[str]:
    return needed[job].union(*(_all_before(other, needed) for other in needed[job]))
