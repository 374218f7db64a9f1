"""Copies of the report and lists of the last releases, to show them again when later ones are withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.release.release import place

FOLDER = "releases"
KEPT = 10
"""Releases whose copies stay; of older ones a new release removes them."""


def copy_folder(release_id: str) -> str:
    """Where the copies of a release are, below the lake's root."""
    return f"{FOLDER}/{release_id}"


def below(folder: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts, by their path with the folder."""
    return {f"{folder}/{name}": text for name, text in texts.items()}


def copies_to_keep(release_id: str, releases: DataFrame) -> tuple[str, ...]:
    """This release, and the newest of the others, of any day, in the order of their commits."""
    releases = releases.where(F.col("release_id") != release_id)
    listed = releases.groupBy("release_id").agg(F.max(place()).alias("place")).orderBy(F.col("place").desc())
    return (release_id, *(row["release_id"] for row in listed.limit(KEPT - 1).collect()))
