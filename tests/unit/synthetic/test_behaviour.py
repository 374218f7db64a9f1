"""What is done in app and web: searches, reviews, screens and touches."""

from __future__ import annotations

import pytest
from tests.unit.synthetic.conftest import MANY_PERSONS, Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.parameters import Parameters

PLANTED = Parameters()
WORDS = {"fund": "基金", "mortgage": "房", "insurance": "险"}
"""What all searches for a line have in them, and no others."""


def test_a_login_searches_as_often_as_stated_and_soon(large_bank: Bank) -> None:
    share, logins, late = large_bank.row("""
        SELECT avg((search_id IS NOT NULL)::INT), count(*), count(*) FILTER (
          s.user_id <> l.user_id OR searched_at <= logged_in_at OR searched_at > logged_in_at + INTERVAL 10 MINUTES)
        FROM app_logins AS l LEFT JOIN app_searches AS s USING (login_id)""")
    assert within(share, PLANTED.behaviour.searches_a_login, int(logins))
    assert late == 0


@pytest.mark.parametrize("line", WORDS)
def test_searches_show_what_somebody_is_interested_in(large_bank: Bank, line: str) -> None:
    of_interest, lines = PLANTED.behaviour.pages_of_interest, len(PLANTED.behaviour.interests)
    for interest, share in (("=", of_interest), ("<>", 0.0)):
        found, count = large_bank.row(f"""
            SELECT avg(contains(words, '{WORDS[line]}')::INT), count(*)
            FROM app_searches JOIN (SELECT unnest(app_users) AS user_id, interest FROM truth_persons) USING (user_id)
            WHERE interest {interest} '{line}'""")
        assert within(found, share + (1 - of_interest) / lines, int(count)), interest


def test_reviews_are_of_buyers_and_their_words_are_those_of_their_stars(large_bank: Bank) -> None:
    stars, without_text, texts = large_bank.row("""
        SELECT list_sort(list_distinct(list(stars))), avg((text IS NULL)::INT), count(*) FILTER (text = '') FROM app_reviews""")
    assert (stars, texts) == ([1, 2, 3, 4, 5], 0)
    assert 0 < without_text < 0.5
    assert (
        large_bank.rows(
            "SELECT text FROM app_reviews GROUP BY text HAVING count(DISTINCT stars) > 1 AND text IS NOT NULL"
        )
        == []
    )
    bought = large_bank.rows("""
        SELECT DISTINCT EXISTS (FROM core_contracts AS c WHERE c.party_id = core_parties[1] AND c.product_code = r.product_code
          AND reviewed_at::DATE > opened_on AND reviewed_at::DATE < opened_on + 120)
        FROM app_reviews AS r JOIN (SELECT unnest(app_users) AS user_id, core_parties FROM truth_persons) USING (user_id)""")
    assert bought == [(True,)]


def test_stars_rise_with_what_reviews_say(large_bank: Bank) -> None:
    (slope,) = large_bank.row("""
        SELECT regr_slope(stars, factor_reviews)
        FROM app_reviews JOIN (SELECT unnest(app_users) AS user_id, factor_reviews FROM truth_persons) USING (user_id)""")
    assert slope == pytest.approx(PLANTED.behaviour.stars_by_reviews_factor, rel=0.15)


SCREENS = {
    "logins": ("app_logins", PLANTED.behaviour.desktop_logins),
    "touches": (
        "(FROM app_touches JOIN (SELECT user_id, cookie_id FROM app_devices) USING (cookie_id))",
        PLANTED.paths.desktop_touches,
    ),
}


@pytest.mark.parametrize("what", SCREENS)
def test_users_with_a_browser_at_a_desk_come_from_it_as_often_as_stated(large_bank: Bank, what: str) -> None:
    rows, share = SCREENS[what]
    found, count = large_bank.row(f"""
        SELECT avg((screen = 'desktop')::INT), count(*) FROM {rows}
        WHERE user_id IN (SELECT user_id FROM app_devices WHERE screen = 'desktop')""")
    assert within(found, share, int(count))


@pytest.mark.parametrize("table", ["app_devices", "app_logins"])
def test_a_phone_has_an_app_and_a_browser_at_a_desk_a_cookie_only(bank: Bank, table: str) -> None:
    assert bank.rows(f"SELECT DISTINCT screen, device_id IS NULL, cookie_id IS NULL FROM {table} ORDER BY ALL") == [
        ("desktop", True, False),
        ("phone", False, False),
    ]


def test_a_login_is_from_a_device_of_its_user(bank: Bank) -> None:
    known = bank.rows("""
        SELECT DISTINCT d.user_id = l.user_id, d.screen = l.screen, d.device_id IS NOT DISTINCT FROM l.device_id
        FROM app_logins AS l LEFT JOIN app_devices AS d USING (cookie_id)""")
    assert known == [(True, True, True)]


def test_touches_come_by_the_stated_channels_and_some_are_of_visitors_whom_nobody_knows(large_bank: Bank) -> None:
    shares = {channel: share for channel, (share, _) in PLANTED.paths.channels.items()}
    found = dict(large_bank.rows("SELECT channel, count(*) FROM app_touches GROUP BY channel"))
    touches = sum(found.values())
    assert {
        channel: within(count / touches, shares[channel], touches) for channel, count in found.items()
    } == dict.fromkeys(shares, True)
    (unknown,) = large_bank.row(
        "SELECT count(DISTINCT touch_id) FROM app_touches WHERE cookie_id NOT IN (SELECT cookie_id FROM app_devices)"
    )
    assert unknown == round(PLANTED.paths.visitors * MANY_PERSONS)
