"""When the files of a source were delivered, and what the last ingest read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from bullseye.topics.sources.source_files import SourceFile

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Last:
    """The last ingest of a source: its rows (0 at the first), and when each file, by name, size and time, was delivered."""

    rows: int = 0
    delivered: Mapping[tuple[str, int, datetime], datetime] = field(default_factory=dict)


def last_ingest(files: DataFrame) -> Mapping[str, Last]:
    """The last ingest of every source, from `ops.source_file`."""
    found: dict[str, Last] = {}
    columns = ["modified_at", "delivered_at"]
    # one row a file
    for row in files.withColumns({name: F.unix_micros(name) for name in columns}).collect():
        last = found.get(row["source"], Last())
        delivered = dict(last.delivered)
        if row["delivered_at"] is not None:
            key = row["file"], row["bytes"], _moment(row["modified_at"])
            delivered[key] = _moment(row["delivered_at"])
        found[row["source"]] = Last(max(last.rows, row["rows"] or 0), delivered)
    return found


def stated(files: Iterable[SourceFile], last: Last) -> Mapping[str, datetime]:
    """When a file was delivered, by name, where the last ingest read it as it is and did not go by its modification time."""
    rows_of = {}
    for file in files:
        moment = last.delivered.get((file.name, file.bytes, file.modified_at))
        if moment is not None and moment != file.modified_at:
            rows_of[file.name] = moment
    return rows_of


def source_file_rows(
    source: str, files: Iterable[SourceFile], started_at: datetime | None, moments: Mapping[str, datetime], *, rows: int
) -> list[Row]:
    """The rows of `ops.source_file` for a source.

    A file was delivered as `moments` states by name, else at its modification time, at most the start of the run.
    """
    return [
        Row(
            source=source,
            file=file.name,
            bytes=file.bytes,
            modified_at=file.modified_at,
            delivered_at=moments.get(file.name) or min(file.modified_at, started_at or file.modified_at),
            rows=rows,
        )
        for file in files
    ]


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
