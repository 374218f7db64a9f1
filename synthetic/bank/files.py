"""Writing the files of the bank: chunk after chunk, a month or a day at a time, with the dirt that files have."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Ints
from synthetic.bank.layout import Layout

_DAY_OF = {"core/transactions": 14, "cards/transactions": 20}
"""Files of one day of the last month, of which a part comes late: the day's position in that month."""


@dataclass
class Written:
    """What went into the files of one layout, dirt included."""

    rows: int = 0
    duplicated_rows: int = 0
    late_rows: int = 0
    bad_rows: int = 0


@dataclass
class Files:
    """The open files below a folder. Rows of a file come in the order of the persons, as chunks are written."""

    folder: Path
    calendar: Calendar
    written: dict[str, Written] = field(default_factory=dict)
    _open: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Files:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._open.values():
            one.close()

    def write(self, layout: Layout, values: Mapping[str, Any], *, days: Ints | None = None) -> None:
        """Rows of a layout as they are, cut by their days where the layout says so."""
        table = table_of(layout, values)
        self._count(layout).rows += table.num_rows
        for name, part in self._parts(layout, table, days):
            self._append(layout, name, part)

    def write_changes(
        self,
        layout: Layout,
        before: Mapping[str, Any],
        now: Mapping[str, Any],
        *,
        opened_on: Ints,
        updated_on: Ints,
        chunk: Chunk,
    ) -> None:
        """Records as they were before the last month, where they were; then those that are new or changed, by their days.

        All records are in `before` and in `now`. Some of the first file stand in it twice.
        """
        state_day = self.calendar.state_day
        random, stem = chunk.random(f"dirt of {layout.name}"), layout.stem
        first = table_of(layout, before).filter(pa.array(opened_on <= state_day))
        later = table_of(layout, now)
        twice = np.flatnonzero(random.random(first.num_rows) < chunk.parameters.dirt.duplicated_party)
        self._append(layout, f"{stem}_{_day(state_day)}", pa.concat_tables([first, first.take(pa.array(twice))]))
        changed = updated_on > state_day
        for day in np.unique(updated_on[changed]):
            rows = np.flatnonzero(updated_on == day)
            self._append(layout, f"{stem}_{_day(int(day))}", later.take(pa.array(rows)))
        counted = self._count(layout)
        counted.rows += first.num_rows + len(twice) + int(changed.sum())
        counted.duplicated_rows += len(twice)

    def write_dirty(self, layout: Layout, values: Mapping[str, Any], *, days: Ints, chunk: Chunk) -> None:
        """Rows of a flow with some of them twice, and, where that is planted, one day's late rows and bad rows."""
        random = chunk.random(f"dirt of {layout.name}")
        table = table_of(layout, values)
        twice = np.flatnonzero(random.random(table.num_rows) < chunk.parameters.dirt.duplicated_row)
        table = pa.concat_tables([table, table.take(pa.array(twice))])
        days = np.concatenate([days, days[twice]])
        counted = self._count(layout)
        counted.rows += table.num_rows
        counted.duplicated_rows += len(twice)
        if layout.name in _DAY_OF:
            day = int(self.calendar.starts[-1]) + _DAY_OF[layout.name]
            late = (days == day) & (random.random(len(days)) < chunk.parameters.dirt.late_share)
            counted.late_rows += int(late.sum())
            dropped = np.datetime64(day + chunk.parameters.dirt.late_days, "D")
            self._append(layout, f"{layout.stem}_{dropped}_late", table.filter(pa.array(late)))
            table, days = table.filter(pa.array(~late)), days[~late]
        for name, part in self._parts(layout, table, days):
            self._append(layout, name, part)

    def append_text(self, layout: Layout, name: str, lines: list[str]) -> None:
        """Lines that no column's type would hold, at the end of a file that is there."""
        self._count(layout).bad_rows += len(lines)
        key = f"{layout.name}/{name}"
        if key not in self._open:
            # So few persons that nothing happened on that day.
            self._append(layout, name, layout.schema().empty_table())
        self._open[key].write("".join(f"{line}\n" for line in lines).encode(layout.encoding))

    def _count(self, layout: Layout) -> Written:
        return self.written.setdefault(layout.name, Written())

    def _parts(self, layout: Layout, table: Any, days: Ints | None) -> Iterator[tuple[str, Any]]:
        """The table by file, with the file's name."""
        stem = layout.stem
        if days is None:
            yield ("" if layout.cut == "list" else f"{stem}_{_day(self.calendar.last_day)}"), table
            return
        month = self.calendar.month_of(days)
        daily = month >= self.calendar.months - 1 if layout.cut == "days" else np.zeros(len(days), dtype=np.bool_)
        file = np.where(daily, self.calendar.months + days - self.calendar.starts[-1], month)
        order = np.argsort(file, kind="stable")
        table, file = table.take(pa.array(order)), file[order]
        cuts = np.flatnonzero(np.diff(file, prepend=-1))
        for start, end in zip(cuts, [*cuts[1:], len(file)], strict=True):
            at = int(file[start])
            if at >= self.calendar.months:
                suffix = _day(int(self.calendar.starts[-1]) + at - self.calendar.months)
            elif layout.cut == "days":
                suffix = _day(int(self.calendar.starts[at]))[:7]
            else:
                suffix = _day(int(self.calendar.ends[at]))
            yield f"{stem}_{suffix}", table.slice(start, end - start)

    def _append(self, layout: Layout, name: str, table: Any) -> None:
        key = f"{layout.name}/{name}" if name else layout.name
        path = self.folder / f"{key}.{layout.format}"
        path.parent.mkdir(parents=True, exist_ok=True)
        first = key not in self._open
        if layout.format == "parquet":
            if first:
                self._open[key] = pyarrow.parquet.ParquetWriter(path, table.schema)
            self._open[key].write_table(table)
            return
        if first:
            self._open[key] = path.open("wb")
        self._open[key].write(_csv(table, header=first, encoding=layout.encoding))


def table_of(layout: Layout, values: Mapping[str, Any]) -> Any:
    """The columns in the layout's order and types; one that is missing or too many is an error."""
    names = [column.name for column in layout.columns]
    if sorted(values) != sorted(names):
        raise ValueError(f"{layout.name}: the columns are {sorted(values)}, the layout has {sorted(names)}")
    schema = layout.schema()
    arrays = [values[name] if isinstance(values[name], pa.Array) else pa.array(values[name]) for name in names]
    return pa.table([array.cast(kind) for array, kind in zip(arrays, schema.types, strict=True)], schema=schema)


def _csv(table: Any, *, header: bool, encoding: str) -> bytes:
    text = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=header, quoting_style="needed", batch_size=65_536)
    pyarrow.csv.write_csv(table, text, options)
    written = text.getvalue()
    return written if encoding == "utf-8" or written.isascii() else written.decode("utf-8").encode(encoding)


def _day(day: int) -> str:
    return str(np.datetime64(day, "D"))
