"""Whether settings enable a job: one whose settings files are left out is not part of a run."""

from __future__ import annotations

from collections.abc import Callable

from bullseye.settings import Settings
from bullseye.settings.loader import SettingsFile


def enabled_by_files(*files: type[SettingsFile]) -> Callable[[Settings], bool]:
    """True for settings that have at least one of these files."""

    def enabled(settings: Settings) -> bool:
        return any(settings.get(file) is not None for file in files)

    return enabled
