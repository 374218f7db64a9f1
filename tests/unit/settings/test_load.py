"""A deployment's folder, as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.shop import Shop

from bullseye.errors import BullseyeError, SettingsError
from bullseye.settings import Deployment, Settings
from bullseye.settings.association import Association
from bullseye.settings.documents import SettingsFile
from bullseye.settings.measures import Measures
from bullseye.settings.models import Models
from bullseye.settings.renamed import MOVED
from bullseye.suite import FILES, load_settings
from bullseye.topics.tags.settings import Tags
from bullseye.topics.tiers.settings import Tiers


def test_the_retail_deployment_is_valid(retail: Settings) -> None:
    assert (retail.name, retail[Deployment].local_zone) == ("retail", "America/New_York")


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
    assert load_settings(shop.conf)[Deployment].locale == "de_AT"


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
    assert (found[Tags].tags, found[Models].targets, found[Association].min_support) == ((), (), 0.01)


def fingerprint(settings: Settings, *files: type[SettingsFile], texts: tuple[type[SettingsFile], ...] = ()) -> str:
    return settings.only(files, reader="a job", texts=texts).fingerprint()


def test_the_fingerprint_changes_with_the_declared_files_only(shop: Shop) -> None:
    before, after = load_settings(shop.conf), load_settings(shop.conf, {"association.min_support": "0.5"})
    assert fingerprint(before, Tags, Measures) == fingerprint(after, Tags, Measures)
    assert fingerprint(before, Tags, Association) != fingerprint(after, Tags, Association)


def test_a_doc_changes_the_fingerprint_only_of_who_reads_texts_and_no_other_gets_it(shop: Shop) -> None:
    before = load_settings(shop.conf)
    after = load_settings(
        shop.conf, {"tags.tags.0.doc": "Said in other words", "measures.measures.0.doc": "other words"}
    )
    assert before[Tags].tags[0].doc != after[Tags].tags[0].doc == "Said in other words"
    assert fingerprint(before, Tags, Measures) == fingerprint(after, Tags, Measures)
    assert fingerprint(before, Tags, texts=(Tags,)) != fingerprint(after, Tags, texts=(Tags,))
    assert after.only([Tags], reader="a job")[Tags].tags[0].doc == ""
    assert after.only([Tags], reader="a job", texts=[Tags])[Tags] == after[Tags]
    assert fingerprint(before, Tags) != fingerprint(
        load_settings(shop.conf, {"tags.tags.0.where": "spend_all > 1"}), Tags
    )


def test_a_file_that_is_not_declared_cannot_be_read(shop: Shop) -> None:
    own = load_settings(shop.conf).only([Tags], reader="build_tags")
    with pytest.raises(
        BullseyeError, match=r"build_tags reads models\.yaml without declaring it; add Models to its settings"
    ):
        own[Models]
    with pytest.raises(
        BullseyeError, match=r"build_tags reads tiers\.yaml without declaring it; add Tiers to its settings"
    ):
        own.get(Tiers)


def test_a_question_that_is_not_asked_has_no_content(shop: Shop) -> None:
    settings = load_settings(shop.conf)
    assert settings.get(Tiers) is None
    with pytest.raises(BullseyeError, match=r"has no tiers\.yaml, which build_tiers needs"):
        settings.only([Tiers], reader="build_tiers")[Tiers]


def test_names_of_another_topic_are_those_that_are_written(shop: Shop) -> None:
    (shop.conf / "retain_customers.yaml").write_text(
        "plans: [{name: a, doc: keep them, leavers: x, min_probability: 0.1, value: '1', effect: 0.1, channels: [{name: app, cost: 0}]}]"
    )
    settings = load_settings(shop.conf)
    assert settings.names("retain_customers", "plans") == ["a"]
    assert settings.names("churn", "questions") == []


def test_a_file_of_an_earlier_version_is_a_mistake_that_says_where_each_key_goes(shop: Shop) -> None:
    (shop.conf / "insights.yaml").write_text("# ours\ntiers: {}\n\nleavers: []\nplaces: {}\nother: 1\n")
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf)
    assert [line.strip().replace(f"{shop.conf}/", "") for line in str(error.value).splitlines()[1:]] == [
        "insights.yaml:2 tiers: move it to tiers.yaml, its keys at the top",
        "insights.yaml:4 leavers: move it to churn.yaml, as `questions`",
        "insights.yaml:5 places: move it to traffic.yaml, as `places`",
        "insights.yaml:6 other: remove it",
        "insights.yaml: is no longer read; each topic has a file of its own. Remove it",
    ]


def test_every_key_of_a_file_of_an_earlier_version_goes_to_a_file_that_is_read() -> None:
    names = {file.file for file in FILES}
    assert {place.partition(".yaml")[0] for places in MOVED.values() for place in places.values()} <= names
    assert not names & set(MOVED)


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
