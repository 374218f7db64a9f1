"""The site builds without a warning, and needs no network."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.conftest import ROOT


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    built = subprocess.run([ROOT / "scripts" / "docs", tmp_path], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = {str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert {"index.html", "tutorial/demo.html", "reference/settings.html"} <= set(pages)
    loaded = re.compile(
        r"""(?:<(?:link|script|img|iframe)\b[^>]*\b(?:src|href)=|@import\s+|url\()["']?((?:https?:)?//[^"')]+)"""
    )
    styles = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.css")}
    assert {name: found for name, text in (pages | styles).items() if (found := loaded.findall(text))} == {}
