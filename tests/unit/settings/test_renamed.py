"""Settings with names of an earlier version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.shop import Shop

from bullseye.errors import SettingsError
from bullseye.settings.documents import keys_at, read_document
from bullseye.settings.renamed import RENAMED, with_new_names
from bullseye.suite import FILES, load_settings


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_old_key_is_an_error_with_the_new_one_and_its_value_is_read_as_that(
    old: str, new: str, tmp_path: Path
) -> None:
    section, *parents, key = old.split(".")
    text = "".join(f"{'  ' * depth}{parent}:\n" for depth, parent in enumerate(parents))
    path = tmp_path / f"{section}.yaml"
    path.write_text(f"{text}{'  ' * len(parents)}{key}: x > 0\n")
    document, problems = with_new_names(section, read_document(path))
    place = f"{path}:{len(parents) + 1} {'.'.join((*parents, key))}"
    assert problems == [f"{place}: `{key}` is now `{new}`; rename it"]
    assert document.value == nested([*parents, *new.split(".")], "x > 0")


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_the_model_has_the_new_key_and_not_the_old_one(old: str, new: str) -> None:
    section, *parents, key = old.split(".")
    *inner, last = new.split(".")
    (model,) = [file for file in FILES if file.file == section]
    assert last in keys_at(model, [*parents, *inner])
    assert key not in keys_at(model, parents)


def test_entries_of_lists_are_looked_at_and_a_new_key_next_to_the_old_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "tags.yaml"
    path.write_text("tags:\n  - {name: a, where: a > 0}\n  - name: b\n    when: b > 1\n    where: b > 2\n  - c\n")
    document, problems = with_new_names("tags", read_document(path))
    assert problems == [f"{path}:4 tags.1.when: `when` is now `where`; rename it"]
    assert document.value == {"tags": [{"name": "a", "where": "a > 0"}, {"name": "b", "where": "b > 2"}, "c"]}


def test_old_names_are_reported_with_the_other_mistakes_and_not_twice(shop: Shop) -> None:
    shop.edit("tags.yaml", "    where: recency_days > 60\n", "    when: recency_days > 60\n    colour: red\n")
    with pytest.raises(SettingsError) as error:
        load_settings(shop.conf, {"deployment.keep_rejected_days": "0"})
    lines = [line.strip().replace(f"{shop.conf}/", "").split(";")[0] for line in str(error.value).splitlines()]
    assert lines[1:] == [
        "deployment.yaml:1 keep_rejected_days: `keep_rejected_days` is now `keep.rejected_days`",
        "deployment.yaml:1 rejected_days: Input should be greater than or equal to 1 (given: 0)",
        "tags.yaml:9 tags.1.when: `when` is now `where`",
        "tags.yaml:10 tags.1.colour: unknown key",
    ]


def nested(keys: list[str], value: str) -> Any:
    for key in reversed(keys):
        value = {key: value}  # type: ignore[assignment]  # a mapping from the second key on
    return value
