"""Who is who: where one source has one id, and from day to day where several systems share identifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, Row, SparkSession

from benchmark.febrl import resolved
from bullseye.core.frames import local_frame
from bullseye.errors import IdentityError
from bullseye.settings import Settings
from bullseye.settings.identity import Identity
from bullseye.suite import contracts
from bullseye.tables.facts import with_customer
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.identity.check import check_identity
from bullseye.topics.identity.model import model_rows
from bullseye.topics.identity.resolve import assigned, number_customers


def customers(spark: SparkSession, *ids: str) -> DataFrame:
    return spark.createDataFrame([(id_,) for id_ in ids], "customer_id STRING")


def registry(spark: SparkSession, *rows: tuple[str, int]) -> DataFrame:
    return spark.createDataFrame(list(rows), "customer_id STRING, customer_no BIGINT")


def test_the_first_customers_are_numbered_from_one_in_the_order_of_their_ids(spark: SparkSession) -> None:
    found = number_customers(customers(spark, "c", "a", "b"), registry(spark))
    assert_df_equality(
        found, registry(spark, ("a", 1), ("b", 2), ("c", 3)), ignore_row_order=True, ignore_nullable=True
    )


def test_new_customers_get_the_next_numbers_and_known_ones_none(spark: SparkSession) -> None:
    found = number_customers(customers(spark, "a", "b", "z"), registry(spark, ("b", 7), ("y", 9)))
    assert_df_equality(found, registry(spark, ("a", 10), ("z", 11)), ignore_row_order=True, ignore_nullable=True)


def test_without_customers_nothing_is_numbered(spark: SparkSession) -> None:
    assert number_customers(customers(spark), registry(spark, ("a", 1))).count() == 0


def test_the_ledger_tells_of_every_party_once_and_always_with_the_same_id(spark: SparkSession) -> None:
    parties = spark.createDataFrame([("c1", "p1"), ("c1", "p2")], "customer_id STRING, party STRING")
    one, other = (assigned(parties, run_id=run).collect() for run in ("r1", "r2"))
    assert [
        (r["event"], r["customer_id"], r["party_id"], r["from_customer_id"], r["rule"], r["run_id"]) for r in one
    ] == [
        ("assigned", "c1", "p1", None, "own_id", "r1"),
        ("assigned", "c1", "p2", None, "own_id", "r1"),
    ]
    assert [r["event_id"] for r in one] == [r["event_id"] for r in other]


def test_facts_of_a_mapped_party_are_its_customers_and_others_their_own(spark: SparkSession) -> None:
    facts = spark.createDataFrame([("p1", 1), ("p2", 2), (None, 3)], "party_id STRING, value INT")
    mapped = spark.createDataFrame([("p2", "p1")], "party_id STRING, customer_id STRING")
    expected = spark.createDataFrame([("p1", 1), ("p1", 2), (None, 3)], "customer_id STRING, value INT")
    assert_df_equality(with_customer(facts, mapped), expected, ignore_row_order=True)


RULES = {
    "salt_env": "LINK_SALT",
    "types": [
        {"name": "email", "normalise": "email", "hash": False, "blocked": ["none@none.com"]},
        {"name": "phone", "normalise": "text", "hash": False},
    ],
    "rules": [{"name": "email", "type": "email"}, {"name": "phone", "type": "phone", "max_customers": 2}],
}
KEPT = ("features.customer_number", "ops.identity_ledger")


MONDAY = {
    "core:1": ("email=a@x.org", "phone=1"),
    "web:1": ("email=a@x.org",),
    "web:2": ("email=none@none.com", "phone=2"),
    "web:3": ("email=none@none.com", "phone=2"),
    "web:4": ("phone=3",),
    "web:5": ("phone=3",),
    "web:6": ("phone=3",),
}
TUESDAY = {
    **MONDAY,
    "web:1": ("email=b@x.org",),
    "web:2": ("email=b@x.org", "phone=2"),
    # Two of the three who share a phone are one customer now, so that the phone joins no more than two.
    "web:5": ("phone=3", "email=c@x.org"),
    "web:6": ("phone=3", "email=c@x.org"),
}
Rows = Mapping[str, list[Row]]


@dataclass
class Days:
    """Resolves a few parties day after day, with what the days before have left behind."""

    spark: SparkSession
    tables: Mapping[str, Any]
    left: dict[str, list[Row]] = field(default_factory=dict)
    made: dict[str, Rows] = field(default_factory=dict)
    """By run what it made."""

    def resolve(self, run_id: str, given: Mapping[str, tuple[str, ...]], rules: Mapping[str, Any] = RULES) -> None:
        """Parties with their identifiers, each as type=value."""
        values = [(party, *pair.split("=")) for party, pairs in given.items() for pair in pairs]
        identifiers = [{"party_id": party, "id_type": type_, "id_value": value} for party, type_, value in values]
        inputs = {
            PERSON.name: local_frame(self.spark, [{"party_id": party} for party in given], PERSON.schema()),
            IDENTIFIER.name: local_frame(self.spark, identifiers, IDENTIFIER.schema()),
        }
        for name, rows in self.left.items():
            inputs[name] = local_frame(self.spark, rows, self.tables[name].schema())
        context, made = resolved(self.spark, inputs, run_id=run_id, identity=Identity.model_validate(rules))
        self.made[run_id] = {name: frame.collect() for name, frame in made.items()}
        context.release()
        for name in KEPT:
            table = self.tables[name]
            before = self.left.get(name, []) if table.is_registry else []
            self.left[name] = [*before, *self.made[run_id][name]]

    def map(self, run_id: str) -> dict[str, str]:
        return {row["party_id"]: row["customer_id"] for row in self.made[run_id]["features.identity_map"]}

    def events(self, run_id: str) -> list[Row]:
        return self.made[run_id]["ops.identity_ledger"]


@pytest.fixture(scope="module")
def salted() -> Iterator[None]:
    """The environment has a salt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINK_SALT", "secret-salt-of-the-test")
        yield


@pytest.fixture(scope="module")
def days(spark: SparkSession, retail: Settings, salted: None) -> Days:
    """Monday, whose run broke off after it had written the ledger; a day with changes; and one without rules."""
    lived = Days(spark, contracts(retail))
    lived.resolve("monday", MONDAY)
    lived.left = {"ops.identity_ledger": lived.left["ops.identity_ledger"]}
    lived.resolve("tuesday", TUESDAY)
    lived.resolve("without rules", TUESDAY, {})
    return lived


def test_parties_with_one_identifier_are_one_customer_and_limits_are_told(days: Days) -> None:
    assert days.map("monday") == {"web:1": "core:1", "web:3": "web:2"}
    found = days.made["monday"]
    links = sorted((row["party_id"], row["other_party_id"], row["rule"]) for row in found["features.identity_link"])
    assert links == [("web:1", "core:1", "email"), ("web:3", "web:2", "phone")]
    refused = sorted((row["reason"], row["rule"], row["found"]) for row in found["ops.identity_refusal"])
    assert refused == [("blocked value", "email", 2), ("too many customers", "phone", 3)]
    figures = sorted((row["figure"], row["item"], row["number"]) for row in found["ops.identity_quality"])
    assert figures == [
        ("blocked values", "email", 2),
        ("customers by parties", "1", 3),
        ("customers by parties", "2", 2),
        ("links by rule", "email", 1),
        ("links by rule", "phone", 1),
        ("refused links", "phone: too many customers", 2),
    ]
    assert sorted((row["customer_id"], row["customer_no"]) for row in found["features.customer_number"]) == [
        ("core:1", 1),
        *((f"web:{number}", place) for place, number in enumerate((2, 4, 5, 6), start=2)),
    ]


@pytest.mark.fault(
    "the salt, or the way of hashing, is another one than yesterday", right="every customer keeps the id"
)
def test_customers_keep_their_ids_when_all_hashes_change(days: Days, spark: SparkSession, retail: Settings) -> None:
    lived = Days(spark, contracts(retail), left={"ops.identity_ledger": days.events("monday")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINK_SALT", "another salt than on monday")
        lived.resolve("again", MONDAY)
    evidence = [
        {row["evidence"] for row in made["features.identity_link"]}
        for made in (days.made["monday"], lived.made["again"])
    ]
    assert evidence[0].isdisjoint(evidence[1])
    assert lived.map("again") == days.map("monday")
    assert lived.events("again") == []


def test_neither_a_value_nor_the_salt_stands_in_any_table(days: Days) -> None:
    told = str([row.asDict(recursive=True) for made in days.made.values() for rows in made.values() for row in rows])
    assert "core:1" in told
    assert [text for text in ("@x.org", "none@none.com", "secret-salt-of-the-test") if text in told] == []


def test_after_a_run_that_broke_off_only_those_whose_identifiers_changed_move(days: Days) -> None:
    assert days.map("tuesday") == {"web:1": "web:2", "web:3": "web:2", "web:5": "web:4", "web:6": "web:4"}
    moved = sorted((row["party_id"], row["event"], row["from_customer_id"]) for row in days.events("tuesday"))
    assert moved == [("web:1", "split", "core:1"), ("web:5", "merged", "web:5"), ("web:6", "merged", "web:6")]
    numbers = sorted(
        (row["customer_no"], row["customer_id"]) for row in days.made["tuesday"]["features.customer_number"]
    )
    assert numbers == [(1, "core:1"), (2, "web:2"), (3, "web:4")], "the ledger was written on Monday, and no number"


def test_the_ledger_tells_why_a_party_moved(days: Days) -> None:
    event = next(row for row in days.events("tuesday") if row["party_id"] == "web:1")
    assert (event["customer_id"], event["rule"], event["linked_party_id"]) == ("web:2", "email", "web:2")
    assert event["run_id"] == "tuesday"


def test_a_value_joins_customers_as_the_rules_before_left_them(days: Days) -> None:
    links = [row for row in days.made["tuesday"]["features.identity_link"] if row["party_id"] in ("web:5", "web:6")]
    assert sorted((row["party_id"], row["other_party_id"], row["rule"]) for row in links) == [
        ("web:5", "web:4", "phone"),
        ("web:6", "web:5", "email"),
    ]
    assert [row["reason"] for row in days.made["tuesday"]["ops.identity_refusal"]] == ["blocked value"]


def test_old_ids_lead_to_the_customer_of_today(days: Days) -> None:
    aliases = sorted(tuple(row) for row in days.made["tuesday"]["features.identity_alias"])
    assert aliases == [("web:5", "web:4"), ("web:6", "web:4")]


def test_without_rules_all_that_were_linked_are_split_with_a_row_in_the_ledger(days: Days) -> None:
    found = sorted((r["party_id"], r["event"], r["customer_id"], r["rule"]) for r in days.events("without rules"))
    assert found == [
        ("web:2", "split", "web:2~2", "no_link"),
        ("web:3", "split", "web:3", "no_link"),
        ("web:5", "split", "web:5~2", "no_link"),
        ("web:6", "split", "web:6~2", "no_link"),
    ]
    assert days.map("without rules") == {
        "web:1": "web:2",
        "web:2": "web:2~2",
        "web:5": "web:5~2",
        "web:6": "web:6~2",
    }


def test_a_day_without_rules_leaves_the_ledger_fit_for_a_day_with_rules(
    spark: SparkSession, retail: Settings, salted: None
) -> None:
    """Two who were one customer once, and whose map is empty since the rules have gone."""
    told = [
        ("1", "assigned", "core:1", "core:1", None, "own_id", None, None, "linked"),
        ("2", "assigned", "core:1", "web:1", None, "email", "core:1", "x", "linked"),
        ("3", "split", "web:1", "web:1", "core:1", "no_link", None, None, "apart"),
    ]
    rows = local_frame(spark, told, contracts(retail)["ops.identity_ledger"].schema()).collect()
    lived = Days(spark, contracts(retail), {"ops.identity_ledger": rows})
    given = {"core:1": ("email=a@x.org",), "web:1": ("email=a@x.org",)}
    lived.resolve("still apart", given, {})
    lived.resolve("linked again", given)
    assert (lived.events("still apart"), lived.map("still apart")) == ([], {})
    assert [(row["party_id"], row["event"]) for row in lived.events("linked again")] == [("web:1", "merged")]
    assert lived.map("linked again") == {"web:1": "core:1"}


LIMITS = {
    "salt_env": "LINK_SALT",
    "types": [
        {"name": "nid", "normalise": "text", "hash": False, "max_per_customer": 1},
        {"name": "phone", "normalise": "text", "hash": False, "max_holders": 4, "valid_days": 30},
        {"name": "email", "normalise": "email", "hash": False},
    ],
    "rules": [
        {"name": "phone", "type": "phone", "same": ["birth_date"]},
        {"name": "email", "type": "email"},
    ],
    "max_parties": 3,
}


def test_every_limit_holds_in_the_job(spark: SparkSession, salted: None) -> None:
    born = dict.fromkeys(["then", "later", "now", "too"], date(1980, 1, 1)) | {
        f"crowd:{number}": date(1990, 1, 1 + number // 2) for number in range(5)
    }
    phones = [
        ("then", "1", None, date(2024, 1, 1)),
        ("later", "1", date(2024, 6, 1), None),
        ("now", "2", date(2024, 1, 1), None),
        ("too", "2", date(2024, 6, 1), None),
        *((party, "3", None, None) for party in born if party.startswith("crowd")),
    ]
    held = [(party, "phone", value, None, first, last) for party, value, first, last in phones]
    for party, nid, email in (("one", "N1", "e@x.org"), ("other", "N2", "e@x.org")):
        held += [(party, "nid", nid, None, None, None), (party, "email", email, None, None, None)]
    held += [(f"many:{number}", "email", "m@x.org", None, None, None) for number in range(4)]
    persons = [{"party_id": party, "birth_date": day} for party, day in born.items()]
    given = {
        PERSON.name: local_frame(spark, persons, PERSON.schema()),
        IDENTIFIER.name: local_frame(spark, held, IDENTIFIER.schema()),
    }
    context, made = resolved(spark, given, run_id="r1", identity=Identity.model_validate(LIMITS))
    mapped = {row["party_id"]: row["customer_id"] for row in made["features.identity_map"].collect()}
    refused = [
        (row["reason"], row["rule"], row["limit_type"], row["found"], row["allowed"], row["links"])
        for row in made["ops.identity_refusal"].collect()
    ]
    context.release()
    assert mapped == {"too": "now"}
    assert sorted(refused) == [
        ("too many holders", "phone", None, 5, 4, 4),
        ("too many parties", "email", None, 4, 3, 3),
        ("too many values", "email", "nid", 2, 1, 1),
    ]


SIMILAR = {
    "salt_env": "LINK_SALT",
    "types": [
        {"name": "phone", "normalise": "text", "hash": False, "blocked": ["0"]},
        {"name": "device", "normalise": "text", "hash": False, "max_holders": 2},
    ],
    "probabilistic": {
        "columns": {"given": "given_name", "phone": "phone", "device": "device", "town": "city"},
        "comparisons": [{"column": "given"}, {"column": "phone"}, {"column": "device"}],
        "blocking": [["given", "town"], ["phone"], ["device"]],
        "max_block": 3,
        "training": {"sure": [["phone"]], "passes": [["given"]]},
    },
}
WEIGHTS = {
    "probability_two_random_records_match": 0.1,
    "comparisons": [
        {
            "output_column_name": name,
            "comparison_levels": [
                {"sql_condition": "missing", "is_null_level": True},
                {"sql_condition": "equal", "m_probability": 0.99, "u_probability": 0.01},
                {"sql_condition": "ELSE", "m_probability": 0.01, "u_probability": 0.99},
            ],
        }
        for name in ("given", "phone", "device")
    ],
}
"""A model in which two equal values make a match, and one does not."""


def test_similarity_looks_neither_at_values_that_link_nobody_nor_at_crowds(spark: SparkSession, salted: None) -> None:
    """Five by the name of Eva in one town are a crowd; some are still pairs, by their telephone or their device."""
    identity = Identity.model_validate(SIMILAR)
    assert identity.probabilistic
    told = {
        "same:1": ("anna", "wien", "1", None),
        "same:2": ("anna", "graz", "1", None),
        "blocked:1": ("ida", "wien", "0", None),
        "blocked:2": ("ida", "graz", "0", None),
        **{f"many:{number}": ("ute", f"town {number}", None, "9") for number in range(3)},
        "crowd:1": ("eva", "wien", "2", None),
        "crowd:2": ("eva", "wien", "2", None),
        "crowd:3": ("eva", "wien", "3", "4"),
        "crowd:4": ("eva", "wien", None, "4"),
        "crowd:5": ("eva", "wien", None, None),
    }
    persons = [{"party_id": party, "given_name": row[0], "city": row[1]} for party, row in told.items()]
    held = [
        {"party_id": party, "id_type": type_, "id_value": value}
        for party, row in told.items()
        for type_, value in zip(("phone", "device"), row[2:], strict=True)
        if value
    ]
    given = {
        PERSON.name: local_frame(spark, persons, PERSON.schema()),
        IDENTIFIER.name: local_frame(spark, held, IDENTIFIER.schema()),
        "ops.identity_model": model_rows(spark, WEIGHTS, identity.probabilistic, trained_on=None, run_id="r0"),
    }
    context, made = resolved(spark, given, run_id="r1", identity=identity)
    links = sorted((row["party_id"], row["other_party_id"]) for row in made["features.identity_link"].collect())
    refused = [tuple(row) for row in made["ops.identity_refusal"].drop("evidence").collect()]
    crowd = made["ops.identity_refusal"].where("rule = 'similar'").select("evidence").collect()
    context.release()
    assert links == [("crowd:2", "crowd:1"), ("crowd:4", "crowd:3"), ("same:2", "same:1")]
    assert sorted(refused, key=str) == [
        ("blocked value", "phone", None, 2, None, 1),
        ("large block", "similar", None, 5, 3, 10),
        ("too many holders", "device", None, 3, 2, 2),
    ]
    assert [row["evidence"] for row in crowd] == ["given, town"]


ASSIGNED = {"event": "assigned", "party_id": "web:1", "rule": "email", "run_id": "r0"}


@pytest.mark.parametrize(
    ("party", "ledger", "message"),
    [
        ("web:1~2", [], r"1 party id.* end in ~ and a number"),
        (
            "web:1",
            [{**ASSIGNED, "event_id": "1", "customer_id": "a"}, {**ASSIGNED, "event_id": "2", "customer_id": "b"}],
            r"ledger contradicts itself: it does not give one customer for 1 parties",
        ),
    ],
)
def test_the_job_stops_at_what_it_cannot_believe(
    party: str, ledger: list[dict[str, str]], message: str, spark: SparkSession, retail: Settings, salted: None
) -> None:
    told = contracts(retail)["ops.identity_ledger"]
    given = {
        PERSON.name: local_frame(spark, [{"party_id": party}], PERSON.schema()),
        told.name: local_frame(spark, ledger, told.schema()),
    }
    with pytest.raises(IdentityError, match=message):
        resolved(spark, given, run_id="r1", identity=Identity.model_validate(RULES))


def test_expressions_of_the_rules_are_checked_before_any_job_runs(spark: SparkSession, retail: Settings) -> None:
    given = {
        **RULES,
        "types": [*RULES["types"], {"name": "city", "normalise": "text", "hash": False}],
        "rules": [{"name": "email", "type": "email", "same": ["birth_dat"]}],
    }
    settings = retail.replacing(Identity.model_validate(given))
    problems = check_identity(spark, settings, contracts(settings))
    assert len(problems) == 2
    assert "there is no column 'birth_dat' (did you mean 'birth_date'?)" in problems[0]
    assert "city is a column of silver.person" in problems[1]
