"""Rows that the driver holds, as a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import ArrayType, DataType, MapType, StructField, StructType

from bullseye.core.contract import Table, parse_schema
from bullseye.errors import ContractError, did_you_mean

Values = Sequence[Any] | Mapping[str, Any]
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "byte": (int,),
    "short": (int,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "decimal": (Decimal, int),
    "date": (date,),
    "timestamp": (datetime,),
    "binary": (bytes,),
}
"""Types of Python whose values a column of that type holds unchanged; an int that a DOUBLE cannot hold is an error."""


def table_frame(spark: SparkSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    """A frame of a few rows of a table, each a mapping from column name to value; structs inside are mappings too.

    Every row names every column of the contract, also those that may be NULL (None): a column that was forgotten looks
    like one without a value. No value is converted, except whole numbers to DOUBLE and DECIMAL where that is exact.
    Raises ContractError that lists unknown and missing columns, NULL where the contract has NOT NULL, and values of
    another type; never the values themselves.
    """
    schema = table.schema()
    if differences := _row_differences(schema, rows):
        raise _not_fitting(table, differences)
    arrow = to_arrow_schema(schema, timezone="UTC")
    arrays = [_array(table, field, type_, rows) for field, type_ in zip(schema.fields, arrow.types, strict=True)]
    return spark.createDataFrame(pa.Table.from_arrays(arrays, schema=arrow), schema)


def _row_differences(schema: StructType, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every difference, one line each, with the number of the first row that has it."""
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        for difference in _differences(schema, row):
            first.setdefault(difference, number)
    return [f"{difference} (row {number} of {len(rows)})" for difference, number in first.items()]


def _differences(schema: StructType, row: Mapping[str, Any]) -> Iterator[str]:
    names = schema.fieldNames()
    for name in row:
        if name not in names:
            yield f"unexpected   {name}{did_you_mean(name, names)}"
    for field in schema.fields:
        value, type_ = row.get(field.name), field.dataType.simpleString().upper()
        if field.name not in row:
            yield f"missing      {field.name} {type_}"
        elif value is None and not field.nullable:
            yield f"NULL         {field.name}, the contract says {type_} NOT NULL"
        elif not _fits(value, field.dataType):
            yield f"wrong type   {field.name} is a Python {type(value).__name__}, which does not fit {type_}"


def _fits(value: object, type_: DataType) -> bool:
    """Whether a column of the type holds the value unchanged; NULL fits, a struct needs each of its fields."""
    if value is None:
        return True
    if isinstance(type_, ArrayType):
        return isinstance(value, list | tuple) and all(_fits(item, type_.elementType) for item in value)
    if isinstance(type_, MapType):
        return isinstance(value, Mapping) and all(
            _fits(key, type_.keyType) and _fits(item, type_.valueType) for key, item in value.items()
        )
    if isinstance(type_, StructType):
        return isinstance(value, Mapping) and not any(_differences(type_, value))
    allowed = _PYTHON_TYPES.get(type_.typeName(), ())
    # True is an int to Python, and an instant is a date.
    is_other = (isinstance(value, bool) and bool not in allowed) or (isinstance(value, datetime) and date in allowed)
    return isinstance(value, allowed) and not is_other


def _array(table: Table, field: StructField, type_: pa.DataType, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    try:
        return pa.array([row[field.name] for row in rows], type_)
    # Arrow's message holds the value, which may be a customer's.
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        line = f"out of range {field.name}, a value does not fit {field.dataType.simpleString().upper()}"
        raise _not_fitting(table, [line]) from None


def _not_fitting(table: Table, differences: Sequence[str]) -> ContractError:
    listed = "\n".join(f"  {difference}" for difference in differences)
    return ContractError(
        f"rows for {table.name} do not fit its contract\n{listed}\n  name every column in every row, None for NULL"
    )


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
    """The column of that whole name, also where it contains a dot (Customer.ID), which means a field of a struct else."""
    return F.col(f"`{name.replace('`', '``')}`")


def _record(row: Values, names: Sequence[str]) -> Mapping[str, Any]:
    if isinstance(row, Row):
        return row.asDict(recursive=True)
    return row if isinstance(row, Mapping) else dict(zip(names, row, strict=True))
