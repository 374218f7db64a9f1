"""The fixtures of the tests, for the longer faults of this folder."""

from __future__ import annotations

from tests.conftest import browser, retail, shop, spark

__all__ = ["browser", "retail", "shop", "spark"]
