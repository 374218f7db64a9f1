"""The generated bank as the identity benchmark sees it: its records and identifiers as `conf/bank` maps them, and the truth."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmark.suite import ROOT
from bullseye.settings import Settings, Silver
from bullseye.settings.identity import Identity
from bullseye.settings.linkage import Probabilistic
from bullseye.settings.sources import Sources
from bullseye.suite import load_settings

SYSTEMS = {"core": "core_parties", "cards": "cards_parties", "app": "app_users"}
"""Systems, as party ids begin, and the column of the truth with a person's records in each."""
SIMILAR = Probabilistic.model_validate(
    {
        "columns": {
            "given": "given_name",
            "family": "family_name",
            "born": "CAST(birth_date AS STRING)",
            "gender": "gender",
            "postcode": "postcode",
            "home": "home",
            "phone": "phone",
            "card": "card",
            "id_end": "id_end",
        },
        "comparisons": [
            {"column": "given", "by": "levenshtein", "thresholds": [1, 2], "term_frequency": True},
            {"column": "family", "by": "levenshtein", "thresholds": [1], "term_frequency": True},
            {"column": "born", "by": "levenshtein", "thresholds": [1, 2]},
            {"column": "gender"},
            {"column": "home"},
            {"column": "phone"},
            {"column": "card"},
            {"column": "id_end"},
        ],
        "blocking": [
            ["home", "given"],
            ["home", "born"],
            ["postcode", "given"],
            ["born", "given"],
            ["phone"],
            ["card"],
            ["id_end", "given"],
            ["id_end", "born"],
        ],
        "training": {
            "sure": [["given", "family", "born"]],
            "recall": 0.4,
            "passes": [["born"], ["postcode", "given"]],
            "sample_parties": 2_000,
            "max_parties": 200_000,
        },
    }
)
"""What `probabilistic` of identity.yaml could be for this bank, to measure what similarity adds to the rules, and costs."""


def bank_settings(root: Path, *, similar: bool) -> Settings:
    """The settings of `conf/bank` for files in `root`/data/bank, without all that identities do not need."""
    whole = load_settings(ROOT / "conf" / "bank")
    silver = {name: whole[Silver].tables[name] for name in ("person", "identifier")}
    words = set(re.findall(r"\w+", " ".join(silver.values())))
    sources = Sources(sources=tuple(source for source in whole[Sources].sources if source.name in words))
    identity = whole[Identity].model_copy(update={"probabilistic": SIMILAR}) if similar else whole[Identity]
    # Paths of sources are looked up from here.
    folder = root / "conf" / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    return replace(whole.replacing(sources, Silver(tables=silver), identity), folder=folder)


def truth(spark: SparkSession, folder: Path) -> DataFrame:
    """Who every record is about: (party_id, person)."""
    persons = spark.read.parquet(str(folder / "persons.parquet"))
    records = F.concat(
        *(F.expr(f"transform({column}, number -> concat('{system}:', number))") for system, column in SYSTEMS.items())
    )
    return persons.select(F.explode(records).alias("party_id"), F.col("person_id").alias("person"))
