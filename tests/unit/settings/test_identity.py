"""identity.yaml, without Spark."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.conftest import ROOT
from tests.shop import make_shop

from bullseye.cli.run import Request, run_jobs
from bullseye.errors import SettingsError
from bullseye.settings.identity import Identity
from bullseye.settings.linkage import Probabilistic
from bullseye.suite import load_settings

EMAIL = {"name": "email", "normalise": "email"}
SIMILAR = {
    "columns": {"family": "family_name", "town": "city"},
    "comparisons": [{"column": "family", "by": "name"}],
    "blocking": [["town"]],
    "training": {"sure": [["family", "town"]], "passes": [["town"]]},
}


def test_a_deployment_without_the_file_links_nobody_and_needs_no_salt():
    identity = load_settings(ROOT / "conf" / "retail")[Identity]
    assert (identity.types, identity.resolves, identity.salt()) == ((), False, "")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"types": [EMAIL]}, "salt_env is missing"),
        ({"probabilistic": SIMILAR}, "salt_env is missing"),
        ({"salt_env": "S", "types": [EMAIL, EMAIL]}, "two types are named email"),
        ({"salt_env": "S", "types": [EMAIL], "rules": [{"name": "r", "type": "emial"}]}, "did you mean 'email'"),
        (
            {"salt_env": "S", "types": [EMAIL], "rules": [{"name": "r", "type": "email"}] * 2},
            "two rules are named r",
        ),
        ({"salt_env": "S", "types": [EMAIL], "rules": [{"name": "own_id", "type": "email"}]}, "the ledger uses itself"),
        ({"salt_env": "not a name"}, "salt_env"),
        ({"salt_env": "S", "types": [{"name": "phone", "normalise": "phone"}]}, "a phone needs country"),
        ({"salt_env": "S", "types": [EMAIL | {"country": "43"}]}, "only a phone has a country"),
        ({"max_parties": 1}, "greater than or equal to 2"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(given, message):
    with pytest.raises(ValidationError, match=message):
        Identity.model_validate(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"comparisons": [{"column": "famly"}]}, "did you mean 'family'"),
        ({"comparisons": [{"column": "family"}, {"column": "family"}]}, "compared twice: family"),
        ({"comparisons": [{"column": "family", "by": "name", "thresholds": [1]}]}, "levels of its own"),
        ({"columns": {"party_id": "party_id"}, "comparisons": [{"column": "party_id"}]}, "kept for the record itself"),
        ({"columns": {"block_0": "city"}, "comparisons": [{"column": "block_0"}]}, "kept for the record itself"),
        ({"max_block": 1}, "greater than or equal to 2"),
        ({"threshold": 1.0}, "less than 1"),
        ({"blocking": [[]]}, "at least 1 item"),
    ],
)
def test_a_mistake_in_probabilistic_links_is_told_with_its_remedy(given, message):
    with pytest.raises(ValidationError, match=message):
        Probabilistic.model_validate(SIMILAR | given)


@pytest.mark.parametrize(
    ("columns", "by", "clear"),
    [
        ({"mail": "email"}, "email", False),
        ({"mail": "lower(email)"}, "levenshtein", False),
        ({"mail": "email"}, "exact", True),
        ({"mail": "email_verified"}, "levenshtein", True),
    ],
)
def test_similar_values_of_a_hashed_type_cannot_be_looked_for(columns: dict[str, str], by: str, clear: bool):
    similar = SIMILAR | {
        "columns": columns | {"town": "city"},
        "comparisons": [{"column": "mail", "by": by}],
        "training": {"sure": [["mail", "town"]], "passes": [["town"]]},
    }
    given = {"salt_env": "S", "types": [EMAIL], "probabilistic": similar}
    if clear:
        assert Identity.model_validate(given).probabilistic
    else:
        with pytest.raises(
            ValidationError, match=r"comparison of mail by \w+ .* email, which is hashed: .* set hash: false"
        ):
            Identity.model_validate(given)
        assert Identity.model_validate(given | {"types": [EMAIL | {"hash": False}]}).probabilistic


@pytest.mark.fault(
    "the salt is a short word", right="refused before Spark starts, with a command that makes a good one"
)
def test_a_short_salt_is_refused(monkeypatch: pytest.MonkeyPatch):
    identity = Identity.model_validate({"salt_env": "SHOP_SALT", "types": [EMAIL]})
    monkeypatch.setenv("SHOP_SALT", "fifteen bytes !")
    with pytest.raises(SettingsError, match=r"SHOP_SALT, .*, has 15 bytes; a salt needs 16 at least") as error:
        identity.salt()
    assert "openssl rand -hex 32" in str(error.value)
    assert "fifteen" not in str(error.value)
    # Bytes count, not letters.
    monkeypatch.setenv("SHOP_SALT", "ß" * 8)
    assert identity.salt() == "ß" * 8


def test_the_salt_is_part_of_no_fingerprint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    shop = make_shop(tmp_path)
    (shop.conf / "identity.yaml").write_text("salt_env: SHOP_SALT\ntypes: [{name: email, normalise: email}]\n")
    prints = []
    for salt in ("one salt of the shop", "another one of the shop"):
        monkeypatch.setenv("SHOP_SALT", salt)
        settings = load_settings(shop.conf)
        assert settings[Identity].salt() == salt
        prints.append(settings.only([Identity], reader="a job").fingerprint())
    assert prints[0] == prints[1]


def test_a_missing_salt_stops_a_run_before_spark_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    shop = make_shop(tmp_path)
    (shop.conf / "identity.yaml").write_text("salt_env: SHOP_SALT\ntypes: [{name: email, normalise: email}]\n")
    monkeypatch.delenv("SHOP_SALT", raising=False)
    monkeypatch.setattr("bullseye.cli.run.start_session", lambda app: pytest.fail(f"{app} was started"))
    with pytest.raises(SettingsError, match=r"environment variable SHOP_SALT, which identity.yaml names as salt_env"):
        run_jobs(Request(shop.conf, lake=str(shop.lake)), (), ())
