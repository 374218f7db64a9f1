"""Rows that the driver holds, as a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from bullseye.core.contract import parse_schema

Values = Sequence[Any] | Mapping[str, Any]


def local_frame(spark: SparkSession, rows: Sequence[Values], schema: StructType | str) -> DataFrame:
    """A frame of a few rows, each in the order of the schema or by name; structs inside are by name.

    Spark holds them in its plan and reads them without a job. Through `createDataFrame` the same rows would be a job of
    Python workers, a tenth of a second each time.
    Raises pyarrow.ArrowInvalid or ArrowTypeError for a value that does not fit its type.
    """
    struct = schema if isinstance(schema, StructType) else parse_schema(schema)
    names = struct.fieldNames()
    records = [_record(row, names) for row in rows]
    # Instants without a zone are in UTC, as everywhere.
    table = pa.Table.from_pylist(records, schema=to_arrow_schema(struct, timezone="UTC"))
    return spark.createDataFrame(table, struct)


def column_named(name: str) -> Column:
    """The column of that whole name, also where a dot stands in it (Customer.ID), which means a field of a struct else."""
    return F.col(f"`{name.replace('`', '``')}`")


def _record(row: Values, names: Sequence[str]) -> Mapping[str, Any]:
    if isinstance(row, Row):
        return row.asDict(recursive=True)
    return row if isinstance(row, Mapping) else dict(zip(names, row, strict=True))
