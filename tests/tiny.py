"""A tiny company and a suite of four tiny jobs, one of each kind: for tests of planner, lake, lease and run log.

`ingest` reads from outside the lake and fingerprints by content (facts by day, a whole table, a registry), `build_days` makes
facts by day, `build_snapshots` keeps many dates, `build_totals` has the state at one as_of in two tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.core import runlog
from bullseye.core.checked import combine
from bullseye.core.contract import AS_OF, HISTORY, REGISTRY, Table, columns
from bullseye.core.contract import DAYS as BY_DAY
from bullseye.core.frames import local_frame
from bullseye.core.job import ChangedDays, Context, External, Inputs, Job, Snapshots, Sources
from bullseye.core.lake import Lake, Stamp
from bullseye.core.lease import lease
from bullseye.core.runlog import Entry, RunLog
from bullseye.core.runner import Suite

DAYS = tuple(date(2025, 1, number) for number in (1, 2, 3))
DATES = DAYS[1:]
"""The as_of dates, which are the dates of the snapshots too."""
AMOUNT = "customer STRING NOT NULL COMMENT 'who',\namount BIGINT NOT NULL COMMENT 'sum of amounts'"

LINE = Table(
    "silver.line",
    columns(f"day DATE NOT NULL COMMENT 'local day',\n{AMOUNT}"),
    key=("day", "customer"),
    writing=BY_DAY,
    doc="A row per day and customer.",
)
ITEM = Table("silver.item", columns("item STRING NOT NULL COMMENT 'what'"), key=("item",), doc="A row per item.")
PERSON = Table(
    "features.person",
    columns("customer STRING NOT NULL COMMENT 'who'"),
    key=("customer",),
    writing=REGISTRY,
    doc="A row per customer ever known.",
)
DAY = replace(LINE, name="features.day", unique_by_construction=True)
SNAPSHOT = Table(
    "features.snapshot",
    columns(f"as_of DATE NOT NULL COMMENT 'state at the end of this day',\n{AMOUNT}"),
    key=("as_of", "customer"),
    writing=HISTORY,
    unique_by_construction=True,
    doc="A row per date and customer.",
)
TOTAL = replace(SNAPSHOT, name="gold.total", writing=AS_OF, unique_by_construction=False)
COUNT = Table(
    "gold.count",
    columns("as_of DATE NOT NULL COMMENT 'state at the end of this day',\nitems BIGINT NOT NULL COMMENT 'items'"),
    key=("as_of",),
    writing=AS_OF,
    doc="A row per date.",
)
TABLES = {table.name: table for table in (LINE, ITEM, PERSON, DAY, SNAPSHOT, TOTAL, COUNT, runlog.RUN)}


@dataclass(frozen=True)
class Company:
    """What the source delivers, and the settings: a factor of all amounts, and a table whose rows break its contract.

    Without items the settings have no table of them.
    """

    lines: tuple[tuple[date, str, int], ...]
    items: tuple[str, ...] = ("tea", "jam")
    factor: int = 1
    broken: str | None = None

    is_read: bool = True
    """Whether the job has declared the settings."""

    def only(self, files: Sequence[object], *, reader: str, texts: Sequence[object] = ()) -> Company:
        """As of `bullseye.settings.Settings`: all of it for a job that declares any of it."""
        return replace(self, is_read=bool(files))

    def fingerprint(self) -> str:
        """As of `bullseye.settings.Settings`."""
        return combine([str(self.factor), str(self.broken)]) if self.is_read else ""


def open_source(context: Context) -> Mapping[str, External]:
    company: Any = context.settings
    lines = local_frame(context.spark, company.lines, "day DATE, customer STRING, amount BIGINT")
    items = local_frame(context.spark, [(item,) for item in company.items], "item STRING")
    return {
        "lines": External(lines, combine(map(str, company.lines))),
        "items": External(items, combine(company.items)),
    }


def ingest(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    company: Any = context.settings
    lines = inputs["lines"].withColumn("amount", F.col("amount") * company.factor)
    persons = lines.select("customer").distinct().join(inputs[PERSON.name], on="customer", how="left_anti")
    tables = {LINE.name: broken(lines, context, LINE), PERSON.name: persons}
    # As a deployment may drop the SQL of a table: the job does not make it then.
    return {**tables, ITEM.name: broken(inputs["items"], context, ITEM)} if company.items else tables


def build_days(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    return {DAY.name: inputs[LINE.name]}


def build_snapshots(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    dates = local_frame(context.spark, [(day,) for day in context.slices], "as_of DATE")
    days = inputs[DAY.name].join(dates, on=F.col("day") <= F.col("as_of"), how="inner")
    return {SNAPSHOT.name: days.groupBy("as_of", "customer").agg(F.sum("amount").alias("amount"))}


def build_totals(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    rows = inputs[DAY.name].unionByName(inputs[SNAPSHOT.name].drop("as_of"), allowMissingColumns=True)
    registered = rows.join(inputs[PERSON.name], on="customer", how="left_semi")
    company: Any = context.settings
    wrong = 99 if company.broken else 1
    totals = registered.groupBy("customer").agg((F.sum("amount") * wrong).alias("amount"))
    counts = inputs[ITEM.name].agg(F.count(F.lit(1)).alias("items"))
    as_of = F.lit(context.as_of).alias("as_of")
    return {TOTAL.name: totals.select(as_of, "*"), COUNT.name: broken(counts.select(as_of, "*"), context, COUNT)}


def broken(rows: DataFrame, context: Context, table: Table) -> DataFrame:
    """The rows, twice where the settings say that this table breaks its contract."""
    company: Any = context.settings
    return rows.unionByName(rows) if company.broken == table.name else rows


JOBS = (
    Job(
        "ingest",
        ingest,
        (LINE.name, ITEM.name, PERSON.name),
        previous=(PERSON.name,),
        settings=("all",),
        kind=Sources(open_source),
    ),
    Job("build_days", build_days, (DAY.name,), reads=(LINE.name,), kind=ChangedDays()),
    Job(
        "build_snapshots",
        build_snapshots,
        (SNAPSHOT.name,),
        reads=(DAY.name,),
        kind=Snapshots(lambda inputs, context: [day for day in DATES if day <= context.as_of]),
    ),
    Job(
        "build_totals",
        build_totals,
        (TOTAL.name, COUNT.name),
        reads=(DAY.name, SNAPSHOT.name, ITEM.name, PERSON.name),
        settings=("all",),
    ),
)


class Killed(BaseException):
    """The process is gone: no handler of errors sees it."""


class MortalLake(Lake):
    """A lake whose driver dies at one of its commits, just before or after it, and commits nothing from then on.

    It stands for a process that is killed. What a real kill leaves on disk besides (files without a commit, a lease that is
    not released) is left here too.
    """

    def __init__(self, spark: SparkSession, root: str, *, dies_at: int | None = None, after: bool = False) -> None:
        super().__init__(spark, root)
        self.lives = dies_at
        self.after = after
        self.dead = False

    def _save(self, table: Table, rows: DataFrame, stamp: Stamp, **how: Any) -> int:
        with self._lock:
            if self.lives is not None:
                self.lives -= 1
            due = self.lives == 0
            self.dead = self.dead or (due and not self.after)
        if self.dead:
            raise Killed
        version = super()._save(table, rows, stamp, **how)
        if due:
            self.dead = True
            raise Killed
        return version


def run(
    lake: Lake, company: Company, as_of: date, run_id: str, *, jobs: Sequence[Job] = JOBS, force: bool = False
) -> dict[str, Entry]:
    """Run jobs as the command line does, one after the other."""
    context = Context(lake.spark, company, TABLES, as_of, run_id, lake.root)  # type: ignore[arg-type]  # stands for Settings
    with lease(lake, run_id):
        log = RunLog(lake, run_id)
        suite = Suite(context, lake, log, force=force)
        entries = {job.name: suite.run(job, lambda stage: None) for job in jobs}
        log.record([entry for entry in entries.values() if entry.status == "up to date"])
    return entries


def contents(root: str, as_of: date) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of all tables in order; of those by as_of only what a reader of this as_of gets."""

    def rows(table: Table) -> Iterator[tuple[Any, ...]]:
        path = f"{root}/{table.name.replace('.', '/')}"
        for row in DeltaTable(path).to_pyarrow_table().to_pylist() if DeltaTable.is_deltatable(path) else ():
            is_shown = table.slice != "as_of" or row["as_of"] == as_of or (table.history and row["as_of"] < as_of)
            if is_shown:
                yield tuple(row[name] for name in table.names)

    return {table.name: sorted(rows(table)) for table in TABLES.values() if table.layer != "ops"}


def expected(company: Company, as_of: date) -> dict[str, list[tuple[Any, ...]]]:
    """What a run in a new lake makes, in plain Python; of the registry the rows that must be there."""

    def until(day: date) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for at, customer, amount in company.lines:
            if at <= day:
                sums[customer] += amount * company.factor
        return sums

    facts = [(day, customer, amount * company.factor) for day, customer, amount in company.lines]
    snapshots = [(day, *row) for day in DATES if day <= as_of for row in until(day).items()]
    totals = until(as_of)
    for _, customer, amount in snapshots:
        totals[customer] += amount
    return {
        LINE.name: sorted(facts),
        ITEM.name: sorted((item,) for item in company.items),
        PERSON.name: sorted({(customer,) for _, customer, _ in company.lines}),
        DAY.name: sorted(facts),
        SNAPSHOT.name: sorted(snapshots),
        TOTAL.name: sorted((as_of, *row) for row in totals.items()),
        COUNT.name: [(as_of, len(company.items))],
    }


def check(lake: Lake, company: Company, as_of: date) -> None:
    """What stands in the lake is what a run in a new lake makes; the registry may hold customers of earlier runs too."""
    actual, right = contents(lake.root, as_of), expected(company, as_of)
    assert set(right[PERSON.name]) <= set(actual[PERSON.name])
    assert {**actual, PERSON.name: []} == {**right, PERSON.name: []}


def holds(lake: Lake, *tables: Table, as_of: date, company: Company) -> None:
    """These tables are what a run in a new lake makes."""
    actual, right = contents(lake.root, as_of), expected(company, as_of)
    assert {table.name: actual[table.name] for table in tables} == {table.name: right[table.name] for table in tables}


def commit_file(lake: Lake, table: Table) -> Path:
    """The newest commit file of a table on this machine."""
    return Path(lake.path(table.name)) / "_delta_log" / f"{lake.version(table.name):020d}.json"
