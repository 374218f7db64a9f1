"""Every planted number, in one table for each part. Written to the truth as parameters.json.

Shares and probabilities are between 0 and 1, amounts in CNY. A coefficient belongs to the logit of a probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Time:
    """The window of the flows; the last `daily_months` come in one file a day, as from a bank that is live by then."""

    last_day: date = date(2026, 6, 30)
    months: int = 24
    daily_months: int = 1
    zone_hours: int = 8


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is in which system, and what makes it hard to see that it is one person."""

    systems: Mapping[str, float] = field(
        default_factory=lambda: {
            "core": 0.22,
            "core cards": 0.12,
            "core app": 0.20,
            "core cards app": 0.28,
            "cards": 0.06,
            "cards app": 0.05,
            "app": 0.07,
        }
    )
    second_party: Mapping[str, float] = field(default_factory=lambda: {"core": 0.03, "cards": 0.02, "app": 0.04})
    household_sizes: Mapping[int, float] = field(default_factory=lambda: {1: 0.70, 2: 0.15, 3: 0.10, 4: 0.05})
    # Of the members of a household other than its head.
    shares_phone: float = 0.35
    has_email: float = 0.75
    changed_phone: float = 0.12
    told_of_new_phone: float = 0.8
    persons_per_recycled_phone: int = 300
    recycled_after_days: int = 90
    # A bank card that is named in another system, and now and then is that of somebody of the same household.
    repays_from_debit_card: float = 0.55
    binds_card_in_app: float = 0.45
    enrols_device_at_core: float = 0.35
    card_of_household: float = 0.01


@dataclass(frozen=True, kw_only=True)
class Dirt:
    """Shares of the rows of a person file, or of the stated files, that are dirty in the stated way."""

    default_phone: str = "13800000000"
    default_email: str = "none@none.com"
    default_birth: date = date(1900, 1, 1)
    defaulted_phone: float = 0.03
    defaulted_email: float = 0.03
    defaulted_birth: float = 0.015
    prefixed_phone: float = 0.15
    upper_email: Mapping[str, float] = field(default_factory=lambda: {"core": 0.10, "cards": 0.30, "app": 0.05})
    no_birth: Mapping[str, float] = field(default_factory=lambda: {"core": 0.04, "cards": 0.08, "app": 0.45})
    no_gender: Mapping[str, float] = field(default_factory=lambda: {"core": 0.02, "cards": 0.05, "app": 0.40})
    no_phone: Mapping[str, float] = field(default_factory=lambda: {"core": 0.05, "cards": 0.03, "app": 0.06})
    no_address: Mapping[str, float] = field(default_factory=lambda: {"core": 0.04, "cards": 0.06, "app": 0.50})
    typo_name: float = 0.04
    typo_birth: float = 0.02
    typo_phone: float = 0.02
    typo_email: float = 0.01
    typo_national_id: float = 0.01
    national_id_missing: Mapping[str, float] = field(default_factory=lambda: {"core": 0.08, "cards": 0.10})
    national_id_last_four: float = 0.60
    app_name_verified: float = 0.55
    core_latin_name: float = 0.70
    duplicated_party: float = 0.01
    duplicated_row: float = 0.002
    late_share: float = 0.2
    late_days: int = 3
    bad_rows: int = 12


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """All of them."""

    time: Time = field(default_factory=Time)
    identity: Identity = field(default_factory=Identity)
    dirt: Dirt = field(default_factory=Dirt)
