"""Resolves the identities of made-up persons once, and again a day later.

Started by benchmark.identity in a process of its own, so that its memory can be measured, with the number of persons, the
folder of the lake and the file for the figures.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmark.people import IDENTITY, parties
from benchmark.suite import ROOT
from bullseye.core.contract import Table
from bullseye.core.job import Context
from bullseye.core.lake import Lake, Stamp
from bullseye.core.runlog import RunLog
from bullseye.core.session import start_session
from bullseye.core.suite import Suite
from bullseye.identifiers import normalised
from bullseye.identity.job import JOB
from bullseye.settings import Settings, load_settings
from bullseye.tables import contracts


def main(persons: int, root: Path, figures: Path) -> None:
    """Fill `silver.person` and `silver.identifier` of a lake, run the job twice, and write what was measured as JSON."""
    spark = start_session("identity benchmark")
    settings = replace(load_settings(ROOT / "conf" / "retail"), identity=IDENTITY)
    tables, lake = contracts(settings), Lake(spark, str(root))
    made = parties(spark, persons)
    _fill(lake, tables, made)
    first = _run(spark, settings, lake, "run-1")
    # A hundredth of the persons move to another street.
    moved = F.when(F.col("person") % 100 == 0, F.concat("address", F.lit(" b"))).otherwise(F.col("address"))
    _fill(lake, tables, made.withColumn("address", moved))
    second = _run(spark, settings, lake, "run-2")
    found = {"persons": persons, "parties": made.count(), "first_seconds": first, "next_seconds": second}
    figures.write_text(json.dumps(found | _compared(made, lake, tables)), encoding="utf-8")
    spark.stop()


def _fill(lake: Lake, tables: dict[str, Table], made: DataFrame) -> None:
    person, identifier = tables["silver.person"], tables["silver.identifier"]
    known = {c.name: F.col(c.name) if c.name in made.columns else F.lit(None).cast(c.type) for c in person.columns}
    lake.replace(person, made.select(*(value.alias(name) for name, value in known.items())), Stamp("run", "benchmark"))
    types = [type_.name for type_ in IDENTITY.types]
    values = made.unpivot(["party_id", "source"], types, "id_type", "id_value")  # type: ignore[arg-type]  # names will do
    dated = values.withColumns({name: F.lit(None).cast("date") for name in ("first_seen", "last_seen")})
    rows = normalised(dated, IDENTITY, salt=IDENTITY.salt()).select(*identifier.names)
    lake.replace(identifier, rows, Stamp("run", "benchmark"))


def _run(spark: SparkSession, settings: Settings, lake: Lake, run_id: str) -> float:
    context = Context(spark, settings, contracts(settings), None, run_id, lake.root)
    started = time.monotonic()
    Suite(context, lake, RunLog(lake, run_id), force=True).run(JOB, lambda stage: None)
    return round(time.monotonic() - started, 1)


def _compared(made: DataFrame, lake: Lake, tables: dict[str, Table]) -> dict[str, Any]:
    """Pairwise precision, recall and F1 against the truth, and the parties of the largest wrong customer."""
    mapped = lake.read(tables["features.identity_map"])
    told = made.select("party_id", "person").join(mapped, on="party_id", how="left")
    told = told.select("person", F.coalesce("customer_id", "party_id").alias("customer"))

    def pairs(*keys: str) -> int:
        sizes = told.groupBy(*keys).count().select(F.sum(F.expr("count * (count - 1) div 2")).alias("pairs")).first()
        return int(sizes["pairs"]) if sizes else 0

    both, found, true = pairs("customer", "person"), pairs("customer"), pairs("person")
    mixed = told.groupBy("customer").agg(F.countDistinct("person").alias("persons"), F.count("person").alias("parties"))
    largest = mixed.where("persons > 1").agg(F.max("parties").alias("parties")).first()
    figures = lake.read(tables["ops.identity_quality"]).collect()
    return {
        "precision": both / found,
        "recall": both / true,
        "f1": 2 * both / (found + true),
        "largest_wrong_customer": largest["parties"] if largest else None,
        "quality": [row.asDict() for row in figures],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
