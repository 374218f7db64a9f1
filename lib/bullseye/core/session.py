"""The one Spark session of an application. Libraries receive it; only entry points and tests call this."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import SparkSession

from bullseye.core.access import umask
from bullseye.errors import ClusterError, SettingsError

REQUIRED = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Files come in every encoding that Java knows; by itself Spark 4 reads Unicode and ISO-8859-1 only.
    "spark.sql.legacy.javaCharsets": "true",
    # Spark has no type for times in nanoseconds, which pandas writes: sources/parquet.py makes times of the numbers.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
}
"""What the results rest on, wherever the application runs."""

EXECUTOR_TIMEOUT = "spark.bullseye.executorTimeout"
"""Setting: seconds to wait for the first executor; 120 where it is not set."""

_log = logging.getLogger(__name__)


def start_session(app: str, conf: Mapping[str, str] | None = None) -> SparkSession:
    """The running session, or a new one with `conf` on top of `REQUIRED`.

    Under `spark-submit` the session takes its properties file's settings. A running session whose settings differ from
    what is required is kept, with a warning for each difference. Delta's jars come from the folder named by
    `BULLSEYE_JARS` unless they are on the class path already.
    """
    # Hadoop, which writes the tables, does not go by the mask of the process. The scripts set it for spark-submit too, which
    # may have opened the file system before.
    wanted = {**REQUIRED, "spark.hadoop.fs.permissions.umask-mode": umask(), **(conf or {})}
    # PySpark logs the context of a query that fails as JSON, with values of rows, next to raising the error that we
    # explain; py4j logs traces when Java has ended.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "py4j"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    builder = SparkSession.builder.appName(app)
    jars = os.environ.get("BULLSEYE_JARS")
    if jars and Path(jars).is_dir():
        wanted.setdefault("spark.driver.extraClassPath", f"{jars}/*")
    for key, value in wanted.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for key, value in REQUIRED.items():
        if (actual := spark.conf.get(key, None)) != value:
            _log.warning("the running session has %s=%s, Bullseye asked for %s", key, actual, value)
    return spark


def wait_for_executors(spark: SparkSession) -> None:
    """Return when the cluster has given the application an executor; at once on one machine, and where executors are
    allocated on demand.

    Raises ClusterError after the time that `EXECUTOR_TIMEOUT` names, for which Spark itself would wait for ever, and
    SettingsError where that is no number.
    """
    context = spark.sparkContext
    conf = context.getConf()
    if (context.master or "").startswith("local") or conf.get("spark.dynamicAllocation.enabled", "false") == "true":
        return
    seconds = _seconds(EXECUTOR_TIMEOUT, conf.get(EXECUTOR_TIMEOUT) or "120")
    deadline = time.monotonic() + seconds
    # The driver is one of them.
    while len(context.statusTracker().getExecutorInfos()) <= 1:
        if time.monotonic() > deadline:
            raise ClusterError(
                f"{context.master} has given no executor within {seconds} s: it has no worker, none with"
                f" {conf.get('spark.executor.memory', '1g')} of memory (spark.executor.memory) to spare, or all are taken by"
                " other applications; look at the master's page, start workers or ask for less, or wait longer"
                f" ({EXECUTOR_TIMEOUT})"
            )
        time.sleep(0.2)


def _seconds(key: str, text: str) -> int:
    if not text.isdecimal():
        raise SettingsError(f"{key} is {text!r}; write whole seconds, such as 120")
    return int(text)
