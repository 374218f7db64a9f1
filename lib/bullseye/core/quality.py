"""Rules over rows, checked in one pass: which rows break which rule, and how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.contract import Table, columns
from bullseye.core.rows import column_named

QUALITY = Table(
    "ops.quality",
    columns=columns(
        """
        run_id STRING NOT NULL COMMENT 'run that checked',
        source STRING NOT NULL COMMENT 'source of the rows',
        rule STRING NOT NULL COMMENT 'rule of sources.yaml, or one of: type, required, duplicate, rows',
        action STRING NOT NULL COMMENT 'reject, warn, or gate for a limit on the share of rejected rows',
        checked BIGINT NOT NULL COMMENT 'rows looked at',
        failed BIGINT NOT NULL COMMENT 'rows that break the rule',
        share DOUBLE NOT NULL COMMENT 'failed / checked; 0 where nothing was checked',
        allowed DOUBLE COMMENT 'largest share that passes; NULL where there is no limit',
        passed BOOLEAN NOT NULL COMMENT 'false when the share is above the limit',
        """
    ),
    key=("run_id", "source", "rule"),
    doc="One row per run, source and rule. Readers: the data engineer, the quality gate and the report.",
)

QUARANTINE = Table(
    "ops.quarantine",
    columns=columns(
        """
        row_id STRING NOT NULL COMMENT 'hash of source, row and its number among equal rows',
        source STRING NOT NULL COMMENT 'source the row came from',
        reasons ARRAY<STRING> NOT NULL COMMENT 'every rule that the row broke',
        raw STRING NOT NULL COMMENT 'the row as JSON, as it was read',
        first_run_id STRING NOT NULL COMMENT 'run that rejected it first',
        """
    ),
    key=("row_id",),
    keep_known=True,
    doc="One row per rejected row; nothing is deleted here. Readers: the data engineer who mends the source.",
)


def broken_rules(rules: Mapping[str, Column]) -> Column:
    """Names of the rules that the row breaks, in the order of `rules`; a rule that is NULL counts as broken."""
    named = [F.when(~F.coalesce(holds, F.lit(False)), F.lit(name)) for name, holds in rules.items()]
    return F.array_compact(F.array(*named)) if named else F.array().cast("array<string>")


@dataclass(frozen=True)
class Counts:
    """Rows, rows beyond the first of their key, and for every rule the rows that break it."""

    rows: int
    duplicates: int
    broken: Mapping[str, int]


def count_broken(rows: DataFrame, rules: Mapping[str, Column], *, key: Sequence[str] = ()) -> Counts:
    """All counts in one pass; without a key there are no duplicates."""
    names = [f"r{index}" for index in range(len(rules))]
    flags = [
        (~F.coalesce(holds, F.lit(False))).cast("long").alias(name)
        for name, holds in zip(names, rules.values(), strict=True)
    ]
    sums = [F.sum(name).alias(name) for name in names]
    places = [f"k{index}" for index in range(len(key))]
    keys = [column_named(column).alias(place) for column, place in zip(key, places, strict=True)]
    each = rows.select(*keys, *flags, F.lit(1).alias("n"))
    if key:
        each = each.groupBy(*places).agg(F.count(F.lit(1)).alias("n"), *sums)
    found = each.agg(F.sum("n").alias("n"), F.count(F.lit(1)).alias("groups"), *sums).first()
    if found is None or not found["n"]:
        return Counts(0, 0, dict.fromkeys(rules, 0))
    duplicates = found["n"] - found["groups"]
    return Counts(found["n"], duplicates, {rule: found[name] for rule, name in zip(rules, names, strict=True)})
