"""Who may read what a submitted run has made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.shop import make_shop

from benchmark.suite import ROOT


@pytest.mark.fault(
    "another local user looks for tables, views and lists that a submitted run made",
    right="no file or folder is open to others",
)
def test_no_file_of_a_submitted_run_is_open_to_others(tmp_path: Path) -> None:
    """Files of Python and of Java, which has a mask of its own."""
    shop = make_shop(tmp_path)
    command = [str(ROOT / "scripts" / "submit"), "run_suite", "--jobs", "ingest_sources"]
    command += ["--deployment", str(shop.conf), "--lake", str(shop.lake)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    paths = [shop.lake, *shop.lake.rglob("*")]
    assert any(path.suffix == ".parquet" for path in paths)
    assert any(path.name == "00000000000000000000.json" for path in paths)
    assert [str(path) for path in paths if path.stat().st_mode & 0o077] == []
