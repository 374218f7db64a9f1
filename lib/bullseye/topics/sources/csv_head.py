"""The beginning of CSV files: their encoding, line ends and header, which Spark takes from one file only."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from bullseye.core.parallel import in_parallel
from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.topics.sources.source_files import SourceFile, file_system

CORRUPT = "_corrupt_record"
"""Column with the text of a line that has more or fewer cells than its header; NULL for the others."""
OPEN_QUOTE = "_open_quote"
"""Column that is true for a line in which a quote is opened and not closed."""
RESERVED = (CORRUPT, OPEN_QUOTE, "_metadata", "_file", "_modified_at")
HEAD_BYTES = 64 * 1024
_AT_ONCE = 8
_MARKS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
"""Byte order marks, which are surer than what the settings state."""


@dataclass(frozen=True)
class Head:
    """How a CSV file begins. `names` are those of the header, one a column, all different; without a header `_c0`, `_c1`, ...
    `line` is the text of the header, empty where there is none.
    """

    encoding: str
    line_end: str
    names: tuple[str, ...]
    line: str = ""


def read_heads(
    spark: SparkSession, source: Source, files: Sequence[SourceFile], declared: Sequence[str]
) -> dict[str, Head]:
    """The head of every file, by the file's name; raises SourceError that names a file without one."""
    heads = in_parallel([partial(_head, spark, source, file, declared) for file in files], at_once=_AT_ONCE)
    return {file.name: head for file, head in zip(files, heads, strict=True)}


def reader_options(source: Source) -> dict[str, str]:
    """Options of Spark's reader, their names in lower case: those of RFC 4180, where the source states no others."""
    given = {name.lower(): value for name, value in source.options.items()}
    sep = given.pop("delimiter", ",")
    multi_line = str(source.multi_line).lower()
    return {"sep": sep, "quote": '"', "escape": '"', "header": "true", "multiline": multi_line, **given}


def _head(spark: SparkSession, source: Source, file: SourceFile, declared: Sequence[str]) -> Head:
    data = _first_bytes(spark, file)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    options = reader_options(source)
    encoding = encoding or options.get("encoding", options.get("charset", "UTF-8"))
    text = str(spark._jvm.java.lang.String(data, encoding)).removeprefix("\ufeff")  # type: ignore[union-attr]  # py4j
    line_end = "\n" if "\n" in text else "\r" if "\r" in text else "\n"
    try:
        cells = _first_record(text, options)
    except csv.Error as error:
        raise SourceError(f"the header of {file.name} cannot be read: {error}; check the option sep") from error
    if any("\0" in cell for cell in cells):
        raise SourceError(
            f"{file.name} is not a text in {encoding}; set the option encoding, or export it as CSV again"
        )
    if options["header"].lower() == "false":
        return Head(encoding, line_end, tuple(f"_c{index}" for index in range(len(cells))))
    line = next((line for line in text.replace("\r\n", "\n").split(line_end) if line.strip()), "")
    return Head(encoding, line_end, _names(file, cells, declared), line)


def _first_bytes(spark: SparkSession, file: SourceFile) -> bytes:
    path, system = file_system(spark, file.path)
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(conf).getCodec(path)  # type: ignore[union-attr]  # py4j
    try:
        stream = system.open(path)
        try:
            return bytes((codec.createInputStream(stream) if codec else stream).readNBytes(HEAD_BYTES))
        finally:
            stream.close()
    except Py4JJavaError as error:
        reason = str(error.java_exception.getMessage() or error.java_exception.getClass().getSimpleName())
        raise SourceError(f"{file.name} cannot be read: {reason.splitlines()[0][:200]}; drop the file again") from error


def _first_record(text: str, options: Mapping[str, str]) -> list[str]:
    """The cells of the first line that is not blank; none where the file has no line."""
    separator = options["sep"].replace("\\t", "\t")
    quote, escape = options["quote"], options["escape"]
    lines = io.StringIO(text, newline="")
    if len(separator) > 1:
        return next((line.rstrip("\r\n").split(separator) for line in lines if line.strip()), [])
    rows = csv.reader(
        lines,
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=escape == quote,
        escapechar=None if escape == quote else escape or None,
    )
    return next((cells for cells in rows if len(cells) > 1 or any(cell.strip() for cell in cells)), [])


def _names(file: SourceFile, cells: Sequence[str], declared: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns: blanks around a name are no part of it. As Spark has them, a name that is there twice gets the
    place of its column (`b1`, `b2`), and a column without a name is called by its place (`_c2`).

    Raises SourceError where a declared name is there twice.
    """
    names = [cell if cell in declared else cell.strip().strip("\u200b\ufeff") for cell in cells]
    often = Counter(name.lower() for name in names)
    if twice := sorted({name for name in names if name in declared and often[name.lower()] > 1}):
        raise SourceError(f"{file.name} has two columns {twice[0]}; rename one of them where the file is made")
    return tuple(
        f"_c{index}" if not name or name in RESERVED else f"{name}{index}" if often[name.lower()] > 1 else name
        for index, name in enumerate(names)
    )


def by_head(files: Sequence[SourceFile], heads: Mapping[str, Head]) -> dict[Head, list[SourceFile]]:
    """The files that begin alike, which Spark reads together."""
    groups: dict[Head, list[SourceFile]] = {}
    for file in files:
        groups.setdefault(heads[file.name], []).append(file)
    return groups
