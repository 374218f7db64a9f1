"""The newest release over JDBC and ODBC: Spark's Thrift Server in this session, and the views that its clients see."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.errors import LakeError
from bullseye.publish.release import Release, Released
from bullseye.publish.views import spark_view

DATABASES = {"gold": "What marketing works with, as of the newest release", "ops": "Models, quality and releases"}
_CHECKS = 4
_CHECK = "org.apache.hive.service.auth.BullseyePasswordCheck"


@dataclass(frozen=True)
class Account:
    """Who may log in; the password is kept out of every text."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.user!r})"


def show_release(spark: SparkSession, release: Release, tables: Mapping[str, Table]) -> None:
    """Make the databases and views show a release; a table that it does not have disappears.

    Clients see each view change by itself, within about a second of each other.
    Raises LakeError, and changes nothing, when versions of the release cannot be read any more.
    """
    _check_readable(spark, release, tables)
    for database, doc in DATABASES.items():
        if not spark.catalog.databaseExists(database):
            spark.sql(f"CREATE DATABASE {database} COMMENT '{doc}'")
        # Spark lists the session's temporary views with those of every database.
        views = spark.sql(f"SHOW VIEWS IN {database}").where("NOT isTemporary").collect()
        shown = {row["viewName"] for row in views}
        for gone in shown - {found.table.partition(".")[2] for found in release.tables}:
            spark.sql(f"DROP VIEW {database}.`{gone}`")
    for found in release.tables:
        spark.sql(spark_view(release, found, tables[found.table], name=found.table))


def _check_readable(spark: SparkSession, release: Release, tables: Mapping[str, Table]) -> None:
    """Look for the files of every table's version, so that a client does not stumble on the first that is gone."""

    def problem(found: Released) -> str | None:
        try:
            rows = spark.read.format("delta").option("versionAsOf", found.version).load(found.path)
            if tables[found.table].slice == "as_of":
                rows = rows.where(F.col("as_of") == F.lit(release.as_of))
            gone = [file for file in rows.inputFiles() if not _exists(spark, file)]
        except (PySparkException, Py4JJavaError):
            return f"{found.table}: version {found.version} cannot be read any more"
        return f"{found.table}: {len(gone)} file(s) of version {found.version} have been removed" if gone else None

    with ThreadPoolExecutor(_CHECKS) as pool:
        problems = [text for text in pool.map(problem, release.tables) if text]
    if problems:
        listed = "\n".join(f"  {text}" for text in problems)
        raise LakeError(
            f"release {release.release_id} of {release.as_of} is no longer whole\n{listed}\n  VACUUM has removed what it"
            " shows: publish again (bullseye run --jobs publish_release --force), and keep old versions for longer"
        )


def _exists(spark: SparkSession, file: str) -> bool:
    jvm: Any = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path(jvm.java.net.URI(file))
    system = path.getFileSystem(spark._jsc.hadoopConfiguration())
    return bool(system.exists(path))


def start_server(spark: SparkSession, host: str, port: int, account: Account | None) -> Any:
    """Start the Thrift Server in the session; returns the server, whose `stop()` ends it.

    With an account only that user and password may log in, without one everybody may. The server has no authorisation
    of its own: whoever is in may do what the process may.
    """
    jvm: Any = spark._jvm
    properties = {
        "hive.server2.thrift.bind.host": host,
        "hive.server2.thrift.port": str(port),
        "hive.server2.transport.mode": "binary",
        # Hive's classes look for a metastore that is never opened, and leave its log in the current folder.
        "derby.stream.error.file": "/dev/null",
    }
    if account:
        properties |= _demand(jvm, account)
    for name, value in properties.items():
        jvm.java.lang.System.setProperty(name, value)
    return jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2.startWithSparkSession(
        spark._jsparkSession,
        False,  # noqa: FBT003  exitOnError: an error is raised instead
    )


def _demand(jvm: Any, account: Account) -> dict[str, str]:
    """Properties that make the server ask for the account, by a class that is compiled here: Hive takes nothing else.

    It is defined beside Hive's own interface, where the server's threads find it whatever their class loader: Spark gives
    them one of the session's after their first query. The password is handed over as its hash, since properties can be
    read by tools.
    """
    source = resources.files(__package__).joinpath("PasswordCheck.java").read_text(encoding="utf-8")
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.cook(source)
    beside = jvm.java.lang.Class.forName("org.apache.hive.service.auth.PasswdAuthenticationProvider")
    handles = jvm.java.lang.invoke.MethodHandles
    made = handles.privateLookupIn(beside, handles.lookup()).defineClass(compiler.getBytecodes()[_CHECK])
    return {
        "hive.server2.authentication": "CUSTOM",
        "hive.server2.custom.authentication.class": made.getName(),
        "bullseye.sql.user": account.user,
        "bullseye.sql.password.sha256": hashlib.sha256(account.password.encode()).hexdigest(),
    }
