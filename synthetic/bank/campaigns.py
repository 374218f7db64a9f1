"""Campaigns for precious metals: members and control groups by lot, and what everybody would do with and without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.arrays import together
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Ints
from synthetic.bank.contracts import Contracts, plain
from synthetic.bank.parameters import Parameters
from synthetic.bank.population import Population
from synthetic.bank.products import CAMPAIGN_LINE, CODES, products_of
from synthetic.bank.text import dates, missing, money, numbered, picked

GROUPS = ("large", "small", "nil", "harmful")
_WAYS = ("sms", "email", "call")
_LOGIN_MONTHS = 6
_OPEN_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Members:
    """Arrays over the members of one campaign."""

    campaign: str
    who: Ints
    group: Ints
    control: Flags
    buys_without: Flags
    buys_with: Flags
    sent_on: Ints
    buys_on: Ints
    """Of those who buy."""

    def buys(self) -> Flags:
        return np.where(self.control, self.buys_without, self.buys_with)


def make_members(chunk: Chunk, people: Population) -> list[Members]:
    """The members of every campaign."""
    planted, calendar = chunk.parameters.campaigns, people.calendar
    found = []
    for name, campaign in planted.campaigns.items():
        random = chunk.random(f"campaign {name}")
        start = int(calendar.starts[campaign.month])
        main = people.core.main
        able = (main >= 0) & people.traits.stays() & (people.core.opened_on[main] < start - _OPEN_DAYS)
        who = np.flatnonzero(able & (random.random(chunk.size) < planted.member))
        group = groups(chunk.parameters, people, who, campaign.month)
        base, effect = (np.array([table[one] for one in GROUPS])[group] for table in (campaign.base, campaign.effect))
        drawn = random.random(len(who))
        sent = start + random.integers(0, 5, len(who))
        found.append(
            Members(
                campaign=name,
                who=who,
                group=group,
                control=random.random(len(who)) < planted.control,
                buys_without=drawn < base,
                buys_with=drawn < base + effect,
                sent_on=sent,
                buys_on=sent + 1 + random.integers(0, planted.days_to_buy, len(who)),
            )
        )
    return found


def groups(parameters: Parameters, people: Population, who: Ints, month: int) -> Ints:
    """The group of each person, told by age and by the logins of the six months before."""
    planted, age = parameters.campaigns, people.traits.age[who]
    logins = people.logins[who, max(0, month - _LOGIN_MONTHS) : month].sum(axis=1)
    return np.select(
        [(age < planted.young) & (logins >= planted.logins), (age >= planted.old) & (logins == 0), logins > 0],
        [0, 3, 1],
        2,
    )


def campaign_contracts(chunk: Chunk, members: list[Members]) -> Contracts:
    """What was bought."""
    random = chunk.random("campaign contracts")
    found = []
    for one in members:
        rows = np.flatnonzero(one.buys())
        amount = np.exp(random.normal(8.0, 0.6, len(rows))).round(-2).astype(np.int64) * 100
        found.append(plain(one.who[rows], np.full(len(rows), products_of(CAMPAIGN_LINE)[0]), one.buys_on[rows], amount))
    return together(found)


def campaign_rows(parameters: Parameters, calendar: Calendar) -> dict[str, Any]:
    """Columns of lists/campaigns."""
    planted = parameters.campaigns
    month = np.array([one.month for one in planted.campaigns.values()])
    begins = calendar.starts[month]
    return {
        "campaign_id": list(planted.campaigns),
        "product_code": [CODES[products_of(CAMPAIGN_LINE)[0]]] * len(month),
        "starts_on": dates(begins),
        "ends_on": dates(begins + planted.days_to_buy + 5),
        "cost_per_contact": money(np.array([round(one.cost * 100) for one in planted.campaigns.values()])),
        "coupon_value": money(np.array([round(one.coupon * 100) for one in planted.campaigns.values()])),
    }


def member_rows(chunk: Chunk, people: Population, one: Members) -> dict[str, Any]:
    """Columns of contacts/campaign_members."""
    way = chunk.random(f"ways of {one.campaign}").integers(0, len(_WAYS), len(one.who))
    return {
        "campaign_id": [one.campaign] * len(one.who),
        "party_id": people.core.numbers_of(one.who),
        "arm": picked(("target", "control"), one.control.astype(np.int64)),
        "way": missing(picked(_WAYS, way), one.control),
        "sent_on": dates(one.sent_on, ~one.control),
    }


def coupon_rows(chunk: Chunk, people: Population, one: Members, campaign: int) -> dict[str, Any]:
    """Columns of contacts/coupons: one for each message, redeemed by whoever bought."""
    rows = np.flatnonzero(~one.control)
    first = (chunk.number * 10 + campaign) * 1_000_000
    return {
        "coupon_id": numbered("Z", first + np.arange(len(rows)), width=12),
        "campaign_id": [one.campaign] * len(rows),
        "party_id": people.core.numbers_of(one.who[rows]),
        "issued_on": dates(one.sent_on[rows]),
        "redeemed_on": dates(one.buys_on[rows], one.buys_with[rows]),
    }
