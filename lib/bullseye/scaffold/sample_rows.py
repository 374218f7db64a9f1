"""Reads the rows of a file into memory, as texts; of a large file a part."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from bullseye.scaffold.data_files import DataFile, Dialect

WHOLE_BYTES = 256 * 1024 * 1024
"""Files up to this size are read whole; of larger ones, and of packed ones beyond, a part that is not larger."""
_CHUNKS = 32
_PACKED = 8
"""How many times larger a packed file is, about."""

SPARK_TYPES = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INT",
    "int64": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "string": "STRING",
    "large_string": "STRING",
    "date32[day]": "DATE",
}
"""Arrow's types as Spark reads them from Parquet; decimals and timestamps are converted by code."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file as texts, NULL where a field is empty. `types` are those of Spark for Parquet, else there are none.

    `file` has the encoding that the whole file turned out to have; `broken` counts lines with other numbers of fields.
    """

    file: DataFile
    table: pa.Table = field(repr=False)
    whole: bool
    types: Mapping[str, str] = field(default_factory=dict)
    broken: int = 0


def read_rows(file: DataFile) -> Rows:
    """All rows of a file that is not too large, else a part of them; nested columns of Parquet are left out.

    Raises pyarrow.ArrowException for what cannot be read.
    """
    if file.dialect is None:
        table, whole = _parquet(file)
        types = {f.name: type_ for f in table.schema if (type_ := _spark_type(f.type))}
        return Rows(file, pa.table({name: _as_text(table.column(name)) for name in types}), whole, types)
    try:
        return _text(file, file.dialect)
    except pa.ArrowInvalid as error:
        if file.dialect.encoding != "UTF-8" or "UTF8" not in str(error):
            raise
        # The beginning was plain ASCII.
        dialect = replace(file.dialect, encoding="windows-1252")
        return _text(replace(file, dialect=dialect), dialect)


def _text(file: DataFile, dialect: Dialect) -> Rows:
    limit = WHOLE_BYTES // len(file.parts)
    tables, whole, broken = [], True, 0
    for part in file.parts:
        packed = part.suffix == ".gz"
        small = part.stat().st_size * (_PACKED if packed else 1) <= limit
        whole = whole and small
        data: bytes | str = str(part) if small else _part(part, limit, packed=packed)
        table, wrong = _parsed(data, dialect)
        tables.append(table)
        broken += wrong
    return Rows(file, pa.concat_tables(tables), whole, broken=broken)


def _part(path: Path, limit: int, *, packed: bool) -> bytes:
    """The first lines of a file and lines from places spread over it; of a packed file the beginning."""
    if packed:
        with gzip.open(path) as file:
            data = file.read(limit)
        return data[: data.rfind(b"\n") + 1]
    size, length = path.stat().st_size, limit // _CHUNKS
    taken = []
    with path.open("rb") as file:
        for number in range(_CHUNKS):
            file.seek(number * (size // _CHUNKS))
            chunk = file.read(length)
            start = chunk.find(b"\n") + 1 if number else 0
            taken.append(chunk[start : chunk.rfind(b"\n") + 1])
    return b"".join(taken)


def _parsed(data: bytes | str, dialect: Dialect) -> tuple[pa.Table, int]:
    """All fields as text, and the number of lines with too few or too many."""
    broken = 0

    def skip(_row: object) -> str:
        nonlocal broken
        broken += 1
        return "skip"

    encoding = "utf8" if dialect.encoding == "UTF-8" else "cp1252"
    table = pa_csv.read_csv(
        io.BytesIO(data) if isinstance(data, bytes) else data,
        read_options=pa_csv.ReadOptions(
            column_names=[str(place) for place in range(len(dialect.header))],
            skip_rows=1 if dialect.has_header else 0,
            encoding=encoding,
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=dialect.separator,
            escape_char="\\" if dialect.escape == "\\" else False,
            newlines_in_values=True,
            invalid_row_handler=skip,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={str(place): pa.string() for place in range(len(dialect.header))},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return table.rename_columns(list(dialect.header)), broken


def _parquet(file: DataFile) -> tuple[pa.Table, bool]:
    """The rows, or the first row groups of each part."""
    tables, whole = [], True
    limit = WHOLE_BYTES // _PACKED // len(file.parts)
    for part in file.parts:
        with pq.ParquetFile(part) as source:
            if part.stat().st_size <= limit:
                tables.append(source.read())
                continue
            whole = False
            tables.append(pa.Table.from_batches([next(source.iter_batches(batch_size=1_000_000))]))
    return pa.concat_tables(tables, promote_options="permissive"), whole


def _spark_type(type_: pa.DataType) -> str:
    """The type under which Spark reads a Parquet column; empty for nested ones, which are left out."""
    if pa.types.is_dictionary(type_):
        return _spark_type(type_.value_type)
    if pa.types.is_decimal(type_):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP" if type_.tz else "TIMESTAMP_NTZ"
    return SPARK_TYPES.get(str(type_), "")


def _as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(values.type):
        # Seconds suffice to tell what a column is.
        stamped = pc.strftime(
            pc.cast(values, pa.timestamp("s", values.type.tz), safe=False), format="%Y-%m-%dT%H:%M:%S"
        )
        return pc.binary_join_element_wise(stamped, "Z", "") if values.type.tz else stamped
    return pc.cast(values, pa.string())
