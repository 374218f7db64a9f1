"""Who is who in Febrl 4, ten thousand made-up records of five thousand persons; then a day on which a few have changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmark.febrl import IDENTITY, LINKS, customers, febrl, largest_wrong, pairwise, person, resolved, silver
from bullseye.topics.identity.job import JOB


@dataclass(frozen=True)
class Resolved:
    """Inputs and outputs of one run of the job, the outputs on disk."""

    inputs: Mapping[str, DataFrame]
    outputs: Mapping[str, DataFrame]

    def customers(self) -> dict[str, str]:
        return customers(self.inputs["silver.person"], self.outputs["features.identity_map"])


def run(spark: SparkSession, given: Mapping[str, DataFrame], folder: Path, *, run_id: str) -> Resolved:
    context, made = resolved(spark, given, run_id=run_id)
    for name, frame in made.items():
        frame.write.parquet(str(folder / run_id / name))
    context.release()
    return Resolved(given, {name: spark.read.parquet(str(folder / run_id / name)) for name in made})


@pytest.fixture(scope="module")
def first(compiled: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Resolved:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FEBRL_SALT", "a salt for made-up persons")
        return run(compiled, silver(compiled, febrl(4)), tmp_path_factory.mktemp("febrl"), run_id="r1")


@pytest.mark.parametrize("number", LINKS)
def test_the_sets_have_the_links_that_their_authors_state(number: int) -> None:
    """Of everybody alone nothing is found, and nothing is wrong."""
    alone = {record: record for record in febrl(number).index}
    together = {record: person(record) for record in alone}
    assert pairwise(alone) == (1.0, 0.0, 0.0)
    assert pairwise(together) == (1.0, 1.0, 1.0)
    assert sum(size * (size - 1) // 2 for size in Counter(together.values()).values()) == LINKS[number]
    assert largest_wrong(together) == 0 < largest_wrong(dict.fromkeys(alone, "all"))


def test_pairwise_f1_is_at_least_97_percent_and_no_customer_is_a_crowd(first: Resolved) -> None:
    found = first.customers()
    precision, recall, f1 = pairwise(found)
    assert len(found) == 2 * LINKS[4]
    assert f1 >= 0.97, (precision, recall)
    assert precision >= 0.99
    assert largest_wrong(found) < 5


def test_probabilistic_links_tell_weight_probability_and_levels(first: Resolved) -> None:
    links = first.outputs["features.identity_link"]
    by_rule = {row["rule"]: row["count"] for row in links.groupBy("rule").count().collect()}
    assert by_rule["soc"] > by_rule["similar"] > 0, "the social security number links most, and not all"
    similar = links.where("rule = 'similar'").first()
    assert similar is not None
    model = {row["model_id"] for row in first.outputs["ops.identity_model"].select("model_id").collect()}
    assert similar["evidence"] == f"{model.pop()} {similar['match_weight']:.2f}"
    assert similar["match_probability"] >= 0.95
    levels = json.loads(similar["comparison"])
    assert sorted(levels) == sorted(IDENTITY.probabilistic.columns) if IDENTITY.probabilistic else False
    assert all(-1 <= level <= 4 for level in levels.values())
    assert links.where("rule = 'soc' AND match_weight IS NOT NULL").count() == 0


def test_equal_values_weigh_more_than_similar_ones_and_these_more_than_different_ones(first: Resolved) -> None:
    rows = first.outputs["ops.identity_model"].where("comparison = 'family'").orderBy("level").collect()
    weights = {row["level"]: row["match_weight"] for row in rows}
    assert [row["is_null"] for row in rows] == [True, False, False, False, False, False]
    assert weights[-1] is None
    # Surnames that are nearly equal, level 3, are so rare by chance that they weigh about as much as equal ones.
    assert weights[4] > weights[2] > 0 > weights[1] > weights[0]


def test_every_party_is_in_the_ledger_once_and_nothing_of_splink_stays(first: Resolved, spark: SparkSession) -> None:
    ledger = first.outputs["ops.identity_ledger"]
    assert ledger.groupBy("event").count().collect() == [("assigned", 10_000)]
    assert ledger.where("rule = 'own_id'").count() == sum(n == 1 for n in Counter(first.customers().values()).values())
    assert [table.name for table in spark.catalog.listTables() if table.name.startswith("__splink")] == []


def test_a_day_later_only_what_has_changed_is_compared(
    first: Resolved, interpreted: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEBRL_SALT", "a salt for made-up persons")
    link = first.outputs["features.identity_link"].where("rule = 'similar'").orderBy("party_id").first()
    assert link is not None
    gone, kept = link["party_id"], link["other_party_id"]
    # One of a linked pair becomes somebody else; and of all others a mark shows that they were not compared again. One person
    # in twenty is enough.
    part = F.regexp_extract("party_id", "rec-([0-9]+)", 1).cast("int") % 20 == int(person(gone)) % 20
    inputs = {name: frame.where(part) for name, frame in first.inputs.items()}
    before = {name: first.outputs[name] for name in JOB.previous if name in first.outputs}
    few = {name: frame.where(part) if "party_id" in frame.columns else frame for name, frame in before.items()}
    other = F.col("party_id") == gone
    changed = (
        inputs["silver.person"]
        .withColumns(
            {
                name: F.when(other, F.lit("zz")).otherwise(F.col(name))
                for name in ("given_name", "family_name", "address")
            }
        )
        .withColumn("attributes", F.when(~other, F.col("attributes")))
    )
    # Somebody new is like the one who was left, and has no number.
    new = f"{kept}-again"
    changed = changed.unionByName(changed.where(F.col("party_id") == kept).withColumn("party_id", F.lit(new)))
    marked = F.transform("matches", lambda match: match.withField("match_weight", F.lit(77.0)))
    record = few["features.identity_record"].withColumn("matches", marked)
    given = {**inputs, **few, "silver.person": changed, "features.identity_record": record}
    second = run(interpreted, given, tmp_path, run_id="r2")

    assert "ops.identity_model" not in second.outputs, "the model of the first day still serves"
    similar = second.outputs["features.identity_link"].where("rule = 'similar'").collect()
    pairs = {frozenset((row["party_id"], row["other_party_id"])): row["match_weight"] for row in similar}
    assert 5 < pairs.pop(frozenset((kept, new))) < 77
    assert set(pairs.values()) == {77.0}
    assert [pair for pair in pairs if {gone, new} & pair] == []
    events = second.outputs["ops.identity_ledger"].select("party_id", "event", "from_customer_id", "run_id").collect()
    assert sorted(tuple(row) for row in events) == sorted(
        [(gone, "split", first.customers()[gone], "r2"), (new, "assigned", None, "r2")]
    )
    assert second.customers()[new] == second.customers()[kept] == first.customers()[kept]
