"""Made-up persons in three systems that share no id, of any number, with the truth: for measuring how identities resolve.

Everything follows from hashes of the person's number, so that it is the same each time and is made by Spark in seconds.
Families share a surname, an address and at times a telephone; some telephones and addresses are what a clerk types where
nothing is known; names have typing errors, and birth dates are missing.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from bullseye.settings.identity import Identity

SYSTEMS = {"core": 85, "cards": 50, "app": 60}
"""Systems, and how many of a hundred persons each knows."""
IDENTITY = Identity.model_validate(
    {
        "salt_env": "BENCHMARK_SALT",
        "types": [
            {"name": "national_id", "normalise": "national_id", "lengths": [18], "max_per_customer": 1},
            {"name": "email", "normalise": "email", "blocked": ["none@none.com"]},
            {"name": "phone", "normalise": "phone", "country": "86", "lengths": [11], "blocked": ["13800000000"]},
        ],
        "rules": [
            {"name": "national_id", "type": "national_id"},
            {"name": "email", "type": "email", "max_customers": 4},
            {"name": "phone_and_birth_date", "type": "phone", "same": ["birth_date"], "max_customers": 4},
        ],
        "max_parties": 8,
        "probabilistic": {
            "columns": {
                "given": "given_name",
                "family": "family_name",
                "born": "CAST(birth_date AS STRING)",
                "postcode": "postcode",
                "address": "address",
                "phone": "phone",
            },
            "comparisons": [
                {"column": "given", "by": "jaro_winkler", "thresholds": [0.92, 0.8], "term_frequency": True},
                {"column": "family", "by": "jaro_winkler", "thresholds": [0.92, 0.8], "term_frequency": True},
                {"column": "born"},
                {"column": "postcode"},
                {"column": "address"},
                {"column": "phone"},
            ],
            "blocking": [["family", "given", "postcode"], ["born", "postcode"], ["born", "family", "given"]],
            "training": {
                "sure": [["given", "family", "born"]],
                "recall": 0.7,
                "passes": [["born", "postcode"], ["family", "given"]],
                "sample_parties": 1500,
                "max_parties": 100_000,
            },
        },
    }
)
_SYLLABLES = "array('ba','chen','da','fu','gao','hui','jin','kang','lin','min','ning','peng','qing','rui','shu','tao','wei','xin','yan','zhi')"


def parties(spark: SparkSession, persons: int) -> DataFrame:
    """One row per party: (party_id, person, ... what its system knows of it)."""
    known = " ".join(f"WHEN '{system}' THEN {share}" for system, share in SYSTEMS.items())
    spark.range(persons).withColumnRenamed("id", "person").createOrReplaceTempView("benchmark_person")
    return spark.sql(
        f"""
        WITH truth AS (
          SELECT person, person DIV 3 AS family,
            {_word("person DIV 3", "family", 3)} AS family_name,
            {_word("person", "given", 2)} AS given_name,
            date_add(DATE'1940-01-01', {_draw("person", "born", 25000)}) AS birth_date,
            lpad({_draw("person DIV 3", "postcode", 20000)}, 6, '2') AS postcode,
            concat('street ', {_draw("person DIV 3", "street", 3000)}, ' no ', {_draw("person DIV 3", "house", 200)}) AS address,
            concat('13', lpad({_draw("person", "phone", 10**9)}, 9, '0')) AS own_phone,
            concat('15', lpad({_draw("person DIV 3", "phone", 10**9)}, 9, '0')) AS family_phone,
            concat('99', lpad({_draw("person", "nid", 10**8)}, 8, '0'), lpad(person, 8, '0')) AS national_id
          FROM benchmark_person
        ), party AS (
          SELECT *, concat(system, ':', {_draw("person", "id", 10**6)}, '-', person) AS party_id,
            {_draw("concat(system, person)", "dirt", 1000)} AS dirt, {_draw("concat(system, person)", "more", 1000)} AS more
          FROM truth LATERAL VIEW explode(array({", ".join(f"'{system}'" for system in SYSTEMS)})) AS system
          WHERE {_draw("concat(system, person)", "known", 100)} < CASE system {known} END
        )
        SELECT party_id, person, system AS source,
          CASE WHEN dirt < 40 THEN concat(substring(given_name, 1, 2), substring(given_name, 4)) ELSE given_name END AS given_name,
          CASE WHEN dirt BETWEEN 40 AND 60 THEN concat(family_name, 'g') ELSE family_name END AS family_name,
          CASE WHEN more >= 80 THEN birth_date END AS birth_date,
          CASE WHEN dirt BETWEEN 60 AND 80 THEN '999999' ELSE postcode END AS postcode, address,
          CASE WHEN dirt < 30 THEN '13800000000' WHEN more < 150 THEN family_phone WHEN more < 900 THEN own_phone END AS phone,
          CASE WHEN more BETWEEN 200 AND 230 THEN 'none@none.com'
            WHEN dirt > 350 THEN upper(concat(given_name, '.', family_name, person, '@mail.example')) END AS email,
          CASE WHEN system = 'core' OR (system = 'cards' AND dirt < 600) THEN national_id END AS national_id
        FROM party
        """
    )


def _draw(of: str, what: str, below: int) -> str:
    """A whole number from 0, the same each time."""
    return f"pmod(xxhash64({of}, '{what}'), {below})"


def _word(of: str, what: str, syllables: int) -> str:
    parts = (f"{_SYLLABLES}[CAST({_draw(of, what + str(place), 20)} AS INT)]" for place in range(syllables))
    return f"concat({', '.join(parts)})"
