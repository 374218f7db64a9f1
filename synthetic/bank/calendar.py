"""The bank's time: months and days of the window, local times as seconds since 1970 by the bank's clock."""

from __future__ import annotations

from datetime import date

import numpy as np

from synthetic.bank.chance import Ints
from synthetic.bank.parameters import Time

DAY_SECONDS = 86_400
NEVER = 2**31
"""A day after all others, in place of one that does not come."""
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


class Calendar:
    """The window's months by index (0 is the oldest), and days as numbers since 1970."""

    def __init__(self, time: Time) -> None:
        last = np.datetime64(time.last_day, "M")
        self.months = time.months
        self.zone_seconds = time.zone_hours * 3600
        starts = last - np.arange(time.months - 1, -2, -1)
        self.starts: Ints = starts[:-1].astype("datetime64[D]").astype(np.int64)
        self.ends: Ints = starts[1:].astype("datetime64[D]").astype(np.int64) - 1
        self.first_day = int(self.starts[0])
        self.last_day = int(self.ends[-1])
        # The last day before files come daily.
        self.state_day = int(self.starts[-1]) - 1
        self.lengths: Ints = self.ends - self.starts + 1

    def month_of(self, days: Ints) -> Ints:
        """Index of the month of each day: below 0 before the window, `months` after it."""
        return np.asarray(np.searchsorted(self.starts, days, side="right") - 1 + (days > self.last_day), dtype=np.int64)

    def names(self) -> list[str]:
        """Each month as 2026-06."""
        return [str(np.datetime64(int(start), "D"))[:7] for start in self.starts]
