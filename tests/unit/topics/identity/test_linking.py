"""Which parties a rule takes for one customer, and what the limits refuse."""

from __future__ import annotations

from datetime import date

from pyspark.sql import DataFrame, SparkSession
from tests.conftest import rows_of

from bullseye.settings.identity import Identity, LinkRule
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.identity.holdings import crowded, holdings, shared, without
from bullseye.topics.identity.linking import Joined, join_customers, star_links
from bullseye.topics.identity.similar_links import PAIR, Similar, similar_links

PHONE = LinkRule(name="phone", type="phone")


def identity(**more: object) -> Identity:
    types = [
        {"name": "phone", "normalise": "text", "hash": False, "blocked": ["0"]},
        {"name": "nid", "normalise": "text", "hash": False},
    ]
    return Identity.model_validate({"salt_env": "S", "types": types, **more})


def held(
    spark: SparkSession, *rows: tuple[str, str] | tuple[str, str, str | None, str | None], type_: str = "phone"
) -> DataFrame:
    """Holdings (party, value[, first_seen, last_seen]) whose value is shown as it is."""
    full = [(*row, None, None)[:4] for row in rows]
    typed = [(party, type_, value, _day(first), _day(last)) for party, value, first, last in full]
    return spark.createDataFrame(
        typed, "party_id STRING, id_type STRING, value STRING, first_seen DATE, last_seen DATE"
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def groups(rows: DataFrame) -> list[list[str]]:
    by_group: dict[tuple[str, int], list[str]] = {}
    for row in rows.collect():
        by_group.setdefault((row["value"], row["group"]), []).append(row["party_id"])
    return sorted(sorted(group) for group in by_group.values())


def members(spark: SparkSession, **roots: str) -> DataFrame:
    return spark.createDataFrame(list(roots.items()), "party_id STRING, root STRING")


def join(spark: SparkSession, limits: Identity, pairs: list[tuple[str, str]], own: DataFrame, *parties: str) -> Joined:
    """Join the parties, each a customer by itself, by links between these pairs."""
    rows = [(one, other, "phone", "v", None, None, None) for one, other in pairs]
    ddl = "party_id STRING, other_party_id STRING, rule STRING, evidence STRING, match_weight DOUBLE, match_probability DOUBLE, comparison STRING"
    alone = members(spark, **{party: party for party in parties})
    return join_customers(alone, spark.createDataFrame(rows, ddl), own, limits, rule="phone")


def roots(joined: Joined) -> dict[str, str]:
    return {row["party_id"]: row["root"] for row in joined.members.collect()}


def refused(frame: DataFrame) -> list[tuple]:
    columns = ("reason", "rule", "evidence", "limit_type", "found", "allowed", "links")
    return sorted(tuple(row[name] for name in columns) for row in frame.collect())


def test_values_are_known_by_their_hash_and_blocked_ones_are_set_apart(spark: SparkSession) -> None:
    rows = rows_of(
        spark,
        IDENTIFIER,
        {"party_id": "a", "id_type": "phone", "id_value": "1"},
        {"party_id": "b", "id_type": "phone", "id_value": "1"},
        {"party_id": "a", "id_type": "phone", "id_value": "0"},
        {"party_id": "c", "id_type": "phone", "id_value": "0"},
        {"party_id": "c", "id_type": "nid", "id_value": "1"},
    )
    found, met = holdings(rows, identity(), salt="salt")
    by_party = {(row["party_id"], row["id_type"]): row["value"] for row in found.collect()}
    assert set(by_party) == {("a", "phone"), ("b", "phone"), ("c", "nid")}
    assert by_party["a", "phone"] == by_party["b", "phone"] != by_party["c", "nid"]
    assert all(len(value) == 32 for value in by_party.values())
    assert [(row["id_type"], row["parties"]) for row in met.collect()] == [("phone", 2)]
    plain = without(rows, met.select("id_type", "value"), salt="salt")
    assert plain.schema == rows.schema
    left = sorted((row["party_id"], row["id_type"], row["id_value"]) for row in plain.collect())
    assert left == [("a", "phone", "1"), ("b", "phone", "1"), ("c", "nid", "1")]


def test_a_value_that_more_parties_hold_than_its_type_allows_is_told_and_one_held_twice_counts_once(
    spark: SparkSession,
) -> None:
    limits = identity(
        types=[
            {"name": "phone", "normalise": "text", "hash": False, "max_holders": 2},
            {"name": "nid", "normalise": "text", "hash": False},
        ]
    )
    again = ("b", "2", "2024-01-01", "2024-02-01")
    rows = held(spark, *((p, "1") for p in "abc"), ("a", "2"), ("b", "2"), again)
    others = held(spark, *((p, "1") for p in "abc"), type_="nid")
    found = crowded(rows.unionByName(others), limits)
    assert found is not None
    assert [tuple(row) for row in found.collect()] == [("phone", "1", 3, 2)]
    assert crowded(rows, identity()) is None


def test_holders_of_one_value_are_a_group_and_a_single_holder_is_none(spark: SparkSession) -> None:
    rows = held(spark, ("a", "1"), ("b", "1"), ("c", "1"), ("d", "2"))
    assert groups(shared(rows, rows_of(spark, PERSON), PHONE, valid_days=None)) == [["a", "b", "c"]]


def test_what_must_be_the_same_too_splits_a_group_and_a_missing_answer_leaves_it(spark: SparkSession) -> None:
    born = {"a": date(1980, 1, 1), "b": date(1980, 1, 1), "c": date(2010, 5, 5), "d": None, "e": date(2010, 5, 5)}
    person = rows_of(spark, PERSON, *({"party_id": party, "birth_date": day} for party, day in born.items()))
    rows = held(spark, *((party, "1") for party in born))
    rule = LinkRule(name="phone", type="phone", same=("birth_date",))
    assert groups(shared(rows, person, rule, valid_days=None)) == [["a", "b"], ["c", "e"]]


def test_a_recycled_phone_links_only_those_who_held_it_at_about_the_same_time(spark: SparkSession) -> None:
    rows = held(
        spark,
        ("a", "1", "2024-01-01", "2024-03-01"),
        ("b", "1", "2024-03-31", "2024-06-01"),  # 30 days after a
        ("c", "1", "2024-07-02", None),  # 31 days after b, and still
        ("d", "1", "2025-01-01", "2025-02-01"),
        ("e", "2", None, "2023-01-01"),  # since ever
        ("f", "2", "2022-01-01", "2022-02-01"),
        ("g", "2", "2023-02-01", None),
    )
    found = groups(shared(rows, rows_of(spark, PERSON), PHONE, valid_days=30))
    assert found == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_a_long_holding_bridges_short_ones_that_lie_far_apart(spark: SparkSession) -> None:
    rows = held(
        spark,
        ("a", "1", "2020-01-01", "2025-01-01"),
        ("b", "1", "2020-02-01", "2020-02-02"),
        ("c", "1", "2024-12-01", "2024-12-02"),
    )
    assert groups(shared(rows, rows_of(spark, PERSON), PHONE, valid_days=0)) == [["a", "b", "c"]]


def test_customers_that_hold_one_value_are_linked_to_the_first_of_them(spark: SparkSession) -> None:
    shared_by = shared(held(spark, *((p, "v") for p in "abcd")), rows_of(spark, PERSON), PHONE, valid_days=None)
    links, too_many = star_links(
        shared_by, members(spark, a="a", b="a", c="c", d="d"), rule="phone", max_customers=None
    )
    found = sorted((row["party_id"], row["other_party_id"], row["rule"], row["evidence"]) for row in links.collect())
    assert found == [("c", "a", "phone", "v"), ("d", "a", "phone", "v")]
    assert too_many.count() == 0


def test_a_value_joins_at_most_so_many_customers_however_many_parties_these_have(spark: SparkSession) -> None:
    rows = held(spark, *((p, "v") for p in "abc"), *((p, "w") for p in "abcd"))
    shared_by = shared(rows, rows_of(spark, PERSON), PHONE, valid_days=None)
    who = members(spark, a="a", b="a", c="c", d="d")
    links, too_many = star_links(shared_by, who, rule="phone", max_customers=2)
    assert sorted((row["party_id"], row["evidence"]) for row in links.collect()) == [("c", "v")]
    assert refused(too_many) == [("too many customers", "phone", "w", None, 3, 2, 2)]


def test_links_join_customers_and_the_smallest_party_names_them(spark: SparkSession) -> None:
    found = join(spark, identity(), [("c", "b"), ("b", "a"), ("e", "d")], held(spark), "a", "b", "c", "d", "e", "f")
    assert roots(found) == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d", "f": "f"}
    assert (found.links.count(), found.refused) == (3, ())


def test_links_of_a_customer_with_too_many_values_of_a_type_are_refused_and_told(spark: SparkSession) -> None:
    limits = identity(
        types=[
            {"name": "phone", "normalise": "text", "hash": False},
            {"name": "nid", "normalise": "text", "hash": False, "max_per_customer": 1},
        ]
    )
    ids = held(spark, ("a", "1"), ("c", "2"), ("d", "3"), ("e", "3"), type_="nid")
    found = join(spark, limits, [("b", "a"), ("c", "b"), ("e", "d")], ids, "a", "b", "c", "d", "e")
    assert roots(found) == {"a": "a", "b": "b", "c": "c", "d": "d", "e": "d"}
    assert [(row["party_id"], row["other_party_id"]) for row in found.links.collect()] == [("e", "d")]
    assert [row for frame in found.refused for row in refused(frame)] == [
        ("too many values", "phone", "a", "nid", 2, 1, 2)
    ]


def test_links_of_a_customer_with_too_many_parties_are_refused_and_told(spark: SparkSession) -> None:
    pairs = [("b", "a"), ("c", "b"), ("e", "d")]
    found = join(spark, identity(max_parties=2), pairs, held(spark), "a", "b", "c", "d", "e")
    assert roots(found) == {"a": "a", "b": "b", "c": "c", "d": "d", "e": "d"}
    assert [row for frame in found.refused for row in refused(frame)] == [
        ("too many parties", "phone", "a", None, 3, 2, 2)
    ]


def test_without_links_nothing_is_joined(spark: SparkSession) -> None:
    assert roots(join(spark, identity(max_parties=2), [], held(spark), "a", "b")) == {"a": "a", "b": "b"}


def test_no_similarity_joins_two_who_hold_different_values_of_what_one_person_has_only_one_of(
    spark: SparkSession,
) -> None:
    limits = identity(types=[{"name": "nid", "normalise": "text", "hash": False, "max_per_customer": 1}])
    ids = held(spark, ("a", "1"), ("b", "2"), ("c", "3"), ("d", "3"), ("e", "4"), type_="nid")
    pairs = [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")]
    found = spark.createDataFrame([(one, other, 9.0, 0.99, "{}") for one, other in pairs], PAIR)
    alone = members(spark, **{party: party for party in "abcdef"}, g="g", h="g")
    links, clashes = similar_links(Similar(found, "m1", found, None, found), alone, ids, limits)
    assert sorted((row["party_id"], row["other_party_id"], row["evidence"]) for row in links.collect()) == [
        ("c", "d", "m1 9.00"),
        ("e", "f", "m1 9.00"),
    ]
    assert clashes is not None
    assert refused(clashes) == [("too many values", "similar", "a", "nid", 2, 1, 1)]
