"""What each person would buy next: seen in pages and searches, and often what was bought first."""

from __future__ import annotations

import numpy as np

from synthetic.bank.accounts import Traits
from synthetic.bank.chance import Chunk, Ints, chosen
from synthetic.bank.products import AGES, Holdings


def make_interests(chunk: Chunk, traits: Traits, holdings: Holdings) -> Ints:
    """Position of the line in Behaviour.interests, of each person."""
    random, planted = chunk.random("interests"), chunk.parameters.behaviour
    table = np.array(list(planted.interests.values()))
    by_age = chosen(random, table[:, np.digitize(traits.age, AGES)].T)
    since = np.column_stack(
        [np.where(holdings.holds[line], holdings.since[line], np.inf) for line in planted.interests]
    )
    has_any = np.isfinite(since).any(axis=1)
    first = has_any & (random.random(chunk.size) < chunk.parameters.products.first_is_interest)
    return np.where(first, since.argmin(axis=1), by_age)
