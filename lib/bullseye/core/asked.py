"""Whether a deployment asks a question: a job whose files of the settings are left out is no part of a run."""

from __future__ import annotations

from collections.abc import Callable

from bullseye.settings import Settings
from bullseye.settings.loader import SettingsFile


def asks_for(*files: type[SettingsFile]) -> Callable[[Settings], bool]:
    """True for settings that have at least one of these files."""

    def asked(settings: Settings) -> bool:
        return any(settings.get(file) is not None for file in files)

    return asked
