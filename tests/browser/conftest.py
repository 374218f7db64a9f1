"""The page of literal figures, as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.page import LIST, page

from bullseye.settings import Settings


@pytest.fixture(scope="session")
def report_file(retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the literal figures, with its list beside it, as a release leaves them."""
    folder = tmp_path_factory.mktemp("report")
    made = folder / "index.html"
    made.write_text(page(retail), encoding="utf-8")
    (folder / LIST.path).parent.mkdir()
    (folder / LIST.path).write_text(LIST.text, encoding="utf-8")
    return made
