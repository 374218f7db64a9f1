"""A topic: one folder of the library, with everything about one kind of question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bullseye.core.contract import Table
from bullseye.core.entries import Entry, entries_of
from bullseye.core.job import Job
from bullseye.settings import Settings
from bullseye.settings.loader import SettingsFile


@dataclass(frozen=True)
class Topic:
    """What the rest of the suite has to know about a topic.

    `tables` are the contracts of the tables that its jobs write, or the function that makes them from the settings.
    `settings` are its files of the settings, in the order of the reference pages. `section` is where its section of the
    report is, as `package.module:NAME`, which is imported when a report is made; it reads the settings of `shows`.
    `entries` gives what `bullseye explain` shows of its settings, where that is more than their names and SQL.
    A release shows all its gold tables, and those of `published`.
    """

    name: str
    jobs: tuple[Job, ...]
    settings: tuple[type[SettingsFile], ...]
    tables: tuple[Table, ...] | Callable[[Settings], tuple[Table, ...]]
    section: str
    shows: tuple[type[SettingsFile], ...] = ()
    entries: Callable[[Settings], Iterable[Entry]] | None = None
    published: tuple[str, ...] = ()

    @property
    def released(self) -> tuple[str, ...]:
        """Names of the tables that a release shows."""
        written = [table for job in self.jobs for table in job.writes]
        return tuple(table for table in written if table.startswith("gold.") or table in self.published)

    @property
    def optional(self) -> tuple[str, ...]:
        """Names of the tables that are made only where the settings want them."""
        return tuple(table for job in self.jobs if job.enabled for table in job.writes)

    def contracts(self, settings: Settings) -> tuple[Table, ...]:
        """The contracts of its tables."""
        return self.tables(settings) if callable(self.tables) else self.tables

    def explained(self, settings: Settings) -> Iterable[Entry]:
        """The named entries of its settings."""
        if self.entries:
            return self.entries(settings)
        return [entry for file in self.settings for entry in entries_of(settings, file)]
