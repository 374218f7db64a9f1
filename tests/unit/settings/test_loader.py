"""YAML to models: every mistake with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bullseye.errors import SettingsError
from bullseye.settings.documents import Document, SettingsModel, override, read_document, validate


class Inner(SettingsModel):
    name: str
    size: int = 1


class Outer(SettingsModel):
    title: str
    items: tuple[Inner, ...] = ()


def document(folder: Path, text: str) -> Document:
    path = folder / "outer.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_valid_settings_become_a_model(tmp_path: Path) -> None:
    found, problems = validate(document(tmp_path, "title: shop\nitems:\n  - {name: a, size: 3}\n"), Outer)
    assert (found, problems) == (Outer(title="shop", items=(Inner(name="a", size=3),)), [])


def test_all_mistakes_are_told_at_once_with_file_line_and_nearest_name(tmp_path: Path) -> None:
    text = "items:\n  - {name: a, siz: 3}\n  - name: b\n    size: many\n"
    _, problems = validate(document(tmp_path, text), Outer)
    path = tmp_path / "outer.yaml"
    assert problems == [
        f"{path}:1 title: is required and missing; add it",
        f"{path}:2 items.0.siz: unknown key (did you mean 'size'?); known keys: name, size",
        f"{path}:4 items.1.size: Input should be a valid integer, unable to parse string as an integer (given: 'many')",
    ]


@pytest.mark.parametrize(("text", "value"), [("no", "no"), ("on", "on"), ("12:30", "12:30"), ("007", "007")])
def test_what_yaml_1_1_would_read_as_another_type_stays_text(tmp_path: Path, text: str, value: str) -> None:
    assert document(tmp_path, f"title: {text}\n").value == {"title": value}


def test_a_key_twice_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has a duplicate key: line 2 title; keep one of them"):
        document(tmp_path, "title: a\ntitle: b\n")


def test_broken_yaml_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"outer\.yaml:2 is not YAML: mapping values are not allowed here"):
        document(tmp_path, "title: a\n  size: b\n")


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    assert document(tmp_path, "").value == {}


def test_environment_variables_are_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TITLE", "corner")
    found, _ = validate(document(tmp_path, "title: the ${env:SHOP_TITLE} shop\n"), Outer)
    assert found == Outer(title="the corner shop")


def test_a_missing_environment_variable_names_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_TITLE", raising=False)
    _, problems = validate(document(tmp_path, "title: ${env:SHOP_TITLE}\n"), Outer)
    assert problems == [
        f"{tmp_path / 'outer.yaml'}:1 title: environment variable SHOP_TITLE is not set; export it, or write the value"
    ]


def test_an_override_reaches_into_lists(tmp_path: Path) -> None:
    changed = override(document(tmp_path, "title: a\nitems:\n  - {name: b}\n"), {"items.0.size": "5", "title": "c"})
    assert changed.value == {"title": "c", "items": [{"name": "b", "size": 5}]}


def test_an_override_beyond_a_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--set items\.3.size: '3' is not one of the positions 0 to 0"):
        override(document(tmp_path, "items:\n  - {name: b}\n"), {"items.3.size": "5"})
