"""The generated pages are what the code says now. Mend them with: scripts/docs --reference"""

from __future__ import annotations

import pytest
from tests.conftest import ROOT

from bullseye.reference.pages import pages
from bullseye.reference.settings import undocumented
from bullseye.suite import FILES
from synthetic.bank.page import page as bank_page

PAGES = {**pages(ROOT), "bank_data.md": bank_page()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == PAGES[name]


def test_every_page_of_the_folder_is_generated() -> None:
    assert sorted(path.name for path in (ROOT / "docs" / "reference").iterdir()) == sorted(PAGES)


def test_every_key_of_the_settings_says_what_it_means() -> None:
    assert undocumented(FILES) == []


def test_types_limits_and_defaults_of_keys_are_told() -> None:
    lines = PAGES["settings.md"].splitlines()
    assert "| `min_support` | number; at least 1e-09; at most 1 | `0.01` | " in "\n".join(lines)
    windows = next(line for line in lines if line.startswith("| `windows` |"))
    assert windows.startswith("| `windows` | list: whole number, more than 0, at most 3660 | `[30, 90, 180, 365]` | ")
    assert (
        "| `snapshots` | [monthly snapshots](#monthly-snapshots) or [campaign snapshots](#campaign-snapshots) | required | "
        in ("\n".join(lines))
    )
    assert "| `complete_after` | time | `22:00` | " in "\n".join(lines)


def test_every_option_and_job_and_script_has_its_line() -> None:
    page = PAGES["commands.md"]
    assert "### bullseye show" in page
    assert "| `--limit <int range>` | Rows at most. [default: 20; x>=1] |" in page
    assert "| `build_tags` | Tag every customer by" in page
    assert "### scripts/cluster\n\n```text\nA standalone Spark cluster on this machine" in page
    assert "| `BULLSEYE_DRIVER_MEMORY` | heap of the driver, such as 8g |" in page


def test_every_error_stands_below_its_exit_code() -> None:
    page = PAGES["exit-codes.md"]
    below_3 = page.partition("## 3:")[2]
    assert "`QualityGateError`" in below_3
    assert "`SettingsError`" not in below_3
    assert "`GraphError`" in page.partition("## 2:")[2].partition("## 3:")[0]
