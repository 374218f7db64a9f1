"""Where releases are listed, and the name of the job that makes them."""

from __future__ import annotations

NAME = "publish_release"
HISTORY = "ops.release"
"""The list of all releases."""
WITHDRAWN = "ops.withdrawal"
"""The list of those that are no longer shown."""
