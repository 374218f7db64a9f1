"""Opens the files of `sources.yaml` as typed rows, or says all that is wrong with them before anything is written."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from bullseye.core.checked import combine
from bullseye.core.contract import parse_schema, same_type
from bullseye.core.failure import reason
from bullseye.core.frames import column_named, local_frame
from bullseye.core.job import Context, External
from bullseye.errors import SourceError, did_you_mean
from bullseye.settings import Silver
from bullseye.settings.sources import Source, Sources
from bullseye.topics.sources.csv_head import CORRUPT, OPEN_QUOTE, by_head, read_heads
from bullseye.topics.sources.csv_rows import read_csv
from bullseye.topics.sources.ids import first_rounded, id_columns, number_as_text, reads_as_text, text_of
from bullseye.topics.sources.parquet import read_parquet
from bullseye.topics.sources.source_files import Listing, SourceFile, list_files, must_be_unchanged, stage

_log = logging.getLogger(__name__)
TEXT_FORMATS = ("csv", "json")
FILE = "_file"
"""Hidden column of every row: its file, as in `ops.source_file`."""
MODIFIED_AT = "_modified_at"
"""Hidden column of every row: the last change of its file."""
TOO_LONG, HAS_NUL, NOT_TEXT, INEXACT = "_too_long", "_has_nul", "_not_text", "_inexact"
HIDDEN = (CORRUPT, OPEN_QUOTE, FILE, MODIFIED_AT)
_NUMBER_BYTES = 1000
"""Length of text beyond which nothing is a number, a date or a truth value: reading such a text takes for ever."""


@dataclass(frozen=True)
class Part:
    """Files of one shape, and their rows: columns as they are in the files, and those of `HIDDEN`."""

    files: Sequence[SourceFile]
    frame: DataFrame

    @property
    def types(self) -> dict[str, str]:
        return {
            field.name: field.dataType.simpleString() for field in self.frame.schema.fields if field.name not in HIDDEN
        }


def open_sources(context: Context) -> Mapping[str, External]:
    """Every source as `source.<name>`, with a fingerprint of its files.

    Raises SourceError that lists everything wrong with all sources: missing files, unreadable files, missing and mistyped
    columns. A column that the source does not declare is left out.
    """
    problems: list[str] = []
    opened: dict[str, External] = {}
    for index, source in enumerate(context.settings[Sources].sources):
        place = context.settings.place(Sources, "sources", index)
        try:
            path = stage(source, context)
            listing = list_files(context.spark, source, path)
            ids = id_columns(source, context.settings[Silver].tables)
            frame = _frame(context.spark, source, path, listing, ids)
        except SourceError as error:
            problems.append(f"{place} ({source.name}): {error}")
            continue
        except (PySparkException, Py4JJavaError) as error:
            problems.append(
                f"{place} ({source.name}): cannot be read as {source.format}: {reason(error)}; drop the file again or mend its format"
            )
            continue
        if listing.skipped:
            _log.warning(
                "source %s: %d file(s) are passed over, because their names are those of uploads that are not complete: %s",
                source.name,
                len(listing.skipped),
                ", ".join(listing.skipped[:5]),
            )
        opened[f"source.{source.name}"] = External(
            frame,
            combine(f"{f.path}|{f.bytes}|{f.modified_at.isoformat()}" for f in listing.files),
            partial(must_be_unchanged, context.spark, source, path, listing),
        )
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise SourceError(f"{len(problems)} source(s) cannot be used, nothing was written\n{listed}")
    return opened


def _read(spark: SparkSession, source: Source, path: str) -> DataFrame:
    """All rows of the files at a path: texts as they are, to be cast later so that a bad value is a bad row and not a bad
    file; other formats in their types. Columns go by name, whatever their order in a file.
    """
    return _frame(spark, source, path, list_files(spark, source, path), source.key)


def _frame(spark: SparkSession, source: Source, path: str, listing: Listing, ids: Collection[str]) -> DataFrame:
    declared = parse_schema(source.columns)
    parts = _parts(spark, source, listing, declared)
    if differences := [*_differences(source, parts, declared, ids), *_key_problems(source, declared)]:
        listed = "\n".join(f"      {line}" for line in differences)
        raise SourceError(f"{path} is not what the schema says\n{listed}")
    if not parts:
        texts = StructType([StructField(name, StringType()) for name in declared.fieldNames()])
        hidden = f"{CORRUPT} STRING, {OPEN_QUOTE} BOOLEAN, {FILE} STRING, {MODIFIED_AT} TIMESTAMP"
        return local_frame(spark, [], StructType([*texts.fields, *parse_schema(hidden).fields]))
    added = {name for field in declared.fields for name in [field.name] if _lacking(parts, name)}
    if added:
        _log.warning(
            "source %s: files without the column(s) %s: NULL in their rows", source.name, ", ".join(sorted(added))
        )
    complete = [_complete(part, source, declared, alone=len(parts) == 1) for part in parts]
    return reduce(partial(DataFrame.unionByName, allowMissingColumns=True), complete)


def _parts(spark: SparkSession, source: Source, listing: Listing, declared: StructType) -> list[Part]:
    """The files of a source by their shape."""
    if source.format == "delta":
        version = int(listing.files[0].name.rpartition("/")[2].removesuffix(".json"))
        reader = spark.read.options(**({"versionAsOf": str(version)} | source.options)).format("delta")
        file = listing.files[0]
        place = {FILE: F.lit(file.name), MODIFIED_AT: F.lit(file.modified_at)}
        return [Part(listing.files, reader.load(listing.root).withColumns(place))]
    files = [file for file in listing.files if file.bytes or source.format == "parquet"]
    if empty := len(listing.files) - len(files):
        _log.warning("source %s: %d file(s) are empty", source.name, empty)
    groups: list[tuple[Sequence[SourceFile], DataFrame]] = []
    if source.format == "csv" and files:
        heads = by_head(files, read_heads(spark, source, files, declared.fieldNames()))
        groups = [
            (alike, read_csv(spark, source, head, listing.targets(alike)))
            for head, alike in heads.items()
            if head.names
        ]
    elif source.format == "json" and files:
        schema = StructType([StructField(name, StringType()) for name in (*declared.fieldNames(), CORRUPT)])
        options = {**source.options, "mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT}
        reader = spark.read.schema(schema).options(**options, recursiveFileLookup="true")
        rows = reader.json(listing.targets(files)).select("*", F.lit(False).alias(OPEN_QUOTE), "_metadata")
        groups = [(files, rows)]
    elif source.format == "parquet":
        groups = read_parquet(spark, source, listing)
    return [Part(alike, _placed(rows, listing.root)) for alike, rows in groups]


def _placed(rows: DataFrame, root: str) -> DataFrame:
    """The rows with the file that they are from."""
    # Spark gives the path as a URI.
    path = F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
    names = [name for name in rows.columns if name not in ("_metadata", FILE, MODIFIED_AT)]
    return rows.select(
        *map(column_named, names),
        F.substring(path, len(root) + 2, 1_000_000).alias(FILE),
        F.col("_metadata.file_modification_time").alias(MODIFIED_AT),
    )


def _complete(part: Part, source: Source, declared: StructType, *, alone: bool) -> DataFrame:
    """The rows of a part with all declared columns: those of its folders' names, and NULL for those that it lacks."""
    text = source.format in TEXT_FORMATS
    by_folder = set(part.files[0].folder_values)
    columns = []
    for field in declared.fields:
        if field.name in part.types:
            own, type_ = column_named(field.name), part.types[field.name]
            is_number = _is_text(field) and type_ != "string"
            columns.append(number_as_text(own, type_).alias(field.name) if is_number else own)
            continue
        value = F.lit(None).cast("string")
        if field.name in by_folder:
            folder = F.regexp_extract(FILE, rf"(?:^|/)\Q{field.name}\E=([^/]*)/", 1)
            value = F.when(
                folder != "__HIVE_DEFAULT_PARTITION__", F.url_decode(F.replace(folder, F.lit("+"), F.lit("%2B")))
            )
        columns.append((value if text else value.try_cast(field.dataType)).alias(field.name))
    others = [name for name in part.types if name not in declared.fieldNames()]
    # Columns that are left out may differ in their types from file to file.
    columns += [column_named(name) if alone else column_named(name).cast("string").alias(name) for name in others]
    return part.frame.select(*columns, *(name for name in HIDDEN if name in part.frame.columns))


def _lacking(parts: Sequence[Part], column: str) -> list[str]:
    """Files that have no such column, neither in themselves nor in the names of their folders."""
    return sorted(
        file.name
        for part in parts
        if column not in part.types
        for file in part.files
        if column not in file.folder_values
    )


def _differences(source: Source, parts: Sequence[Part], declared: StructType, ids: Collection[str]) -> list[str]:
    """How the files differ from the schema. A column that may be NULL can be missing in files before the first that has it."""
    files = sorted(file.name for part in parts for file in part.files)
    others = {name for part in parts for name in part.types} - set(declared.fieldNames())
    lines = []
    for field in declared.fields:
        lacking = _lacking(parts, field.name)
        added_later = field.nullable and lacking == files[: len(lacking)] and len(lacking) < len(files)
        if lacking and not added_later:
            some = f" in {lacking[-1]}" if len(lacking) < len(files) else ""
            hint = did_you_mean(field.name, others)
            lines.append(f"missing      {field.name} {field.dataType.simpleString().upper()}{some}{hint}")
    if source.format not in TEXT_FORMATS:
        for part in parts:
            some = f" in {part.files[0].name}" if len(parts) > 1 else ""
            lines += [
                f"wrong type   {field.name} is {part.types[field.name].upper()}{some},"
                f" the schema says {field.dataType.simpleString().upper()}"
                for field in declared.fields
                if field.name in part.types
                and same_type(part.types[field.name]) != same_type(field.dataType.simpleString())
                and not (_is_text(field) and field.name in ids and reads_as_text(part.types[field.name]))
            ]
    return lines


def _key_problems(source: Source, declared: StructType) -> list[str]:
    named = {"key": source.key, "letter_case": tuple(source.letter_case), "personal": source.personal}
    texts = [field.name for field in declared.fields if isinstance(field.dataType, StringType)]
    lines = [
        f"{setting:<12} names {', '.join(unknown)}, which the schema does not have"
        for setting, names in named.items()
        if (unknown := [name for name in names if name not in declared.fieldNames()])
    ]
    others = [name for name in source.letter_case if name in declared.fieldNames() and name not in texts]
    return lines + ([f"letter_case  names {', '.join(others)}, which is no STRING"] if others else [])


def undeclared(source: Source, frame: DataFrame) -> list[str]:
    """Columns of the files that the source does not declare: a warning, and left out. A column without a name is none."""
    names = set(frame.columns) - set(parse_schema(source.columns).fieldNames()) - set(HIDDEN)
    return sorted(name for name in names if not re.fullmatch(r"_c\d+", name))


def typed(source: Source, frame: DataFrame, ids: Collection[str] = ()) -> DataFrame:
    """The declared columns in their types (NULL where a text does not fit), and hidden ones. Texts are normalised, and those of
    `ids` have no `.0`.

    `_raw`, the row as it was read, as JSON; `_file` and `_modified_at`; `_too_long`, `_has_nul` and `_not_text`, which say
    what is wrong with its cells; `_inexact`, the first column that has a rounded number in place of a text, else NULL. Of
    text formats also `_text`, the cells as they were read. No cell is longer than the limit, so that no cast, rule or hash
    can take for ever.
    """
    declared, limit = parse_schema(source.columns), source.max_cell_bytes
    text = source.format in TEXT_FORMATS
    own = {field.name: field.dataType for field in frame.schema.fields if field.name not in HIDDEN}
    strings = [name for name, type_ in own.items() if isinstance(type_, StringType)]
    used = [column_named(name) for name in strings if name in declared.fieldNames()]
    cut = {name: _cut(column_named(name), limit) if name in strings else column_named(name) for name in own}
    values = [
        text_of(source, field.name, cut[field.name], is_id=field.name in ids)
        if _is_text(field)
        else cut[field.name]
        if not text
        else F.when(F.octet_length(column_named(field.name)) <= _NUMBER_BYTES, column_named(field.name)).try_cast(
            field.dataType
        )
        for field in declared.fields
    ]
    flags = {
        TOO_LONG: _any(F.octet_length(column_named(name)) > limit for name in strings),
        HAS_NUL: _any(column.contains("\0") for column in used),
        NOT_TEXT: _any(column.contains("\ufffd") | ~F.is_valid_utf8(column) for column in used),
    }
    raw = F.to_json(F.struct(*(column.alias(name) for name, column in cut.items())))
    texts = [F.struct(*(cut[name].alias(name) for name in declared.fieldNames())).alias("_text")] if text else []
    return frame.select(
        *(value.alias(name) for value, name in zip(values, declared.fieldNames(), strict=True)),
        *texts,
        *(flag.alias(name) for name, flag in flags.items()),
        first_rounded(field.name for field in declared.fields if _is_text(field) and field.name in ids).alias(INEXACT),
        *(name for name in HIDDEN if name in frame.columns),
        raw.alias("_raw"),
    )


def _is_text(field: StructField) -> bool:
    return isinstance(field.dataType, StringType)


def _cut(text: Column, limit: int) -> Column:
    return F.when(F.octet_length(text) <= limit, text).otherwise(F.left(text, F.lit(limit // 4)))


def _any(conditions: Iterable[Column]) -> Column:
    return reduce(Column.__or__, (F.coalesce(each, F.lit(False)) for each in conditions), F.lit(False))
