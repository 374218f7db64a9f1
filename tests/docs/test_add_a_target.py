"""The how-to page that adds a target: the shop's half year is enough to train and to test it."""

from __future__ import annotations

from collections import Counter

from tests.pages import ROOT, apply
from tests.shop import FIRST, LAST, Shop

from bullseye.settings.models import Models
from bullseye.settings.snapshots import MonthlySnapshots
from bullseye.suite import load_settings
from bullseye.topics.scoring.labels import monthly_samples

PAGE = ROOT / "docs" / "how-to" / "add-a-target.md"


def test_the_target_has_snapshots_to_learn_from_and_one_to_be_tested_on(shop: Shop) -> None:
    apply(PAGE, shop.root)
    targets = {target.name: target for target in load_settings(shop.conf)[Models].targets}
    assert sorted(targets) == ["lapse_30d", "return_14d"]
    spec, as_of = targets["return_14d"].snapshots, LAST.date()
    assert isinstance(spec, MonthlySnapshots)
    samples = monthly_samples(spec, spec.dates(FIRST.date(), as_of), as_of)
    assert Counter(samples.values()) == {"train": 4, "test": 1}
