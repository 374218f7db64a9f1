"""Looks at the rows of a file: how each column is written, what is missing, what is unique."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from bullseye.scaffold.files import DataFile, Dialect
from bullseye.scaffold.writings import BY_NAME, NULL_WORDS, Kind, Writing, decimals, guess

WHOLE_BYTES = 256 * 1024 * 1024
"""Files up to this size are read whole; of larger ones, and of packed ones beyond, a part that is not larger."""
_CHUNKS = 32
_PACKED = 8
"""How many times larger a packed file is, about."""
_EXAMPLES = 200
_KEY_COLUMNS = 3

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
"""Arrow's types as Spark reads them from Parquet; decimals and timestamps are told apart by code."""


@dataclass(frozen=True)
class Column:
    """What the rows say of one column. `missing` and `negative` are shares of the rows, `distinct` a count."""

    name: str
    writing: Writing | None
    missing: float
    distinct: int
    misfits: int = 0
    rival: Writing | None = None
    negative: float = 0.0
    decimals: int = 0
    longest: int = 0
    null_words: tuple[str, ...] = ()
    stored: str = ""
    """The Spark type of a Parquet column; empty in text files, where everything is text."""
    examples: tuple[str, ...] = ()
    """Its most frequent values; they stay in memory and are never written to settings, logs or messages."""

    @property
    def kind(self) -> Kind | None:
        return self.writing.kind if self.writing else None

    @property
    def numeric(self) -> bool:
        return self.kind in ("whole", "decimal")


@dataclass(frozen=True)
class Survey:
    """A file, its columns and its rows as texts (NULL where missing). `whole` is False where rows are only a part."""

    file: DataFile
    rows: pa.Table = field(repr=False)
    columns: tuple[Column, ...]
    whole: bool
    broken: int = 0
    """Lines whose number of fields is not that of the header."""

    @property
    def based_on(self) -> str:
        rows = f"{self.rows.num_rows:,} rows"
        if self.whole:
            return f"all {rows}"
        spread = self.file.dialect is not None and not any(part.suffix == ".gz" for part in self.file.parts)
        return f"{rows} from the beginning" + (" and from places spread over the file" if spread else " of the file")

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def is_unique(self, names: Sequence[str]) -> bool:
        """True when no two rows have the same values in these columns, and none of them is missing."""
        if any(self.rows.column(name).null_count for name in names):
            return False
        return self.distinct(names) == int(self.rows.num_rows)

    def distinct(self, names: Sequence[str]) -> int:
        return int(self.rows.select(list(names)).group_by(list(names)).aggregate([]).num_rows)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """Columns that may be part of a key: never missing, and no amounts or long texts."""
        return tuple(
            c.name for c in self.columns if not c.missing and c.kind not in ("decimal", "boolean") and c.longest <= 40
        )

    def key(self, likely: Sequence[str] = ()) -> tuple[str, ...]:
        """The smallest set of columns that is unique, of at most three: `likely` ones first; empty where there is none."""
        names = [name for name in likely if name in self.candidates]
        names += [name for name in self.candidates if name not in names and not likely]
        for size in range(1, _KEY_COLUMNS + 1):
            for some in combinations(names[:8], size):
                if self.is_unique(some):
                    return some
        return ()


def survey(file: DataFile) -> Survey:
    """Read a file, or a part of a large one, and look at every column."""
    if file.dialect is None:
        table, whole = _parquet(file)
        stored = {f.name: _spark_type(f.type) for f in table.schema}
        rows = pa.table({name: _as_text(table.column(name)) for name, type_ in stored.items() if type_})
        columns = tuple(replace(_column(name, rows.column(name)), stored=stored[name]) for name in rows.column_names)
        return Survey(file, rows, columns, whole)
    try:
        return _text(file, file.dialect)
    except pa.ArrowInvalid as error:
        if file.dialect.encoding != "UTF-8" or "UTF8" not in str(error):
            raise
        # The beginning was plain ASCII.
        other = replace(file, dialect=replace(file.dialect, encoding="windows-1252"))
        return _text(other, replace(file.dialect, encoding="windows-1252"))


def _text(file: DataFile, dialect: Dialect) -> Survey:
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
    rows = pa.concat_tables(tables)
    null = pa.array(NULL_WORDS)
    # A null word counts as missing only where it is not a value among others of its kind, such as "-" alone.
    columns = []
    for name in rows.column_names:
        values = pc.utf8_trim_whitespace(rows.column(name))
        words = tuple(w for w in pc.unique(values.filter(pc.is_in(values, null))).to_pylist() if w)
        values = pc.if_else(pc.or_(pc.is_in(values, null), pc.equal(values, "")), None, values)
        rows = rows.set_column(rows.column_names.index(name), name, values)
        columns.append(replace(_column(name, values), null_words=words))
    return Survey(file, rows, tuple(_resolved(columns)), whole, broken)


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
            newlines_in_values=dialect.multi_line,
            invalid_row_handler=skip,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={str(place): pa.string() for place in range(len(dialect.header))},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return table.rename_columns(list(dialect.header)), broken


def _column(name: str, values: pa.ChunkedArray) -> Column:
    counted = pc.value_counts(values.drop_null()).sort(order="descending", by="counts")
    texts, counts = counted.field("values"), counted.field("counts")
    found = guess(texts, counts)
    examples = tuple(texts[:_EXAMPLES].to_pylist())
    numeric = found.writing is not None and found.writing.kind in ("whole", "decimal")
    minus = pc.sum(counts.filter(pc.match_substring_regex(texts, "^[^0-9]*-"))).as_py() if numeric else 0
    return Column(
        name=name,
        writing=found.writing,
        missing=values.null_count / max(len(values), 1),
        distinct=len(texts),
        misfits=found.misfits,
        rival=found.rival,
        negative=(minus or 0) / max(len(values), 1),
        decimals=decimals(texts.slice(0, 5000).to_pylist(), found.writing) if numeric and found.writing else 0,
        longest=pc.max(pc.utf8_length(texts)).as_py() or 0,
        examples=examples,
    )


def _resolved(columns: Sequence[Column]) -> list[Column]:
    """Where one column shows on which side of the sea the file was written, the others are read alike.

    1.234 is a thousand in a file that writes 0,50, and 3/4/2024 in March in one that writes 3/31/2024.
    """
    comma = any(c.writing == BY_NAME["decimal comma"] for c in columns)
    sure = [c.writing.name for c in columns if c.writing and c.kind in ("date", "time") and not c.rival]
    month_first = any(name.startswith("M") for name in sure)
    found = []
    for column in columns:
        thousands = column.writing == BY_NAME["decimal point"] and column.decimals == 3
        fits = all(BY_NAME["decimal comma"].fits(value) for value in column.examples)
        if comma and thousands and fits:
            column = replace(column, writing=BY_NAME["decimal comma"], decimals=0)  # noqa: PLW2901  the same column, read better
        elif column.rival and column.rival.name.startswith("M") and month_first:
            column = replace(column, writing=column.rival, rival=None)  # noqa: PLW2901  the same
        elif column.rival and sure and not month_first:
            column = replace(column, rival=None)  # noqa: PLW2901  the same
        found.append(column)
    return found


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
