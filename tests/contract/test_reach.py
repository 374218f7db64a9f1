"""A change reaches the jobs that it must, and no others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.conftest import ROOT

from bullseye.settings import Settings
from bullseye.suite import JOBS, load_settings

BANK = ROOT / "conf" / "bank"
VERSIONS = """
import json
from bullseye.suite import JOBS
print(json.dumps({job.name: job.code_version() for job in JOBS}))
"""
RELEASE = "publish_release"


def of_settings(settings: Settings) -> dict[str, str]:
    """By job the fingerprint of what it reads of the settings."""
    return {job.name: settings.only(job.settings, reader=job.name, texts=job.texts).fingerprint() for job in JOBS}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {job for job in before if before[job] != after[job]}


@pytest.mark.parametrize(
    ("override", "jobs"),
    [
        ("portraits.groups.0.doc", {"profile_groups", RELEASE}),
        ("tiers.tiers.0.doc", {RELEASE}),
        ("churn.questions.0.drivers.0.doc", {"model_churn"}),
        ("wallet.estimates.0.doc", {"estimate_wallet"}),
        ("first_product.doc", {"predict_first_product", RELEASE}),
        ("preferences.preferences.0.doc", set()),
        ("traffic.places.figures.0.doc", {"measure_traffic"}),
        ("repurchase.questions.0.doc", {"analyse_repurchase"}),
        ("retain_customers.plans.0.doc", {"retain_customers"}),
        ("tags.tags.0.doc", {"build_tags"}),
        ("association.min_support", {"mine_associations", "recommend_items"}),
    ],
)
def test_one_word_of_the_settings_reaches_its_own_job_and_the_release_at_most(override: str, jobs: set[str]) -> None:
    text = "0.1" if override.endswith("support") else "said in other words here"
    assert changed(of_settings(load_settings(BANK)), of_settings(load_settings(BANK, {override: text}))) == jobs


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library, whose versions do not depend on where it is."""
    root = tmp_path_factory.mktemp("code")
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    return root / "lib"


def of_code(lib: Path) -> dict[str, str]:
    """By job the version of its code."""
    environment = os.environ | {"PYTHONPATH": str(lib), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-c", VERSIONS], env=environment, capture_output=True, text=True, check=True)
    versions: dict[str, str] = json.loads(ran.stdout)
    return versions


def edited(lib: Path, module: str, old: str, new: str) -> set[str]:
    """The jobs whose code has changed after one edit of a module, which is undone."""
    path = lib / "bullseye" / module
    text = path.read_text(encoding="utf-8")
    assert old in text
    before = of_code(lib)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        return changed(before, of_code(lib))
    finally:
        path.write_text(text, encoding="utf-8")


def test_a_comment_or_a_docstring_changes_no_job(code: Path) -> None:
    module = "topics/first_product/settings.py"
    assert (
        edited(code, module, "class Prospects(SettingsFile):\n", "# why\n\nclass Prospects(SettingsFile):\n") == set()
    )
    assert edited(code, module, '"""', '"""Other words: ') == set()


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("topics/first_product/settings.py", {"predict_first_product", RELEASE}),
        ("topics/churn/settings.py", {"model_churn"}),
        ("topics/tags/settings.py", {"build_tags"}),
        ("topics/traffic/places.py", {"measure_traffic"}),
    ],
)
def test_code_of_a_topic_reaches_its_own_jobs_and_the_release_at_most(code: Path, module: str, jobs: set[str]) -> None:
    assert (
        edited(
            code, module, "from __future__ import annotations\n", "from __future__ import annotations\n\nCHANGED = 1\n"
        )
        == jobs
    )
