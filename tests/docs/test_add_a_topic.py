"""The how-to page that adds a topic in Python: its files, put into a copy of the code, work as they stand."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.pages import ROOT, apply

import bullseye.topics
from bullseye.settings import Settings

PAGE = ROOT / "docs" / "how-to" / "add-a-topic.md"
ORDER = """
from pathlib import Path
from bullseye.core.graph import check_graph, in_order
from bullseye.reference.pages import pages
from bullseye.report.chapters import sections_at
from bullseye.settings import load_settings
from bullseye.suite import JOBS, PUBLISH_RELEASE, SECTIONS, contracts

tables = contracts(load_settings(Path("conf/retail")))
check_graph(JOBS, tables)
names = [job.name for job in in_order(JOBS)]
assert names.index("build_customers") < names.index("count_cohorts"), names
assert tables["gold.cohort"].is_published
assert "gold.cohort" in PUBLISH_RELEASE.reads
chapters = [section.chapter for section in sections_at(SECTIONS)]
names = [section.name for section in sections_at(SECTIONS)]
assert chapters[names.index("cohorts")] == "customers"
assert "## gold.cohort" in pages(Path("."))["tables.md"]
assert "| `count_cohorts` | Count the customers of each first month" in pages(Path("."))["commands.md"]
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with the page's files and changes."""
    root = tmp_path_factory.mktemp("changed")
    for folder in ("lib", "jobs", "conf", "scripts"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    assert len(apply(PAGE, root)) == 9
    return root


@pytest.fixture
def imported(changed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page's package beside those that are imported already."""
    monkeypatch.setattr(
        bullseye.topics, "__path__", [*bullseye.topics.__path__, str(changed / "lib" / "bullseye" / "topics")]
    )
    importlib.invalidate_caches()
    yield
    for name in [name for name in sys.modules if name.startswith("bullseye.topics.cohorts")]:
        del sys.modules[name]


def test_the_test_of_the_page_passes(changed: Path, imported: None, spark: SparkSession, retail: Settings) -> None:
    path = changed / "tests" / "unit" / "topics" / "cohorts" / "test_cohorts.py"
    spec = spec_from_file_location("page_test_cohorts", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 1
    tests[0](spark, retail)


def test_the_job_has_its_place_and_its_entry(changed: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(changed / "lib")}
    for arguments in (["-c", ORDER], ["jobs/count_cohorts.py", "--help"]):
        ran = subprocess.run(
            [sys.executable, *arguments], cwd=changed, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    assert "Writes gold.cohort." in ran.stdout


def test_the_code_of_the_page_is_in_the_style_of_the_house(changed: Path) -> None:
    # The copy of the code makes its imports known as first-party.
    for command in (["check"], ["format", "--check"]):
        ran = subprocess.run(["ruff", *command, "."], cwd=changed, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
