"""The catalogue of products, and who holds which line, so that pairs of lines have the lift that is planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from synthetic.bank.accounts import Traits
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, evenly
from synthetic.bank.parameters import Line
from synthetic.bank.parties import Parties

AGES = (35, 55)
TERM_LINES = ("term_deposit", "principal_protected", "other_wealth")
LOAN_LINES = ("mortgage", "consumer_loan")
ASSET_LINES = (*TERM_LINES, "fund", "trust", "asset_plan", "insurance")
CAMPAIGN_LINE = "precious_metals"
"""Sold by campaigns only, so that they do not change the lift of the other lines."""
_OLDEST_CONTRACT_DAYS = 2000


class Product(NamedTuple):
    """A product of the catalogue; a term of 0 days has no end, risk is from 1 to 5, the rate is a year's."""

    code: str
    line: str
    name: str
    term_days: int
    risk: int
    rate: float
    least: int


CATALOGUE = (
    Product("DD01", "demand_deposit", "活期存款", 0, 1, 0.0035, 0),
    Product("DD02", "demand_deposit", "通知存款", 0, 1, 0.008, 50_000),
    Product("PA01", "payroll_account", "代发工资", 0, 1, 0.0035, 0),
    Product("TD03", "term_deposit", "定期存款三个月", 91, 1, 0.0125, 50),
    Product("TD06", "term_deposit", "定期存款六个月", 182, 1, 0.0145, 50),
    Product("TD12", "term_deposit", "定期存款一年", 365, 1, 0.0155, 50),
    Product("TD24", "term_deposit", "定期存款两年", 730, 1, 0.0185, 50),
    Product("PP01", "principal_protected", "安心保本一号", 35, 1, 0.022, 1_000),
    Product("PP02", "principal_protected", "安心保本二号", 91, 1, 0.025, 1_000),
    Product("PP03", "principal_protected", "安心保本三号", 182, 2, 0.027, 10_000),
    Product("PP04", "principal_protected", "安心保本四号", 365, 2, 0.028, 10_000),
    Product("OW01", "other_wealth", "稳健理财一号", 91, 2, 0.031, 10_000),
    Product("OW02", "other_wealth", "稳健理财二号", 182, 2, 0.034, 10_000),
    Product("OW03", "other_wealth", "进取理财", 365, 3, 0.041, 50_000),
    Product("FU01", "fund", "货币基金", 0, 1, 0.018, 1),
    Product("FU02", "fund", "债券基金", 0, 2, 0.035, 10),
    Product("FU03", "fund", "股票基金", 0, 4, 0.06, 10),
    Product("TR01", "trust", "家族信托", 0, 4, 0.055, 300_000),
    Product("AP01", "asset_plan", "资产管理计划", 0, 4, 0.05, 100_000),
    Product("IN01", "insurance", "终身寿险", 0, 1, 0.02, 1_000),
    Product("IN02", "insurance", "重疾保险", 0, 1, 0.0, 500),
    Product("GO01", "precious_metals", "黄金积存", 0, 3, 0.0, 500),
    Product("CC01", "credit_card", "标准信用卡", 0, 1, 0.18, 0),
    Product("CC02", "credit_card", "金卡", 0, 1, 0.18, 0),
    Product("CC03", "credit_card", "白金卡", 0, 1, 0.15, 0),
    Product("MO01", "mortgage", "个人住房贷款", 0, 1, 0.039, 100_000),
    Product("CL01", "consumer_loan", "消费贷款", 0, 1, 0.068, 1_000),
    Product("CL02", "consumer_loan", "装修贷款", 0, 1, 0.058, 10_000),
)
CODES = [product.code for product in CATALOGUE]
TERM_DAYS = np.array([product.term_days for product in CATALOGUE])
RATES = np.array([product.rate for product in CATALOGUE])
LEAST = np.array([product.least for product in CATALOGUE])


def products_of(*lines: str) -> Ints:
    """Positions in the catalogue of the products of some lines."""
    return np.array([at for at, product in enumerate(CATALOGUE) if product.line in lines])


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Arrays over persons, by line: who holds it, and since which day (for payroll: who was ever paid through the bank)."""

    holds: dict[str, Flags]
    since: dict[str, Ints]

    def lines_before(self, days: Ints) -> Ints:
        """How many lines each person (row) held at each day (column), payroll apart."""
        found = np.zeros((len(next(iter(self.since.values()))), len(days)), dtype=np.int64)
        for line, holds in self.holds.items():
            if line != "payroll_account":
                found += holds[:, None] & (self.since[line][:, None] < days[None, :])
        return found


def make_holdings(chunk: Chunk, traits: Traits, core: Parties, calendar: Calendar) -> Holdings:
    """Who holds which line; only persons in core banking who stay hold any."""
    random = chunk.random("holdings")
    members = core.main >= 0
    opened = np.where(members, core.opened_on[core.main], calendar.last_day)
    able = members & traits.stays() & (opened < calendar.last_day - 45)
    holds: dict[str, Flags] = {}
    since: dict[str, Ints] = {}
    for name, line in chunk.parameters.products.lines.items():
        weights = np.array(line.by_class)[traits.wealth_class] * np.array(line.by_age)[np.digitize(traits.age, AGES)]
        holds[name] = held(
            random, line, able=able, weights=weights, beside=holds.get(line.beside), members=int(members.sum())
        )
        earliest = np.maximum(opened, calendar.last_day - _OLDEST_CONTRACT_DAYS)
        since[name] = evenly(random, earliest, (calendar.last_day - 30 - earliest).clip(min=1))
    return Holdings(holds=holds, since=since)


def held(random: Generator, line: Line, *, able: Flags, weights: Floats, beside: Flags | None, members: int) -> Flags:
    """Who holds a line: `share` of the members, of whom so many hold the line beside it that the pair has its lift."""
    if beside is None:
        return random.random(len(able)) < _scaled(able, weights, line.share * members)
    with_it = line.lift * line.share * float(beside.sum())
    return random.random(len(able)) < np.where(
        beside,
        _scaled(able & beside, weights, with_it),
        _scaled(able & ~beside, weights, line.share * members - with_it),
    )


def _scaled(able: Flags, weights: Floats, expected: float) -> Floats:
    """Probabilities in proportion to the weights that add up to `expected`, none above one."""
    found = np.where(able, weights, 0.0)
    if not found.any():
        return found
    scale = expected / found.sum()
    # Whoever would have more than certainty leaves the rest to the others.
    for _ in range(8):
        sure = found * scale >= 1
        rest = np.where(sure, 0.0, found).sum()
        if not sure.any() or rest == 0:
            break
        scale = (expected - sure.sum()) / rest
    return np.asarray((found * scale).clip(0, 1))
