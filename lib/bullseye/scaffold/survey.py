"""Looks at the rows of a file: how each column is written, what is missing, what is unique."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from bullseye.scaffold.data_files import DataFile
from bullseye.scaffold.sample_rows import read_rows
from bullseye.scaffold.writings import BY_NAME, NULL_WORDS, Kind, Writing, decimals, guess

_EXAMPLES = 200
_KEY_COLUMNS = 3


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
    read = read_rows(file)
    if read.types:
        columns = [replace(_column(name, read.table.column(name)), stored=type_) for name, type_ in read.types.items()]
        return Survey(read.file, read.table, tuple(columns), read.whole)
    rows, columns = read.table, []
    for place, name in enumerate(rows.column_names):
        values, said = _known(rows.column(name))
        rows = rows.set_column(place, name, values)
        columns.append(replace(_column(name, values), null_words=said))
    return Survey(read.file, rows, tuple(_resolved(columns)), read.whole, read.broken)


def _known(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, tuple[str, ...]]:
    """The values, NULL where they are empty or a word for it, and the words that were met."""
    trimmed, words = pc.utf8_trim_whitespace(values), pa.array(NULL_WORDS)
    said = tuple(pc.unique(trimmed.filter(pc.is_in(trimmed, words))).to_pylist())
    return pc.if_else(pc.or_(pc.is_in(trimmed, words), pc.equal(trimmed, "")), None, trimmed), said


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
