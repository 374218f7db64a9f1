"""Single files in the lake, through Hadoop's file systems: the same on a disk and on an object store."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession


def commit_file(folder: str, version: int) -> str:
    """The file in which the log of the Delta table at `folder` has a version."""
    return f"{folder}/_delta_log/{version:020d}.json"


def file_exists(spark: SparkSession, path: str) -> bool:
    """Whether there is a file at the path or URI."""
    system, file = _opened(spark, path)
    return bool(system.exists(file))


def read_text(spark: SparkSession, path: str) -> str:
    """The text of a file in UTF-8."""
    system, file = _opened(spark, path)
    stream = system.open(file)
    try:
        java: Any = spark._jvm
        return str(java.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
    finally:
        stream.close()


def modified_at(spark: SparkSession, path: str) -> datetime:
    """When a file was last written, by the clock of the store."""
    system, file = _opened(spark, path)
    return datetime.fromtimestamp(system.getFileStatus(file).getModificationTime() / 1000, tz=UTC)


def store_now(spark: SparkSession, folder: str) -> datetime:
    """The time by the clock of the store: that of a file which is written below the folder and removed again."""
    probe = f"{folder}/.clock-{uuid.uuid4().hex}"
    system, file = _opened(spark, probe)
    system.create(file).close()
    try:
        return modified_at(spark, probe)
    finally:
        recursive = False
        system.delete(file, recursive)


def move_folder(spark: SparkSession, source: str, target: str) -> bool:
    """Move a folder with all that is in it; returns whether there was anything to move.

    A move that was interrupted is finished by the next one: every file is in one of the two folders, whole.
    Raises OSError where the store does not move a file.
    """
    system, old = _opened(spark, source)
    if not system.exists(old):
        return False
    _, new = _opened(spark, target)
    if not system.exists(new):
        system.mkdirs(new.getParent())
        # On an object store this copies and removes file by file.
        if system.rename(old, new):
            return True
    recursive = True
    root, files = system.makeQualified(old).toString(), system.listFiles(old, recursive)
    while files.hasNext():
        file = files.next().getPath()
        _, moved = _opened(spark, f"{target}/{file.toString().removeprefix(f'{root}/')}")
        if system.exists(moved):
            continue
        system.mkdirs(moved.getParent())
        if not system.rename(file, moved):
            raise OSError(f"{file.toString()} cannot be moved to {moved.toString()}")
    system.delete(old, recursive)
    return True


def _opened(spark: SparkSession, path: str) -> tuple[Any, Any]:
    java: Any = spark._jvm
    file = java.org.apache.hadoop.fs.Path(path)
    return file.getFileSystem(spark._jsc.hadoopConfiguration()), file
