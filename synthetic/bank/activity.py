"""How often each person opens the app, month by month: what drives people elsewhere looks at it too."""

from __future__ import annotations

import numpy as np

from synthetic.bank.accounts import Traits
from synthetic.bank.calendar import Calendar
from synthetic.bank.chance import Chunk, Ints
from synthetic.bank.parties import Parties


def make_logins(chunk: Chunk, traits: Traits, app: Parties, calendar: Calendar) -> Ints:
    """Logins by person (row) and month (column): none before the first record of the app, none after somebody has gone."""
    random, behaviour = chunk.random("logins"), chunk.parameters.behaviour
    rate = random.gamma(behaviour.logins_shape, behaviour.logins_a_month / behaviour.logins_shape, chunk.size)
    # The old open it less often.
    rate *= np.exp(-0.02 * (traits.age - 40))
    members = app.main >= 0
    since = np.where(members, app.opened_on[app.main], calendar.last_day)
    there = members[:, None] & (since[:, None] <= calendar.starts) & (traits.active_until[:, None] >= calendar.ends)
    return np.asarray(random.poisson(rate[:, None] * there))
