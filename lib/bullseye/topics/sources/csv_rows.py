"""CSV by RFC 4180: every file by its own header, every line parsed with all its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from bullseye.core.frames import column_named
from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.topics.sources.csv_head import CORRUPT, OPEN_QUOTE, Head, reader_options

WINDOWS = ("windows-1252", "cp1252")
"""The encoding in which Excel writes CSV files in Western Europe. Spark 4 has none of its family but ISO-8859-1, which
differs from it in 27 characters only: those that are control characters there, such as the euro sign."""
_CONTROLS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_LEAST_COLUMNS = 4
"""Columns from which a line within a cell that has a separator for each is taken for a row."""


def read_csv(spark: SparkSession, source: Source, head: Head, paths: Sequence[str]) -> DataFrame:
    """All rows of files that begin alike, as texts, with `CORRUPT`, `OPEN_QUOTE` and Spark's `_metadata`.

    Raises SourceError for an encoding that cannot be split into lines where the source has `multi_line: false`.
    """
    cells = [f"c{index}" for index in range(len(head.names))]
    schema = StructType([StructField(name, StringType()) for name in (*cells, CORRUPT)])
    windows = head.encoding.lower() in WINDOWS
    encoding = "ISO-8859-1" if windows else head.encoding
    options = {**reader_options(source), "encoding": encoding}
    options |= {"mode": "PERMISSIVE", "columnnameofcorruptrecord": CORRUPT}
    read = _whole_files if options["multiline"].lower() == "true" else _lines
    rows = read(spark, head, paths, schema, options)
    named = [
        (_as_windows(F.col(cell)) if windows else F.col(cell)).alias(name)
        for cell, name in zip(cells, head.names, strict=True)
    ]
    # The first cell too, because Spark refuses a query that uses nothing but the column of corrupt lines.
    blank = F.coalesce(F.col(CORRUPT), F.lit("x")).rlike(r"^\s*$") & F.coalesce("c0", F.lit("")).rlike(r"^\s*$")
    return rows.where(~blank).select(*named, CORRUPT, OPEN_QUOTE, "_metadata")


def _whole_files(
    spark: SparkSession, head: Head, paths: Sequence[str], schema: StructType, options: dict[str, str]
) -> DataFrame:
    """Spark's reader, one task a file; newlines may be in quotes."""
    # Without pruning, what counts as malformed does not depend on the columns that a query uses.
    options = {"linesep": head.line_end, **options, "columnpruning": "false"}
    # Spark holds the header against the names of the schema.
    named = StructType([StructField(name, StringType()) for name in (*head.names, CORRUPT)])
    read = spark.read.schema(named).options(**options, recursiveFileLookup="true").format("csv").load(list(paths))
    cells = schema.fieldNames()[:-1]
    read = read.select(
        *(column_named(name).alias(cell) for name, cell in zip(head.names, cells, strict=True)), CORRUPT, "_metadata"
    )
    # Ends of lines may be mixed: a file is split at its newlines, and what is left of \r\n is no part of the last cell.
    last = F.when(F.col(cells[-1]).endswith("\r"), F.nullif(F.regexp_replace(cells[-1], r"\r+\z", ""), F.lit("")))
    whole = {cells[-1]: last.otherwise(F.col(cells[-1]))} if head.line_end == "\n" else {}
    rows = read.select(*(whole.get(name, F.col(name)).alias(name) for name in schema.fieldNames()), "_metadata")
    return rows.withColumn(OPEN_QUOTE, _holds_lines(cells, options["sep"]))


def _holds_lines(cells: Sequence[str], separator: str) -> Column:
    """Whether a cell holds a whole line of as many cells as the file has columns: what follows a quote that is not closed."""
    if len(cells) < _LEAST_COLUMNS or len(separator.replace("\\t", "\t")) > 1:
        return F.lit(False)
    sep = re.escape(separator.replace("\\t", "\t"))
    line = rf"(?:[^{sep}\n]*+{sep}){{{len(cells) - 1}}}[^{sep}\n]*+"
    held = [F.col(cell).contains("\n") & F.col(cell).rlike(rf"\n{line}(?:\n|$)") for cell in cells]
    return F.coalesce(F.greatest(*held, F.lit(False)), F.lit(False))


def _lines(
    spark: SparkSession, head: Head, paths: Sequence[str], schema: StructType, options: dict[str, str]
) -> DataFrame:
    """One row a line, so that large files are read in parts; a quote that is open at the end of a line is marked."""
    if any("\n" in name for name in head.names):
        raise SourceError("the header has a newline in quotes; take multi_line: false out of sources.yaml")
    if head.encoding.upper().startswith("UTF-16"):
        raise SourceError(
            "UTF-16 cannot be split into lines; take multi_line: false out of sources.yaml, or export the file as UTF-8"
        )
    lines = (
        spark.read.options(encoding=options["encoding"], recursiveFileLookup="true")
        .text(list(paths))
        .select("value", "_metadata")
        .where(F.trim("value") != "")
    )
    if head.line:
        lines = lines.where(F.col("value") != head.line)
    cells = F.from_csv("value", F.lit(schema.toDDL()), options)
    quote = re.escape(options["quote"])
    open_quote = F.lit(False)
    if quote and options["escape"] == options["quote"]:
        sep = re.escape(options["sep"].replace("\\t", "\t"))
        inside = f"(?:[^{quote}]++|{quote}{quote})*+"
        other = f"(?:{quote}{inside}{quote}[^{sep}]*+|[^{quote}{sep}][^{sep}]*+)?+"
        open_quote = F.col("value").contains(options["quote"]) & F.col("value").rlike(
            f"^(?:{other}{sep})*+{quote}{inside}$"
        )
    return lines.select(cells.alias("_cells"), open_quote.alias(OPEN_QUOTE), "_metadata").select(
        "_cells.*", OPEN_QUOTE, "_metadata"
    )


def _as_windows(text: Column) -> Column:
    """Text that was read as ISO-8859-1 and is windows-1252."""
    return F.translate(text, "".join(map(chr, _CONTROLS)), "".join(_CONTROLS.values()))
