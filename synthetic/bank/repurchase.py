"""A survey of holders of products without a term, and who of them bought the same line again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.bank.accounts import FACTORS
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, logistic
from synthetic.bank.contracts import Contracts, plain
from synthetic.bank.population import Population
from synthetic.bank.products import LEAST, products_of
from synthetic.bank.text import dates

LINES = ("fund", "insurance", "trust", "asset_plan")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Arrays over those who answered."""

    who: Ints
    answered_on: Ints
    answers: dict[str, Floats]
    chance: Floats
    again: Flags
    contracts: Contracts


def make_survey(chunk: Chunk, people: Population) -> Survey:
    """Answers that load on the factors, and contracts of those who bought again."""
    random, planted, calendar = chunk.random("survey"), chunk.parameters.repurchase, people.calendar
    least, most = planted.survey_days_ago
    day = calendar.last_day - random.integers(least, most, chunk.size)
    since = np.column_stack(
        [np.where(people.holdings.holds[line], people.holdings.since[line], np.inf) for line in LINES]
    )
    able = (since.min(axis=1) < day) & (random.random(chunk.size) < planted.responds)
    who = np.flatnonzero(able)
    factors = people.traits.factors[who]
    answers = {}
    for name, (factor, loading, mean, deviation) in planted.answers.items():
        own = random.normal(size=len(who)) * np.sqrt(1 - loading**2)
        value = mean + deviation * (loading * factors[:, FACTORS.index(factor)] + own)
        answers[name] = value.clip(min=0).round(1)
    logit = planted.buys_again["constant"] + sum(
        planted.buys_again[factor] * factors[:, at] for at, factor in enumerate(FACTORS)
    )
    chance = logistic(np.asarray(logit))
    again = random.random(len(who)) < chance
    buyers = who[again]
    product = np.array([products_of(line)[-1] for line in LINES])[since[buyers].argmin(axis=1)]
    bought_on = day[buyers] + random.integers(1, planted.within_days + 1, len(buyers))
    amount = np.maximum(people.traits.income[buyers] * np.exp(random.normal(0, 0.6, len(buyers))), LEAST[product] + 100)
    cents = amount.round(-2).astype(np.int64) * 100
    return Survey(
        who=who,
        answered_on=day[who],
        answers=answers,
        chance=chance,
        again=again,
        contracts=plain(buyers, product, bought_on, cents),
    )


def survey_rows(people: Population, survey: Survey) -> dict[str, Any]:
    """Columns of contacts/survey."""
    return {
        "party_id": people.core.numbers_of(survey.who),
        "answered_on": dates(survey.answered_on),
        **survey.answers,
    }
