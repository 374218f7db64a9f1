"""Running functions at the same time, with a bound: the one place of the library that has threads for work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

A = TypeVar("A")
B = TypeVar("B")


@overload
def in_parallel(
    tasks: tuple[Callable[[], A], Callable[[], B]], *, at_once: int, spark: SparkSession | None = None
) -> tuple[A, B]: ...
@overload
def in_parallel(
    tasks: Iterable[Callable[[], A]], *, at_once: int, spark: SparkSession | None = None
) -> tuple[A, ...]: ...
def in_parallel(
    tasks: Iterable[Callable[[], object]], *, at_once: int, spark: SparkSession | None = None
) -> tuple[object, ...]:
    """The results of the tasks, in their order; at most `at_once` of them run at the same time.

    With a session, each thread gets a copy of the caller's Spark properties, such as the name of the job that runs.
    After an error, tasks that wait are cancelled and those that run come to their end. Then the error of the first task in
    order that failed is raised.
    """
    pool = ThreadPoolExecutor(at_once)
    try:
        started = [pool.submit(_inherited(task, spark)) for task in tasks]
        wait(started, return_when=FIRST_EXCEPTION)
    finally:
        pool.shutdown(cancel_futures=True)
    # Tasks start in their order: those that were cancelled come after the one that failed.
    return tuple(future.result() for future in started)


def _inherited(task: Callable[[], A], spark: SparkSession | None) -> Callable[[], A]:
    if spark is None:
        return task
    from pyspark import inheritable_thread_target  # noqa: PLC0415  planning does without Spark

    inherited: Callable[[], A] = inheritable_thread_target(spark)(task)
    return inherited


def run_when_ready(
    needs: Mapping[str, Collection[str]], run: Callable[[str], None], *, at_once: int, cancel: Callable[[], None]
) -> None:
    """Run each name as soon as the names that it needs are done; at most `at_once` at the same time, in the order of `needs`.

    After an error nothing further starts; what runs comes to its end, and the first error in time is raised. An
    interruption calls `cancel`, so that what runs ends soon.
    """
    waiting = {name: set(needed) for name, needed in needs.items()}
    running: dict[Future[None], str] = {}
    failed: BaseException | None = None
    with ThreadPoolExecutor(at_once, thread_name_prefix="job") as pool:
        try:
            while running or (waiting and not failed):
                ready = [] if failed else [name for name, needed in waiting.items() if not needed]
                for name in ready[: at_once - len(running)]:
                    del waiting[name]
                    running[pool.submit(run, name)] = name
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    failed = failed or future.exception()
                    for needed in waiting.values():
                        needed.discard(name)
        except BaseException:
            cancel()
            raise
    if failed:
        raise failed
