from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.shop import Shop
from tests.unit.cli.conftest import EARLY, LATE, SECOND

from bullseye.cli.reading import Reader
from bullseye.cli.show import known, listing, show
from bullseye.core.contract import Table
from bullseye.errors import LakeError
from bullseye.suite import contracts, load_settings


@pytest.fixture
def tables(shop: Shop) -> dict[str, Table]:
    return contracts(load_settings(shop.conf))


@pytest.fixture
def reader(lake: Path) -> Reader:
    return Reader(str(lake))


def tag_of(customer: str, day: date) -> dict[str, object]:
    return {
        "as_of": day,
        "customer_id": f"card:{customer}",
        "tag": "regular",
        "position": 1,
        "value": None,
        "number": None,
    }


def test_rows_are_those_of_the_release_and_its_day_in_the_order_of_the_key(
    reader: Reader, tables: dict[str, Table]
) -> None:
    found = show(reader, tables["gold.customer_tag"])
    assert found.rows == [tag_of("C001", LATE), tag_of("C002", LATE)]
    assert (found.version, found.release_id) == (1, SECOND)


def test_an_older_day_and_the_newest_version_can_be_asked_for(reader: Reader, tables: dict[str, Table]) -> None:
    table = tables["gold.customer_tag"]
    assert show(reader, table, as_of=EARLY).rows == [tag_of("C001", EARLY)]
    newest = show(reader, table, newest=True)
    assert newest.rows == [tag_of("C001", date(2025, 7, 1))]
    assert (newest.version, newest.release_id) == (2, None)


def test_a_condition_an_order_columns_and_a_limit(reader: Reader, tables: dict[str, Table]) -> None:
    table, columns = tables["gold.customer_tag"], ("customer_id",)
    found = show(reader, table, columns=columns, where="tag = 'regular'", order="customer_id DESC", limit=1)
    assert found.rows == [{"customer_id": "card:C002"}]
    assert show(reader, table, columns=columns, where="tag = 'x' OR false").rows == []


def test_a_condition_that_does_not_fit_names_the_nearest_column(reader: Reader, tables: dict[str, Table]) -> None:
    with pytest.raises(LakeError, match=r"does not fit the table: there is no column 'tgs' \(did you mean 'tag'\?\)"):
        show(reader, tables["gold.customer_tag"], where="tgs = 'regular'")


def test_a_column_that_is_not_there_names_the_nearest(reader: Reader, tables: dict[str, Table]) -> None:
    with pytest.raises(LakeError, match=r"gold.customer_tag has no column 'customer' \(did you mean 'customer_id'\?\)"):
        show(reader, tables["gold.customer_tag"], columns=("customer", "tag"))


def test_a_table_is_known_without_its_layer_and_a_mistyped_one_names_the_nearest(tables: dict[str, Table]) -> None:
    assert known(tables, "score").name == "gold.score"
    with pytest.raises(LakeError, match=r"no table 'gold.scores' \(did you mean 'gold.score'\?\)"):
        known(tables, "gold.scores")


def test_a_table_that_no_job_has_made_names_the_remedy(reader: Reader, tables: dict[str, Table]) -> None:
    with pytest.raises(LakeError, match=r"gold.score is not in the lake .*; run the suite for it: bullseye run"):
        show(reader, tables["gold.score"])


def test_files_of_a_release_that_vacuum_has_removed_are_told(
    reader: Reader, lake: Path, tables: dict[str, Table]
) -> None:
    for file in (lake / "gold" / "customer_tag").glob("*.parquet"):
        file.unlink()
    with pytest.raises(LakeError, match=r"have been removed; VACUUM .*publish a new release"):
        show(reader, tables["gold.customer_tag"])


def test_a_released_version_whose_log_is_gone_is_told(reader: Reader, lake: Path, tables: dict[str, Table]) -> None:
    (lake / "gold" / "customer_tag" / "_delta_log" / f"{1:020d}.json").unlink()
    with pytest.raises(LakeError, match="has no version 1 any more"):
        show(reader, tables["gold.customer_tag"])


def test_the_list_has_every_table_of_the_lake_with_what_is_released(reader: Reader, tables: dict[str, Table]) -> None:
    found = {row["table"]: (row["version"], row["released"], row["rows"]) for row in listing(reader, tables)}
    assert found == {
        "gold.customer_tag": (2, 1, 2),
        "ops.run": (0, None, None),
        "ops.quality": (0, None, None),
        "ops.release": (0, None, None),
    }


def _half(table: Path) -> None:
    commit = table / "_delta_log" / f"{2:020d}.json"
    commit.write_text(commit.read_text()[:80])


def _no_json(table: Path) -> None:
    (table / "_delta_log" / f"{2:020d}.json").write_text("{no")


def _no_start(table: Path) -> None:
    (table / "_delta_log" / f"{0:020d}.json").unlink()


def _zeros(table: Path) -> None:
    for file in table.glob("*.parquet"):
        file.write_bytes(bytes(file.stat().st_size))


def _cut(table: Path) -> None:
    for file in table.glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:100])


def _a_file(table: Path) -> None:
    shutil.rmtree(table)
    table.write_text("")


def _fault(what: str, right: str = "bullseye show and status name the table and the remedy") -> pytest.MarkDecorator:
    return pytest.mark.fault(what, right=right)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(
            _half, "a commit of its log is damaged or cut short", marks=_fault("a commit is cut in half"), id="half"
        ),
        pytest.param(
            _no_json, "a commit of its log is damaged or cut short", marks=_fault("a commit is no JSON"), id="no json"
        ),
        pytest.param(
            _no_start, "commits of its log are missing", marks=_fault("the first commit is gone"), id="no start"
        ),
        pytest.param(_zeros, "a file is damaged", marks=_fault("a table's file is zeros"), id="zeros"),
        pytest.param(_cut, "a file is damaged", marks=_fault("a table's file is cut short"), id="cut"),
        pytest.param(
            _a_file,
            "there is a file where its folder should be",
            marks=_fault("a file lies in place of a table"),
            id="file",
        ),
    ],
)
def test_a_damaged_table_is_reported_with_the_remedy(
    reader: Reader, lake: Path, tables: dict[str, Table], spoil: Callable[[Path], None], message: str
) -> None:
    spoil(lake / "gold" / "customer_tag")
    with pytest.raises(LakeError) as error:
        show(reader, tables["gold.customer_tag"], newest=True)
    assert message in str(error.value)
    assert "restore the table from a backup" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        pytest.param(
            "CAST(customer_id AS INT) = 1",
            "a value cannot be cast",
            marks=_fault("a query casts a text", "the value is not shown"),
            id="cast",
        ),
        pytest.param(
            "to_timestamp(customer_id) > now()",
            "a text is not a time",
            marks=_fault("a query reads a text as a time", "the value is not shown"),
            id="time",
        ),
        pytest.param(
            "as_of = 'x' OR (",
            "Expected: an expression",
            marks=_fault("a query is cut short", "what is expected there"),
            id="syntax",
        ),
        pytest.param(
            "tags(1)",
            "Invalid function 'tags'",
            marks=_fault("a query calls a function that is none", "its name"),
            id="function",
        ),
        pytest.param(
            "customer_id ~ '('",
            "a regular expression is not complete",
            marks=_fault("a query has half a pattern", "that it is not complete"),
            id="pattern",
        ),
    ],
)
def test_a_query_that_does_not_fit_shows_no_value(
    reader: Reader, tables: dict[str, Table], where: str, message: str
) -> None:
    with pytest.raises(LakeError) as error:
        show(reader, tables["gold.customer_tag"], where=where)
    assert message in str(error.value)
    assert not any(value in str(error.value) for value in ("'C", '"C', "'c", '"c'))
