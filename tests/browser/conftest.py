"""A headless Chromium: the system's own, because Playwright's needs a download of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.page import LIST, page

from bullseye.settings import Settings

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = (
            "Chromium is missing, so that the report is not tested in a browser. On Debian: apt-get install chromium"
        )
        if os.environ.get("BULLSEYE_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_OPTIONS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def report_file(retail: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the literal figures, with its list beside it, as a release leaves them."""
    folder = tmp_path_factory.mktemp("report")
    made = folder / "index.html"
    made.write_text(page(retail), encoding="utf-8")
    (folder / LIST.path).parent.mkdir()
    (folder / LIST.path).write_text(LIST.text, encoding="utf-8")
    return made
