"""Logins, page views, searches and reviews as rows of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from synthetic.bank.accounts import FACTORS
from synthetic.bank.chance import Chunk, Ints, evenly, weights_of
from synthetic.bank.contracts import Contracts
from synthetic.bank.ledger import seconds_of
from synthetic.bank.links import DESKTOP, SCREENS
from synthetic.bank.numbers import row_numbers
from synthetic.bank.population import Population
from synthetic.bank.products import CODES, products_of
from synthetic.bank.systems import instants
from synthetic.bank.text import joined, missing, picked

PAGES = {"home": 30, "product": 40, "transfer": 15, "branch_finder": 5, "help": 10}
_SEARCH_WORDS = {
    "term_deposit": ("定期存款利率", "存款", "大额存单"),
    "principal_protected": ("保本理财", "安全理财"),
    "other_wealth": ("理财产品", "高收益理财", "理财"),
    "fund": ("基金", "基金定投", "股票基金"),
    "insurance": ("保险", "重疾险"),
    "mortgage": ("房贷", "房贷利率", "买房贷款"),
    "consumer_loan": ("借钱", "消费贷款", "装修贷款"),
}
_OPINIONS = (
    ("很失望", "不推荐", "收益太低"),
    ("一般", "手续复杂", "不太满意"),
    ("还可以", "中规中矩", "可以考虑"),
    ("不错", "比较满意", "收益稳定"),
    ("非常好", "强烈推荐", "会再次购买"),
)
_ADDED = ("", "，客服态度好", "，操作方便", "，到账快", "，等了很久", "，朋友介绍的")
_MEAN_STARS = 3.7
_REVIEWED_WITHIN_DAYS = 120


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Arrays over logins, in the order of their times."""

    user: Ints
    who: Ints
    device: Ints
    day: Ints
    second: Ints
    number: Any


def make_sessions(chunk: Chunk, people: Population) -> Sessions:
    """Every login with its device and time; a second user account is used now and then."""
    random, calendar = chunk.random("sessions"), people.calendar
    who, month = np.nonzero(people.logins)
    counts = people.logins[who, month]
    who, month = np.repeat(who, counts), np.repeat(month, counts)
    user = _user(random, people, who, calendar.starts[month])
    desktop = people.devices.desktop_of[user]
    at_desk = (desktop >= 0) & (random.random(len(who)) < chunk.parameters.behaviour.desktop_logins)
    day = evenly(random, calendar.starts[month], calendar.lengths[month])
    second = seconds_of(random, day, people.traits.hour[who])
    order = np.argsort(second, kind="stable")
    return Sessions(
        user=user[order],
        who=who[order],
        device=np.where(at_desk, desktop, user)[order],
        day=day[order],
        second=second[order],
        number=row_numbers(chunk, "L", np.arange(len(order))),
    )


def _user(random: Generator, people: Population, who: Ints, day: Ints) -> Ints:
    second = np.full(len(people.persons.index), -1)
    rows = np.flatnonzero(people.app.ordinal == 1)
    second[people.app.who[rows]] = rows
    other = second[who]
    takes = (other >= 0) & (random.random(len(who)) < 0.3) & (people.app.opened_on[other] <= day)
    return np.where(takes, other, people.app.main[who])


def login_rows(sessions: Sessions, people: Population) -> dict[str, Any]:
    """Columns of app/logins."""
    devices = people.devices
    screen = devices.screen[sessions.device]
    return {
        "login_id": sessions.number,
        "user_id": people.app.number.take(sessions.user),
        "device_id": missing(devices.device_id.take(sessions.device), screen == DESKTOP),
        "cookie_id": devices.cookie_id.take(sessions.device),
        "screen": picked(SCREENS, screen),
        "logged_in_at": instants(sessions.second, people.calendar),
    }


def page_rows(chunk: Chunk, sessions: Sessions, people: Population, interests: Ints) -> tuple[dict[str, Any], Ints]:
    """Columns of app/page_views, and the local day of each."""
    random, planted = chunk.random("pages"), chunk.parameters.behaviour
    session = np.repeat(np.arange(len(sessions.who)), random.poisson(planted.pages_a_login, len(sessions.who)))
    interest = interests[sessions.who[session]]
    page = random.choice(len(PAGES), len(session), p=weights_of(list(PAGES.values())))
    line = np.where(
        random.random(len(session)) < planted.pages_of_interest,
        interest,
        random.integers(0, len(planted.interests), len(session)),
    )
    is_product = page == list(PAGES).index("product")
    dwell = np.exp(random.normal(3.0, 0.7, len(session)))
    dwell = np.where(is_product & (line == interest), planted.dwell_of_interest, 1.0) * dwell
    second = sessions.second[session] + random.integers(1, 600, len(session))
    return {
        "view_id": row_numbers(chunk, "V", np.arange(len(session))),
        "login_id": sessions.number.take(session),
        "user_id": people.app.number.take(sessions.user[session]),
        "page": picked(list(PAGES), page),
        "product_code": missing(_product_of(random, list(planted.interests), line), ~is_product),
        "viewed_at": instants(second, people.calendar),
        "dwell_seconds": dwell.round(1),
    }, sessions.day[session]


def _product_of(random: Generator, lines: list[str], line: Ints) -> Any:
    """The code of some product of each line."""
    of_line = [products_of(name) for name in lines]
    most = max(len(found) for found in of_line)
    table = np.array([np.resize(found, most) for found in of_line])
    return picked(CODES, table[line, random.integers(0, most, len(line))])


def search_rows(chunk: Chunk, sessions: Sessions, people: Population, interests: Ints) -> tuple[dict[str, Any], Ints]:
    """Columns of app/searches, and the local day of each."""
    random, planted = chunk.random("searches"), chunk.parameters.behaviour
    rows = np.flatnonzero(random.random(len(sessions.who)) < planted.searches_a_login)
    words = [word for line in planted.interests for word in _SEARCH_WORDS[line]]
    counts = np.array([len(_SEARCH_WORDS[line]) for line in planted.interests])
    line = np.where(
        random.random(len(rows)) < planted.pages_of_interest,
        interests[sessions.who[rows]],
        random.integers(0, len(counts), len(rows)),
    )
    word = evenly(random, (np.cumsum(counts) - counts)[line], counts[line])
    return {
        "search_id": row_numbers(chunk, "Q", np.arange(len(rows))),
        "login_id": sessions.number.take(rows),
        "user_id": people.app.number.take(sessions.user[rows]),
        "words": picked(words, word),
        "searched_at": instants(sessions.second[rows] + random.integers(1, 600, len(rows)), people.calendar),
    }, sessions.day[rows]


def review_rows(chunk: Chunk, people: Population, contracts: Contracts) -> dict[str, Any]:
    """Columns of app/reviews: of products that a user of the app has bought in the window."""
    random, planted, calendar = chunk.random("reviews"), chunk.parameters.behaviour, people.calendar
    day = contracts.opened_on + random.integers(1, _REVIEWED_WITHIN_DAYS, len(contracts.who))
    is_line = np.isin(contracts.product, products_of(*planted.interests))
    user = people.app.main[contracts.who]
    fits = (
        is_line
        & (user >= 0)
        & (day >= calendar.first_day)
        & (day <= calendar.last_day)
        & (people.app.opened_on[user] < day)
    )
    rows = np.flatnonzero(fits & (random.random(len(day)) < planted.reviews_a_contract))
    factor = people.traits.factors[contracts.who[rows], FACTORS.index("reviews")]
    stars = np.round(_MEAN_STARS + planted.stars_by_reviews_factor * factor + 0.7 * random.normal(size=len(rows)))
    stars = stars.clip(1, 5).astype(np.int64)
    opinion = (stars - 1) * 3 + random.integers(0, 3, len(rows))
    text = joined(
        picked([one for of in _OPINIONS for one in of], opinion), picked(_ADDED, random.integers(0, 6, len(rows)))
    )
    return {
        "review_id": row_numbers(chunk, "R", np.arange(len(rows))),
        "user_id": people.app.number.take(user[rows]),
        "product_code": picked(CODES, contracts.product[rows]),
        "stars": stars,
        "text": missing(text, random.random(len(rows)) < 0.3),
        "reviewed_at": instants(seconds_of(random, day[rows], people.traits.hour[contracts.who[rows]]), calendar),
    }
