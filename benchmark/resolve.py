"""Reads the persons of a generated bank, resolves who is who, and again after a hundredth of the records gave up a phone.

Started by benchmark.identity in a process of its own, so that its memory can be measured, with the folder of the bank (data
and truth), the lake, the file for the figures, and `rules` or `similar`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmark.bank import bank_settings, truth
from bullseye.core.job import Context, Job
from bullseye.core.lake import Lake, Stamp
from bullseye.core.runlog import RunLog
from bullseye.core.runner import Suite
from bullseye.core.session import start_session
from bullseye.settings import Settings
from bullseye.suite import contracts
from bullseye.topics.identity.components import cut
from bullseye.topics.identity.job import JOB as RESOLVE
from bullseye.topics.sources.job import JOB as INGEST


def main(bank: Path, root: Path, figures: Path, *, similar: bool) -> None:
    """Fill `silver.person` and `silver.identifier` of a lake, run the job twice, and write what was measured as JSON."""
    spark = start_session("identity benchmark")
    settings = bank_settings(bank, similar=similar)
    tables, lake = contracts(settings), Lake(spark, str(root))
    found: dict[str, Any] = {"read_seconds": _run(spark, settings, lake, INGEST, "run-1")}
    found["first_seconds"] = _run(spark, settings, lake, RESOLVE, "run-1")
    found |= compared(truth(spark, bank / "truth"), lake.read(tables["features.identity_map"]))
    quality = lake.read(tables["ops.identity_quality"]).orderBy("figure", F.desc("number")).collect()
    found["quality"] = [row.asDict() for row in quality]
    figures.write_text(json.dumps(found), encoding="utf-8")
    identifier = tables["silver.identifier"]
    gave_up = (F.col("id_type") == "phone") & (F.pmod(F.xxhash64("party_id"), F.lit(100)) == 0)
    kept = cut(lake.read(identifier).where(~gave_up))
    lake.replace(identifier, kept, Stamp("run", "benchmark"))
    found["next_seconds"] = _run(spark, settings, lake, RESOLVE, "run-2")
    figures.write_text(json.dumps(found), encoding="utf-8")
    spark.stop()


def _run(spark: SparkSession, settings: Settings, lake: Lake, job: Job, run_id: str) -> float:
    context = Context(spark, settings, contracts(settings), None, run_id, lake.root)
    started = time.monotonic()
    Suite(context, lake, RunLog(lake, run_id), force=True).run(job, lambda stage: None)
    return round(time.monotonic() - started, 1)


def compared(true: DataFrame, mapped: DataFrame) -> dict[str, Any]:
    """Pairwise precision, recall and F1 of an identity map (party_id, customer_id) against the truth (party_id, person): who
    is not in the map is a customer by themselves. And how large customers are, how many are several persons, and how many
    persons are several customers.
    """
    told = true.join(mapped, on="party_id", how="left")
    told = cut(told.select("person", F.coalesce("customer_id", "party_id").alias("customer")))

    def pairs(*keys: str) -> int:
        sizes = told.groupBy(*keys).count().select(F.sum(F.expr("count * (count - 1) div 2")).alias("pairs")).first()
        return int(sizes["pairs"]) if sizes else 0

    both, found, true_pairs = pairs("customer", "person"), pairs("customer"), pairs("person")
    customers = told.groupBy("customer").agg(
        F.count_distinct("person").alias("persons"), F.count(F.lit(1)).alias("parties")
    )
    of_customers = customers.agg(
        F.count(F.lit(1)).alias("customers"),
        F.max("parties").alias("largest_customer"),
        F.count_if(F.col("persons") > 1).alias("wrong_customers"),
        F.max(F.when(F.col("persons") > 1, F.col("parties"))).alias("largest_wrong_customer"),
    ).first()
    persons = told.groupBy("person").agg(F.count_distinct("customer").alias("customers"))
    of_persons = persons.agg(
        F.count(F.lit(1)).alias("persons"), F.count_if(F.col("customers") > 1).alias("split_persons")
    ).first()
    return {
        "parties": told.count(),
        **(of_customers.asDict() if of_customers else {}),
        **(of_persons.asDict() if of_persons else {}),
        "precision": both / found if found else 1.0,
        "recall": both / true_pairs,
        "f1": 2 * both / (found + true_pairs),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), similar=sys.argv[4] == "similar")
