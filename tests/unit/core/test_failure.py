"""Errors of Spark, Java and Python in plain words. Each is caused for real; no message and no log has a value of a row."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from py4j.protocol import Py4JNetworkError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.shop import Shop

from bullseye.core.failure import Place, named, reason
from bullseye.errors import BullseyeError, ClusterError, ContractError, ExpressionError, LakeError, SourceError
from bullseye.suite import load_settings

PERSON = "Ann Smith"
VALUE = "12345678901"


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log file of the test."""
    path = tmp_path / "logs" / "bullseye-test.log"
    monkeypatch.setenv("BULLSEYE_LOG", str(path))
    return path


def caused(action: Callable[[], object], place: Place | None = None) -> BullseyeError:
    """What the error of an action is called."""
    with pytest.raises(Exception) as raised:  # noqa: PT011  each test looks at what it becomes
        action()
    return named(raised.value, place)


def fault(what: str, right: str = "an error with facts and remedy, without a value or a trace") -> pytest.MarkDecorator:
    return pytest.mark.fault(what, right=right)


@pytest.mark.parametrize(
    ("sql", "facts"),
    [
        pytest.param(
            "CAST(name AS INT)",
            "a value of type STRING cannot be cast to INT",
            marks=fault("a text is cast to a number"),
            id="cast",
        ),
        pytest.param(
            "CAST(name AS DATE)",
            "a value of type STRING cannot be cast to DATE",
            marks=fault("a text is cast to a date"),
            id="date",
        ),
        pytest.param(
            "to_timestamp(name, 'yyyy')",
            "a text is not a time of the format given",
            marks=fault("a text is read as a time"),
            id="time",
        ),
        pytest.param("1 / zero", "a division by zero", marks=fault("a division by zero"), id="division"),
        pytest.param(
            "CAST(number AS DECIMAL(4, 2))",
            "a number does not fit DECIMAL(4, 2)",
            marks=fault("an amount is larger than its type"),
            id="decimal",
        ),
        pytest.param(
            "number * number", "a number is too large for its type", marks=fault("a product overflows"), id="overflow"
        ),
        pytest.param(
            "array(1)[number]",
            "an array has no element of that number",
            marks=fault("an array is shorter than the expression expects"),
            id="array",
        ),
        pytest.param(
            "map_from_arrays(array(name, name), array(1, 2))",
            "a map gets the same key twice",
            marks=fault("a map gets a key twice"),
            id="map",
        ),
        pytest.param(
            "raise_error(name)", "raise_error() was reached", marks=fault("SQL raises an error itself"), id="raised"
        ),
    ],
)
def test_an_expression_that_fails_on_a_value_is_named_without_the_value(
    spark: SparkSession, log: Path, sql: str, facts: str
) -> None:
    rows = spark.createDataFrame([(PERSON, int(VALUE), 0)], "name STRING, number BIGINT, zero INT")
    problem = caused(rows.selectExpr(sql).collect, Place(job="build_tags", tables=("gold.customer_tag",)))
    assert isinstance(problem, ExpressionError)
    first, *rest = str(problem).splitlines()
    assert first == f"build_tags failed (it makes gold.customer_tag): {facts}"
    assert rest[-1] == f"  the trace is in {log}"
    assert len(rest) >= 2, "no remedy"
    trace = log.read_text()
    for value in (PERSON, "Ann", VALUE):
        assert value not in str(problem) + trace
    assert "\tat org.apache.spark." in trace
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.fault("silver SQL casts a text that is not a number", right="an error that names file and line")
def test_sql_of_the_settings_is_named_by_file_and_line(spark: SparkSession, shop: Shop) -> None:
    sql = "SELECT name,\n  upper(name) AS name_upper,\n  CAST(name AS INT) AS number\nFROM people"
    (shop.conf / "silver" / "person.sql").write_text(sql)
    spark.createDataFrame([(PERSON,)], "name STRING").createOrReplaceTempView("people")
    problem = caused(spark.sql(sql).collect, Place(load_settings(shop.conf)))
    assert f"\n  {shop.conf}/silver/person.sql:3: CAST(name AS INT)\n  write try_cast" in str(problem)


@pytest.mark.fault("a rule of sources.yaml divides by zero", right="an error that names file, line and key")
def test_expressions_of_the_settings_are_named_by_file_line_and_key(spark: SparkSession, shop: Shop) -> None:
    rule = "pieces / zero > 0"
    shop.edit("sources.yaml", "where: pieces > 0", f"where: {rule}")
    line = 1 + (shop.conf / "sources.yaml").read_text().splitlines().index(
        next(text for text in (shop.conf / "sources.yaml").read_text().splitlines() if rule in text)
    )
    rows = spark.createDataFrame([(1, 0)], "pieces INT, zero INT")
    problem = caused(rows.where(F.expr(rule)).collect, Place(load_settings(shop.conf)))
    assert f"{shop.conf}/sources.yaml:{line} sources." in str(problem)
    assert ".where: pieces / zero" in str(problem)


def _cut_gz(folder: Path) -> None:
    whole = gzip.compress(b"receipt,customer\n" + os.urandom(9999).hex().encode())
    (folder / "x.csv.gz").write_bytes(whole[: len(whole) // 2])


def _not_gz(folder: Path) -> None:
    (folder / "x.csv.gz").write_text(f"receipt,customer\n1,{PERSON}\n")


def _other_order(folder: Path) -> None:
    (folder / "y.csv").write_text("customer,receipt\nAnn Smith,1\n")


def _no_header(folder: Path) -> None:
    (folder / "y.csv").write_text(f"{PERSON},1\n")


def _vanish(folder: Path) -> None:
    (folder / "x.csv").unlink()


@pytest.mark.parametrize(
    ("spoil", "file", "why"),
    [
        pytest.param(
            _cut_gz,
            "x.csv.gz",
            "cannot be read: it is compressed and cut short\n  drop the file again",
            marks=fault("a compressed file is cut short", "the file is named, with the remedy to drop it again"),
            id="cut",
        ),
        pytest.param(
            _not_gz,
            "x.csv.gz",
            "cannot be read: its name says that it is compressed, and it is not",
            marks=fault("a file is called .gz and is none", "the file is named, with the remedy to drop it again"),
            id="not compressed",
        ),
        pytest.param(
            _other_order,
            "y.csv",
            "or another order of them: 'customer' where 'receipt' is expected",
            marks=fault("a second CSV file has its columns in another order", "the file and the column are named"),
            id="order",
        ),
        pytest.param(
            _no_header,
            "y.csv",
            "something else where 'receipt' is expected",
            marks=fault("a second CSV file has no header", "the file is named, and nothing of its first row"),
            id="header",
        ),
        pytest.param(
            _vanish,
            "x.csv",
            "was there when the run began and is no longer there\n  run again",
            marks=fault("a file vanishes while a run reads it", "the file is named, with the remedy to run again"),
            id="vanished",
        ),
    ],
)
def test_a_file_of_a_source_that_cannot_be_read_is_named(
    spark: SparkSession, shop: Shop, spoil: Callable[[Path], None], file: str, why: str
) -> None:
    folder = shop.data / "orders.csv"
    folder.unlink()
    folder.mkdir()
    (folder / "x.csv").write_text("receipt,customer\n1,x\n")
    reader = spark.read.schema("receipt STRING, customer STRING").option("header", "true")
    before = reader.option("enforceSchema", "false").csv(str(folder))
    spoil(folder)
    rows = before if spoil is _vanish else reader.csv(str(folder))
    problem = caused(rows.collect, Place(load_settings(shop.conf), str(shop.lake)))
    assert isinstance(problem, SourceError)
    assert f"{shop.conf}/sources.yaml:" in str(problem)
    assert f"(orders): {folder}/{file} " in str(problem)
    assert why in str(problem)
    assert "Ann" not in str(problem)


def _zeros(table: Path) -> None:
    for file in table.glob("part-*.parquet"):
        file.write_bytes(b"PAR1" + bytes(file.stat().st_size - 8) + b"PAR1")
        file.with_name(f".{file.name}.crc").unlink(missing_ok=True)


def _changed(table: Path) -> None:
    for file in table.glob("part-*.parquet"):
        file.write_bytes(bytes(file.stat().st_size))


def _removed(table: Path) -> None:
    for file in table.glob("part-*.parquet"):
        file.unlink()


def _half_commit(table: Path) -> None:
    commit = table / "_delta_log" / f"{1:020}.json"
    _rewrite(commit, commit.read_text()[:80])


def _no_json(table: Path) -> None:
    _rewrite(table / "_delta_log" / f"{1:020}.json", "{no")


def _gap(table: Path) -> None:
    (table / "_delta_log" / f"{0:020}.json").unlink()
    _rewrite(table / "_delta_log" / f"{1:020}.json", (table / "_delta_log" / f"{1:020}.json").read_text())


def _rewrite(commit: Path, text: str) -> None:
    """Write a commit without the checksums that Hadoop and Delta keep next to it."""
    commit.write_text(text)
    for checksum in (*commit.parent.glob(".*.crc"), *commit.parent.glob("*.crc")):
        checksum.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        pytest.param(
            _zeros, "a file of it cannot be read", marks=fault("the middle of a table's file is zeros"), id="zeros"
        ),
        pytest.param(
            _changed,
            "a file of it cannot be read: it was changed or damaged",
            marks=fault("a table's file was changed"),
            id="changed",
        ),
        pytest.param(
            _removed,
            "a file of it cannot be read: no longer there",
            marks=fault("a table's file is gone"),
            id="removed",
        ),
        pytest.param(
            _half_commit,
            "its log cannot be read: it is damaged or cut short",
            marks=fault("a commit is cut in half"),
            id="half",
        ),
        pytest.param(
            _no_json,
            "its log cannot be read: it is damaged or cut short",
            marks=fault("a commit is no JSON"),
            id="no json",
        ),
        pytest.param(
            _gap, "its log cannot be read: commits are missing", marks=fault("the first commit is gone"), id="gap"
        ),
    ],
)
def test_a_damaged_table_is_named_with_its_file_and_the_remedy(
    spark: SparkSession, tmp_path: Path, spoil: Callable[[Path], None], what: str
) -> None:
    root = tmp_path / "a lake"
    table = root / "gold" / "customer"
    for _ in range(2):
        spark.range(3).coalesce(1).write.format("delta").mode("append").save(str(table))
    spoil(table)
    moved = tmp_path / "another lake"  # at a path of which Delta remembers nothing
    shutil.move(root, moved)
    problem = caused(
        lambda: spark.read.format("delta").load(str(moved / "gold" / "customer")).collect(), Place(root=str(moved))
    )
    assert isinstance(problem, LakeError)
    first, file, remedy, _ = str(problem).splitlines()
    assert first.startswith(f"gold.customer: {what}")
    assert file.startswith(f"  {moved}/gold/customer/")
    assert "restore the folder" in remedy


@pytest.mark.fault("a constraint of a table is broken", right="the constraint is reported, never the row")
def test_rows_that_break_a_constraint_are_not_shown(spark: SparkSession, tmp_path: Path, log: Path) -> None:
    path = str(tmp_path / "t")
    rows = spark.createDataFrame([(PERSON, 1)], "name STRING, n INT")
    rows.write.format("delta").save(path)
    problem = caused(
        lambda: rows.write.format("delta").mode("overwrite").option("replaceWhere", "name = 'x'").save(path)
    )
    assert isinstance(problem, ContractError)
    assert "Ann" not in str(problem) + log.read_text()


@pytest.mark.fault("Python on a worker fails on a value", right="an error without the value; the log has the frames")
def test_an_error_of_python_on_a_worker_shows_no_value(spark: SparkSession, log: Path) -> None:
    number = F.udf(int, "int")
    problem = caused(spark.createDataFrame([(PERSON,)], "name STRING").select(number("name")).collect)
    assert "unexpected error: PYTHON_EXCEPTION" in str(problem)
    assert "Ann" not in str(problem) + log.read_text()


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        pytest.param(
            OSError(28, "No space left on device"),
            LakeError,
            "a disk is full",
            marks=fault("a disk is full"),
            id="disk",
        ),
        pytest.param(
            MemoryError(), ClusterError, "BULLSEYE_DRIVER_MEMORY", marks=fault("the memory is not enough"), id="memory"
        ),
        pytest.param(
            Py4JNetworkError("Answer from Java side is empty"),
            ClusterError,
            "Spark has ended",
            marks=fault("Java is killed while it works"),
            id="java",
        ),
        pytest.param(
            PermissionError(13, "Permission denied", "/lake/gold"),
            LakeError,
            "the lake cannot be written: /lake/gold: Permission denied",
            marks=fault("a folder of the lake belongs to another user"),
            id="rights",
        ),
        pytest.param(
            OSError(30, "Read-only file system", "/lake/gold"),
            LakeError,
            "the lake cannot be written: /lake/gold: Read-only file system",
            marks=fault("the lake is mounted read-only"),
            id="read only",
        ),
        pytest.param(
            ValueError(f"invalid literal for int(): {PERSON!r}"),
            BullseyeError,
            "unexpected error: ValueError\n",
            marks=fault("Python fails on a value in the driver"),
            id="value",
        ),
        pytest.param(
            KeyError(PERSON), BullseyeError, "unexpected error: KeyError\n", marks=fault("a key is missing"), id="key"
        ),
        pytest.param(
            UnicodeDecodeError("utf-8", PERSON.encode(), 0, 1, "invalid start byte"),
            BullseyeError,
            "unexpected error: UnicodeDecodeError\n",
            marks=fault("bytes are not UTF-8 where nothing expects that"),
            id="encoding",
        ),
    ],
)
def test_an_error_of_python_is_named_without_a_value(
    log: Path, error: Exception, kind: type[BullseyeError], says: str
) -> None:
    problem = named(error, Place(root="/lake"))
    assert type(problem) is kind
    assert says in str(problem)
    assert "Ann" not in str(problem) + log.read_text()


def test_an_error_that_has_a_name_stays_itself(log: Path) -> None:
    error = SourceError("orders.csv is missing")
    assert named(error, Place(job="ingest_sources")) is error
    assert not log.exists()


def test_a_reason_is_a_few_words_without_a_value(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(PERSON,)], "name STRING").selectExpr("CAST(name AS INT)")
    with pytest.raises(Exception) as raised:  # noqa: PT011
        rows.collect()
    assert reason(raised.value) == "a value of type STRING cannot be cast to INT"
