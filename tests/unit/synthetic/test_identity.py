"""Who is who: the systems share no id, careful links find most persons, careless ones join thousands."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.synthetic.conftest import PERSONS, Bank
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
