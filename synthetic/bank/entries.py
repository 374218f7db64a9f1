"""Movements on deposit accounts, before they are rows of a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic.bank.chance import Ints

TYPES = (
    "payroll",
    "own_name_in",
    "own_name_out",
    "contract_paid_in",
    "contract_paid_out",
    "purchase",
    "bill",
    "cash_withdrawal",
    "transfer_out",
    "transfer_in",
    "cash_deposit",
)
CHANNELS = ("app", "third_party", "pos", "counter", "atm", "system")
NO_BANK = -1


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Arrays over movements: cents are above zero for what comes in."""

    account: Ints
    day: Ints
    cents: Ints
    type: Ints
    channel: Ints
    bank: Ints
    """Position in OTHER_BANKS, or NO_BANK."""
    employer: Ints
    """-1 for none."""


def entries(
    account: Ints,
    day: Ints,
    cents: Ints,
    kind: str,
    *,
    channel: Ints | str = "system",
    bank: Ints | None = None,
    employer: Ints | None = None,
) -> Entries:
    """Movements of one kind."""
    size = len(account)
    none = np.full(size, -1)
    return Entries(
        account=account,
        day=day,
        cents=cents,
        type=np.full(size, TYPES.index(kind)),
        channel=np.full(size, CHANNELS.index(channel)) if isinstance(channel, str) else channel,
        bank=none if bank is None else bank,
        employer=none if employer is None else employer,
    )
