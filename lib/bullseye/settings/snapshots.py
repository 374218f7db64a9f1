"""The past days that models learn from: month ends, or the days before campaigns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from bullseye.settings.documents import SettingsModel


class MonthlySnapshots(SettingsModel):
    """The label is whether an event happens in `(as_of + gap, as_of + gap + horizon]`, at every month end."""

    kind: Literal["monthly"]
    """Says that snapshots are month ends."""
    event_where: str
    """SQL over `features.party_day`: a day for which it is true is an event, such as `orders > 0`."""
    outcome: Literal["event", "no_event"]
    """event: the label is 1 where the event happens; no_event: where it does not."""
    horizon_days: int = Field(gt=0)
    """Days of the label window."""
    gap_days: int = Field(default=0, ge=0)
    """Days between the snapshot and its label window."""
    first: date | None = None
    """First month end to learn from; before it, windows are not full."""
    test_snapshots: int = Field(default=2, ge=1)
    """The last so many snapshots with a known outcome test the model."""

    def dates(self, first_day: date, as_of: date) -> list[date]:
        """The month ends from `first` (or the first day of the data, if that is later) up to as_of."""
        return month_ends(max(first_day, self.first or first_day), as_of)

    def resolved(self, snapshot: date, as_of: date) -> bool:
        """True when the whole label window of a snapshot is known as of a day."""
        return self.label_end(snapshot) <= as_of

    def label_end(self, snapshot: date) -> date:
        """Last day of the label window `(snapshot + gap, snapshot + gap + horizon]`."""
        return snapshot + timedelta(days=self.gap_days + self.horizon_days)


class CampaignSnapshots(SettingsModel):
    """One row per contacted customer, as of the day before the campaign starts; the label is a response in it."""

    kind: Literal["campaign"]
    """Says that snapshots are the days before campaigns."""
    stage: str
    """Stage of `silver.response` that is the outcome, such as `redeemed`."""
    test_from: date
    """Campaigns over before this day train, those that start from this day on test."""
    score_as: dict[str, str | int] = {}
    """The campaign that customers are scored for, such as `campaign_type: Type A`; what is not given counts as average.

    Known are campaign_type, campaign_duration_days, campaign_coupons and campaign_products; features may use them too.
    """

    @staticmethod
    def snapshot(start_day: date) -> date:
        """What was known when the campaign started: the state at the end of the day before."""
        return start_day - timedelta(days=1)


def month_ends(first_day: date, as_of: date) -> list[date]:
    """The last days of months from `first_day` to `as_of`, both included.

    >>> [str(day) for day in month_ends(date(2024, 1, 31), date(2024, 4, 29))]
    ['2024-01-31', '2024-02-29', '2024-03-31']
    """
    ends: list[date] = []
    year, month = first_day.year, first_day.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        last = date(year, month, 1) - timedelta(days=1)
        if last > as_of:
            return ends
        ends.append(last)
