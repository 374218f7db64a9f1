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
    shop.edit("tags.yaml", "    where: recency_days > 60\n", "")
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    lines = str(error.value).splitlines()
    assert lines[0] == f"the settings of {shop.conf} have 3 mistake(s)"
    assert [line.strip().replace(f"{shop.conf}/", "").split(";")[0] for line in lines[1:]] == [
        "deployment.yaml:5 local_zone: is not a time zone",
        "deployment.yaml:6 curency: unknown key (did you mean 'currency'?)",
        "tags.yaml:6 tags.1.where: is required and missing",
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


def _fault(what: str) -> pytest.MarkDecorator:
    return pytest.mark.fault(what, right="a mistake with file and line, exit 2")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        pytest.param(
            "tags: 2024-13-45\n", "tags.yaml:1 is not YAML: month", marks=_fault("a date that is none"), id="date"
        ),
        pytest.param(
            "tags: 2024-01-01T99:00:00\n",
            "tags.yaml:1 is not YAML: hour",
            marks=_fault("a time that is none"),
            id="time",
        ),
        pytest.param(
            "percentiles:\n  at: " + "9" * 5000,
            "tags.yaml:2 is not YAML: Exceeds",
            marks=_fault("a number of 5,000 digits"),
            id="digits",
        ),
        pytest.param(
            "tags: !!int abc\n",
            "tags.yaml:1 is not YAML: invalid literal",
            marks=_fault("a word tagged as a number"),
            id="tag",
        ),
        pytest.param(
            "tags: &a [*a]\n",
            "tags.yaml is nested too deeply, or a value holds itself",
            marks=_fault("a list that holds itself"),
            id="alias",
        ),
        pytest.param(
            "tags: " + "[" * 5000 + "]" * 5000,
            "tags.yaml is nested too deeply",
            marks=_fault("5,000 lists in each other"),
            id="deep",
        ),
        pytest.param(
            "tags: []\n# caf\u00e9".encode("latin-1"),
            "tags.yaml:2 is not UTF-8",
            marks=_fault("settings in another encoding"),
            id="encoding",
        ),
        pytest.param(
            "[a]: b\n", "tags.yaml:1 is not YAML: found unhashable key", marks=_fault("a list as a key"), id="key"
        ),
    ],
)
def test_yaml_that_cannot_be_is_a_mistake_with_file_and_line(shop: Shop, content: str | bytes, mistake: str) -> None:
    (shop.conf / "tags.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    assert f"{shop.conf}/{mistake}" in str(error.value)


@pytest.mark.fault("a settings file is a link to itself", right="a mistake that names the file, never its defaults")
def test_a_link_to_itself_is_a_mistake(shop: Shop) -> None:
    (shop.conf / "models.yaml").unlink()
    for path in (shop.conf / "models.yaml", shop.conf / "silver" / "touch.sql"):
        path.symlink_to(path.name)
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    for name in ("models.yaml", "silver/touch.sql"):
        assert f"{shop.conf / name} cannot be read: Too many levels of symbolic links" in str(error.value)


@pytest.mark.fault("the folder of the settings is a link to itself", right="an error that names the folder, exit 2")
def test_a_folder_that_is_a_link_to_itself_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "shop").symlink_to("shop")
    with pytest.raises(SettingsError, match="shop is not a folder"):
        load_settings(tmp_path / "shop")


@pytest.mark.parametrize("name", ["a%20b", "a[1]", "a\\b", "a\nb"])
@pytest.mark.fault("the lake's path has a sign that not all readers of Delta tables open", right="a mistake, exit 2")
def test_a_lake_that_not_all_readers_can_open_is_a_mistake(shop: Shop, name: str) -> None:
    with pytest.raises(SettingsError, match=r"--lake: the path .* not all readers"):
        load_settings(shop.conf).lake_root(name)


@pytest.mark.fault("the lake is a link to itself", right="a mistake that names it, exit 2")
def test_a_lake_that_is_a_link_to_itself_is_a_mistake(shop: Shop) -> None:
    shop.lake.symlink_to("lake")
    with pytest.raises(SettingsError, match="lake/inner is a link that leads to itself"):
        load_settings(shop.conf).lake_root(str(shop.lake / "inner"))


def test_an_override_that_is_not_yaml_is_a_mistake(shop: Shop) -> None:
    with pytest.raises(SettingsError, match=r"--set tags\.0\.where:1 is not YAML"):
        load_settings(shop.conf, {"tags.tags.0.where": ": ["})
