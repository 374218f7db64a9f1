"""Opening a page in the browser, where nothing may go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

_CHARTS = """() => [...document.querySelectorAll('.chart')].map(place => ({
    id: place.id,
    over: place.scrollWidth - place.clientWidth,
    marks: [...place.querySelectorAll('[class*=role-mark] path, [class*=role-mark] line')].filter(mark => {
        const box = mark.getBBox();
        return box.width + box.height > 0;
    }).length,
}))"""


@dataclass
class Opened:
    """A page, and whatever went wrong in it."""

    page: Page
    wrong: list[str] = field(default_factory=list)


def opened(browser: Browser, file: Path, *, width: int = 1280, theme: str = "light") -> Iterator[Opened]:
    """The page with all charts drawn; nothing may go wrong until it is closed."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, offline=True)  # type: ignore[arg-type]  # light or dark
    found = Opened(context.new_page())
    found.page.on("console", lambda message: found.wrong.append(f"{message.type}: {message.text}"))
    found.page.on("pageerror", lambda error: found.wrong.append(str(error)))
    # a download is a request that the page gives up
    found.page.on("requestfailed", lambda r: r.failure == "net::ERR_ABORTED" or found.wrong.append(f"failed: {r.url}"))
    found.page.goto(file.as_uri())
    found.page.wait_for_selector(f"html[data-drawn={theme}]")
    yield found
    context.close()
    assert found.wrong == []


def charts(page: Page) -> list[dict[str, Any]]:
    """Of every chart the marks that have a size, and by how many pixels it is wider than its place."""
    found: list[dict[str, Any]] = page.evaluate(_CHARTS)
    return found
