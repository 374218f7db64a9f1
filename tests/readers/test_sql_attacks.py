"""What a client of the SQL server must not be able to do, tried with the account that may read the views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from impala.error import HiveServer2Error, OperationalError
from pyspark.sql import SparkSession
from tests.readers.conftest import ACCOUNT, SqlServer, client
from tests.released import ReleasedLake

from bullseye.serving.sql_server import _allowed

REFUSED = "Bullseye's SQL server answers SELECT, SHOW, DESCRIBE, EXPLAIN and USE on released views: .* allowed"
PROPERTY = "'java.lang.System', 'getProperty', 'user.home'"
UDT = '{"type":"udt","class":"java.util.ArrayList","sqlType":"integer"}'

ATTACKS: Mapping[str, Mapping[str, str]] = {
    "runs a shell command": {
        "TRANSFORM": "SELECT TRANSFORM(customer_id) USING 'touch {mark}' AS (x) FROM customer",
        "MAP": "FROM customer MAP customer_id USING 'touch {mark}' AS x",
        "REDUCE": "FROM customer REDUCE customer_id USING 'touch {mark}' AS x",
    },
    "reads a file": {
        "csv": "SELECT * FROM csv.`{secret}`",
        "text": "SELECT * FROM text.`{secret}`",
        "json": "SELECT * FROM JSON.`{secret}`",
        "binary": "SELECT * FROM binaryFile.`{secret}`",
        "parquet": "SELECT * FROM parquet.`{table}`",
        "delta": "SELECT * FROM delta.`{table}`",
        "delta with a catalog": "SELECT * FROM spark_catalog.delta.`{table}`",
        "common table expression": "WITH a AS (SELECT * FROM text.`{secret}`) SELECT * FROM a",
        "scalar subquery": "SELECT (SELECT first(value) FROM text.`{secret}`)",
        "EXISTS": "SELECT 1 FROM customer WHERE EXISTS (SELECT 1 FROM text.`{secret}`)",
        "IN": "SELECT 1 FROM customer WHERE customer_id IN (SELECT value FROM text.`{secret}`)",
        "UNION": "SELECT customer_id FROM customer UNION ALL SELECT value FROM text.`{secret}`",
        "LATERAL": "SELECT * FROM customer, LATERAL (SELECT * FROM text.`{secret}`)",
        "pipe": "FROM text.`{secret}` |> WHERE true",
        "TABLE": "TABLE text.`{secret}`",
        "IDENTIFIER": "SELECT * FROM IDENTIFIER('text.`{secret}`')",
        "computed IDENTIFIER": "SELECT * FROM IDENTIFIER('text.' || '`{secret}`')",
        "EXPLAIN": "EXPLAIN SELECT * FROM text.`{secret}`",
        "DESCRIBE": "DESCRIBE text.`{secret}`",
        "DESCRIBE QUERY": "DESCRIBE QUERY SELECT * FROM text.`{secret}`",
        "SHOW COLUMNS": "SHOW COLUMNS IN text.`{secret}`",
        "DESCRIBE DETAIL": "DESCRIBE DETAIL delta.`{table}`",
        "DESCRIBE HISTORY": "DESCRIBE HISTORY delta.`{table}`",
        "table_changes_by_path": "SELECT * FROM table_changes_by_path('{table}', 0)",
        "options": "SELECT * FROM customer WITH ('path' = '{secret}')",
        "stream": "SELECT * FROM STREAM customer",
        "older version": "SELECT * FROM customer VERSION AS OF 0",
        "protobuf descriptor": "SELECT from_protobuf(X'00', 'a', '{secret}')",
        "XML schema": "SELECT from_xml('<a/>', 'a INT', map('rowValidationXSDPath', '{secret}'))",
        "XML entity": "SELECT xpath_string('<!DOCTYPE a [<!ENTITY b SYSTEM \"file://{secret}\">]><a>&b;</a>', 'a')",
        "logs": "SELECT * FROM python_worker_logs()",
        "names of files": "SELECT input_file_name() FROM customer",
        "names of files in a generator": "SELECT * FROM customer LATERAL VIEW stack(1, input_file_name()) x AS e",
        "LIST": "LIST FILES",
    },
    "calls Java": {
        "java_method": f"SELECT java_method({PROPERTY})",
        "reflect": f"SELECT REFLECT({PROPERTY})",
        "try_reflect": f"SELECT try_reflect({PROPERTY})",
        "qualified name": f"SELECT system.builtin.reflect({PROPERTY})",
        "IDENTIFIER": f"SELECT IDENTIFIER('reflect')({PROPERTY})",
        "lambda": f"SELECT transform(array(1), x -> reflect({PROPERTY}))",
        "ORDER BY": f"SELECT 1 FROM customer ORDER BY reflect({PROPERTY})",
        "window": f"SELECT sum(1) OVER (ORDER BY reflect({PROPERTY})) FROM customer",
        "FILTER": f"SELECT count(*) FILTER (WHERE reflect({PROPERTY}) IS NULL) FROM customer",
        "inline table": f"SELECT * FROM VALUES (reflect({PROPERTY}))",
        "table function": f"SELECT * FROM explode(array(reflect({PROPERTY})))",
        "EXPLAIN": f"EXPLAIN SELECT reflect({PROPERTY})",
        "type of JSON": f"SELECT from_json('1', '{UDT}')",
        "computed type": f"SELECT from_json('1', concat('', '{UDT}'))",
        "type of CSV": f"SELECT from_csv('1', '{UDT}')",
        "type of a variant": f"SELECT variant_get(parse_json('1'), '$', '{UDT}')",
        "avro": "SELECT from_avro(X'00', 'int')",
        "ADD JAR": "ADD JAR '{secret}'",
        "CREATE FUNCTION": "CREATE TEMPORARY FUNCTION f AS 'java.lang.String' USING JAR '{secret}'",
        "CREATE FUNCTION in SQL": "CREATE TEMPORARY FUNCTION f() RETURNS INT RETURN 1",
        "CALL": "CALL system.f()",
    },
    "writes rows or files": {
        "DELETE": "DELETE FROM delta.`{table}`",
        "DELETE from a view": "DELETE FROM gold.customer",
        "UPDATE": "UPDATE delta.`{table}` SET orders_all = 0",
        "MERGE": "MERGE INTO delta.`{table}` t USING customer s ON true WHEN MATCHED THEN DELETE",
        "INSERT": "INSERT INTO delta.`{table}` SELECT * FROM customer",
        "FROM INSERT": "FROM customer INSERT INTO delta.`{table}` SELECT *",
        "INSERT DIRECTORY": "INSERT OVERWRITE DIRECTORY '{mark}' USING csv SELECT 1",
        "CREATE TABLE": "CREATE TABLE t USING csv LOCATION '{mark}' AS SELECT 1",
        "LOAD DATA": "LOAD DATA INPATH '{secret}' INTO TABLE customer",
        "TRUNCATE": "TRUNCATE TABLE delta.`{table}`",
        "VACUUM": "VACUUM delta.`{table}` RETAIN 0 HOURS",
        "OPTIMIZE": "OPTIMIZE delta.`{table}`",
        "RESTORE": "RESTORE TABLE delta.`{table}` TO VERSION AS OF 0",
        "CONVERT": "CONVERT TO DELTA parquet.`{table}`",
        "EXPLAIN": "EXPLAIN DELETE FROM delta.`{table}`",
    },
    "changes what other clients see": {
        "DROP VIEW": "DROP VIEW gold.customer",
        "DROP DATABASE": "DROP DATABASE gold CASCADE",
        "CREATE VIEW": "CREATE OR REPLACE VIEW gold.customer AS SELECT 1",
        "ALTER VIEW": "ALTER VIEW gold.customer AS SELECT 1",
        "temporary view": "CREATE TEMPORARY VIEW score AS SELECT 1",
        "temporary view of a file": "CREATE TEMPORARY VIEW x USING text OPTIONS (path '{secret}')",
        "global temporary view": "CREATE GLOBAL TEMPORARY VIEW x AS SELECT 1",
        "CACHE": "CACHE TABLE customer",
        "UNCACHE": "CLEAR CACHE",
        "REFRESH": "REFRESH '{table}'",
        "ANALYZE": "ANALYZE TABLE customer COMPUTE STATISTICS",
        "COMMENT": "COMMENT ON TABLE gold.customer IS 'x'",
    },
    "leaves the released databases": {
        "USE": "USE delta",
        "USE of a catalog": "USE other.gold",
        "SET CATALOG": "SET CATALOG other",
        "SHOW TABLES": "SHOW TABLES IN global_temp",
        "global_temp": "SELECT * FROM global_temp.somebody_elses",
    },
    "hides a statement in another": {
        "EXECUTE IMMEDIATE": "EXECUTE IMMEDIATE 'DROP VIEW gold.customer'",
        "script": "BEGIN DROP VIEW gold.customer; END",
        "DECLARE": "DECLARE VARIABLE x = 1",
        "SET VARIABLE": "SET VARIABLE x = 1",
        "RESET": "RESET",
        "parameter": "SELECT :x",
    },
}


@dataclass(frozen=True)
class Target:
    """What the attacks aim at: a secret file, a mark that a command or a statement would leave, a table's folder."""

    cursor: Any
    secret: Path
    mark: Path
    table: Path


@pytest.fixture(scope="module")
def target(server: SqlServer, lake: ReleasedLake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    secret = folder / "secret"
    secret.write_text("secret\n", encoding="utf-8")
    with client(server.port) as cursor:
        yield Target(cursor, secret, folder / "mark", lake.root / "gold" / "customer")


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            statement,
            marks=pytest.mark.fault(f"a SQL client {what}: {how}", right="refused, nothing changes"),
            id=f"{what}-{how}",
        )
        for what, statements in ATTACKS.items()
        for how, statement in statements.items()
    ],
)
def test_a_statement_that_is_not_on_the_list_is_refused(target: Target, statement: str) -> None:
    sql = statement
    for name in ("secret", "mark", "table"):
        sql = sql.replace(f"{{{name}}}", str(getattr(target, name)))
    files = sorted(target.table.rglob("*"))
    with pytest.raises((OperationalError, HiveServer2Error), match=REFUSED):
        target.cursor.execute(sql)
    assert not target.mark.exists()
    assert sorted(target.table.rglob("*")) == files
    target.cursor.execute("SHOW VIEWS IN gold")
    assert [row[1] for row in target.cursor.fetchall()] == ["customer", "score"]


@pytest.mark.fault("a SQL client sends two statements at once", right="refused, neither runs")
def test_two_statements_at_once_are_refused(target: Target) -> None:
    with pytest.raises((OperationalError, HiveServer2Error), match="PARSE_SYNTAX_ERROR"):
        target.cursor.execute("SELECT 1; DROP VIEW gold.customer")


VARIABLES = "${env:PATH} ${system:user.home} ${spark.app.id}"


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(
            session, marks=pytest.mark.fault(f"a SQL client reads the environment {how}", right="no value"), id=how
        )
        for how, session in {
            "by a variable in a statement": {},
            "by a setting of its session": {"spark.sql.variable.substitute": "true"},
            "by a Hive setting of its session": {"set:hiveconf:spark.sql.variable.substitute": "true"},
            "by a Hive variable of its session": {"set:hivevar:spark.sql.variable.substitute": "true"},
        }.items()
    ],
)
def test_a_variable_in_a_statement_stays_as_it_is(port: int, session: dict[str, str]) -> None:
    with client(port, **session) as cursor:
        cursor.execute("SET spark.sql.variable.substitute=true")
        cursor.execute(f"SELECT '{VARIABLES}'", configuration={"spark.sql.variable.substitute": "true"})
        assert cursor.fetchall() == [(VARIABLES,)]


@pytest.mark.fault("a SQL client sets a Java property of the server as it connects", right="ignored")
def test_a_session_cannot_set_a_property_of_the_server(port: int, spark: SparkSession) -> None:
    with client(port, **{"set:system:bullseye.attack": "done"}):
        pass
    jvm: Any = spark._jvm
    assert jvm.java.lang.System.getProperty("bullseye.attack") is None


@pytest.mark.parametrize(
    "database",
    [
        pytest.param(
            database, marks=pytest.mark.fault(f"a SQL client connects to the database {database!r}", right="refused")
        )
        for database in ("delta", "gold; DROP VIEW gold.customer", "global_temp")
    ],
)
def test_a_session_begins_in_a_released_database(port: int, database: str) -> None:
    with (
        pytest.raises(HiveServer2Error, match="choose gold or ops"),
        client(port, **{"use:database": database}),
    ):
        pass


@pytest.mark.fault("a SQL client acts as another user", right="its own user")
def test_a_session_cannot_be_that_of_another_user(port: int) -> None:
    with client(port, **{"hive.server2.proxy.user": "root"}) as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]


@pytest.mark.fault("the password, or a hash of it, in Java's properties", right="in none")
def test_no_property_has_the_password(server: SqlServer, spark: SparkSession) -> None:
    jvm: Any = spark._jvm
    properties = str(jvm.java.lang.System.getProperties())
    assert ACCOUNT.password not in properties
    assert "bullseye.sql" not in properties


def test_functions_on_the_list_exist_and_the_others_are_refused(server: SqlServer, spark: SparkSession) -> None:
    state = spark._jsparkSession.sessionState()
    registered = {
        name.funcName()
        for registry in (state.functionRegistry(), state.tableFunctionRegistry())
        for name in _elements(registry.listFunction())
    }
    functions = set(_allowed()[1])
    assert functions - registered == set()
    others = sorted(
        name for name in registered - functions if name.isidentifier() and name not in ("and", "in", "not", "or")
    )
    assert {"reflect", "input_file_name", "from_avro", "xpath"} <= set(others)
    with client(server.port) as cursor:
        for name in others:
            with pytest.raises((OperationalError, HiveServer2Error), match=f"the function {name} is not allowed"):
                cursor.execute(f"SELECT {name}('a')")


def _elements(sequence: Any) -> Iterator[Any]:
    iterator = sequence.iterator()
    while iterator.hasNext():
        yield iterator.next()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM spark_catalog.gold.customer c JOIN gold.score s ON c.customer_id = s.customer_id",
        "WITH a AS (SELECT * FROM customer) SELECT DISTINCT customer_id FROM a WHERE spend_all > (SELECT 1) OR true",
        "SELECT rank() OVER w, lag(spend_all) OVER w FROM customer WINDOW w AS (ORDER BY customer_id)",
        "SELECT orders_all, count(*) FILTER (WHERE recency_days > 1) FROM customer GROUP BY ROLLUP (orders_all) HAVING true",
        "SELECT * FROM (SELECT customer_id, orders_all FROM customer) PIVOT (count(*) FOR orders_all IN (1, 2))",
        "SELECT e, CASE WHEN e LIKE 'a%' THEN e::STRING END FROM customer LATERAL VIEW explode(split(customer_id, '')) x AS e",
        "SELECT EXTRACT(year FROM last_day), last_day + INTERVAL 1 DAY, trim(BOTH ' ' FROM customer_id) FROM customer",
        "SELECT from_json('{\"a\":1}', 'a INT').a, transform(array(1), x -> x + 1), `customer_id` || '.' FROM customer",
        "FROM customer |> WHERE orders_all > 1 |> AGGREGATE count(*) AS n GROUP BY as_of |> ORDER BY n |> LIMIT 1",
        "SELECT /*+ BROADCAST(s) */ customer_id FROM score s UNION SELECT customer_id FROM customer LIMIT 5 OFFSET 1",
        "SELECT * FROM range(3), LATERAL (SELECT id + 1)",
        "SELECT " + " + ".join(["1"] * 500),
        "SHOW DATABASES",
        "SHOW TABLES IN gold LIKE 'cust*'",
        "SHOW COLUMNS IN customer FROM gold",
        "SHOW CREATE TABLE gold.customer",
        "SHOW FUNCTIONS",
        "DESCRIBE EXTENDED gold.customer",
        "DESCRIBE DATABASE gold",
        "DESCRIBE FUNCTION abs",
        "EXPLAIN FORMATTED SELECT count(*) FROM customer",
    ],
)
def test_reading_is_allowed(target: Target, statement: str) -> None:
    target.cursor.execute(statement)
    assert target.cursor.fetchall()
