"""Who may read what a run makes, without Spark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bullseye.core.access import UMASK, keep_private, make_lake
from bullseye.errors import LakeError, SettingsError


@pytest.fixture(autouse=True)
def _mask() -> Iterator[None]:
    """The mask of the tests, again after each."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("mask", "modes"),
    [
        pytest.param(
            None,
            (0o700, 0o600),
            marks=pytest.mark.fault(
                "another local user looks into the lake", right="only its owner can read folder and files"
            ),
        ),
        ("", (0o700, 0o600)),
        ("027", (0o750, 0o640)),
        ("0022", (0o755, 0o644)),
    ],
)
def test_the_owner_reads_alone_unless_the_mask_states_otherwise(
    mask: str | None, modes: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mask is None:
        monkeypatch.delenv(UMASK, raising=False)
    else:
        monkeypatch.setenv(UMASK, mask)
    keep_private()
    make_lake(str(tmp_path / "lake" / "shop"))
    (tmp_path / "file").write_text("")
    found = tuple(path.stat().st_mode & 0o777 for path in (tmp_path / "lake" / "shop", tmp_path / "file"))
    assert found == modes


@pytest.mark.parametrize("mask", ["77", "999", "0700", "rwx", "0o077"])
def test_a_mask_that_is_none_is_an_error(mask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UMASK, mask)
    with pytest.raises(SettingsError, match=r"BULLSEYE_UMASK is .*; write octal digits such as 077"):
        keep_private()


def test_a_lake_that_cannot_be_made_is_an_error_and_one_in_a_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeError, match=r"the lake .*/file/lake cannot be made: Not a directory; name another folder"):
        make_lake(str(tmp_path / "file" / "lake"))
    make_lake("s3a://bucket/lake")
