"""Two small lakes that differ in one thing, and what the comparison states about it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from bullseye.errors import SettingsError
from comparison.difference import Difference
from comparison.lakes import Result, compare_lakes
from comparison.names import Allowed, Exceptions, Names, read

ROOT = Path(__file__).parents[2]
DAY = date(2024, 3, 1)
CUSTOMERS = pa.schema(
    [
        ("as_of", pa.date32()),
        ("customer_id", pa.string()),
        ("spend", pa.decimal128(18, 2)),
        ("share", pa.float64()),
        ("tags", pa.list_(pa.string())),
    ]
)
KEYS = {
    "gold.customer": ("as_of", "customer_id"),
    "ops.quality": ("run_id", "source"),
    "ops.release": ("release_id", "table"),
}


def customer(id_: str, spend: str | None = "1.00", share: float | None = 0.5, tags: Any = ("a", "b")) -> dict[str, Any]:
    money = None if spend is None else Decimal(spend)
    return {"as_of": DAY, "customer_id": id_, "spend": money, "share": share, "tags": tags}


def write(lake: Path, table: str, rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> Path:
    layer, _, name = table.partition(".")
    write_deltalake(
        str(lake / layer / name), pa.Table.from_pylist(rows, schema), mode="overwrite", schema_mode="overwrite"
    )
    return lake


def lakes(tmp_path: Path, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> tuple[Path, Path]:
    """Lakes with these customers."""
    a = write(tmp_path / "a", "gold.customer", first, CUSTOMERS)
    return a, write(tmp_path / "b", "gold.customer", second, CUSTOMERS)


def compared(
    both: tuple[Path, Path], *exceptions: Allowed, names: Names | None = None, tolerance: float = 1e-9
) -> Result:
    return compare_lakes(
        both,
        names=names or Names(),
        exceptions=Exceptions(exceptions=exceptions),
        keys=KEYS,
        tolerance=tolerance,
        memory="200MB",
        report=lambda *_: None,
    )


def differences(both: tuple[Path, Path], *exceptions: Allowed, **more: Any) -> tuple[Difference, ...]:
    return compared(both, *exceptions, **more).differences


def test_the_same_rows_in_another_order_are_equal(tmp_path: Path) -> None:
    rows = [customer("1"), customer("2", None, None, None), customer("3", share=float("nan"))]
    result = compared(lakes(tmp_path, rows, rows[::-1]))
    assert result.differences == ()
    assert [(one.table, one.matched_by, one.rows) for one in result.compared] == [
        ("gold.customer", ("as_of", "customer_id"), (3, 3))
    ]


@pytest.mark.parametrize(
    ("before", "after", "column", "largest"),
    [
        (customer("1"), customer("1", "1.01"), "spend", 0.01),
        (customer("1"), customer("1", None), "spend", None),
        (customer("1"), customer("1", share=0.5000001), "share", 1e-7),
        (customer("1"), customer("1", share=None), "share", None),
        (customer("1", share=0.0), customer("1", share=1e-300), "share", 1e-300),
        (customer("1", share=1.0), customer("1", share=float("inf")), "share", float("inf")),
        (customer("1"), customer("1", tags=["b", "a"]), "tags", None),
        (customer("1"), customer("1", tags=None), "tags", None),
    ],
)
def test_one_changed_value_is_counted_in_its_column(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], column: str, largest: float | None
) -> None:
    both = lakes(tmp_path, [before, customer("2")], [after, customer("2")])
    (only,) = differences(both)
    assert (only.name, only.what, only.count, only.total) == (f"gold.customer.{column}", "values", 1, 2)
    assert only.largest == (None if largest is None else pytest.approx(largest, rel=1e-6))


@pytest.mark.parametrize(("tolerance", "equal"), [(1e-9, False), (2e-8, True)])
def test_doubles_are_equal_within_the_tolerance_and_decimals_never(
    tmp_path: Path, tolerance: float, equal: bool
) -> None:
    both = lakes(tmp_path, [customer("1", "100000000.00", 1.0)], [customer("1", "100000000.01", 1.00000001)])
    found = {one.column for one in differences(both, tolerance=tolerance)}
    assert found == ({"spend"} if equal else {"spend", "share"})


def test_rows_of_one_lake_are_counted_on_their_side(tmp_path: Path) -> None:
    both = lakes(tmp_path, [customer("1"), customer("2"), customer("3")], [customer("3"), customer("4")])
    assert differences(both) == (
        Difference("gold.customer", "rows only in A", count=2, total=3),
        Difference("gold.customer", "rows only in B", count=1, total=2),
    )
    assert differences(both, Allowed(table="gold.customer", rows=True, reason="late rows")) == ()


def test_a_table_without_rows_differs_from_one_with_rows(tmp_path: Path) -> None:
    assert differences(lakes(tmp_path, [], [])) == ()
    (tmp_path / "more").mkdir()
    found = differences(lakes(tmp_path / "more", [], [customer("1")]))
    assert found == (Difference("gold.customer", "rows only in B", count=1, total=1),)


def test_a_renamed_table_and_column_are_equal_under_the_map_and_found_without(tmp_path: Path) -> None:
    a = write(tmp_path / "a", "gold.choice", [{"scheme": "s", "clusters": 4}])
    b = write(tmp_path / "b", "ops.choice", [{"scheme": "s", "groups": 4}])
    assert [(one.name, one.what) for one in differences((a, b))] == [
        ("gold.choice", "only in A"),
        ("ops.choice", "only in B"),
    ]
    tables = Names(tables={"gold.choice": "ops.choice"})
    assert [(one.name, one.what) for one in differences((a, b), names=tables)] == [
        ("ops.choice.clusters", "only in A"),
        ("ops.choice.groups", "only in B"),
    ]
    columns = Names(tables={"gold.choice": "ops.choice"}, columns={"ops.choice": {"clusters": "groups"}})
    assert differences((a, b), names=columns) == ()


def test_a_changed_type_is_a_difference_also_where_the_values_are_equal(tmp_path: Path) -> None:
    a = write(tmp_path / "a", "gold.x", [{"n": 1}], pa.schema([("n", pa.int32())]))
    b = write(tmp_path / "b", "gold.x", [{"n": 1}], pa.schema([("n", pa.int64())]))
    assert [(one.name, one.what) for one in differences((a, b))] == [("gold.x.n", "type INTEGER in A, BIGINT in B")]


def test_without_a_contract_rows_are_matched_by_all_values_and_equal_rows_are_counted(tmp_path: Path) -> None:
    a = write(tmp_path / "a", "gold.x", [{"n": 1}, {"n": 1}, {"n": None}])
    b = write(tmp_path / "b", "gold.x", [{"n": 1}, {"n": None}, {"n": None}])
    assert differences((a, b)) == (
        Difference("gold.x", "rows only in A", count=1, total=3),
        Difference("gold.x", "rows only in B", count=1, total=3),
    )


def test_ids_of_runs_may_differ_and_rows_are_matched_by_the_rest_of_their_key(tmp_path: Path) -> None:
    rows = [
        {"run_id": f"{run}", "source": source, "failed": failed} for run, source, failed in [(1, "s", 1), (2, "s", 2)]
    ]
    a = write(tmp_path / "a", "ops.quality", rows)
    later = [{**row, "run_id": f"later {row['run_id']}"} for row in rows]
    b = write(tmp_path / "b", "ops.quality", later[::-1])
    result = compared((a, b))
    assert result.differences == ()
    assert [(one.name, one.count, rule.reason) for one, rule in result.excepted] == [
        ("ops.quality.run_id", 2, "id of a run, different in every run")
    ]
    b = write(tmp_path / "b", "ops.quality", [{**later[0], "failed": 3}, later[1]])
    assert [one.name for one in differences((a, b))] == ["ops.quality.failed"]


def test_the_lease_and_the_record_of_runs_are_passed_over_with_their_reason(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [customer("1")], [customer("1")])
    write(a, "ops.lease", [{"pid": 1}])
    write(b, "ops.lease", [{"pid": 2}])
    result = compared((a, b))
    assert result.differences == ()
    assert [(table, rule.reason) for table, rule in result.passed_over] == [("ops.lease", "which process wrote last")]


def test_a_declared_exception_is_shown_and_one_without_a_difference_too(tmp_path: Path) -> None:
    both = lakes(tmp_path, [customer("1")], [customer("1", "2.00", 0.7)])
    mended, stale = Allowed(column="sha*", reason="mended"), Allowed(table="gold.score", reason="dropped")
    result = compared(both, mended, stale)
    assert [one.name for one in result.differences] == ["gold.customer.spend"]
    assert [(one.name, one.count, rule) for one, rule in result.excepted] == [("gold.customer.share", 1, mended)]
    assert result.unused == (stale,)


def test_a_table_of_one_lake_can_be_an_exception(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [customer("1")], [customer("1")])
    write(b, "gold.churn", [{"n": 1}])
    assert [(one.name, one.what) for one in differences((a, b))] == [("gold.churn", "only in B")]
    assert differences((a, b), Allowed(table="gold.churn", reason="new question")) == ()
    rows_only = Allowed(table="gold.churn", rows=True, reason="late rows")
    assert [one.name for one in differences((a, b), rows_only)] == ["gold.churn"]


def test_missing_tables_come_before_columns_and_those_before_rows_by_share(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [customer("1"), customer("2")], [customer("1", "2.00", 0.1), customer("2", "2.00")])
    write(a, "gold.score", [{"n": 1}])
    write(a, "gold.x", [{"n": 1, "old": 1}])
    write(b, "gold.x", [{"n": 1}])
    assert [one.name for one in differences((a, b))] == [
        "gold.score",
        "gold.x.old",
        "gold.customer.spend",
        "gold.customer.share",
    ]


def test_a_folder_that_is_no_lake_and_names_that_do_not_fit_are_errors(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [], [])
    with pytest.raises(SettingsError, match="is no lake"):
        compared((a, tmp_path / "nothing"))
    with pytest.raises(SettingsError, match=r"did you mean 'gold\.customer'"):
        compared((a, b), names=Names(tables={"gould.customer": "gold.customers"}))


@pytest.mark.parametrize(
    ("model", "text", "mistake"),
    [
        (Exceptions, "exceptions:\n- {table: gold.x}\n", r":2 exceptions\.0\.reason: is required"),
        (Exceptions, "exceptions:\n- {reason: why}\n", "give a table, a column, rows or a figure"),
        (Exceptions, "exceptions:\n- {figure: 'chart x', table: gold.x, reason: why}\n", "make two exceptions"),
        (Names, "tables: {gold.a: gold.c, gold.b: gold.c}\n", "two old names for gold.c"),
        (Names, "table: {gold.a: gold.b}\n", "unknown key"),
    ],
)
def test_a_mistake_in_a_file_has_its_place(tmp_path: Path, model: Any, text: str, mistake: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=mistake):
        read(file, model)


def test_the_command_prints_counts_without_values_and_its_exit_code_is_the_answer(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [customer("secret-1"), customer("2")], [customer("secret-1", "7.25"), customer("3")])
    different = command(a, b)
    assert different.returncode == 1
    assert "gold.customer.spend" in different.stdout
    assert different.stdout.splitlines()[-1] == "1 table with 2 rows and 0 figures of the report: 3 differences"
    assert "secret" not in different.stdout + different.stderr
    file = tmp_path / "except.yaml"
    file.write_text(
        "exceptions:\n- {table: gold.customer, rows: true, reason: late}\n- {column: spend, reason: mended}\n"
    )
    allowed = command(a, b, "--except", file)
    assert (allowed.returncode, allowed.stderr) == (0, "")
    assert allowed.stdout.startswith("gold.customer: 2 rows, matched by 2 columns: equal\n")
    assert "gold.customer.spend: values in 1 of 1 row\n" in allowed.stdout
    assert command(a, tmp_path / "nothing").returncode == 2


def test_the_names_of_the_version_before_are_known(tmp_path: Path) -> None:
    a, b = lakes(tmp_path, [], [])
    write(a, "gold.tier_cut", [{"method": "given", "cut": 1.0}])
    write(b, "ops.tier_cut", [{"method": "given", "cut": 1.0}])
    write(a, "gold.estimate", [{"customer_id": "1", "here": 2.0, "elsewhere": 3.0}])
    write(b, "gold.estimate", [{"customer_id": "1", "balance_here": 2.0, "balance_elsewhere": 4.0}])
    write(a, "gold.score", [{"customer_id": "1", "probability": 0.5, "score": 50}])
    write(b, "gold.score", [{"customer_id": "1", "probability": 0.5}])
    plan = {"plan": "keep", "customer_id": "1"}
    write(a, "gold.maintenance_plan", [{**plan, "because": "fee", "reason": "a sentence", "worth": True}])
    write(b, "gold.maintenance_plan", [{**plan, "reason": "fee", "is_worthwhile": True}])
    assert command(a, b).returncode == 1
    upgraded = command(a, b, "--upgraded")
    assert upgraded.returncode == 1
    assert upgraded.stdout.splitlines()[-1].endswith(": 1 difference")
    assert "gold.estimate.balance_elsewhere" in upgraded.stdout
    file = tmp_path / "names.yaml"
    file.write_text("columns: {gold.estimate: {elsewhere: balance_here}}\n")
    assert command(a, b, "--upgraded", "--names", file).returncode == 2


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comparison", *map(str, words)], capture_output=True, text=True, check=False, cwd=ROOT
    )
