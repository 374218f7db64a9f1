"""Parquet: every file by the schema in its own footer, which Spark takes from one file only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core.frames import column_named
from bullseye.core.parallel import in_parallel
from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.topics.sources.source_files import Listing, SourceFile, file_system

_AT_ONCE = 8
_NANOSECONDS = re.compile(r"^  \w+ int64 (.+) \(TIMESTAMP\(NANOS,(true|false)\)\)", re.MULTILINE)


def read_parquet(spark: SparkSession, source: Source, listing: Listing) -> list[tuple[Sequence[SourceFile], DataFrame]]:
    """The files by their schema, each with its rows in their types and Spark's `_metadata`.

    Times in nanoseconds, which pandas writes and Spark has no type for, are cut to microseconds.
    Raises SourceError that names a file without a footer.
    """
    groups: dict[str, list[SourceFile]] = {}
    schemas = in_parallel([partial(_schema, spark, file) for file in listing.files], at_once=_AT_ONCE)
    for file, schema in zip(listing.files, schemas, strict=True):
        groups.setdefault(schema, []).append(file)
    return [(files, _rows(spark, source, listing.targets(files), schema)) for schema, files in groups.items()]


def _schema(spark: SparkSession, file: SourceFile) -> str:
    """The schema of a file as Parquet writes it."""
    path, _ = file_system(spark, file.path)
    hadoop = spark._jvm.org.apache.parquet.hadoop  # type: ignore[union-attr]  # py4j
    try:
        reader = hadoop.ParquetFileReader.open(
            hadoop.util.HadoopInputFile.fromPath(path, spark._jsc.hadoopConfiguration())
        )
        try:
            return str(reader.getFooter().getFileMetaData().getSchema().toString())
        finally:
            reader.close()
    except Py4JJavaError as error:
        reason = str(error.java_exception.getMessage() or error.java_exception.getClass().getSimpleName())
        raise SourceError(
            f"cannot be read as parquet: {file.name}: {reason.splitlines()[0][:200]}; drop the file again or mend its format"
        ) from error


def _rows(spark: SparkSession, source: Source, paths: Sequence[str], schema: str) -> DataFrame:
    rows = spark.read.options(**source.options, recursiveFileLookup="true").parquet(*paths)
    times = dict(_NANOSECONDS.findall(schema))
    columns = []
    for name in rows.columns:
        column = column_named(name)
        if name in times:
            instant = F.timestamp_micros(F.expr(f"`{name.replace('`', '``')}` div 1000"))
            column = instant if times[name] == "true" else instant.cast("timestamp_ntz")
        columns.append(column.alias(name))
    return rows.select(*columns, "_metadata")
