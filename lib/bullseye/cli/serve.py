"""Serves the newest release to BI tools until it is stopped."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from py4j.protocol import Py4JError

from bullseye.cli.options import LogFormat
from bullseye.cli.progress import Report
from bullseye.core.lake import Lake
from bullseye.core.session import start_session, wait_for_executors
from bullseye.errors import BullseyeError, LakeError, SettingsError
from bullseye.migration.migrate import require_names
from bullseye.release.release import Release, newest_release, releases_state
from bullseye.renames import RENAMES
from bullseye.serving.sql_server import Account, released_views, start_server
from bullseye.suite import contracts, load_settings

USER, PASSWORD = "BULLSEYE_SQL_USER", "BULLSEYE_SQL_PASSWORD"
"""Environment variables that hold the account: other users can read a command line."""


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
    _check_port(asked.host, asked.port)
    settings = load_settings(asked.deployment)
    tables = contracts(settings)
    account = _account(sys.stderr)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    # Names that end with the server: a catalog that lasts belongs to others.
    spark = start_session(f"bullseye SQL {settings.name}", {"spark.sql.catalogImplementation": "in-memory"})
    wait_for_executors(spark)
    report, lake = Report(spark, log=asked.log), Lake(spark, settings.lake_root(asked.lake))
    require_names(lake, RENAMES)
    state = releases_state(lake)
    release = newest_release(lake, tables)
    server = start_server(released_views(spark, release, tables), asked.host, asked.port, account)
    _shown(report, release)
    report.event("ready", host=asked.host, port=asked.port)
    report.say(f"ready: jdbc:hive2://{asked.host}:{asked.port}/gold (user {account.user}); Ctrl-C ends it")
    try:
        while not ended.wait(asked.refresh):
            try:
                # Read first: a release that appears meanwhile is seen at the next look.
                newest = releases_state(lake)
                if newest != state:
                    state = newest
                    release = newest_release(lake, tables)
                    server.show(released_views(spark, release, tables)._jsparkSession)
                    _shown(report, release)
            except LakeError as error:
                report.event("error", message=str(error))
                report.say(f"the newest release is not shown: {error}")
            except Py4JError as error:
                raise BullseyeError("Spark has ended; look at its messages above") from error
    finally:
        server.end()
        spark.stop()


def _shown(report: Report, release: Release) -> None:
    report.event("release shown", release_id=release.release_id, as_of=release.as_of, tables=len(release.tables))
    report.say(f"showing release {release.release_id} of {release.as_of}, {len(release.tables)} tables")


def _account(terminal: TextIO) -> Account:
    """The account of the environment, or a new one whose password is shown once, on the terminal.

    The password leaves the environment, which Spark's processes would inherit.
    Raises SettingsError where it is half given, or where a new password would end in a file.
    """
    user, password = os.environ.get(USER), os.environ.pop(PASSWORD, None)
    if bool(user) != bool(password):
        missing = PASSWORD if user else USER
        raise SettingsError(f"{missing} is not set; export both {USER} and {PASSWORD}, or neither")
    if user and password:
        return Account(user, password)
    if not terminal.isatty():
        raise SettingsError(
            f"there is no account, and no terminal on which to show a new password; export {USER} and {PASSWORD}"
        )
    account = Account("bullseye", secrets.token_urlsafe(18))
    terminal.write(
        f"user {account.user}, password {account.password} (shown only now; {USER} and {PASSWORD} choose another)\n"
    )
    terminal.flush()
    return account


def _check_port(host: str, port: int) -> None:
    """Raises SettingsError where nothing can listen: Hive's server would try again for a minute, and then say less."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise SettingsError(
            f"port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}; choose another: --port, or end what listens there"
        ) from error
