"""The examples of docs/how-to/connect-bi.md, run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.released import DAY, ReleasedLake

PAGE = ROOT / "docs" / "how-to" / "connect-bi.md"
DUCKDB, POLARS, DELTALAKE = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


def run(example: str, lake: ReleasedLake, folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that an example defines, run where lake/retail is the released lake."""
    (folder / "lake").mkdir()
    (folder / "lake" / "retail").symlink_to(lake.root)
    patch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(example, str(PAGE), "exec"), names)
    return names


def test_duckdb(lake: ReleasedLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run(DUCKDB, lake, tmp_path, monkeypatch)
    assert found["segments"].fetchall() == [("champions", 1)]
    assert found["db"].sql("SELECT count(*), max(as_of) FROM gold_customer").fetchall() == [(3, DAY)]
    found["db"].close()


def test_polars_sees_the_released_rows_and_not_the_change_after_them(
    lake: ReleasedLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run(POLARS, lake, tmp_path, monkeypatch)
    assert found["customers"]["customer_id"].to_list() == ["a", "b", "p"]


def test_deltalake(lake: ReleasedLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run(DELTALAKE, lake, tmp_path, monkeypatch)
    assert set(found["scores"]["as_of"]) == {DAY}
    assert len(found["scores"]) == found["newest"]["rows"]["gold.score"]
