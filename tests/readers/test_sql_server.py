"""BI tools on the SQL server: a Python client of Hive's protocol, which ODBC and JDBC drivers speak too."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from impala.error import HiveServer2Error, OperationalError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.readers.conftest import ACCOUNT, SHOWN, SqlServer, client, shown
from tests.released import DAY, EARLIER, FIRST_RUN, LATER_RUN, ReleasedLake
from thrift.transport.TTransport import TTransportException

from bullseye.core.contract import Table
from bullseye.core.lake import Lake, Stamp
from bullseye.errors import LakeError
from bullseye.release.release import newest_release
from bullseye.serving.sql_server import released_views


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


def test_the_database_of_one_client_is_not_that_of_another(port: int) -> None:
    with client(port) as one, client(port) as other:
        one.execute("USE ops")
        other.execute("SELECT count(*) FROM customer")
        one.execute("SELECT current_database(), count(DISTINCT release_id) FROM release")
        assert (one.fetchall(), other.fetchall()) == ([("ops", 1)], [(3,)])


@pytest.mark.parametrize(
    "statement", ["SET", "SET -v", "SET spark.sql.ansi.enabled=false", "SET TIME ZONE 'Asia/Tokyo'"]
)
def test_a_setting_is_answered_and_changes_nothing(port: int, statement: str) -> None:
    with client(port) as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == []
        cursor.execute("SELECT current_timezone()")
        assert cursor.fetchall() == [("UTC",)]
        with pytest.raises((OperationalError, HiveServer2Error), match="DIVIDE_BY_ZERO"):
            cursor.execute("SELECT 1 / 0")


def test_an_error_has_no_stack_of_java(port: int) -> None:
    with client(port) as cursor, pytest.raises((OperationalError, HiveServer2Error)) as caught:
        cursor.execute("SELECT spend_al FROM gold.customer")
    assert "\tat " not in str(caught.value)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param(
            user,
            password,
            marks=pytest.mark.fault(f"a login to the SQL server with {what}", right="refused"),
            id=what,
        )
        for user, password, what in [
            ("bi", "wrong", "a wrong password"),
            ("other", ACCOUNT.password, "a wrong user"),
            ("bi", "", "no password"),
            ("", "", "no account"),
        ]
    ],
)
def test_no_client_gets_in_without_user_and_password(port: int, user: str, password: str) -> None:
    with (
        pytest.raises(TTransportException, match="Error validating the login"),
        client(port, user=user, password=password),
    ):
        pass


@pytest.mark.fault("a release is replaced while a client is connected", right="each statement sees one whole release")
def test_a_client_sees_the_old_release_or_the_new_one(
    server: SqlServer, lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    moved = Lake(spark, str(shutil.copytree(lake.root, tmp_path / "lake")))
    release = tables["ops.release"]
    rows = moved.read(release).where(F.col("release_id") == FIRST_RUN)
    newer = rows.where("table IN ('gold.customer', 'ops.release')").withColumns(
        {"release_id": F.lit(LATER_RUN), "released_at": F.col("released_at") + F.expr("INTERVAL 1 DAY")}
    )
    old = released_views(spark, shown(moved, tables), tables)
    moved.append(release, newer, Stamp(LATER_RUN, "test"))
    new = released_views(spark, shown(moved, tables), tables)
    runs = "SELECT DISTINCT release_id FROM ops.release ORDER BY 1"
    try:
        with client(server.port) as cursor:
            cursor.execute("USE ops")
            views = []
            for session in (old, new, old):
                server.show(session)
                cursor.execute("SHOW VIEWS IN gold")
                names = [row[1] for row in cursor.fetchall()]
                cursor.execute(runs)
                views.append((names, [row[0] for row in cursor.fetchall()]))
            cursor.execute("SELECT current_database()")
            assert cursor.fetchall() == [("ops",)]
    finally:
        server.show(server.views)
    first = (["customer", "score"], [FIRST_RUN])
    assert views == [first, (["customer"], [FIRST_RUN, LATER_RUN]), first]


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


def test_a_release_whose_files_vacuum_has_removed_is_refused_and_the_old_one_stays(
    port: int, lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    moved = Lake(spark, str(shutil.copytree(lake.root, tmp_path / "lake")))
    for file in (tmp_path / "lake" / "gold" / "customer" / f"as_of={DAY}").glob("*.parquet"):
        file.unlink()
    with pytest.raises(
        LakeError, match=r"no longer whole\n  gold.customer: \d+ file\(s\) of version \d+ have been rem"
    ):
        released_views(spark, shown(moved, tables), tables)
    assert ask(port, "SELECT count(*) FROM customer") == [(3,)]
