"""Who is who: the systems share no id, careful links find most persons, careless ones join thousands."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.unit.synthetic.conftest import MANY_PERSONS, PERSONS, Bank
from tests.unit.synthetic.linkage import (
    Party,
    Record,
    careful_links,
    clusters,
    naive_links,
    precision_and_recall,
    records,
    rows,
    truth,
)

from synthetic.bank.parameters import Parameters

PLANTED = Parameters()
OF_PARTY = "SELECT unnest(core_parties) AS party_id, * FROM truth_persons"


def within(found: float, share: float, count: int) -> bool:
    """A share of `count` drawings lies within four standard deviations."""
    return abs(found - share) < 4 * (share * (1 - share) / count) ** 0.5


@pytest.fixture(scope="module")
def parties(bank: Bank) -> list[dict[str, str]]:
    """The first file, without what is new or changed afterwards."""
    return [row for row in rows(bank.folder, "core/parties") if row["updated_on"] <= "2026-05-31"]


@pytest.fixture(scope="module")
def known(bank: Bank) -> dict[Party, Record]:
    return records(bank.folder)


def test_every_party_belongs_to_one_person(bank: Bank, known: dict[Party, Record]) -> None:
    assert set(truth(bank.truth)) == set(known)
    assert bank.row("SELECT count(*), count(DISTINCT person_id) FROM truth_persons") == (PERSONS, PERSONS)


def test_the_three_systems_share_no_id(bank: Bank, known: dict[Party, Record]) -> None:
    forms = {(system, re.sub(r"[0-9]", "0", number)) for system, number in known}
    assert forms == {("core", "C000000000"), ("cards", "K000000000"), ("app", "u000000000")}
    # Nor does the number without its letter say who it is.
    ((_, most),) = Counter((person, number[1:]) for (_, number), person in truth(bank.truth).items()).most_common(1)
    assert most == 1


def test_persons_are_in_the_stated_systems(bank: Bank) -> None:
    for systems, share in PLANTED.identity.systems.items():
        columns = {"core": "core_parties", "cards": "cards_parties", "app": "app_users"}
        where = " AND ".join(
            f"len({column}) {'>' if system in systems.split() else '='} 0" for system, column in columns.items()
        )
        (found,) = bank.row(f"SELECT avg(({where})::INT) FROM truth_persons")
        assert within(found, share, PERSONS), systems


def test_careful_links_find_most_pairs_and_next_to_no_wrong_ones(bank: Bank, known: dict[Party, Record]) -> None:
    true = truth(bank.truth)
    precision, recall = precision_and_recall(clusters(known, careful_links(bank.folder, known)), true)
    assert precision >= 0.99
    # Hard: something is left for probabilistic links to find.
    assert 0.85 < recall < 0.94


def test_careless_links_join_those_who_gave_a_default(bank: Bank, known: dict[Party, Record]) -> None:
    found = clusters(known, naive_links(known, bank.folder))
    ((_, largest),) = Counter(found[party] for party in known).most_common(1)
    assert largest > 0.05 * len(known)


def test_national_ids_are_of_no_region_and_have_a_right_check_digit(bank: Bank) -> None:
    ids = [row[0] for row in bank.rows("SELECT national_id FROM truth_persons")]
    weights = [pow(2, 17 - at, 11) for at in range(18)]
    values = [[10 if sign == "X" else int(sign) for sign in str(one)] for one in ids]
    assert {sum(map(int.__mul__, weights, one)) % 11 for one in values} == {1}
    assert {str(one)[:2] for one in ids} == {"99"}
    assert len(set(ids)) == PERSONS


def test_a_number_belongs_to_one_person_a_day_and_some_change_hands(bank: Bank) -> None:
    recycled = PERSONS // PLANTED.identity.persons_per_recycled_phone
    assert bank.row("SELECT count(DISTINCT phone), count(recycled_phone_of) FROM truth_persons") == (
        PERSONS,
        recycled + 1,
    )
    outside = "phone NOT SIMILAR TO '1[358][0-9]{9}'"
    assert bank.row(f"SELECT count(*) FILTER ({outside}) FROM truth_persons") == (0,)


def test_a_recycled_number_was_given_up_three_months_before_it_is_somebody_elses(large_bank: Bank) -> None:
    pairs, right = large_bank.row(f"""
        SELECT count(*), count(*) FILTER (taker.phone = giver.former_phone
          AND taker.phone_since >= giver.phone_since + {PLANTED.identity.recycled_after_days})
        FROM truth_persons AS taker JOIN truth_persons AS giver ON giver.person_id = taker.recycled_phone_of""")
    assert pairs == right == round(MANY_PERSONS / PLANTED.identity.persons_per_recycled_phone)


def test_the_phone_history_shows_both_owners_of_a_recycled_number_on_different_days(large_bank: Bank) -> None:
    shown = large_bank.rows(f"""
        WITH history AS (
          SELECT h.phone, valid_from, valid_until, person_id, recycled_phone_of
          FROM core_phone_history AS h JOIN ({OF_PARTY}) USING (party_id)
        )
        SELECT DISTINCT giver.person_id = taker.recycled_phone_of, giver.valid_until < taker.valid_from
        FROM history AS giver JOIN history AS taker USING (phone)
        WHERE giver.person_id <> taker.person_id AND giver.valid_until IS NOT NULL AND taker.valid_from IS NOT NULL""")
    assert shown == [(True, True)]


def test_a_recycled_number_calls_for_its_giver_before_and_for_its_taker_after(large_bank: Bank) -> None:
    callers = large_bank.rows(f"""
        SELECT DISTINCT called_at::DATE >= taker.phone_since, caller.person_id = giver.person_id,
          caller.person_id = taker.person_id
        FROM contacts_calls AS c JOIN ({OF_PARTY}) AS caller USING (party_id)
        JOIN truth_persons AS taker ON taker.phone = c.phone
        JOIN truth_persons AS giver ON giver.person_id = taker.recycled_phone_of ORDER BY ALL""")
    assert callers == [(False, True, False), (True, False, True)]


def test_the_phone_history_has_the_numbers_and_days_of_those_who_told(large_bank: Bank) -> None:
    rows = large_bank.rows(f"""
        SELECT DISTINCT valid_from IS NULL, CASE WHEN valid_from IS NULL
          THEN h.phone = former_phone AND valid_until = phone_since - 1
          ELSE h.phone = p.phone AND valid_from = phone_since AND valid_until IS NULL END
        FROM core_phone_history AS h JOIN ({OF_PARTY}) AS p USING (party_id) ORDER BY ALL""")
    assert rows == [(False, True), (True, True)]
    share, count = large_bank.row(f"""
        WITH records AS (SELECT party_id, min(opened_on) AS opened_on, max(updated_on) AS updated_on FROM core_parties GROUP BY ALL)
        SELECT avg((party_id IN (SELECT party_id FROM core_phone_history))::INT), count(*)
        FROM records JOIN ({OF_PARTY}) USING (party_id) WHERE phone_since > opened_on AND phone_since <= updated_on""")
    assert within(share, PLANTED.identity.told_of_new_phone, int(count))


def test_person_files_have_the_stated_dirt(parties: list[dict[str, str]]) -> None:
    dirt, count = PLANTED.dirt, len(parties)

    def share(condition: object) -> float:
        return sum(bool(condition(row)) for row in parties) / count  # type: ignore[operator]

    assert within(share(lambda row: row["birth_date"] is None), dirt.no_birth["core"], count)
    assert within(share(lambda row: row["id_number"] is None), dirt.national_id_missing["core"], count)
    given = (1 - dirt.no_phone["core"]) * dirt.defaulted_phone
    assert within(share(lambda row: row["phone"] == dirt.default_phone), given, count)
    assert within(share(lambda row: row["email"] == dirt.default_email), dirt.defaulted_email, count)
    assert within(
        share(lambda row: row["birth_date"] == "1900-01-01"), dirt.defaulted_birth * (1 - dirt.no_birth["core"]), count
    )
    prefixed = share(lambda row: (row["phone"] and not row["phone"].isdigit()) or len(row["phone"] or "") > 11)
    assert 0.1 < prefixed < 0.25
    assert within(1 - len({row["party_id"] for row in parties}) / count, dirt.duplicated_party, count)


def test_families_share_a_phone_and_an_address(bank: Bank) -> None:
    (shared,) = bank.row("""
        WITH members AS (SELECT unnest(cards_parties) AS customer_no, person_id, household_id FROM truth_persons)
        SELECT count(DISTINCT one.household_id) FROM members AS one JOIN cards_parties AS a USING (customer_no)
        JOIN members AS other ON other.household_id = one.household_id AND other.person_id < one.person_id
        JOIN cards_parties AS b ON b.customer_no = other.customer_no
        WHERE a.mobile = b.mobile AND a.address = b.address AND a.mobile <> '13800000000'""")
    assert shared > 10
