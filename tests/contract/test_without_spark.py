"""What is planned and read without Spark: the list of jobs, contracts and settings."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from tests.conftest import ROOT

from bullseye.core.job import Job
from bullseye.suite import JOBS

PLANNED = """
import sys
from pathlib import Path
from bullseye.core.graph import check_graph, in_order
from bullseye.suite import load_settings
from bullseye.suite import JOBS, contracts

settings = load_settings(Path("conf/retail"))
check_graph(JOBS, contracts(settings))
for job in in_order(JOBS):
    job.is_enabled(settings), job.reads_with(settings), job.code_version()
brought = sorted(name for name in ("pyspark", "delta", "pandas", "pyarrow") if name in sys.modules)
assert not brought, f"brought {brought}"
"""


def test_jobs_contracts_and_settings_are_read_without_spark() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PLANNED], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_functions_that_a_job_names_exist(job: Job) -> None:
    for function in (*job.functions, *filter(None, [job.check])):
        assert callable(getattr(importlib.import_module(function.__module__), function.__qualname__))
