"""Moves and rewrites the tables of an earlier version, so that its history goes on under the new names.

Every step can be done again: after a run that was killed, the next one does the rest. The caller holds the lease.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.job import Texts
from bullseye.core.lake import Lake, Stamp
from bullseye.core.own_tables import RUN
from bullseye.core.runlog import Entry, Output, RunLog, is_unknown, now
from bullseye.core.storage import file_exists, move_folder, read_text
from bullseye.core.text_files import write_text, write_texts
from bullseye.migration import lake_format as formats
from bullseye.migration.lake_format import FILE, FORMAT, LakeFormat, Rewritten, old_names, parsed
from bullseye.migration.renaming import Renames
from bullseye.release.published import HISTORY, WITHDRAWN
from bullseye.release.release import newest_release, visible
from bullseye.release.views import views

JOB = "migrate"
_ALL = "all"
"""Slice of a table that has no as_of."""


@dataclass(frozen=True)
class Migration:
    """Brings one lake to the names of this version."""

    lake: Lake
    tables: Mapping[str, Table]
    renames: Renames
    run_id: str
    say: Callable[[str], None]

    def run(self) -> bool:
        """Do what is left to do, and return whether that was anything.

        Raises LakeError for a lake of a later version.
        """
        started, clock = now(), time.monotonic()
        state = lake_format(self.lake)
        if state is None:
            state = LakeFormat(1 if self._has_old_names() else FORMAT)
            self._write(state)
        if state.format == FORMAT:
            return False
        self.say(f"{self.lake.root} has the names of an earlier version of Bullseye; it gets the new ones")
        self._move()
        self._rename_in_runs()
        self._rename_in_releases()
        log = RunLog(self.lake, self.run_id)
        for name in self.renames.rewritten:
            if self._is_old(name, state):
                state = self._rewrite(self.tables[name], state, log)
        self._pin(state)
        self._record(state, log, Entry(JOB, None, "done", "names of an earlier version", started, 0.0), clock)
        self._write_views()
        self._write(LakeFormat(FORMAT))
        return True

    def _has_old_names(self) -> bool:
        """Whether an earlier version has written to the lake."""
        if not self.lake.exists(RUN.name):
            return False
        none = LakeFormat(1)
        return (
            any(self.lake.exists(old) for old in self.renames.tables)
            or any(self._is_old(name, none) for name in self.renames.rewritten)
            or not self.lake.read(RUN).where(_is_in("job", self.renames.jobs)).isEmpty()
        )

    def _move(self) -> None:
        """Move the folders of tables that have another name."""
        for old, new in self.renames.tables.items():
            if move_folder(self.lake.spark, self.lake.path(old), self.lake.path(new)):
                self.say(f"{old} is now {new}")

    def _rename_in_runs(self) -> None:
        """Give the rows of ops.run the new names of jobs and tables."""
        runs = self.lake.read(RUN)
        jobs = [row["job"] for row in runs.select("job").where(_is_in("job", self.renames.jobs)).distinct().collect()]
        names = runs.select(F.explode("outputs.name").alias("name")).where(_is_in("name", self.renames.tables))
        if not jobs and names.isEmpty():
            return
        table = _renamed(self.renames.tables)
        same = ("slice", "fingerprint", "rows", "version")

        def output(old: Column) -> Column:
            return F.struct(table(old["name"]).alias("name"), *(old[field].alias(field) for field in same))

        rows = runs.withColumns(
            {
                "job": _renamed(self.renames.jobs)(F.col("job")),
                "outputs": F.transform("outputs", output),
                "heads": F.transform_keys("heads", lambda name, _: table(name)),
            }
        )
        self.lake.replace(RUN, rows, self._stamp())
        for old in sorted(jobs):
            self.say(f"job {old} is now {self.renames.jobs[old]}")

    def _rename_in_releases(self) -> None:
        """Give the rows of ops.release the new names of tables."""
        releases = self.lake.read(self.tables[HISTORY])
        if not releases.where(_is_in("table", self.renames.tables)).isEmpty():
            rows = releases.withColumn("table", _renamed(self.renames.tables)(F.col("table")))
            self.lake.replace(self.tables[HISTORY], rows, self._stamp())

    def _is_old(self, name: str, state: LakeFormat) -> bool:
        """Whether a table has old columns, or is not done."""
        if name in state.rewritten:
            return state.rewritten[name].newest is None
        return self.lake.exists(name) and not self.renames.old_columns(name).isdisjoint(self.lake.stored(name).columns)

    def _rewrite(self, table: Table, state: LakeFormat, log: RunLog) -> LakeFormat:
        """Write all rows of a table again under its contract, after what releases show that is no longer in the newest version.

        Versions before stay, for views that were made of them.
        """
        name = table.name
        if name not in state.rewritten:
            log.compare([table])
            outputs = tuple((o.slice, o.fingerprint, o.rows, o.version) for o in log.slices(name).values())
            state = state.with_table(name, Rewritten(self.lake.version(name), outputs))
            self._write(state)
        before = state.rewritten[name]
        self.lake.remake(table, self._stamp())
        pins: dict[str, int] = {}
        shown = self._shown(table)
        superseded = [pin for pin in shown if _is_superseded(before, table, pin)]
        for pin in superseded:
            rows = self._new_rows(table, pin["version"])
            if table.slice == "as_of":
                rows = rows.where(F.col("as_of") == F.lit(pin["as_of"]))
            if _is_readable(rows):
                pins[_key(table, pin)] = self.lake.replace(table, rows, self._stamp()).version
        newest = self.lake.replace(table, self._new_rows(table, before.base), self._stamp()).version
        pins |= {_key(table, pin): newest for pin in shown if pin not in superseded}
        for old, new in self.renames.columns.get(name, {}).items():
            self.say(f"{name}: column {old} is now {new}")
        for old in self.renames.dropped.get(name, ()):
            self.say(f"{name}: column {old} is removed")
        state = state.with_table(name, replace(before, pins=pins, newest=newest))
        self._write(state)
        return state

    def _new_rows(self, table: Table, version: int) -> DataFrame:
        """The rows of an old version with the columns of the contract; those that it did not have are NULL."""
        rows = self.lake.stored(table.name, version=version)
        rows = rows.drop(*self.renames.dropped.get(table.name, ())).withColumnsRenamed(
            dict(self.renames.columns.get(table.name, {}))
        )
        missing = {c.name: F.lit(None).cast(c.type) for c in table.columns if c.name not in rows.columns}
        return (rows.withColumns(missing) if missing else rows).select(*table.names)

    def _shown(self, table: Table) -> list[Row]:
        """The old versions of a table that releases show, and the day of each; one row a release."""
        releases = self.lake.read(self.tables[HISTORY]).where(F.col("table") == table.name)
        return releases.select("version", "as_of").distinct().orderBy("version", "as_of").collect()

    def _pin(self, state: LakeFormat) -> None:
        """Let releases show the new versions of rewritten tables. Old versions are lower than all new ones."""
        pins = {(name, key): version for name, done in state.rewritten.items() for key, version in done.pins.items()}
        if not pins:
            return
        history = self.tables[HISTORY]
        listed = self.lake.spark.createDataFrame(
            [(name, key, version) for (name, key), version in pins.items()], "table STRING, key STRING, pinned BIGINT"
        )
        sliced = [name for name, table in self.tables.items() if table.slice == "as_of"]
        day = F.when(F.col("table").isin(sliced), F.col("as_of").cast("string")).otherwise(F.lit(_ALL))
        key = F.concat_ws(" ", F.col("version").cast("string"), day)
        rows = self.lake.read(history).withColumn("key", key).join(listed, on=["table", "key"], how="left")
        rows = rows.withColumn("version", F.coalesce("pinned", "version")).select(*history.names)
        self.lake.replace(history, rows, self._stamp())

    def _record(self, state: LakeFormat, log: RunLog, entry: Entry, clock: float) -> None:
        """Record the new versions, with what the rows were made from: a later run takes them for what they are."""
        outputs = tuple(
            Output(name, slice, mark, rows, done.newest or 0)
            for name, done in state.rewritten.items()
            for slice, mark, rows, _ in done.outputs
        )
        written = [name for name in (*state.rewritten, HISTORY) if self.lake.exists(name)]
        heads = {name: self.lake.head(self.tables[name]) for name in written}
        seconds = time.monotonic() - clock
        log.record([replace(entry, seconds=seconds, commits=self.lake.commits[JOB], outputs=outputs, heads=heads)])

    def _write_views(self) -> None:
        lake, tables = self.lake, self.tables
        if visible(lake.read(tables[HISTORY]), lake.read(tables[WITHDRAWN])).isEmpty():
            return
        write_texts(lake, Texts(views(newest_release(lake, tables), tables)))
        self.say("views/*.sql have the new names: run them again where BI tools have the views")

    def _write(self, state: LakeFormat) -> None:
        write_text(self.lake, FILE, state.text())

    def _stamp(self) -> Stamp:
        return Stamp(self.run_id, JOB)


def lake_format(lake: Lake) -> LakeFormat | None:
    """What `lake.json` states; None where there is none.

    Raises LakeError for a lake of a later version.
    """
    text = _text(lake)
    return None if text is None else parsed(text, lake.root)


def has_old_names(lake: Lake, renames: Renames) -> bool:
    """Whether tables of the lake have the names of an earlier version.

    Raises LakeError for a lake of a later version.
    """
    return formats.has_old_names(lake.root, _text(lake), exists=lake.exists, old_tables=renames.tables)


def require_names(lake: Lake, renames: Renames) -> None:
    """Raises LakeError where the tables of the lake do not have the names of this version."""
    if has_old_names(lake, renames):
        raise old_names(lake.root)


def _text(lake: Lake) -> str | None:
    path = f"{lake.root}/{FILE}"
    return read_text(lake.spark, path) if file_exists(lake.spark, path) else None


def _is_in(column: str, names: Mapping[str, str]) -> Column:
    return F.col(column).isin(list(names))


def _renamed(names: Mapping[str, str]) -> Callable[[Column], Column]:
    """The new name where a column has an old one."""

    def new(column: Column) -> Column:
        renamed_column = column
        for old, renamed in names.items():
            renamed_column = F.when(column == old, F.lit(renamed)).otherwise(renamed_column)
        return renamed_column

    return new


def _is_superseded(before: Rewritten, table: Table, pin: Row) -> bool:
    """Whether the rows that a release shows were written again after it, so that the newest version has others."""
    slice = str(pin["as_of"]) if table.slice == "as_of" else _ALL
    written = [(mark, version) for name, mark, _, version in before.outputs if name == slice]
    return not written or any(is_unknown(mark) or version > pin["version"] for mark, version in written)


def _key(table: Table, pin: Row) -> str:
    """An old version of a table and the day that a release shows of it."""
    return f"{pin['version']} {pin['as_of'] if table.slice == 'as_of' else _ALL}"


def _is_readable(rows: DataFrame) -> bool:
    """Whether all files of a version are there: VACUUM may have removed some, and then no release shows it anyway."""
    try:
        rows.write.format("noop").mode("overwrite").save()
    except (Py4JJavaError, PySparkException) as error:
        if any(word in str(error) for word in ("FILE_NOT_EXIST", "FILE_NOT_FOUND", "FileNotFoundException")):
            return False
        raise
    return True
