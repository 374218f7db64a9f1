"""Identifiers in one spelling: literal values, each with what becomes of it."""

from __future__ import annotations

import hmac
from datetime import date

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from bullseye.errors import IdentityError, SourceError
from bullseye.settings.identity import Identity
from bullseye.tables.identifiers import blocked_values, check_sources, counted, normalised

SALT = "a salt for made-up persons"
IDENTITY = Identity.model_validate(
    {
        "salt_env": "S",
        "types": [
            {"name": "email", "normalise": "email", "hash": False, "blocked": [" NONE@none.com", "no address"]},
            {
                "name": "phone",
                "normalise": "phone",
                "country": "86",
                "lengths": [11],
                "hash": False,
                "blocked": ["138-0000-0000"],
            },
            {"name": "vienna", "normalise": "phone", "country": "43", "hash": False},
            {"name": "national_id", "normalise": "national_id", "lengths": [18]},
            {"name": "cookie", "normalise": "text", "hash": False},
            {"name": "device", "normalise": "text"},
        ],
    }
)
RAW = "party_id STRING, id_type STRING, id_value STRING, source STRING, first_seen DATE, last_seen DATE"


def raw(spark: SparkSession, *rows: tuple[object, ...]) -> DataFrame:
    return spark.createDataFrame([(*row, *[None] * (6 - len(row))) for row in rows], RAW)


def values(spark: SparkSession, type_: str, *given: str | None, salt: str = SALT) -> list[str | None]:
    rows = raw(spark, *((f"p{place}", type_, value) for place, value in enumerate(given)))
    found = {row["party_id"]: row["id_value"] for row in normalised(rows, IDENTITY.types, salt=salt).collect()}
    return [found.get(f"p{place}") for place in range(len(given))]


def test_an_email_is_trimmed_and_lower_case_and_keeps_its_dots_and_plus(spark: SparkSession) -> None:
    assert values(spark, "email", "  Li.Wei+Bank@QQ.com ", "none", "a@b", "a b@c.de", "", None) == [
        "li.wei+bank@qq.com",
        *[None] * 5,
    ]


def test_a_phone_is_one_number_however_it_is_written(spark: SparkSession) -> None:
    spellings = ("+86 138 1234 5678", "0086-138-1234-5678", "8613812345678", "138 1234 5678", "(0)138.1234.5678")
    assert values(spark, "phone", *spellings) == ["+8613812345678"] * 5
    # With the country's code in front of eleven digits of its own it is no number of the country.
    assert values(spark, "phone", "86138123456789", "1381234567", "+43 664 1234567", "phone", "+") == [
        None,
        None,
        "+436641234567",
        None,
        None,
    ]


def test_without_lengths_a_phone_needs_a_plus_or_zeros_to_be_foreign(spark: SparkSession) -> None:
    assert values(spark, "vienna", "0664/123 45 67", "+43 (0) 664 1234567", "00491701234567", "12") == [
        "+436641234567",
        "+436641234567",
        "+491701234567",
        None,
    ]


def keyed_hash(salt: str, type_: str, value: str) -> str:
    """HMAC by Python's own library."""
    return hmac.new(salt.encode(), f"{type_}|{value}".encode(), "sha256").hexdigest()


@pytest.mark.parametrize(
    "salt",
    [
        pytest.param(
            "a salt of 23 ß and more",
            id="short",
            marks=pytest.mark.fault(
                "an identifier is hashed by joining salt and value",
                right="HMAC-SHA256 with the salt as key, as Python makes it",
            ),
        ),
        pytest.param("s" * 64, id="block"),
        pytest.param("a salt that is longer than a block of SHA-256 is hashed before it is used as the key", id="long"),
    ],
)
def test_an_identifier_is_hashed_by_hmac_with_the_salt_as_key(spark: SparkSession, salt: str) -> None:
    ids = ("110101 19900307 123x", "110101-19900307123X", "1234")
    expected = keyed_hash(salt, "national_id", "11010119900307123X")
    assert values(spark, "national_id", *ids, salt=salt) == [expected, expected, None]
    assert values(spark, "device", " gerät 1 ", salt=salt) == [keyed_hash(salt, "device", "gerät 1")]


@pytest.mark.fault(
    "an e-mail or a phone has no word on hashing in identity.yaml",
    right="silver.identifier has its hash, not the value",
)
def test_every_type_is_hashed_unless_it_states_otherwise(spark: SparkSession) -> None:
    kinds: list[dict[str, object]] = [
        {"name": "email", "normalise": "email"},
        {"name": "phone", "normalise": "phone", "country": "43"},
        {"name": "text", "normalise": "text"},
        {"name": "card", "normalise": "card"},
    ]
    identity = Identity.model_validate({"salt_env": "S", "types": kinds})
    rows = raw(
        spark, ("p1", "email", "a@b.org"), ("p1", "phone", "0664 1234567"), ("p1", "text", "t"), ("p1", "card", "1")
    )
    found = {row["id_type"]: row["id_value"] for row in normalised(rows, identity.types, salt=SALT).collect()}
    plain = {"email": "a@b.org", "phone": "+436641234567", "text": "t", "card": "1"}
    assert found == {type_: keyed_hash(SALT, type_, value) for type_, value in plain.items()}


def test_equal_values_of_a_party_are_one_row_and_an_unknown_day_stays_unknown(spark: SparkSession) -> None:
    first, second = date(2026, 1, 1), date(2026, 2, 1)
    rows = raw(
        spark,
        ("p1", "cookie", "c", "web", first, first),
        ("p1", "cookie", " c ", "web", second, second),
        ("p2", "cookie", "c", "web", first, first),
        ("p2", "cookie", "c ", "web", None, second),
    )
    expected = spark.createDataFrame(
        [("p1", "cookie", "c", "web", first, second), ("p2", "cookie", "c", "web", None, second)], RAW
    )
    assert_df_equality(
        normalised(rows, IDENTITY.types, salt=SALT), expected, ignore_row_order=True, ignore_nullable=True
    )


def test_values_that_fit_no_type_are_counted_and_empty_ones_are_not(spark: SparkSession) -> None:
    rows = raw(spark, ("p1", "email", "a@b.c"), ("p2", "email", "nobody"), ("p3", "email", " "), ("p4", "cookie", "c"))
    assert counted(rows, IDENTITY.types) == {"email": (2, 1), "cookie": (1, 0)}


def test_a_type_that_is_not_defined_is_an_error(spark: SparkSession) -> None:
    with pytest.raises(SourceError, match=r"type\(s\) 'e_mail' \(did you mean 'email'\?\)"):
        counted(raw(spark, ("p1", "e_mail", "a@b.c")), IDENTITY.types)


def test_blocked_values_are_looked_up_in_their_one_spelling(spark: SparkSession) -> None:
    found = blocked_values(raw(spark), IDENTITY.types, salt=SALT).orderBy("id_type").collect()
    assert [(row["id_type"], row["id_value"]) for row in found] == [
        ("email", "none@none.com"),
        ("phone", "+8613800000000"),
    ]


def test_two_sources_that_claim_one_party_are_an_error_that_shows_no_id(spark: SparkSession) -> None:
    claims = "party_id STRING, source STRING"
    person = spark.createDataFrame([("p1", "core"), ("p2", "core"), ("p3", None)], claims)
    identifier = spark.createDataFrame([("p1", "cards"), ("p2", "core"), ("p3", "app")], claims)
    check_sources([identifier])
    with pytest.raises(IdentityError, match=r"cards and core: 1 party id\(s\)") as error:
        check_sources([person, identifier])
    assert "p1" not in str(error.value)


@pytest.mark.fault("somebody reads a plan or an event log", right="neither the salt nor a key made of it is there")
def test_neither_salt_nor_values_stand_in_the_plan(spark: SparkSession) -> None:
    rows = normalised(raw(spark, ("p1", "national_id", "11010119900307123X")), IDENTITY.types, salt="very-secret")
    plan = rows._jdf.queryExecution().toString()
    assert "very-secret" not in plan
    # The key as HMAC uses it, however the plan would write bytes.
    for pad in (0x36, 0x5C):
        key = bytes(byte ^ pad for byte in b"very-secret")
        assert [form for form in (key.hex(), key.hex(" "), str(list(key))[1:-1]) if form.lower() in plan.lower()] == []
