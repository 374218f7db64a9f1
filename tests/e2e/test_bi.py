"""What BI tools connect to, started as its user starts it: the SQL server, and a Hive metastore."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import pyspark
import pytest
from impala.dbapi import connect
from tests.conftest import ROOT
from tests.e2e.test_cluster import spark_conf
from tests.e2e.test_submit import environment, finish
from tests.shop import Shop

from bullseye.core.runlog import Entry

pytestmark = [pytest.mark.slow, pytest.mark.beside]


def start(*command: str, **variables: str) -> subprocess.Popen[str]:
    """A script of the checkout; its arguments ask for JSON lines."""
    return subprocess.Popen(
        [str(ROOT / "scripts" / command[0]), *command[1:], "--log", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**variables),
    )


def test_the_sql_server_serves_a_lake_until_it_is_told_to_end(whole: tuple[Shop, dict[str, Entry]]) -> None:
    shop = whole[0]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ("--deployment", str(shop.conf), "--lake", str(shop.lake), "--port", str(port))
    process = start("serve_sql", *where, BULLSEYE_SQL_USER="bi", BULLSEYE_SQL_PASSWORD="secret")
    events = []
    assert process.stdout
    for line in process.stdout:
        events.append(json.loads(line)["event"])
        if events[-1] == "ready":
            break
    assert events == ["release shown", "ready"], process.communicate()
    connection = connect("127.0.0.1", port, database="gold", auth_mechanism="PLAIN", user="bi", password="secret")
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.execute("SELECT count(*) FROM gold.customer")
        assert cursor.fetchall() == [(60,)]
    url = f"jdbc:hive2://127.0.0.1:{port}/gold"
    beeline = [str(Path(pyspark.__file__).parent / "bin" / "beeline"), "-u", url, "-n", "bi", "-p", "secret"]
    sql = "SET hive.execution.engine=tez; SELECT count(*) AS customers FROM customer;"
    answer = subprocess.run(
        [*beeline, "--outputformat=csv2", "-e", sql], capture_output=True, text=True, check=True, env=environment()
    )
    assert answer.stdout.split()[-2:] == ["customers", "60"], answer
    code, _, told = finish(start("serve_sql", *where))
    assert (code, f"port {port} of 127.0.0.1 cannot be used: Address already in use" in told) == (2, True), told
    process.send_signal(signal.SIGTERM)
    code, _, told = finish(process)
    assert code == 0, told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["--host", "0.0.0.0"], {}, "there is no account, and no terminal on which to show a new password"),
        ([], {}, "there is no account, and no terminal on which to show a new password"),
        ([], {"BULLSEYE_SQL_USER": "bi"}, "BULLSEYE_SQL_PASSWORD is not set"),
    ],
)
def test_a_server_that_would_be_open_to_all_is_refused(
    shop: Shop, arguments: list[str], variables: dict[str, str], message: str
) -> None:
    code, _, told = finish(start("serve_sql", "--deployment", str(shop.conf), *arguments, **variables))
    assert (code, message in told) == (2, True), told


def test_a_metastore_shows_the_release_to_another_application(
    whole: tuple[Shop, dict[str, Entry]], tmp_path: Path
) -> None:
    shop, conf = whole[0], spark_conf(tmp_path / "spark.conf", of="local", catalogImplementation="hive")
    with conf.open("a", encoding="utf-8") as file:
        file.write(
            f"\nspark.hadoop.javax.jdo.option.ConnectionURL  jdbc:derby:;databaseName={tmp_path}/db;create=true\n"
        )
        file.write("spark.hadoop.datanucleus.schema.autoCreateTables  true\n")
        file.write("spark.hadoop.hive.metastore.schema.verification  false\n")
    hive = {"BULLSEYE_SPARK_CONF": str(conf)}
    where = ("--deployment", str(shop.conf), "--lake", str(shop.lake))
    code, events, told = finish(start("submit", "register_tables", *where, **hive))
    assert code == 0, told
    assert {"bullseye.gold_customer", "bullseye.gold_customer_versions"} <= set(events[-1]["names"])  # type: ignore[arg-type]
    sql = (
        "SELECT count(*) FROM bullseye.gold_customer; SELECT count(*) FROM bullseye.gold_customer_versions VERSION AS OF 0;"
        " DESCRIBE bullseye.gold_score"
    )
    lines = 'source scripts/lib/env.sh; bullseye_env run; spark_options; spark-sql "${SPARK_OPTIONS[@]}" -e "$0"'
    told = subprocess.run(
        ["bash", "-c", lines, sql], capture_output=True, text=True, check=True, cwd=ROOT, env=environment(**hive)
    ).stdout.splitlines()
    assert told[:2] == ["60", "0"]
    assert "probability         \tdouble              \t" in told[5] or any("probability" in line for line in told)
