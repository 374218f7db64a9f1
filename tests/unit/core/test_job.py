"""What a job is given, and when its code counts as changed."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import ROOT

from bullseye.core.job import Inputs, _code, _reachable
from bullseye.errors import BullseyeError
from bullseye.settings import Settings
from bullseye.suite import JOBS, load_settings


def test_a_table_that_was_not_declared_cannot_be_read(spark: SparkSession) -> None:
    inputs = Inputs({"t.a": lambda: spark.range(1)}, "build_tags")
    with pytest.raises(BullseyeError, match=r"build_tags reads t\.b without declaring it; add it to reads or previous"):
        inputs["t.b"]


def test_a_table_is_read_when_it_is_first_asked_for(spark: SparkSession) -> None:
    reads: list[str] = []
    inputs = Inputs({"t.a": lambda: reads.append("a") or spark.range(1)}, "job")  # type: ignore[func-returns-value]  # append gives None
    assert reads == []
    assert inputs["t.a"] is inputs["t.a"]
    assert reads == ["a"]


def test_the_code_of_a_job_is_its_module_and_all_that_it_imports_of_the_package() -> None:
    reached = _reachable("bullseye.topics.customers.build")
    assert {
        "bullseye.topics.customers.build",
        "bullseye.topics.customers.windows",
        "bullseye.tables.facts",
        "bullseye.core.job",
    } <= reached
    assert not any(name.startswith(("bullseye.topics.tags", "bullseye.cli")) for name in reached)


CODE = """
import datetime


class Rule:
    days: int = 3


def late(day):
    return day + datetime.timedelta(days=Rule.days)
"""
SAME_CODE = '''
"""What is late."""
from typing import TYPE_CHECKING


import datetime  # the clock is passed in

if TYPE_CHECKING:
    from bullseye.tags.build import build_tags


class Rule:
    """A rule."""

    days: int = 3
    """How many days."""


def late(day):
    """True when it is late."""
    # counted from the day itself
    return day + datetime.timedelta(
        days=Rule.days,
    )
'''


@pytest.fixture
def code_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The code of a module with a text, as a job's version has it."""
    monkeypatch.syspath_prepend(tmp_path)

    def code(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return _code(name)

    return code


def test_comments_docstrings_layout_and_imports_for_types_are_no_code(code_of) -> None:
    imported = CODE.replace("import datetime", "from typing import TYPE_CHECKING\nimport datetime")
    assert code_of("same_code", SAME_CODE) == code_of("bare_code", imported)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("number_changed", "3", "4"),
        ("name_changed", "Rule", "Limit"),
        ("text_returned", "return day", "return 'day'"),
        ("branch_added", "    return", "    if day: raise ValueError\n    return"),
    ],
)
def test_what_runs_is_code(code_of, name: str, old: str, new: str) -> None:
    assert code_of(name, CODE.replace(old, new)) != code_of(f"before_{name}", CODE)


def test_imports_for_types_lead_nowhere(code_of) -> None:
    code_of("imports_for_types", SAME_CODE)
    assert _reachable("imports_for_types") == {"imports_for_types"}


def test_jobs_of_different_packages_have_different_code() -> None:
    versions = {job.name: job.code_version() for job in JOBS}
    assert versions["ingest_sources"] != versions["build_customers"]


def test_a_job_reads_the_facts_that_the_settings_use(retail: Settings) -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    days, customers = (
        next(job for job in JOBS if job.name == name) for name in ("build_party_days", "build_customers")
    )
    assert days.reads_with(retail) == ("silver.order_line", "silver.product")
    assert days.reads_with(bank) == ("silver.event", "silver.touch", "silver.product")
    assert {"silver.balance", "silver.holding"} & set(customers.reads_with(retail)) == set()
    assert {"silver.balance", "silver.holding"} <= set(customers.reads_with(bank))
