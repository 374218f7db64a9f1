"""Lakes that cannot be written, before anything runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.shop import Shop

from bullseye.cli.run import Request, run_jobs
from bullseye.core.disk import check_writable
from bullseye.errors import LakeError


def _of_another(root: Path) -> None:
    root.mkdir(mode=0o755)


def _with_a_table_of_another(root: Path) -> None:
    log = root / "gold" / "customer" / "_delta_log"
    log.mkdir(parents=True)
    for folder in (log, log.parent, log.parent.parent):
        folder.chmod(0o755)
    root.chmod(0o777)


def _with_a_private_layer(root: Path) -> None:
    _with_a_table_of_another(root)
    (root / "gold").chmod(0o700)


def _a_file(root: Path) -> None:
    root.write_text("")


def _below_a_file(root: Path) -> None:
    root.parent.rmdir()
    root.parent.write_text("")


def _a_link_to_nothing(root: Path) -> None:
    root.symlink_to("nothing")


def fault(what: str) -> pytest.MarkDecorator:
    return pytest.mark.fault(what, right="an error before Spark starts, with folder, user and remedy")


@contextmanager
def another_user() -> Iterator[None]:
    """Inside, the process has no rights of root; a test that is run by another user needs no change."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        pytest.param(_of_another, "lake", marks=fault("the lake belongs to another user"), id="folder"),
        pytest.param(
            _with_a_table_of_another,
            "lake/gold/customer/_delta_log",
            marks=fault("a table of the lake belongs to another user"),
            id="table",
        ),
        pytest.param(
            _with_a_private_layer,
            "lake/gold",
            marks=fault("the tables of the lake are in a folder that only another user can list"),
            id="layer",
        ),
        pytest.param(_a_file, "lake", marks=fault("a file lies where the lake should be"), id="file"),
        pytest.param(_below_a_file, "", marks=fault("a file lies above the lake"), id="below"),
        pytest.param(_a_link_to_nothing, "lake", marks=fault("the lake is a link to nothing"), id="link"),
    ],
)
def test_a_lake_that_cannot_be_written_is_named_with_user_and_remedy(
    tmp_path: Path, make: Callable[[Path], None], named: str
) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    make(folder / "lake")
    for above in (folder, *list(folder.parents)[:3]):
        above.chmod(0o755)
    if make in (_of_another, _with_a_table_of_another, _with_a_private_layer) and os.geteuid() != 0:
        pytest.skip("needs root to make folders of another user")
    with another_user(), pytest.raises(LakeError) as raised:
        check_writable(str(folder / "lake"))
    assert f"the lake cannot be written: {folder / named}: " in str(raised.value)
    assert "(as user " in str(raised.value)
    assert "--lake" in str(raised.value)


def test_a_lake_that_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    check_writable(str(tmp_path / "new" / "lake"))
    check_writable("s3a://bucket/lake")
    assert list(tmp_path.iterdir()) == []


def test_a_run_looks_at_the_lake_before_spark_starts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.lake.write_text("a file")
    monkeypatch.setattr("bullseye.cli.run.start_session", lambda app: pytest.fail(f"{app} was started"))
    with pytest.raises(LakeError, match="the lake cannot be written"):
        run_jobs(Request(shop.conf, lake=str(shop.lake)), (), ())
