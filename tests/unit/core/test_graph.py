"""The job graph: its order, and what is told of a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from threading import Barrier, Event, Lock

import pytest

from bullseye.core.contract import Column, Table
from bullseye.core.graph import check_graph, in_order, run_side_by_side, select
from bullseye.core.job import Job
from bullseye.errors import GraphError
from bullseye.settings import Settings
from bullseye.suite import JOBS, contracts


def job(name: str, reads: tuple[str, ...] = (), writes: tuple[str, ...] = (), previous: tuple[str, ...] = ()) -> Job:
    return Job(name, lambda inputs, context: {}, writes=writes, reads=reads, previous=previous)


def tables(*names: str) -> dict[str, Table]:
    return {name: Table(name, (Column("a", "INT", "a"),), key=("a",), doc="") for name in names}


def test_a_job_comes_after_those_whose_tables_it_reads() -> None:
    last, first, middle = job("last", ("t.b",)), job("first", (), ("t.a",)), job("middle", ("t.a",), ("t.b",))
    assert in_order([last, first, middle]) == [first, middle, last]


def test_jobs_that_do_not_depend_keep_the_order_given() -> None:
    one, two = job("one", (), ("t.a",)), job("two", (), ("t.b",))
    assert in_order([two, one]) == [two, one]


def test_a_cycle_names_its_jobs() -> None:
    with pytest.raises(GraphError, match=r"cycle: (one -> two -> one|two -> one -> two)"):
        in_order([job("one", ("t.b",), ("t.a",)), job("two", ("t.a",), ("t.b",))])


def test_the_past_of_a_later_table_is_no_cycle() -> None:
    one, two = job("one", (), ("t.a",), previous=("t.b",)), job("two", ("t.a",), ("t.b",))
    assert in_order([two, one]) == [one, two]


def test_all_violations_of_the_graph_are_told_at_once() -> None:
    wrong = [job("one", ("t.c",), ("t.a",)), job("two", ("t.aa",), ("t.a",))]
    with pytest.raises(GraphError) as error:
        check_graph(wrong, tables("t.a", "t.c"))
    assert str(error.value).splitlines() == [
        "the job graph is wrong",
        "  two: no contract is named t.aa (did you mean 't.a'?)",
        "  two: writes t.a, which one writes already",
        "  one: reads t.c, which no job writes",
        "  two: reads t.aa, which no job writes",
    ]


def test_the_suite_is_a_graph_with_one_writer_a_table(retail: Settings) -> None:
    check_graph(JOBS, contracts(retail))


def test_every_table_with_a_contract_is_written_by_a_job_or_the_engine(retail: Settings) -> None:
    written = {table for found in JOBS for table in found.writes}
    of_the_command_withdraw = {"ops.withdrawal"}
    assert set(contracts(retail)) - written == {"ops.run", "ops.lease"} | of_the_command_withdraw


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"only": ["c", "a"]}, ["a", "c"]),
        ({"start": "b"}, ["b", "c"]),
        ({"until": "b"}, ["a", "b"]),
        ({"start": "b", "until": "b"}, ["b"]),
        ({}, ["a", "b", "c"]),
    ],
)
def test_jobs_are_chosen_by_name_and_range(chosen: dict[str, object], names: list[str]) -> None:
    jobs = [job("a", (), ("t.a",)), job("b", ("t.a",), ("t.b",)), job("c", ("t.b",), ("t.c",))]
    assert [found.name for found in select(jobs, **chosen)] == names  # type: ignore[arg-type]  # the keywords of select


def test_an_unknown_job_names_the_nearest() -> None:
    with pytest.raises(GraphError, match=r"no job is named 'build_customer' \(did you mean 'build_customers'\?\)"):
        select(JOBS, only=["build_customer"])


CHAIN = [job("first", (), ("t.a",)), job("middle", ("t.a",), ("t.b",)), job("last", ("t.b",), ("t.c",))]
ALONE = job("alone", (), ("t.d",))


def no_cancel() -> None:
    pytest.fail("nothing interrupted the run")


def run(chosen: list[Job], action: Callable[[str], None], *, at_once: int = 3) -> None:
    run_side_by_side(chosen, [*CHAIN, ALONE], lambda job: action(job.name), at_once=at_once, cancel=no_cancel)


def test_jobs_that_do_not_need_each_other_run_at_the_same_time() -> None:
    both = Barrier(2)
    run([CHAIN[0], ALONE], lambda name: [both.wait(timeout=20), None][1])


def test_no_more_jobs_run_than_are_allowed() -> None:
    running, most, lock = set[str](), list[int](), Lock()

    def action(name: str) -> None:
        with lock:
            running.add(name)
            most.append(len(running))
        with lock:
            running.discard(name)

    run([CHAIN[0], ALONE], action, at_once=1)
    assert most == [1, 1]


def test_a_job_waits_for_one_that_it_needs_through_a_job_that_does_not_run() -> None:
    order: list[str] = []
    run([CHAIN[2], CHAIN[0]], order.append)
    assert order == ["first", "last"]


def test_after_an_error_no_job_starts_and_those_that_run_come_to_their_end() -> None:
    failed, ended = Event(), list[str]()

    def action(name: str) -> None:
        if name == "first":
            failed.set()
            raise GraphError("first is broken")
        failed.wait(timeout=20)
        ended.append(name)

    with pytest.raises(GraphError, match="first is broken"):
        run([*CHAIN, ALONE], action)
    assert ended == ["alone"]


def test_an_interruption_cancels_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = Event()

    def interrupted(*args: object, **kwargs: object) -> None:
        monkeypatch.setattr("bullseye.core.parallel.wait", wait)
        raise KeyboardInterrupt

    monkeypatch.setattr("bullseye.core.parallel.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_side_by_side(
            [ALONE], [ALONE], lambda job: [cancelled.wait(timeout=20), None][1], at_once=1, cancel=cancelled.set
        )
    assert cancelled.is_set()
