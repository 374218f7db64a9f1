from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.shop import Shop
from tests.unit.cli.conftest import LEASE, RELEASE, write

from bullseye.cli.doctor import Finding, examine
from bullseye.suite import load_settings


def findings(shop: Shop) -> dict[str, Finding]:
    return {found.what: found for found in examine(lambda: load_settings(shop.conf), str(shop.lake))}


@pytest.fixture(autouse=True)
def _as_by_the_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jars = tmp_path / "jars"
    jars.mkdir()
    (jars / "delta-spark_4.2_2.13-4.4.0.jar").touch()
    monkeypatch.setenv("BULLSEYE_JARS", str(jars))
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--driver-memory 2g pyspark-shell")
    monkeypatch.delenv("SPARK_MASTER", raising=False)


def test_a_sound_machine_has_nothing_wrong(shop: Shop, lake: Path) -> None:
    found = findings(shop)
    assert {what: finding.state for what, finding in found.items()} == dict.fromkeys(found, "good")
    assert {"Java", "Delta's jars", "memory", "settings", "source files", "lake", "release"} <= set(found)


def test_a_java_that_is_not_there_or_too_old_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert findings(shop)["Java"].says == f"there is none in JAVA_HOME={tmp_path}"
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="ascii")
    java.chmod(0o755)
    found = findings(shop)["Java"]
    assert (found.state, found.says) == ("wrong", f"11.0.2 ({java})")
    assert "Java 17 or 21" in found.remedy


def test_jars_that_are_missing_or_of_another_version_are_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    jars = Path(os.environ["BULLSEYE_JARS"])
    (jars / "delta-spark_4.2_2.13-4.4.0.jar").rename(jars / "delta-spark_4.2_2.13-4.1.0.jar")
    assert "the Python package is 4.4.0" in findings(shop)["Delta's jars"].remedy
    monkeypatch.delenv("BULLSEYE_JARS")
    assert findings(shop)["Delta's jars"].says == "there are none"


def test_a_heap_that_the_machine_cannot_hold_is_wrong_and_a_tiny_one_a_warning(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--driver-memory 9000g pyspark-shell")
    assert findings(shop)["memory"].state == "wrong"
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--driver-memory 512m pyspark-shell")
    assert findings(shop)["memory"].state == "warning"


def test_a_master_that_does_not_answer_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("SPARK_MASTER", f"spark://127.0.0.1:{port}")
        assert findings(shop)["cluster"].says == f"127.0.0.1:{port} answers"
    found = findings(shop)["cluster"]
    assert (found.state, found.remedy) == ("wrong", "start the master, or mend SPARK_MASTER")


def test_mistakes_in_the_settings_are_told_and_the_machine_is_looked_at_all_the_same(shop: Shop) -> None:
    shop.edit("tags.yaml", "group: lifecycle\n    doc: bought at", "grup: lifecycle\n    doc: bought at")
    found = findings(shop)
    assert (found["settings"].state, found["Java"].state) == ("wrong", "good")
    assert "unknown key (did you mean 'group'?)" in found["settings"].says
    assert "lake" not in found


def test_a_source_file_that_is_missing_is_told_with_its_place(shop: Shop) -> None:
    (shop.data / "orders.csv").unlink()
    found = findings(shop)["source files"]
    assert (found.state, found.says) == (
        "wrong",
        f"{shop.conf}/sources.yaml:2 sources.0 (orders): ../../data/orders.csv",
    )


def test_a_held_lease_is_a_warning_and_a_dead_one_says_so(shop: Shop, lake: Path) -> None:
    held = {"run_id": "r", "host": "etl-1", "pid": 17, "user": "etl", "released": False}
    write(lake, "ops.lease", [{**held, "heartbeat_at": datetime.now(UTC)}], LEASE)
    assert findings(shop)["lease"].remedy == "wait for it to end before you start one"
    write(lake, "ops.lease", [{**held, "heartbeat_at": datetime.now(UTC) - timedelta(hours=1)}], LEASE)
    assert findings(shop)["lease"].remedy == "the run died; the next one takes the lease over"


def test_a_release_of_a_version_that_is_gone_is_wrong(shop: Shop, lake: Path) -> None:
    (lake / "gold" / "customer_tag" / "_delta_log" / f"{1:020d}.json").unlink()
    found = findings(shop)["release"]
    assert (found.state, found.remedy) == ("wrong", "publish again: bullseye run --jobs publish_release --force")


def data_file(lake: Path) -> Path:
    """The file that only the second version of gold.customer_tag names."""
    log = lake / "gold" / "customer_tag" / "_delta_log" / f"{1:020d}.json"
    added = [json.loads(line)["add"]["path"] for line in log.read_text().splitlines() if '"add"' in line]
    return lake / "gold" / "customer_tag" / added[0]


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        pytest.param(
            lambda file: file.unlink(),
            "is missing",
            marks=pytest.mark.fault("a data file of the release is gone", right="doctor names table, file and remedy"),
            id="gone",
        ),
        pytest.param(
            lambda file: file.write_bytes(file.read_bytes()[:-20]),
            "bytes, its log states",
            marks=pytest.mark.fault("a data file of the release is cut", right="doctor names table, file and remedy"),
            id="cut",
        ),
        pytest.param(
            lambda file: file.write_bytes(b"x" * file.stat().st_size),
            "has no readable Parquet footer",
            marks=pytest.mark.fault(
                "a data file of the release is overwritten", right="doctor names table, file and remedy"
            ),
            id="overwritten",
        ),
    ],
)
def test_files_of_the_release_are_opened(shop: Shop, lake: Path, damage: Callable[[Path], object], what: str) -> None:
    file = data_file(lake)
    damage(file)
    found = findings(shop)["release"]
    assert (found.state, found.remedy) == ("wrong", "publish again: bullseye run --jobs publish_release --force")
    assert found.says.startswith(f"gold.customer_tag: {file} ")
    assert what in found.says


def test_a_file_that_the_newest_version_needs_too_has_another_remedy(shop: Shop, lake: Path) -> None:
    log = lake / "gold" / "customer_tag" / "_delta_log" / f"{2:020d}.json"
    kept = [line for line in log.read_text().splitlines() if '"remove"' not in line]
    log.write_text("\n".join(kept))
    data_file(lake).unlink()
    assert f"remove {lake}/gold/customer_tag and run again" in findings(shop)["release"].remedy


@pytest.mark.parametrize(
    ("table", "text", "what"),
    [
        pytest.param(
            "gold.customer_tag",
            "",
            "is empty",
            marks=pytest.mark.fault("a commit file has 0 bytes", right="doctor names table, file and remedy"),
            id="empty",
        ),
        pytest.param(
            "ops.release",
            '{"add": {"pa',
            "is not JSON",
            marks=pytest.mark.fault("a commit file is cut", right="doctor names table, file and remedy"),
            id="cut",
        ),
        pytest.param(
            "ops.lease",
            None,
            "is missing",
            marks=pytest.mark.fault("a commit file is gone", right="doctor names table, file and remedy"),
            id="gone",
        ),
    ],
)
def test_damage_to_a_log_is_wrong(shop: Shop, lake: Path, table: str, text: str | None, what: str) -> None:
    held = {"run_id": "r", "host": "etl-1", "pid": 17, "user": "etl", "heartbeat_at": datetime.now(UTC)}
    for _ in range(3):
        write(lake, "ops.lease", [{**held, "released": True}], LEASE)
        write(lake, "ops.release", [], RELEASE)
    commit = lake / table.replace(".", "/") / "_delta_log" / f"{1:020d}.json"
    commit.unlink() if text is None else commit.write_text(text)
    found = findings(shop)["table logs"]
    assert (found.state, found.says) == ("wrong", f"{table}: {commit} {what}")
    assert f"remove {commit.parents[1]} and run again" in found.remedy


def test_a_process_of_this_machine_that_is_gone_is_dead_at_once(shop: Shop, lake: Path) -> None:
    held = {"run_id": "r", "host": socket.gethostname(), "pid": 2**22 + 1, "user": "etl", "released": False}
    write(lake, "ops.lease", [{**held, "heartbeat_at": datetime.now(UTC) + timedelta(hours=1)}], LEASE)
    found = findings(shop)["lease"]
    assert found.remedy == "the run died; the next one takes the lease over"
    assert "in the future: the clock of its machine is ahead" in found.says


@pytest.mark.fault("bullseye doctor on a lake that is a link to itself", right="a finding that names it")
def test_a_lake_that_is_a_link_to_itself_is_a_finding(shop: Shop) -> None:
    shop.lake.symlink_to("lake")
    assert "is a link that leads to itself" in findings(shop)["settings"].says
