"""Opens the files of `sources.yaml` as typed rows, or says all that is wrong with them before anything is written."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from bullseye.core.contract import parse_schema, same_type
from bullseye.core.job import Context, External
from bullseye.core.rows import column_named
from bullseye.core.runlog import combine
from bullseye.errors import SourceError, did_you_mean
from bullseye.settings.sources import Source

TEXT_FORMATS = ("csv", "json")
CORRUPT = "_corrupt_record"
WINDOWS = ("windows-1252", "cp1252")
"""The encoding in which Excel writes CSV files in Western Europe. Spark 4 has none of its family but ISO-8859-1, which
differs from it in 27 characters only: those that are control characters there, such as the euro sign."""
_CONTROLS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True)
class SourceFile:
    """One file of a source; `modified_at` in UTC."""

    path: str
    bytes: int
    modified_at: datetime


def open_sources(context: Context) -> Mapping[str, External]:
    """Every source as `source.<name>`, with a fingerprint of its files.

    Raises SourceError that lists everything wrong with all sources: missing files, unreadable files, missing and mistyped
    columns. A column that the source does not declare is left out.
    """
    problems: list[str] = []
    found: dict[str, External] = {}
    for index, source in enumerate(context.settings.sources.sources):
        place = context.settings.place("sources", "sources", index)
        try:
            path = stage(source, context)
            files = list_files(context.spark, path)
            if not files:
                raise SourceError(f"{path} matches no file; check the path, or the job that drops the file")
            frame = _read(context.spark, source, path)
            if differences := _differences(context.spark, source, frame):
                raise SourceError(
                    f"{path} is not what the schema says\n" + "\n".join(f"      {line}" for line in differences)
                )
        except SourceError as error:
            problems.append(f"{place} ({source.name}): {error}")
            continue
        except (PySparkException, Py4JJavaError) as error:
            problems.append(
                f"{place} ({source.name}): cannot be read as {source.format}: {_reason(error)}; drop the file again or mend its format"
            )
            continue
        found[f"source.{source.name}"] = External(
            frame, combine(f"{f.path}|{f.bytes}|{f.modified_at.isoformat()}" for f in files)
        )
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise SourceError(f"{len(problems)} source(s) cannot be used, nothing was written\n{listed}")
    return found


def stage(source: Source, context: Context) -> str:
    """The path to read: as it is, below the deployment's folder where it is relative, or copied out of a package.

    `package:NAME/file` lies on the driver only; it is copied to the lake's landing folder, which executors can read.
    """
    if not source.path.startswith("package:"):
        return (
            source.path
            if "://" in source.path or source.path.startswith("/")
            else str((context.settings.folder / source.path).resolve())
        )
    package, _, inner = source.path.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            f"the Python package {package} is not installed; run: pip install {package.replace('_', '-')}"
        )
    origin = Path(next(iter(spec.submodule_search_locations))) / inner
    if not origin.is_file():
        siblings = [path.name for path in origin.parent.glob("*")] if origin.parent.is_dir() else []
        raise SourceError(f"the package {package} has no file {inner}{did_you_mean(origin.name, siblings)}")
    if "://" in context.lake_root:
        return _upload(context, source, origin)
    landed = Path(context.lake_root) / "landing" / source.name / origin.name
    unchanged = (
        landed.exists()
        and landed.stat().st_size == origin.stat().st_size
        and landed.stat().st_mtime == origin.stat().st_mtime
    )
    if not unchanged:
        landed.parent.mkdir(parents=True, exist_ok=True)
        partial = landed.with_name(f".{landed.name}.partial")
        shutil.copy2(origin, partial)
        partial.replace(landed)
    return str(landed)


def _upload(context: Context, source: Source, origin: Path) -> str:
    """Copy into an object store or HDFS by Hadoop's file system, unless a file of this size is there."""
    landed = f"{context.lake_root}/landing/{source.name}/{origin.name}"
    target, system = _file_system(context.spark, landed)
    if not (system.exists(target) and system.getFileStatus(target).getLen() == origin.stat().st_size):
        path = context.spark._jvm.org.apache.hadoop.fs.Path(str(origin))  # type: ignore[union-attr]  # py4j
        system.copyFromLocalFile(False, True, path, target)  # noqa: FBT003  Java takes no keywords
    return landed


def list_files(spark: SparkSession, path: str) -> list[SourceFile]:
    """The files at a path: a file, a folder (hidden files apart) or a glob, sorted by name."""
    target, system = _file_system(spark, path)
    found = []
    for match in system.globStatus(target) or []:
        statuses = list(system.listStatus(match.getPath())) if match.isDirectory() else [match]
        found += [s for s in statuses if not s.isDirectory() and not s.getPath().getName().startswith(("_", "."))]
        found += [
            s
            for d in statuses
            if match.isDirectory() and d.isDirectory() and d.getPath().getName() == "_delta_log"
            for s in system.listStatus(d.getPath())
        ]
    files = [
        SourceFile(s.getPath().toString(), s.getLen(), datetime.fromtimestamp(s.getModificationTime() / 1000, tz=UTC))
        for s in found
    ]
    return sorted(files, key=lambda file: file.path)


def _file_system(spark: SparkSession, path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  objects of the JVM
    target = spark._jvm.org.apache.hadoop.fs.Path(path)  # type: ignore[union-attr]  # py4j
    return target, target.getFileSystem(spark._jsc.hadoopConfiguration())


def _read(spark: SparkSession, source: Source, path: str) -> DataFrame:
    """Text as strings, to be cast later so that a bad value is a bad row and not a bad file; other formats as they are."""
    windows = source.options.get("encoding", "").lower() in WINDOWS
    told = {**source.options, "encoding": "ISO-8859-1"} if windows else source.options
    reader = spark.read.options(**told).format(source.format)
    if source.format not in TEXT_FORMATS:
        return reader.load(path)
    reader = reader.option("header", source.options.get("header", "true")) if source.format == "csv" else reader
    actual = reader.load(path).columns if source.format == "csv" else parse_schema(source.columns).fieldNames()
    schema = StructType([*(StructField(name, StringType()) for name in actual), StructField(CORRUPT, StringType())])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT, "enforceSchema": "false"}
    rows = reader.schema(schema).options(**options).load(path)
    return _as_windows(rows) if windows else rows


def _as_windows(rows: DataFrame) -> DataFrame:
    """Texts and names that were read as ISO-8859-1 and are windows-1252."""
    signs, meant = "".join(map(chr, _CONTROLS)), "".join(_CONTROLS.values())
    return rows.select(
        *(F.translate(column_named(name), signs, meant).alias(name.translate(_CONTROLS)) for name in rows.columns)
    )


def _differences(spark: SparkSession, source: Source, frame: DataFrame) -> list[str]:
    declared = parse_schema(source.columns)
    actual = {field.name: field.dataType.simpleString() for field in frame.schema.fields if field.name != CORRUPT}
    lines = [
        f"missing      {field.name} {field.dataType.simpleString().upper()}{did_you_mean(field.name, set(actual) - set(declared.fieldNames()))}"
        for field in declared.fields
        if field.name not in actual
    ]
    if source.format not in TEXT_FORMATS:
        lines += [
            f"wrong type   {field.name} is {actual[field.name].upper()}, the schema says {field.dataType.simpleString().upper()}"
            for field in declared.fields
            if field.name in actual and same_type(actual[field.name]) != same_type(field.dataType.simpleString())
        ]
    if source.key and (unknown := [name for name in source.key if name not in declared.fieldNames()]):
        lines.append(f"key          names {', '.join(unknown)}, which the schema does not have")
    return lines


def undeclared(source: Source, frame: DataFrame) -> list[str]:
    """Columns of the files that the source does not declare: a warning, and left out."""
    return sorted(set(frame.columns) - set(parse_schema(source.columns).fieldNames()) - {CORRUPT})


def typed(source: Source, frame: DataFrame) -> DataFrame:
    """The declared columns in their types (NULL where a text does not fit), with `_raw`, the row as it was read, as JSON."""
    declared = parse_schema(source.columns)
    raw = F.to_json(F.struct(*map(column_named, frame.columns)))
    if source.format not in TEXT_FORMATS:
        return frame.select(*map(column_named, declared.fieldNames()), raw.alias("_raw"))
    cast = [column_named(field.name).try_cast(field.dataType).alias(field.name) for field in declared.fields]
    texts = F.struct(*map(column_named, declared.fieldNames())).alias("_text")
    return frame.select(*cast, texts, F.col(CORRUPT), raw.alias("_raw"))


def _reason(error: Exception) -> str:
    text = str(error).strip()
    for line in text.splitlines():
        if line.startswith("Caused by:"):
            return line.removeprefix("Caused by:").strip()[:300]
    return text.splitlines()[0][:300]
