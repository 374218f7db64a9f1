"""The release before this one, and what it showed: read at the versions that it pinned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.job import Context
from bullseye.release.release import place, standing_of


@dataclass(frozen=True)
class EarlierRelease:
    """A release that readers saw: version and rows of each of its tables."""

    release_id: str
    released_at: datetime
    as_of: date
    versions: Mapping[str, int]
    rows: Mapping[str, int]


@dataclass(frozen=True)
class History:
    """The rows of `ops.release` other than those of the release that is being made."""

    newest_day: date | None
    """The latest day that a release is about, this one included."""
    before: EarlierRelease | None
    """The release made last before this one, of this day or an earlier one; None for the first."""


def history(releases: DataFrame, release_id: str, as_of: date) -> History:
    """Both from one query over `ops.release`; one row."""
    pinned = F.collect_list(F.struct("table", "version", "rows")).alias("tables")
    whole = releases.groupBy("release_id", "released_at", "as_of", "number").agg(pinned)
    other = (F.col("release_id") != release_id) & (F.col("as_of") <= F.lit(as_of))
    newest = F.max_by(F.struct("*"), F.when(other, place()))
    newest_row = whole.agg(F.max("as_of").alias("newest_day"), newest.alias("before")).first()
    if newest_row is None or newest_row["before"] is None:
        return History(newest_row["newest_day"] if newest_row else None, None)
    row = newest_row["before"]
    versions = {pin["table"]: pin["version"] for pin in row["tables"]}
    rows = {pin["table"]: pin["rows"] for pin in row["tables"]}
    before = EarlierRelease(row["release_id"], row["released_at"], row["as_of"], versions, rows)
    return History(newest_row["newest_day"], before)


class AsReleased(Mapping[str, DataFrame]):
    """The tables as the readers of an earlier release see them; one that it did not publish yet has no rows."""

    def __init__(self, release: EarlierRelease, context: Context) -> None:
        self._release = release
        self._context = context

    def __getitem__(self, table: str) -> DataFrame:
        if table not in self._release.versions:
            return self._context.frame(table, [])
        return standing_of(self._context).released(table, self._release.versions[table], self._release.as_of)

    def __iter__(self) -> Iterator[str]:
        return iter(self._release.versions)

    def __len__(self) -> int:
        return len(self._release.versions)
