"""Errors as a person sees them on the console. Each is a command of its own, run as its user runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.shop import Shop

from bullseye.cli.reading import Reader

TRACES = ("Traceback", "\tat ", "Exception", "py4j", 'File "')
VALUE = "Ann-Smith-17"


def environment(**variables: str) -> dict[str, str]:
    """That of a user's shell: small memory, and nothing of the session that runs the tests."""
    mine = ("PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")
    found = {name: value for name, value in os.environ.items() if name not in mine}
    return found | {"BULLSEYE_DRIVER_MEMORY": "2g"} | variables


def run(shop: Shop, *arguments: str, lake: Path | None = None, **variables: str) -> Mapping[str, str]:
    """Exit code, console and log of one run by scripts/submit, which passes what Python says on to standard output."""
    log = shop.root / "bullseye-run.log"
    command = [
        str(ROOT / "scripts" / "submit"),
        "run_suite",
        "--deployment",
        str(shop.conf),
        "--lake",
        str(lake or shop.lake),
    ]
    variables = {"BULLSEYE_LOG": str(log), **variables}
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, env=environment(**variables), check=False, cwd=shop.root
    )
    return {
        "code": str(done.returncode),
        "said": done.stdout + done.stderr,
        "log": log.read_text() if log.exists() else "",
    }


def plain(said: str) -> bool:
    """Whether nothing on the console is a trace or names a class of Java."""
    return not any(part in said for part in TRACES)


@pytest.mark.fault(
    "silver SQL casts a text (scripts/submit)",
    right="exit 1; the console has file, line and remedy, no trace and no value",
)
def test_a_cast_in_silver_sql(shop: Shop) -> None:
    shop.append_lines("customers.csv", [f"C900,{VALUE},north"])
    shop.edit("sources.yaml", "age INT", "age STRING")
    shop.edit("silver/person.sql", "floor(age / 10)", "floor(CAST(age AS INT) / 10)")
    found = run(shop, "--jobs", "ingest_sources")
    assert found["code"] == "1"
    assert f"{shop.conf}/silver/person.sql:5: CAST(age AS INT)" in found["said"]
    assert "write try_cast" in found["said"]
    assert plain(found["said"])
    assert VALUE not in found["said"] + found["log"]
    assert "CAST_INVALID_INPUT" in found["log"]
    reasons = Reader(str(shop.lake)).rows("SELECT reason FROM rows WHERE status = 'failed'", "ops.run")
    assert [VALUE in row["reason"] for row in reasons] == [False]
    assert "cannot be cast to INT" in reasons[0]["reason"]


@pytest.mark.fault(
    "a commit is cut in half (scripts/submit)", right="exit 1; the table, the file and the remedy, no trace"
)
def test_a_damaged_commit(shop: Shop) -> None:
    assert run(shop, "--jobs", "ingest_sources")["code"] == "0"
    log = shop.lake / "silver" / "order_line" / "_delta_log"
    commit = max(log.glob("*.json"))
    commit.write_text(commit.read_text()[:60])
    for checksum in (*log.glob("*.crc"), *log.glob(".*.crc")):
        checksum.unlink(missing_ok=True)
    found = run(shop, "--jobs", "ingest_sources,resolve_identity,build_party_days", "--force")
    assert found["code"] == "1"
    assert "silver.order_line" in found["said"]
    assert plain(found["said"])


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(
            number,
            code,
            marks=pytest.mark.fault(
                f"{what} in a run (scripts/bullseye run)", right=f"exit {code}, one line, the lease is released"
            ),
            id=what,
        )
        for what, number, code in (("Ctrl-C", signal.SIGINT, 130), ("SIGTERM", signal.SIGTERM, 143))
    ],
)
def test_an_interruption(shop: Shop, number: signal.Signals, code: int) -> None:
    command = [str(ROOT / "scripts" / "bullseye"), "run", "--deployment", str(shop.conf), "--lake", str(shop.lake)]
    variables = environment(BULLSEYE_LOG=str(shop.root / "x.log"))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=variables, cwd=shop.root) as process:
        for _ in range(600):
            if (shop.lake / "ops" / "run").is_dir():
                break
            time.sleep(0.2)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code
    assert "interrupted" in said
    assert "Traceback" not in said
    assert Reader(str(shop.lake)).rows("SELECT released FROM rows", "ops.lease") == [{"released": True}]


@pytest.mark.fault(
    "the lake's path has a back-tick, quotes and a blank", right="the whole run ends well, and its views are read"
)
def test_a_whole_run_at_an_odd_path(shop: Shop) -> None:
    lake = shop.root / """a `lake` of "Ann's" ä"""
    found = run(shop, lake=lake)
    assert found["code"] == "0", found["said"]
    assert Reader(str(lake)).released() is not None
    assert (lake / "views" / "spark.sql").is_file()
