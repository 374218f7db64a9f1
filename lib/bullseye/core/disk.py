"""A disk that is full, told as that and not as a trace of Java."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession

from bullseye.errors import LakeError

_FULL = ("No space left on device", "Disk quota exceeded")


def full_disk(error: BaseException, spark: SparkSession, root: str) -> LakeError | None:
    """The error in plain words when a disk had no room, with what is free now where lake and Spark write; else None."""
    if not any(text in str(error) for text in _FULL):
        return None
    scratch = spark.conf.get("spark.local.dir", None) or os.environ.get("SPARK_LOCAL_DIRS") or tempfile.gettempdir()
    places = {"the lake": root, "Spark's scratch files": scratch.split(",")[0]}
    free = "\n".join(f"  {what}: {_free(where)}" for what, where in places.items())
    return LakeError(
        f"a disk is full\n{free}\n"
        "  make room, or move the lake (--lake) or the scratch files (SPARK_LOCAL_DIRS), and run again: what was committed"
        " stays, and the run goes on where it was"
    )


def existing(where: str) -> Path:
    """The folder itself, or the nearest one above it that is there: where it would be made."""
    place = Path(where)
    while not place.exists():
        place = place.parent
    return place


def _free(where: str) -> str:
    if "://" in where:
        return where
    return f"{where}, {shutil.disk_usage(existing(where)).free / (1 << 20):,.1f} MiB free"
