from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from tests.shop import Shop
from tests.unit.cli.conftest import SECOND
from typer.testing import CliRunner

from bullseye.cli.command import app
from bullseye.settings.deployment import Deployment
from bullseye.suite import load_settings


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, prog_name="bullseye")


def at(shop: Shop) -> tuple[str, ...]:
    return ("--deployment", str(shop.conf), "--lake", str(shop.lake))


def test_help_names_every_command() -> None:
    told = call("--help").output
    assert all(
        f"\n  {command} " in told for command in ("init", "run", "plan", "status", "show", "explain", "serve", "doctor")
    )


def test_json_is_one_line_a_row(shop: Shop, lake: Path) -> None:
    lines = [json.loads(line) for line in call("status", *at(shop), "--log", "json").stdout.splitlines()]
    assert [line["event"] for line in lines] == ["run", "run", "release", "release", "source"]
    assert (lines[0]["run_id"], lines[0]["status"]) == (SECOND, "failed")


def test_rows_as_csv_have_a_header_and_empty_nulls(shop: Shop, lake: Path) -> None:
    told = call("show", "customer_tag", *at(shop), "--columns", "customer_id,value", "--format", "csv").stdout
    assert told == "customer_id,value\ncard:C001,\ncard:C002,\n"


def test_a_person_sees_where_rows_are_from(shop: Shop, lake: Path) -> None:
    told = call("show", "gold.customer_tag", *at(shop)).stdout
    assert f"gold.customer_tag, version 1 (release {SECOND})" in told
    assert "card:C002" in told


def test_an_error_ends_with_its_code_and_says_the_remedy(shop: Shop, lake: Path) -> None:
    found = call("show", "gold.scor", *at(shop))
    assert (found.exit_code, "did you mean 'gold.score'?" in found.stderr) == (1, True)
    found = call("explain", "dormnt", "--deployment", str(shop.conf))
    assert (found.exit_code, "did you mean 'dormant'?" in found.stderr) == (2, True)


def test_the_only_deployment_of_the_folder_is_the_default(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    assert "rule tag dormant" in call("explain", "dormant").stdout
    other = shop.root / "conf" / "other"
    other.mkdir()
    (other / "deployment.yaml").touch()
    found = call("explain", "dormant")
    assert (found.exit_code, "there are conf/other, conf/shop; name one" in found.stderr) == (2, True)
    monkeypatch.setenv("BULLSEYE_DEPLOYMENT", "conf/shop")
    assert call("explain", "dormant").exit_code == 0


def test_doctor_exits_with_1_when_something_is_wrong(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--driver-memory 9000g pyspark-shell")
    found = call("doctor", *at(shop))
    assert (found.exit_code, "wrong   memory: heap 9000.0 of" in found.stdout) == (1, True)


def test_the_shell_completes_deployments_and_tables(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    monkeypatch.setenv("_BULLSEYE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("COMP_WORDS", "bullseye show gold.seg")
    assert call().stdout.split() == ["gold.segment_assignment", "gold.segment_profile"]


def test_init_writes_settings_for_a_folder_of_files_once_and_says_what_to_look_at(shop: Shop) -> None:
    target = shop.root / "conf" / "guessed"
    told = call("init", str(shop.data), str(target), "--local-zone", "Europe/Vienna").stdout
    assert all(text in told for text in ("receipt lines", "product list", "customer list"))
    assert "- deployment.yaml: are amounts in EUR?" in told
    assert f"- bullseye run --deployment {target}" in told
    assert load_settings(target)[Deployment].local_zone == "Europe/Vienna"
    again = call("init", str(shop.data), str(target))
    assert (again.exit_code, "is already there and is not overwritten" in again.stderr) == (2, True)


def test_init_takes_a_column_that_it_is_told(shop: Shop) -> None:
    where = (str(shop.data), str(shop.root / "conf" / "guessed"))
    found = call("init", *where, "--column", "product=orders.receipt", "--log", "json")
    settings = json.loads(found.stdout.splitlines()[-1])
    assert any("product = receipt" in decision for decision in settings["decisions"])
    wrong = call("init", *where, "--column", "product")
    assert (wrong.exit_code, "is not ROLE=COLUMN" in wrong.stderr) == (2, True)
