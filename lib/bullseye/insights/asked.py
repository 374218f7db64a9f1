"""A question that a deployment does not ask costs nothing: its job reads no table."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bullseye.settings import Settings


def when_asked(section: str, reads: tuple[str, ...]) -> Callable[[Settings], Collection[str]]:
    """What a job about a section of insights.yaml reads: its tables where the section is given, else none."""

    def used(settings: Settings) -> Collection[str]:
        return reads if getattr(settings.insights, section) else ()

    return used
