"""What holds of every table's contract."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT

from bullseye import __version__
from bullseye.settings import Settings
from bullseye.settings.sources import Sources
from bullseye.suite import contracts, load_settings

READER_VERSION_1_TYPES = (
    "STRING",
    "INT",
    "BIGINT",
    "DOUBLE",
    "BOOLEAN",
    "DATE",
    "TIMESTAMP",
    "DECIMAL",
    "ARRAY<",
    "MAP<",
)


@pytest.fixture(params=["retail", "bank"])
def deployment(request: pytest.FixtureRequest) -> Settings:
    """The settings of each deployment that ships with the suite."""
    return load_settings(ROOT / "conf" / request.param)


def test_every_table_and_column_is_documented_and_every_key_is_a_required_column(deployment: Settings) -> None:
    for table in contracts(deployment).values():
        columns = {column.name: column for column in table.columns}
        assert len(columns) == len(table.columns), table.name
        assert "Readers:" in table.doc, table.name
        assert all(len(column.doc) > 2 for column in table.columns), table.name
        assert all(columns[name].required for name in table.key), table.name
        assert all(not columns[name].required for name in table.optional), table.name
        assert table.slice is None or table.slice in table.key or table.by_month or table.slice == "day", table.name


def test_every_type_can_be_read_by_reader_version_1(deployment: Settings) -> None:
    types = {column.type for table in contracts(deployment).values() for column in table.columns}
    assert [found for found in types if not found.startswith(READER_VERSION_1_TYPES)] == []


VALUES = ("completejourney", "household:", "COUPON/MISC", "term_deposit", "'core:", "'cards:")
"""What stands in the files of the retailer and the bank, or before their ids."""
NOBODYS_OWN = frozenset(
    [
        "age",
        "bank",
        "customer_no",
        "department",
        "email",
        "income",
        "least",
        "line",
        "mobile",
        "outcome",
        "page",
        "phone",
        "place",
        "purpose",
        "risk",
        "screen",
        "seconds",
        "sex",
        "since",
        "stars",
        "status",
        "topic",
        "way",
        "week",
        "words",
    ]
)
"""Names of source columns that are plain English; the suite numbers customers itself (customer_no)."""


def test_no_code_knows_the_retailer_or_the_bank(deployment: Settings) -> None:
    ours = {
        name for table in contracts(deployment).values() if table.name.startswith("silver.") for name in table.names
    }
    schemas = [source.columns for source in deployment[Sources].sources]
    theirs = {name for schema in schemas for name in re.findall(r"(?:^|,)\s*(\w+)\s", schema)} - ours - NOBODYS_OWN
    assert len(theirs) > 15, "columns of the sources are read"
    known = re.compile(rf"\b(?:{'|'.join(sorted(theirs))})\b|{'|'.join(map(re.escape, VALUES))}")
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for folder in ("lib", "jobs")
        for suffix in ("py", "j2", "yaml")
        for file in (ROOT / folder).rglob(f"*.{suffix}")
        for word in known.findall(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_version_is_the_same_everywhere() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
