"""Whether a deployment asks a question: a job whose sections of insights.yaml are left out is no part of a run."""

from __future__ import annotations

from collections.abc import Callable

from bullseye.settings import Settings


def asks_for(*sections: str) -> Callable[[Settings], bool]:
    """True for settings in which at least one of these sections of insights.yaml is given."""

    def asked(settings: Settings) -> bool:
        return any(getattr(settings.insights, section) for section in sections)

    return asked
