"""The released lake, for other readers than the one that wrote it, and a SQL server that shows it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from impala.dbapi import connect
from pyspark.sql import SparkSession
from tests.released import ReleasedLake, released_lake

from bullseye.core.contract import Table
from bullseye.core.lake import Lake
from bullseye.release.release import Release, newest_release
from bullseye.serving.sql_server import Account, released_views, start_server
from bullseye.settings import Settings
from bullseye.suite import contracts

SHOWN = ("gold.customer", "gold.score", "ops.release")
ACCOUNT = Account("bi", "p@ss wörd")
HIVE = ("hive.server2.authentication", "hive.server2.custom.authentication.class")


@dataclass(frozen=True)
class SqlServer:
    """A running server, and the session whose views it shows at first."""

    port: int
    service: Any
    views: SparkSession

    def show(self, views: SparkSession) -> None:
        self.service.show(views._jsparkSession)


@pytest.fixture(scope="session")
def lake(spark: SparkSession, retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> ReleasedLake:
    return released_lake(spark, retail, tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="session")
def tables(lake: ReleasedLake) -> dict[str, Table]:
    return contracts(lake.settings)


@pytest.fixture(scope="session")
def server(lake: ReleasedLake, tables: dict[str, Table], spark: SparkSession) -> Iterator[SqlServer]:
    """A server in this session that shows the lake's release; the session is left as it was."""
    jvm: Any = spark._jvm
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    spark.range(1).createOrReplaceTempView("somebody_elses")
    views = released_views(spark, shown(Lake(spark, str(lake.root)), tables), tables)
    service = start_server(views, "127.0.0.1", port, ACCOUNT)
    yield SqlServer(port, service, views)
    service.end()
    spark.catalog.dropTempView("somebody_elses")
    for name in HIVE:
        jvm.java.lang.System.clearProperty(name)


@pytest.fixture(scope="session")
def port(server: SqlServer) -> int:
    return server.port


def shown(lake: Lake, tables: dict[str, Table]) -> Release:
    """The newest release, with a few of its tables: each costs some Spark jobs to show."""
    release = newest_release(lake, tables)
    return replace(release, tables=tuple(found for found in release.tables if found.table in SHOWN))


@contextmanager
def client(port: int, *, user: str = ACCOUNT.user, password: str = ACCOUNT.password, **session: str) -> Iterator[Any]:
    """A cursor of a connection of its own; `session` is sent as the session's configuration."""
    connection = connect("127.0.0.1", port, database="gold", auth_mechanism="PLAIN", user=user, password=password)
    # A cursor that is collected instead of closed asks the server once more.
    with closing(connection), closing(connection.cursor(configuration=session)) as cursor:
        yield cursor
