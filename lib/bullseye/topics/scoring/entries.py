"""Targets, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.settings.models import Models


def target_entries(settings: Settings) -> Iterator[Entry]:
    """Every target, with its features."""
    for index, target in enumerate(settings[Models].targets):
        sql = {"where": target.where} | {feature.name: feature.sql for feature in target.features}
        yield Entry("target", target.name, settings.place(Models, "targets", index), target.doc, sql)
