"""Tables that answer questions about customers."""

from __future__ import annotations

from bullseye.core.contract import Table
from bullseye.tables import insights_behaviour, insights_value

ALL: tuple[Table, ...] = (*insights_value.ALL, *insights_behaviour.ALL)
