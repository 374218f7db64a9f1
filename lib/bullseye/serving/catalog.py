"""Registers a release in the cluster's own catalog, so that its tools find tables and views by name."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import SparkSession

from bullseye.core.contract import Table
from bullseye.errors import LakeError
from bullseye.release.release import Release
from bullseye.release.views import spark_view


def require_catalog(spark: SparkSession) -> None:
    """Raises LakeError when the session's catalog ends with the session."""
    kind = spark.conf.get("spark.sql.catalogImplementation", "in-memory")
    if kind == "in-memory":
        raise LakeError(
            "this session has no catalog that outlives it (spark.sql.catalogImplementation is in-memory); submit with a"
            " properties file that says hive, where hive-site.xml names the metastore"
        )


def register_release(spark: SparkSession, release: Release, tables: Mapping[str, Table], *, database: str) -> list[str]:
    """Make a view of every table of the release, and next to it the table with all its versions; returns their names.

    `gold.customer` becomes the view `gold_customer`, which shows what the release shows, and the external table
    `gold_customer_versions`, for tools that read old versions by themselves. Only the catalog is written: dropping all
    of it loses no row. A table that was registered at another path is registered again.
    """
    spark.sql(f"CREATE DATABASE IF NOT EXISTS {database} COMMENT 'Tables of Bullseye, as of the newest release'")
    names = []
    for one in release.tables:
        view = f"{database}.{one.table.replace('.', '_')}"
        _register_table(spark, f"{view}_versions", one.path)
        spark.sql(spark_view(release, one, tables[one.table], name=view))
        names += [view, f"{view}_versions"]
    return names


def _register_table(spark: SparkSession, name: str, path: str) -> None:
    if spark.catalog.tableExists(name):
        detail = spark.sql(f"DESCRIBE DETAIL {name}").select("location").first()
        if detail and detail["location"].removeprefix("file:").rstrip("/") == path.rstrip("/"):
            return
        spark.sql(f"DROP TABLE {name}")
    spark.sql(f"CREATE TABLE {name} USING DELTA LOCATION '{path}'")
