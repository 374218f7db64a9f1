"""Which pages there are, and what each is made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bullseye.cli.command import app
from bullseye.reference import commands, exit_codes, settings, tables
from bullseye.suite import FILES, JOBS, contracts, load_settings


def pages(root: Path) -> Mapping[str, str]:
    """The texts of docs/reference by file name, for the checkout at `root`."""
    retail = load_settings(root / "conf" / "retail")
    return {
        "tables.md": tables.page(retail.name, contracts(retail).values()),
        "settings.md": settings.page(FILES),
        "commands.md": commands.page(app, JOBS, root / "scripts"),
        "exit-codes.md": exit_codes.page(),
    }
