"""The whole suite on a real standalone cluster, of which a worker dies on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import FEW_ROWS, ROOT
from tests.e2e.test_shop import contents
from tests.e2e.test_submit import finish, submit, wait_for_commit
from tests.shop import Shop, make_shop

from bullseye.core.runlog import Entry

pytestmark = [pytest.mark.slow, pytest.mark.beside]
TABLES = [
    "silver.order_line",
    "features.party_day_item",
    "features.training_snapshot",
    "gold.customer",
    "gold.customer_tag",
    "gold.association_rule",
    "gold.recommendation",
]
"""What does not depend on how rows are spread over tasks: sums of floating-point numbers do, and with them models."""


@contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[tuple[str, list[int]]]:
    """The address of a master on loopback, and the processes of its workers."""
    with subprocess.Popen(
        [ROOT / "scripts" / "cluster", "--workers", str(workers)],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BULLSEYE_CLUSTER_DIR": str(folder), "BULLSEYE_WORKER_MEMORY": "1g"},
    ) as started:
        try:
            told = ""
            while "the cluster is" not in told:
                line = started.stderr.readline() if started.stderr else ""
                assert line, told
                told += line
            master = re.findall(r"the cluster is (\S+)", told)[0]
            yield master, [int(pid) for pid in re.findall(r"worker \d+ is process (\d+)", told)]
        finally:
            started.terminate()


def spark_conf(path: Path, *, of: str = "cluster", **changes: str) -> Path:
    """The properties file of a kind of machine with other values for some settings, which must be there."""
    text = (ROOT / "conf" / "spark" / f"{of}.conf").read_text(encoding="utf-8")
    for name, value in changes.items():
        text, found = re.subn(rf"^(spark\S*\.{name})\s.*$", rf"\1  {value}", text, flags=re.MULTILINE)
        assert found == 1, f"{name} stands {found} times in {of}.conf"
    path.write_text(text, encoding="utf-8")
    return path


def running_tasks(worker: Path) -> int:
    """Tasks that the worker's executor has begun and not ended, by its own log."""
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in worker.glob("app-*/*/stderr")]
    return sum(log.count("Running task") - log.count("Finished task") for log in logs)


def kill_in_a_stage(worker: Path, pid: int) -> None:
    """Kill a worker and its executor while the executor runs a task."""
    deadline = time.monotonic() + 100
    while not running_tasks(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    executors = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            executors += (thread / "children").read_text(encoding="ascii").split()
    assert executors, "the worker has no executor"
    for process in (pid, *map(int, executors)):
        os.kill(process, signal.SIGKILL)


def test_the_suite_ends_with_the_same_tables_when_a_worker_dies_in_a_stage(
    whole: tuple[Shop, dict[str, Entry]], tmp_path: Path, spark: SparkSession
) -> None:
    shop, workers = make_shop(tmp_path / "shop"), tmp_path / "workers"
    # Two cores: a few hundred rows in 200 partitions would be minutes of empty tasks.
    # Compiling quickly pays for many small queries, as for the driver, and not compiling queries at all.
    conf = spark_conf(tmp_path / "spark.conf", extraJavaOptions="-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
    with conf.open("a", encoding="utf-8") as file:
        file.writelines(f"\n{name}  {value}" for name, value in FEW_ROWS.items())
    with cluster(workers) as (master, pids):
        process = submit(shop, SPARK_MASTER=master, BULLSEYE_SPARK_CONF=str(conf))
        wait_for_commit(process, shop, "silver.order_line", version=0)
        kill_in_a_stage(workers / "worker-1", pids[0])
        code, events, told = finish(process)
    assert code == 0, told
    assert "ExecutorLostFailure" in told or "Lost executor" in told, told
    assert {event["status"] for event in events if event["event"] == "job finished"} == {"done"}
    assert contents(spark, shop, TABLES) == contents(spark, whole[0], TABLES)


def test_a_cluster_without_workers_is_told_and_does_not_hang(tmp_path: Path) -> None:
    shop, conf = make_shop(tmp_path), spark_conf(tmp_path / "spark.conf", executorTimeout="3")
    with cluster(tmp_path / "workers", workers=0) as (master, _):
        code, _, told = finish(submit(shop, SPARK_MASTER=master, BULLSEYE_SPARK_CONF=str(conf)))
    assert code == 1, told
    assert f"{master} has given no executor within 3 s: it has no worker" in " ".join(told.split())
    assert not shop.lake.exists()
