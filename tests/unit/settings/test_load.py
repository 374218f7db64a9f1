"""A deployment's folder, as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.shop import Shop

from bullseye.errors import SettingsError
from bullseye.settings import Settings, load_settings


def test_the_retail_deployment_is_valid(retail: Settings) -> None:
    assert (retail.name, retail.deployment.local_zone) == ("retail", "America/New_York")


def test_mistakes_of_all_files_are_told_at_once(shop: Shop) -> None:
    shop.edit("deployment.yaml", "local_zone: Europe/Vienna", "local_zone: Europe/Wien\ncurency: EUR")
    shop.edit("tags.yaml", "    when: recency_days > 60\n", "")
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    lines = str(error.value).splitlines()
    assert lines[0] == f"the settings of {shop.conf} have 3 mistake(s)"
    assert [line.strip().replace(f"{shop.conf}/", "").split(";")[0] for line in lines[1:]] == [
        "deployment.yaml:5 local_zone: is not a time zone",
        "deployment.yaml:6 curency: unknown key (did you mean 'currency'?)",
        "tags.yaml:6 tags.1.when: is required and missing",
    ]


def test_an_unknown_locale_or_currency_names_the_nearest(shop: Shop) -> None:
    shop.edit("deployment.yaml", "currency: EUR", "currency: EUT")
    shop.edit("deployment.yaml", "locale: de_AT", "locale: dee-AT")
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    lines = [line.strip().replace(f"{shop.conf}/", "").split(";")[0] for line in str(error.value).splitlines()[1:]]
    assert lines == [
        "deployment.yaml:2 currency: is not a currency (did you mean 'EUR'?)",
        "deployment.yaml:3 locale: is not a locale (did you mean 'de_AT'?)",
    ]


def test_a_locale_is_known_by_its_hyphen_too(shop: Shop) -> None:
    shop.edit("deployment.yaml", "locale: de_AT", "locale: de-AT")
    assert load_settings(shop.conf).deployment.locale == "de_AT"


def test_a_mistyped_file_name_is_found(shop: Shop) -> None:
    (shop.conf / "tag.yaml").write_text("tags: []\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"tag\.yaml: no section has this name \(did you mean 'tags'\?\)"):
        load_settings(shop.conf)


def test_a_folder_that_is_not_there_names_the_nearest(shop: Shop) -> None:
    with pytest.raises(SettingsError, match=r"is not a folder \(did you mean 'shop'\?\)"):
        load_settings(shop.conf.with_name("shp"))


def test_an_unknown_section_in_an_override_names_the_nearest(shop: Shop) -> None:
    with pytest.raises(SettingsError, match=r"--set tag\.x: begins with no section \(did you mean 'tags'\?\)"):
        load_settings(shop.conf, {"tag.x": "1"})


def test_a_negative_horizon_is_refused(shop: Shop) -> None:
    with pytest.raises(SettingsError, match=r"horizon_days: Input should be greater than 0 .given: -30."):
        load_settings(shop.conf, {"models.targets.0.snapshots.horizon_days": "-30"})


def test_optional_files_may_be_absent(shop: Shop) -> None:
    for name in ("tags", "association", "models"):
        (shop.conf / f"{name}.yaml").unlink()
    found = load_settings(shop.conf)
    assert (found.tags.tags, found.models.targets, found.association.min_support) == ((), (), 0.01)


def test_the_fingerprint_changes_with_the_named_sections_only(shop: Shop) -> None:
    before, after = load_settings(shop.conf), load_settings(shop.conf, {"association.min_support": "0.5"})
    assert before.fingerprint(("tags", "measures")) == after.fingerprint(("tags", "measures"))
    assert before.fingerprint(("tags", "association")) != after.fingerprint(("tags", "association"))


def test_settings_without_silver_sql_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"silver: has no \.sql file"):
        load_settings(tmp_path)
