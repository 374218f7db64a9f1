"""Tables that answer questions about customers."""

from __future__ import annotations

from bullseye.core.contract import Table

ALL: tuple[Table, ...] = ()
