"""What people and clerks did to the person files: each kind of dirt as often as stated, in each system."""

from __future__ import annotations

import pytest
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.parameters import Parameters

DIRT = Parameters().dirt
COLUMNS = {
    # The key, and what the system calls otherwise or writes in its own way.
    "core_parties": ("party_id", "birth_date AS birth, name AS typed_name, updated_on AS changed_on"),
    "cards_parties": (
        "customer_no",
        """strptime(date_of_birth, '%d/%m/%Y')::DATE AS birth, name AS typed_name, mobile AS phone, sex AS gender,
        modified_on AS changed_on""",
    ),
    "app_users": ("user_id", "birth_date AS birth, name AS typed_name, updated_at::DATE AS changed_on"),
}
NAMES = {
    "core_parties": "true_name",
    "cards_parties": "upper(split_part(true_latin, ' ', 2) || ' ' || split_part(true_latin, ' ', 1))",
    "app_users": "true_name",
}
TYPED = "phone IS NOT NULL AND phone <> '13800000000'"
MAILED = "email IS NOT NULL AND email <> 'none@none.com'"
BORN = "birth IS NOT NULL AND birth <> DATE '1900-01-01'"


def stated(system: str) -> dict[str, tuple[str, str, float]]:
    """Kinds of dirt: the condition, the records that it may befall, and the share of these."""
    name = system.partition("_")[0]
    kinds = {
        "no birth date": ("birth IS NULL", "true", DIRT.no_birth[name]),
        "default birth date": ("birth = DATE '1900-01-01'", "birth IS NOT NULL", DIRT.defaulted_birth),
        "wrong birth date": (
            "birth <> true_birth",
            f"{BORN} AND day(true_birth) <> month(true_birth)",
            DIRT.typo_birth,
        ),
        "no gender": ("gender IS NULL", "true", DIRT.no_gender[name]),
        "no address": ("address IS NULL", "true", DIRT.no_address[name]),
        "no phone": ("phone IS NULL", "true", DIRT.no_phone[name]),
        "default phone": ("phone = '13800000000'", "phone IS NOT NULL", DIRT.defaulted_phone),
        "prefixed phone": ("NOT starts_with(phone, '1')", TYPED, DIRT.prefixed_phone),
        "wrong phone": ("NOT is_number", TYPED, DIRT.typo_phone),
        "no e-mail": (
            "email IS NULL",
            "true_email IS NOT NULL AND email IS DISTINCT FROM 'none@none.com'",
            DIRT.no_email[name],
        ),
        "default e-mail": ("email IS NOT DISTINCT FROM 'none@none.com'", "true", DIRT.defaulted_email),
        "e-mail in capitals": ("email = upper(email)", MAILED, DIRT.upper_email[name]),
        "wrong e-mail": ("lower(email) <> true_email", MAILED, DIRT.typo_email),
        "wrong national id": ("id_number <> true_id", "length(id_number) = 18", DIRT.typo_national_id),
        "wrong name": ("typed_name <> right_name", "typed_name IS NOT NULL", DIRT.typo_name),
    }
    if system == "core_parties":
        kinds["no national id"] = ("id_number IS NULL", "true", DIRT.national_id_missing["core"])
        kinds["no Latin name"] = ("name_latin IS NULL", "true", 1 - DIRT.core_latin_name)
    if system == "cards_parties":
        kinds["no national id"] = ("id_number IS NULL", "true", DIRT.national_id_missing["cards"])
        kinds["four characters of the national id"] = (
            "coalesce(length(id_number) = 4, false)",
            "true",
            DIRT.national_id_last_four,
        )
        # The family name is mistyped for itself, a quarter as often.
        share, of_family = DIRT.typo_name, DIRT.typo_name / 4
        kinds["wrong name"] = (*kinds["wrong name"][:2], share + of_family - share * of_family)
    if system == "app_users":
        del kinds["wrong national id"]
        kinds["no name"] = ("typed_name IS NULL", "true", 1 - DIRT.app_name_verified)
        kinds["wrong name"] = (*kinds["wrong name"][:2], DIRT.typo_name / 4)
    return kinds


KINDS = [(system, kind) for system in COLUMNS for kind in stated(system)]


@pytest.fixture(scope="module")
def typed(large_bank: Bank) -> Bank:
    """With a table of each system's records as typed beside what is true: typed_core_parties and so on."""
    for system, (key, renamed) in COLUMNS.items():
        large_bank.tables.execute(f"""
            CREATE TEMP TABLE typed_{system} AS
            WITH numbers AS (
              SELECT phone FROM truth_persons UNION SELECT former_phone FROM truth_persons WHERE former_phone IS NOT NULL
            ), truth AS (
              SELECT unnest({system}) AS {key}, name AS true_name, name_latin AS true_latin, birth_date AS true_birth,
                national_id AS true_id, email AS true_email FROM truth_persons
            )
            SELECT DISTINCT ON ({key}) *, {NAMES[system]} AS right_name,
              right(regexp_replace(phone, '[^0-9]', '', 'g'), 11) IN (FROM numbers) AS is_number
            FROM (SELECT *, {renamed} FROM {system}) JOIN truth USING ({key})""")
    return large_bank


@pytest.mark.parametrize(("system", "kind"), KINDS, ids=[f"{kind} in {system}" for system, kind in KINDS])
def test_dirt_is_as_frequent_as_stated(typed: Bank, system: str, kind: str) -> None:
    condition, among, share = stated(system)[kind]
    found, count = typed.row(f"SELECT avg(({condition})::INT), count({condition}) FROM typed_{system} WHERE {among}")
    assert within(found, share, int(count))


@pytest.mark.parametrize("system", COLUMNS)
def test_a_record_stands_twice_in_the_first_file_as_often_as_stated(typed: Bank, system: str) -> None:
    key, renamed = COLUMNS[system]
    first = f"(SELECT *, {renamed} FROM {system}) WHERE changed_on <= DATE '2026-05-31'"
    rows, records = typed.row(f"SELECT count(*), count(DISTINCT {key}) FROM {first}")
    assert within(rows / records - 1, DIRT.duplicated_party, int(records))


SLIPS = {
    "birth date": (
        list(COLUMNS),
        f"{BORN} AND birth <> true_birth",
        # Day and month change places where that gives a date.
        """CASE WHEN day(true_birth) <= 12
          THEN (year(birth), month(birth), day(birth)) = (year(true_birth), day(true_birth), month(true_birth))
          ELSE abs(birth - true_birth) = 1 END""",
    ),
    "e-mail": (
        list(COLUMNS),
        f"{MAILED} AND lower(email) <> true_email",
        "damerau_levenshtein(lower(email), true_email) = 1",
    ),
    "national id": (
        ["core_parties", "cards_parties"],
        "length(id_number) = 18 AND id_number <> true_id",
        "hamming(id_number, true_id) = 1",
    ),
    "name": (
        ["core_parties", "app_users"],
        "typed_name <> true_name",
        "left(typed_name, -1) = left(true_name, -1)",
    ),
}


@pytest.mark.parametrize("column", SLIPS)
def test_a_typing_error_is_one_slip(typed: Bank, column: str) -> None:
    systems, wrong, slip = SLIPS[column]
    for system in systems:
        assert typed.rows(f"SELECT DISTINCT {slip} FROM typed_{system} WHERE {wrong}") == [(True,)], system
