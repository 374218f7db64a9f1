"""The built zip under real `spark-submit`, as its user runs it: also when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import ROOT
from tests.e2e.test_shop import contents
from tests.shop import Shop, make_shop

from bullseye.core.runlog import Entry

pytestmark = pytest.mark.slow
TABLES = [
    "silver.order_line",
    "silver.product",
    "silver.person",
    "features.person_known",
    "features.customer_number",
    "features.party_day",
    "gold.customer",
]


def environment(**variables: str) -> dict[str, str]:
    """That of a user's shell: small memory, and nothing of the session that runs the tests."""
    mine = ("PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")
    found = {name: value for name, value in os.environ.items() if name not in mine}
    small = {"BULLSEYE_DRIVER_MEMORY": "2g", "BULLSEYE_DRIVER_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}
    return found | small | variables


def submit(shop: Shop, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    command = [
        str(ROOT / "scripts" / "submit"),
        "run_suite",
        "--deployment",
        str(shop.conf),
        "--lake",
        str(shop.lake),
        "--log",
        "json",
        *arguments,
    ]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**variables),
        start_new_session=True,
        cwd=shop.root,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, object]], str]:
    out, err = process.communicate(timeout=600)
    # spark-submit passes on the driver's standard error as standard output.
    return process.returncode, [json.loads(line) for line in out.splitlines() if line.startswith("{")], out + err


def wait_for_commit(process: subprocess.Popen[str], shop: Shop, table: str, *, version: int) -> None:
    """Return when a table has that version; fail when the run ends before."""
    commit = shop.lake.joinpath(*table.split("."), "_delta_log", f"{version:020d}.json")
    deadline = time.monotonic() + 500
    while not commit.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"no version {version} of {table} after 500 s"
        time.sleep(0.02)


@pytest.mark.beside
def test_a_run_killed_between_two_commits_goes_on_and_ends_with_the_same_tables(
    whole: tuple[Shop, dict[str, Entry]], tmp_path: Path, spark: SparkSession
) -> None:
    killed = make_shop(tmp_path)
    process = submit(killed, "--until", "build_customers")
    wait_for_commit(process, killed, "features.party_day", version=1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (killed.lake / "gold").exists()
    code, events, told = finish(submit(killed, "--until", "build_customers"))
    assert code == 0, told
    status = {event["job"]: event["status"] for event in events if event["event"] == "job finished"}
    # They ran beside the job that was killed.
    assert {status.pop(name) for name in ("resolve_identity", "date_persons")} <= {"up to date", "done"}
    assert status == {"ingest_sources": "up to date", "build_party_days": "done", "build_customers": "done"}
    assert contents(spark, killed, TABLES) == contents(spark, whole[0], TABLES)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--as-of", "30.11.2017"], 2, "does not match the format"),
        (
            ["--set", "tags.tags.0.where=orders_90 >= 3"],
            2,
            "there is no column 'orders_90' (did you mean 'orders_90d'?)",
        ),
        (["--jobs", "build_tag"], 2, "did you mean 'build_tags'?"),
        (["--set", "sources.sources.0.path=../../data/order.csv"], 1, "matches no file"),
    ],
)
def test_a_mistake_ends_with_its_exit_code_and_names_the_place(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    shop = make_shop(tmp_path)
    found, _, told = finish(submit(shop, *arguments))
    assert (found, message in " ".join(told.split())) == (code, True), told
    assert not (shop.lake / "gold").exists()
