"""The how-to page that adds a topic in Python: its files, put into a copy of the code, work as they stand."""

from __future__ import annotations

import importlib
import json
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
from bullseye.cli.explain import explain
from bullseye.suite import FILES, JOBS, PUBLISH_RELEASE, SECTIONS, TOPICS, contracts, entries, load_settings

settings = load_settings(Path("conf/retail"))
tables = contracts(settings)
check_graph(JOBS, tables)
names = [job.name for job in in_order(JOBS)]
assert names.index("build_customers") < names.index("count_cohorts"), names
assert tables["gold.cohort"].is_published
assert "gold.cohort" in PUBLISH_RELEASE.reads
chapters = [section.chapter for section in sections_at(SECTIONS)]
names = [section.name for section in sections_at(SECTIONS)]
assert chapters[names.index("cohorts")] == "customers"
assert "## gold.cohort" in pages(Path("."))["tables.md"]
assert "## cohorts.yaml" in pages(Path("."))["settings.md"]
assert "cohorts" in [file.file for file in FILES]
(job,) = [job for job in JOBS if job.name == "count_cohorts"]
assert job.is_enabled(settings)
explained = [found["kind"] for name in ("gold.cohort", "count_cohorts") for found in explain(name, settings, tables, JOBS, entries(settings))]
assert explained == ["table", "job"]
assert "| `count_cohorts` | Count the customers of each first month" in pages(Path("."))["commands.md"]
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with the page's files and changes."""
    root = tmp_path_factory.mktemp("changed")
    for folder in ("lib", "jobs", "conf", "scripts"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    assert len(apply(PAGE, root)) == 11
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


def test_a_new_topic_changes_the_code_of_no_other_job_but_the_release(changed: Path) -> None:
    code = "import json; from bullseye.suite import JOBS; print(json.dumps({j.name: j.code_version() for j in JOBS}))"
    versions = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", code],
                env=os.environ | {"PYTHONPATH": str(root / "lib")},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for root in (ROOT, changed)
    ]
    before, after = versions
    assert [job for job in before if before[job] != after[job]] == ["publish_release"]
    assert set(after) - set(before) == {"count_cohorts"}


def test_the_page_touches_one_folder_of_the_library_and_one_line_of_the_suite(changed: Path) -> None:
    def files(root: Path) -> dict[str, str]:
        return {str(path.relative_to(root)): path.read_text() for path in (root / "lib").rglob("*.py")}

    before, after = files(ROOT), files(changed)
    touched = {path for path in after if before.get(path) != after[path]}
    assert {str(Path(path).parent) for path in touched} == {"lib/bullseye/topics/cohorts", "lib/bullseye"}
    added = set(after["lib/bullseye/suite.py"].splitlines()) - set(before["lib/bullseye/suite.py"].splitlines())
    assert added == {"from bullseye.topics.cohorts import TOPIC as COHORTS", "    COHORTS,"}


def test_the_code_of_the_page_is_in_the_style_of_the_house(changed: Path) -> None:
    # The copy of the code makes its imports known as first-party.
    for command in (["check"], ["format", "--check"]):
        ran = subprocess.run(["ruff", *command, "."], cwd=changed, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
