"""The newest release over JDBC and ODBC: Spark's Thrift Server in this session, and the views that its clients see."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.parallel import in_parallel
from bullseye.core.session import REQUIRED
from bullseye.errors import LakeError
from bullseye.release.release import Release, Released
from bullseye.release.views import spark_view

DATABASES = {
    "gold": "What marketing works with, as of the newest release",
    "ops": "How results came about: models, choices and their tests, quality, releases",
}
_CHECKS = 4
_ITERATIONS = 600_000
"""Of PBKDF2 with SHA-256, as OWASP recommends; a login takes about a third of a second."""
_SETTINGS = {
    # `${env:NAME}` in a statement would be replaced by the variable of this process.
    "spark.sql.variable.substitute": "false",
    # `gold.customer` means this catalog's, whatever the properties file says.
    "spark.sql.defaultCatalog": "spark_catalog",
}


@dataclass(frozen=True)
class Account:
    """Who may log in; the password is kept out of every text."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.user!r})"


def released_views(spark: SparkSession, release: Release, tables: Mapping[str, Table]) -> SparkSession:
    """A session with a catalog of its own, in which the databases hold the views of one release and nothing else.

    A release is shown or not as a whole: another release is another catalog.
    Raises LakeError when versions of the release cannot be read any more.
    """
    _check_readable(spark, release, tables)
    views = _with_own_catalog(spark)
    for database, doc in DATABASES.items():
        views.sql(f"CREATE DATABASE {database} COMMENT '{doc}'")
    for released in release.tables:
        views.sql(spark_view(release, released, tables[released.table], name=released.table))
    return views


def _with_own_catalog(spark: SparkSession) -> SparkSession:
    """A session that shares the application, and not the databases, with the given one."""
    jvm: Any = spark._jvm
    given = spark._jsparkSession
    none = jvm.scala.Option.empty()
    settings = jvm.PythonUtils.toScalaMap({**REQUIRED, **_SETTINGS})
    session = jvm.org.apache.spark.sql.classic.SparkSession(
        given.sparkContext(), none, none, given.extensions(), settings, jvm.PythonUtils.toScalaMap({})
    )
    # The first session's listener records the queries of all sessions; one more for each release would never go.
    given.sparkContext().listenerBus().removeListener(session.sharedState().statusStore().listener().get())
    return SparkSession(spark.sparkContext, session)


def _check_readable(spark: SparkSession, release: Release, tables: Mapping[str, Table]) -> None:
    """Look for the files of every table's version, so that a client does not stumble on the first that is gone."""

    def problem(one: Released) -> str | None:
        try:
            rows = spark.read.format("delta").option("versionAsOf", one.version).load(one.path)
            if tables[one.table].slice == "as_of":
                rows = rows.where(F.col("as_of") == F.lit(release.as_of))
            gone = [file for file in rows.inputFiles() if not _exists(spark, file)]
        except (PySparkException, Py4JJavaError):
            return f"{one.table}: version {one.version} cannot be read any more"
        return f"{one.table}: {len(gone)} file(s) of version {one.version} have been removed" if gone else None

    tasks = [partial(problem, one) for one in release.tables]
    problems = [text for text in in_parallel(tasks, at_once=_CHECKS) if text]
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


def start_server(views: SparkSession, host: str, port: int, account: Account) -> Any:
    """Start the Thrift Server on views of `released_views`; only the account may log in.

    Returns the server: `show(views._jsparkSession)` shows another release, `end()` ends it. Clients may read the views
    and do nothing else: see `sql_allowed.yaml`.
    """
    jvm: Any = views._jvm
    password_check = _define(jvm, "PasswordCheck.java", "org.apache.hive.service.auth.PasswdAuthenticationProvider")
    properties = {
        "hive.server2.thrift.bind.host": host,
        "hive.server2.thrift.port": str(port),
        "hive.server2.transport.mode": "binary",
        "hive.server2.authentication": "CUSTOM",
        "hive.server2.custom.authentication.class": password_check,
        # impyla asks for the log of each statement; by default these files can be read by all users of the machine.
        "hive.server2.logging.operation.log.location": _private_folder(jvm),
        # Hive's classes look for a metastore that is never opened, and leave its log in the current folder.
        "derby.stream.error.file": "/dev/null",
    }
    for name, value in properties.items():
        jvm.java.lang.System.setProperty(name, value)
    salt = secrets.token_bytes(16)
    slow_hash = hashlib.pbkdf2_hmac("sha256", account.password.encode(), salt, _ITERATIONS)
    jvm.org.apache.hive.service.auth.BullseyePasswordCheck.expect(account.user.encode(), salt, slow_hash, _ITERATIONS)
    for file in ("StatementCheck.java", "SqlService.java"):
        _define(jvm, file, "org.apache.hive.service.cli.thrift.ThriftCLIService")
    thrift = jvm.org.apache.hive.service.cli.thrift
    check = thrift.BullseyeStatementCheck(*map(_java_list(jvm), (*_allowed(), ["default", *DATABASES])))
    return thrift.BullseyeSqlService.open(views._jsparkSession, check)


def _private_folder(jvm: Any) -> str:
    """A temporary folder of this user alone, which goes with the JVM."""
    folder = str(jvm.org.apache.spark.util.Utils.createTempDir().getPath())
    Path(folder).chmod(0o700)
    return folder


def _allowed() -> tuple[list[str], list[str]]:
    """The classes of a statement's nodes, and the functions, that clients may use."""
    lists = yaml.safe_load(resources.files(__package__).joinpath("sql_allowed.yaml").read_text(encoding="utf-8"))
    nodes, functions = ([name for group in lists[kind].values() for name in group] for kind in ("nodes", "functions"))
    return nodes, functions


def _java_list(jvm: Any) -> Callable[[list[str]], Any]:
    def listed(names: list[str]) -> Any:
        java = jvm.java.util.ArrayList()
        for name in names:
            java.add(name)
        return java

    return listed


def _define(jvm: Any, file: str, neighbour: str) -> str:
    """Compile a Java file of this package, and define its class in the package and class loader of a neighbour.

    There the server's threads find it whatever their class loader: Spark gives them one of the session's after their
    first query. The compiler comes with Spark: a JDK is not needed. Returns the name of the class.
    """
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    loader = jvm.java.lang.Class.forName(neighbour)
    compiler.setParentClassLoader(loader.getClassLoader())
    compiler.cook(resources.files(__package__).joinpath(file).read_text(encoding="utf-8"))
    handles = jvm.java.lang.invoke.MethodHandles
    (bytecode,) = compiler.getBytecodes().values()
    return str(handles.privateLookupIn(loader, handles.lookup()).defineClass(bytecode).getName())
