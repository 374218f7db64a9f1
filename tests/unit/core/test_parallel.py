"""Functions that run at the same time: order of results, the bound, errors, and Spark's properties of the thread."""

from __future__ import annotations

import time
from functools import partial
from threading import Barrier, Event, Lock

import pytest
from pyspark.sql import SparkSession

from bullseye.core.parallel import in_parallel
from bullseye.errors import LakeError, SourceError


def test_results_come_in_the_order_of_the_tasks_whichever_ends_first() -> None:
    second_ended = Event()

    def first() -> str:
        second_ended.wait(timeout=20)
        return "first"

    def second() -> int:
        second_ended.set()
        return 2

    assert in_parallel((first, second), at_once=2) == ("first", 2)
    assert in_parallel([], at_once=2) == ()


def test_as_many_tasks_run_at_the_same_time_as_allowed_and_no_more() -> None:
    both, lock, running, most = Barrier(2), Lock(), list[int](), list[int]()

    def task(number: int) -> int:
        with lock:
            running.append(number)
            most.append(len(running))
        both.wait(timeout=20)
        with lock:
            running.remove(number)
        # the next pair starts only when both have left
        both.wait(timeout=20)
        return number

    assert in_parallel([partial(task, number) for number in range(6)], at_once=2) == tuple(range(6))
    assert max(most) == 2


def test_after_an_error_tasks_that_run_come_to_their_end_and_those_that_wait_are_cancelled() -> None:
    failed, ended = Event(), list[str]()

    def fails() -> None:
        failed.set()
        raise SourceError("the second is broken")

    def runs() -> None:
        failed.wait(timeout=20)
        ended.append("first")

    def waits(number: int) -> None:
        time.sleep(0.05)
        ended.append(f"waited {number}")

    with pytest.raises(SourceError, match="the second is broken"):
        in_parallel([runs, fails, *(partial(waits, number) for number in range(100))], at_once=2)
    assert "first" in ended
    assert "waited 99" not in ended


def test_of_several_errors_the_first_in_order_is_raised_not_the_first_in_time() -> None:
    later_failed = Event()

    def first() -> None:
        later_failed.wait(timeout=20)
        raise LakeError("first in order")

    def second() -> None:
        later_failed.set()
        raise SourceError("first in time")

    with pytest.raises(LakeError, match="first in order"):
        in_parallel([first, second], at_once=2)


def test_threads_have_a_copy_of_the_properties_of_the_caller(spark: SparkSession) -> None:
    context = spark.sparkContext

    def changed(number: int) -> tuple[str | None, str | None]:
        before = context.getLocalProperty("test.parallel")
        context.setLocalProperty("test.parallel", f"changed by {number}")
        return before, context.getLocalProperty("test.parallel")

    context.setLocalProperty("test.parallel", "of the caller")
    try:
        tasks = [partial(changed, number) for number in range(3)]
        assert in_parallel(tasks, at_once=1, spark=spark) == tuple(
            ("of the caller", f"changed by {number}") for number in range(3)
        )
        assert context.getLocalProperty("test.parallel") == "of the caller"
    finally:
        context.setLocalProperty("test.parallel", None)  # type: ignore[arg-type]  # None removes it
