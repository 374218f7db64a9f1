"""The commands of README and docs, run as they stand: in one session, on the small shop instead of the grocer's year."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.docs.elsewhere import ELSEWHERE, NOT_RUN
from tests.pages import ROOT, Command, apply, commands, pages
from tests.shop import Shop
from typer.testing import CliRunner

from bullseye.cli.app import job_app, suite_app
from bullseye.cli.command import app
from bullseye.core.runlog import Entry
from bullseye.suite import JOBS

pytestmark = pytest.mark.beside
HOW_TO = ROOT / "docs" / "how-to"
PLAIN = ("export ", "tar ")
"""Commands of the shell that a test may run."""
OUTCOMES = {
    "add-a-source.md": [
        ("bullseye show silver.contact --deployment conf/shop", "spring"),
        ("bullseye show ops.quarantine --deployment conf/shop", "customer is missing"),
    ],
    "add-a-measure.md": [("bullseye explain tea_share_90d --deployment conf/shop", "tea_spend_90d / nullif")],
    "add-a-tag.md": [
        ("bullseye show gold.tag_coverage --deployment conf/shop --newest", "favourite_weekday"),
        ("bullseye explain slipping --deployment conf/shop", "conf/shop/tags.yaml"),
    ],
    "add-a-segment.md": [
        (
            (
                "bullseye show gold.segment_profile --deployment conf/shop --newest"
                ' --columns scheme,segment,customers,description,feature_meaning --where "rank = 1"'
            ),
            "best",
        )
    ],
    "link-customers.md": [
        ("bullseye show features.identity_map --deployment conf/shop", "web:W1 card:C001"),
        ("""bullseye show ops.identity_ledger --deployment conf/shop --where "rule = 'email'\"""", "web:W1"),
        ("bullseye show ops.identity_refusal --deployment conf/shop", "too many customers phone"),
        ("bullseye show ops.identity_quality --deployment conf/shop", "customers by parties 2 1"),
    ],
    "add-a-target.md": [("bullseye explain return_14d --deployment conf/shop", "A purchase within the next 14 days")],
}
"""What the last commands of a page show."""


def is_run_here(command: Command) -> bool:
    return command.text not in ELSEWHERE and not command.text.startswith(tuple(NOT_RUN))


def execute(command: Command, *, at: Path) -> str:
    """Run a command in the folder `at`, and return what it prints; fails where it ends with an error."""
    program, *arguments = command.words
    if command.text.startswith(PLAIN):
        ran = subprocess.run(["bash", "-ec", command.text], cwd=at, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout
    if program == "bullseye":
        console = app
    else:
        assert program == "scripts/submit", (
            f"{command.page}: nothing runs {command.text!r}; name the test that does in tests/docs"
        )
        job = arguments.pop(0)
        console = suite_app() if job == "run_suite" else job_app(next(one for one in JOBS if one.name == job))
    result = CliRunner().invoke(console, arguments)
    assert result.exit_code == 0, f"{command.text}\n{result.output}\n{result.exception!r}"
    return result.output


def copy(shop: Shop, root: Path, *, name: str) -> Path:
    """A folder in which the shop is the deployment conf/NAME, with its lake where it is looked for."""
    shutil.copytree(shop.conf, root / "conf" / name)
    shutil.copytree(shop.data, root / "data")
    shutil.copytree(shop.lake, root / "lake" / name)
    return root


@pytest.fixture(scope="module")
def checkout(whole: tuple[Shop, dict[str, Entry]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout after its demo, whose conf/retail and conf/shop are both the small shop."""
    root = copy(whole[0], tmp_path_factory.mktemp("checkout"), name="retail")
    (root / "conf" / "shop").symlink_to("retail")
    return root


ELSE = [page for page in pages() if page.parent != HOW_TO or page.name not in OUTCOMES]


@pytest.mark.parametrize("page", ELSE, ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_they_say(
    page: Path, checkout: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    # The one deployment of a real checkout.
    monkeypatch.setenv("BULLSEYE_DEPLOYMENT", "conf/retail")
    for command in filter(is_run_here, commands(page)):
        told = execute(command, at=checkout)
        assert told or command.text.startswith(PLAIN), command.text


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_how_to_page_changes_the_shop_as_it_says(
    name: str,
    whole: tuple[Shop, dict[str, Entry]],
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = HOW_TO / name
    root = copy(whole[0], tmp_path, name="shop")
    monkeypatch.chdir(root)
    # An export of the page is run in a shell of its own.
    monkeypatch.setenv("SHOP_SALT", "a long text that nobody guesses")
    assert apply(page, root)
    shown = commands(page)
    assert any("--dry-run" in command.text for command in shown), "a how-to page ends with its check"
    told = {command.text: execute(command, at=root) for command in filter(is_run_here, shown)}
    for text, expected in OUTCOMES[name]:
        # Columns are apart by lines, where the console draws them.
        assert expected in " ".join(told[text].replace("│", " ").split()), told[text]
