"""BI tools on the SQL server: a Python client of Hive's protocol, which ODBC and JDBC drivers speak too."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from impala.dbapi import connect
from impala.error import OperationalError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.released import DAY, EARLIER, FIRST_RUN, LATER_RUN, ReleasedLake
from thrift.transport.TTransport import TTransportException

from bullseye.core.contract import Table
from bullseye.core.lake import Lake, Stamp
from bullseye.errors import LakeError
from bullseye.publish.release import Release, newest_release
from bullseye.publish.sql_server import Account, show_release, start_server
from bullseye.tables import contracts

SHOWN = ("gold.customer", "gold.score", "ops.release")
ACCOUNT = Account("bi", "p@ss wörd")
HIVE = ("hive.server2.authentication", "hive.server2.custom.authentication.class")


@pytest.fixture(scope="module")
def tables(lake: ReleasedLake) -> dict[str, Table]:
    return contracts(lake.settings)


@pytest.fixture(scope="module")
def port(lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession) -> Iterator[int]:
    """A server in this session that shows the lake's release; the session is left as it was."""
    jvm: Any = spark._jvm
    with socket.create_server(("127.0.0.1", 0)) as free:
        found = free.getsockname()[1]
    spark.range(1).createOrReplaceTempView("somebody_elses")
    show_release(spark, shown(Lake(spark, str(lake.root)), tables), tables)
    server = start_server(spark, "127.0.0.1", found, ACCOUNT)
    yield found
    server.stop()
    spark.catalog.dropTempView("somebody_elses")
    for name in HIVE:
        jvm.java.lang.System.clearProperty(name)
    for database in ("gold", "ops"):
        spark.sql(f"DROP DATABASE {database} CASCADE")


def shown(lake: Lake, tables: dict[str, Table]) -> Release:
    """The newest release, with a few of its tables: each costs some Spark jobs to show."""
    release = newest_release(lake, tables)
    return replace(release, tables=tuple(found for found in release.tables if found.table in SHOWN))


@contextmanager
def client(port: int, *, user: str = ACCOUNT.user, password: str = ACCOUNT.password) -> Iterator[Any]:
    """A cursor of a connection of its own."""
    connection = connect("127.0.0.1", port, database="gold", auth_mechanism="PLAIN", user=user, password=password)
    # A cursor that is collected instead of closed asks the server once more.
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor


def ask(port: int, sql: str) -> list[tuple[Any, ...]]:
    with client(port) as cursor:
        cursor.execute(sql)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def test_a_client_finds_the_tables_with_what_a_row_is(port: int, tables: dict[str, Table]) -> None:
    with client(port) as cursor:
        cursor.get_tables()
        found = {f"{row[1]}.{row[2]}": (row[3], row[4]) for row in cursor.fetchall()}
    assert found == {name: ("VIEW", tables[name].doc) for name in SHOWN}


def test_every_column_has_its_type_and_its_comment(port: int, tables: dict[str, Table]) -> None:
    assert ask(port, "DESCRIBE gold.score") == [
        (column.name, column.type.lower(), column.doc) for column in tables["gold.score"].columns
    ]


def test_an_aggregate_is_that_of_the_released_rows(port: int) -> None:
    assert ask(port, "SELECT count(*), sum(spend_all), max(as_of) FROM customer") == [(3, Decimal("30.75"), DAY)]


def test_a_query_that_does_not_fit_is_told_with_the_nearest_column_and_the_server_goes_on(port: int) -> None:
    with client(port) as cursor:
        with pytest.raises(OperationalError, match=r"name `spend_al` cannot be resolved.*`spend_all`"):
            cursor.execute("SELECT spend_al FROM gold.customer")
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]


def test_two_clients_at_once_do_not_see_each_other(port: int) -> None:
    with client(port) as one, client(port) as other:
        one.execute("CREATE TEMPORARY VIEW mine AS SELECT customer_id FROM customer WHERE recency_days = 0")
        other.execute("SELECT count(*) FROM customer")
        one.execute("SELECT * FROM mine")
        assert (one.fetchall(), other.fetchall()) == ([("a",)], [(3,)])
        with pytest.raises(OperationalError, match="`mine` cannot be found"):
            other.execute("SELECT * FROM mine")


@pytest.mark.parametrize(("user", "password"), [("bi", "wrong"), ("other", ACCOUNT.password), ("bi", ""), ("", "")])
def test_nobody_gets_in_without_user_and_password(port: int, user: str, password: str) -> None:
    with (
        pytest.raises(TTransportException, match="Error validating the login"),
        client(port, user=user, password=password),
    ):
        pass


def test_a_new_release_is_shown_and_a_table_that_it_lacks_disappears(
    port: int, lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    moved = Lake(spark, str(shutil.copytree(lake.root, tmp_path / "lake")))
    release = tables["ops.release"]
    rows = moved.read(release).where(F.col("release_id") == FIRST_RUN)
    newer = rows.where("table = 'gold.customer'").withColumns(
        {"release_id": F.lit(LATER_RUN), "released_at": F.col("released_at") + F.expr("INTERVAL 1 DAY")}
    )
    first = shown(moved, tables)
    moved.append(release, newer, Stamp(LATER_RUN, "test"))
    try:
        show_release(spark, shown(moved, tables), tables)
        assert ask(port, "SHOW VIEWS IN gold") == [("gold", "customer", False)]
        assert ask(port, "SELECT DISTINCT release_id FROM ops.release ORDER BY 1") == [(FIRST_RUN,), (LATER_RUN,)]
    finally:
        show_release(spark, first, tables)


def test_releasing_an_older_day_again_does_not_go_back(
    lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    moved = Lake(spark, str(shutil.copytree(lake.root, tmp_path / "lake")))
    rows = moved.read(tables["ops.release"]).where(F.col("release_id") == FIRST_RUN)
    older = rows.withColumns(
        {
            "release_id": F.lit(LATER_RUN),
            "released_at": F.col("released_at") + F.expr("INTERVAL 1 DAY"),
            "as_of": F.lit(EARLIER),
        }
    )
    moved.append(tables["ops.release"], older, Stamp(LATER_RUN, "test"))
    found = newest_release(moved, tables)
    assert (found.release_id, found.as_of) == (FIRST_RUN, date(2017, 12, 31))


def test_a_lake_without_a_release_is_told(spark: SparkSession, tables: dict[str, Table], tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="has no release yet; run the suite first"):
        newest_release(Lake(spark, str(tmp_path)), tables)


def test_a_release_whose_files_vacuum_has_removed_is_refused_and_the_old_views_stay(
    port: int, lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    moved = Lake(spark, str(shutil.copytree(lake.root, tmp_path / "lake")))
    for file in (tmp_path / "lake" / "gold" / "customer" / f"as_of={DAY}").glob("*.parquet"):
        file.unlink()
    with pytest.raises(
        LakeError, match=r"no longer whole\n  gold.customer: \d+ file\(s\) of version \d+ have been rem"
    ):
        show_release(spark, shown(moved, tables), tables)
    assert ask(port, "SELECT count(*) FROM customer") == [(3,)]
