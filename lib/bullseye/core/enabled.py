"""Jobs that run only where a deployment has their files of the settings."""

from __future__ import annotations

from collections.abc import Callable

from bullseye.settings import Settings
from bullseye.settings.documents import SettingsFile


def enabled_by(*files: type[SettingsFile]) -> Callable[[Settings], bool]:
    """True for settings that have at least one of these files."""

    def enabled(settings: Settings) -> bool:
        return any(settings.get(file) is not None for file in files)

    return enabled
