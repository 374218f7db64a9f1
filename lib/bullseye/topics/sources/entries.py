"""Sources, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.settings.sources import Sources


def source_entries(settings: Settings) -> Iterator[Entry]:
    """Every source, with its rules."""
    for index, source in enumerate(settings[Sources].sources):
        rules = {f"rule {rule.name}": rule.where for rule in source.rules}
        place = settings.place(Sources, "sources", index)
        yield Entry("source", source.name, place, f"{source.format} files: {source.path}", rules)
