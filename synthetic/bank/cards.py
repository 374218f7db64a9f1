"""Credit cards: limits, what is bought, and from which bank it is repaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.accounts import Traits
from synthetic.bank.arrays import ordinals
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Floats, Ints, evenly, skewed
from synthetic.bank.ledger import parts, seconds_of
from synthetic.bank.numbers import row_numbers, scattered
from synthetic.bank.parties import Parties
from synthetic.bank.text import dates, money, picked, where

MERCHANT_KINDS = (
    "supermarket",
    "restaurant",
    "online shop",
    "petrol",
    "travel",
    "clothing",
    "pharmacy",
    "cinema",
    "school",
)
_LIMITS = (20_000, 60_000)
"""Below them a standard card, a gold card; above, a platinum card."""


@dataclass(frozen=True, kw_only=True)
class CreditCards:
    """Arrays over credit cards, and their months."""

    party: Ints
    who: Ints
    number: Any
    opened_on: Ints
    limit: Ints
    """CNY."""
    spent: Ints
    """Cents by card and month."""


def make_credit_cards(chunk: Chunk, traits: Traits, cards: Parties, calendar: Calendar) -> CreditCards:
    """One card for each record of the card system, a second one for some."""
    random, planted = chunk.random("credit cards"), chunk.parameters.cards
    counts = 1 + (random.random(len(cards.who)) < planted.second_card)
    party = np.repeat(np.arange(len(cards.who)), counts)
    ordinal = ordinals(counts)
    who = cards.who[party]
    opened = cards.opened_on[party] + ordinal * (
        (calendar.last_day - cards.opened_on[party]) * random.random(len(party))
    ).astype(np.int64)
    income = traits.income[who]
    limit = (income * random.uniform(1, 5, len(party))).round(-3).clip(min=3_000).astype(np.int64)
    there = (calendar.ends > opened[:, None]) & (calendar.ends <= traits.active_until[who, None])
    uses = (
        random.random((len(party), calendar.months))
        < np.where(ordinal == 0, planted.used_months, planted.used_months / 3)[:, None]
    )
    level = income * random.gamma(2, 0.06, len(party)) * 100
    spent = level[:, None] * np.exp(0.5 * random.normal(size=uses.shape)) * (uses & there)
    return CreditCards(
        party=party,
        who=who,
        number=scattered(
            chunk.seed, "credit cards", chunk.first + who, cards.ordinal[party] * 4 + ordinal, prefix="4000008"
        ),
        opened_on=opened,
        limit=limit,
        spent=np.minimum(spent, limit[:, None] * 100).astype(np.int64),
    )


def card_rows(owned: CreditCards, cards: Parties) -> dict[str, Any]:
    """Columns of cards/cards."""
    return {
        "card_number": owned.number,
        "customer_no": cards.number.take(owned.party),
        "product_code": picked(("CC01", "CC02", "CC03"), np.digitize(owned.limit, _LIMITS)),
        "opened_on": dates(owned.opened_on),
        "credit_limit": money(owned.limit * 100),
    }


def statement_rows(
    chunk: Chunk, owned: CreditCards, in_core: Any, abroad: Floats, calendar: Calendar
) -> tuple[dict[str, Any], Ints]:
    """Columns of cards/statements, and the day of each; `abroad` is the share of a person's wealth at other banks."""
    random, planted = chunk.random("statements"), chunk.parameters.cards
    card, month = np.nonzero(owned.spent)
    who, spent = owned.who[card], owned.spent[card, month]
    revolves = random.random(len(card)) < planted.revolves
    repaid = np.where(revolves, spent // 10, spent)
    other = ~in_core[who] | (random.random(len(card)) < abroad[who])
    day = calendar.ends[month]
    return {
        "card_number": owned.number.take(card),
        "statement_on": dates(day),
        "spent": money(spent),
        "repaid": money(repaid),
        "repaid_from": where(other, "other bank", "own account"),
        "repaid_on": dates(day + 1 + random.integers(0, 20, len(card))),
    }, day


def purchase_rows(chunk: Chunk, owned: CreditCards, traits: Traits, calendar: Calendar) -> tuple[dict[str, Any], Ints]:
    """Columns of cards/transactions, and the day of each: the purchases of a month add up to what is spent in it."""
    random = chunk.random("purchases")
    card, month = np.nonzero(owned.spent)
    counts = 1 + random.poisson(chunk.parameters.cards.purchases_a_month - 1, len(card))
    cell, cents = parts(random, owned.spent[card, month], counts)
    card, month = card[cell], month[cell]
    first = np.maximum(calendar.starts[month], owned.opened_on[card])
    day = evenly(random, first, calendar.ends[month] - first + 1)
    second = seconds_of(random, day, traits.hour[owned.who[card]])
    order = np.argsort(second, kind="stable")
    return {
        "purchase_id": row_numbers(chunk, "X", np.arange(len(order))),
        "card_number": owned.number.take(card[order]),
        "purchased_at": second[order],
        "amount": money(cents[order]),
        "merchant_kind": picked(
            MERCHANT_KINDS, random.choice(len(MERCHANT_KINDS), len(order), p=skewed(len(MERCHANT_KINDS)))
        ),
        "place": picked(("shop", "online"), random.integers(0, 2, len(order))),
    }, day[order]
