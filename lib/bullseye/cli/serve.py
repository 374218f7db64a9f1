"""Serves the newest release to BI tools until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.core.contract import Table
from bullseye.core.lake import Lake
from bullseye.core.session import start_session, wait_for_executors
from bullseye.errors import BullseyeError, LakeError, SettingsError
from bullseye.publish.release import newest_release, releases_state
from bullseye.publish.sql_server import Account, show_release, start_server
from bullseye.settings import load_settings
from bullseye.tables import contracts

USER, PASSWORD = "BULLSEYE_SQL_USER", "BULLSEYE_SQL_PASSWORD"
"""Environment variables that hold the account: what stands on a command line, others can read."""


_State = tuple[int | None, ...]


@dataclass(frozen=True)
class Serving:
    """What the command line asks for; `refresh` in seconds."""

    deployment: Path
    lake: str | None
    host: str
    port: int
    refresh: float
    log: LogFormat = "text"


def serve(asked: Serving) -> None:
    """Serve until SIGTERM or an interruption; a release that appears is shown from the next look on.

    Raises a BullseyeError before Spark starts where the port is taken or the account is half given.
    """
    account = _account(asked.host)
    _check_port(asked.host, asked.port)
    settings = load_settings(asked.deployment)
    tables = contracts(settings)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    # Names that end with the server: a catalog that lasts belongs to others.
    spark = start_session(f"bullseye SQL {settings.name}", {"spark.sql.catalogImplementation": "in-memory"})
    wait_for_executors(spark)
    report, lake = Report(spark, log=asked.log), Lake(spark, settings.lake_root(asked.lake))
    shown = _show(spark, lake, tables, report)
    server = start_server(spark, asked.host, asked.port, account)
    report.event("ready", host=asked.host, port=asked.port)
    who = f"user {account.user}" if account else "any user, no password"
    report.say(f"ready: jdbc:hive2://{asked.host}:{asked.port}/gold ({who}); Ctrl-C ends it")
    try:
        while not ended.wait(asked.refresh):
            shown = _refreshed(spark, lake, tables, report, shown)
    finally:
        server.stop()
        spark.stop()


def _refreshed(spark: SparkSession, lake: Lake, tables: dict[str, Table], report: Report, shown: _State) -> _State:
    """The state of the releases that is shown after a look; a release that cannot be shown leaves the old one."""
    try:
        return shown if releases_state(lake) == shown else _show(spark, lake, tables, report)
    except LakeError as error:
        report.event("error", message=str(error))
        report.say(f"the newest release is not shown: {error}")
        return releases_state(lake)
    except Py4JError as error:
        raise BullseyeError("Spark has ended; look at its messages above") from error


def _show(spark: SparkSession, lake: Lake, tables: dict[str, Table], report: Report) -> _State:
    # Before the look: what is committed after it is seen at the next one.
    state = releases_state(lake)
    release = newest_release(lake, tables)
    show_release(spark, release, tables)
    report.event("release shown", release_id=release.release_id, as_of=release.as_of, tables=len(release.tables))
    report.say(f"showing release {release.release_id} of {release.as_of}, {len(release.tables)} tables")
    return state


def _account(host: str) -> Account | None:
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if bool(user) != bool(password):
        missing = PASSWORD if user else USER
        raise SettingsError(f"{missing} is not set; export both {USER} and {PASSWORD}, or neither")
    if user and password:
        return Account(user, password)
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(
            f"--host {host} can be reached by others, and nobody would be asked for a password; export {USER} and"
            f" {PASSWORD}, or listen on 127.0.0.1"
        )
    return None


def _check_port(host: str, port: int) -> None:
    """Raises SettingsError where nothing can listen: Hive's server would try again for a minute, and then say less."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise SettingsError(
            f"port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}; choose another: --port, or end what listens there"
        ) from error
