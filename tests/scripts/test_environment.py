"""Environments of Python packages: made aside, kept while in use, and not made for a question."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT

SCRIPTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file())
ENV = 'source scripts/lib/env.sh; mkdir -p "$ENVIRONMENTS"; '
MAKE = ENV + 'find_environment run || locked make_environment run "$VENV"; hold_environment; echo "$VENV"'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts of this checkout, with sets of packages that are empty."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for name in ("run", "test", "tools"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("# none\n", encoding="utf-8")
    return tmp_path


def bash(checkout: Path, command: str) -> subprocess.CompletedProcess[str]:
    # Without the variables of the environment that runs the tests.
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "BULLSEYE_PYTHON": shutil.which("python") or "python3"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=checkout,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.fault("a script is asked for --help on a new machine", right="it answers, and installs nothing")
def test_help_needs_no_environment(checkout: Path, script: str) -> None:
    answer = bash(checkout, f"scripts/{script} --help")
    assert answer.returncode == 0, answer.stderr
    first = (ROOT / "scripts" / script).read_text(encoding="utf-8").splitlines()[2].removeprefix("# ")
    assert first in answer.stdout or script == "serve_sql"
    assert not list(checkout.glob(".cache/*/*"))


@pytest.mark.fault(
    "the required packages change while a run uses the environment",
    right="the new environment is another folder; the one in use stays as it is",
)
def test_another_set_is_another_folder(checkout: Path) -> None:
    first = Path(bash(checkout, MAKE).stdout.strip())
    version = subprocess.run([first / "bin" / "pip", "--version"], capture_output=True, text=True, check=True).stdout
    assert f" from {first}/" in version
    (checkout / "requirements" / "run.txt").write_text("# none either\n", encoding="utf-8")
    second = Path(bash(checkout, MAKE).stdout.strip())
    assert second != first
    assert (first / "bin" / "python").exists()
    assert (second / "bin" / "python").exists()


@pytest.mark.fault(
    "an installation is killed half-way", right="what it left is no environment; the next call makes it again"
)
def test_a_killed_installation_is_done_again(checkout: Path) -> None:
    folder = Path(bash(checkout, ENV + 'find_environment run || echo "$VENV"').stdout.strip())
    half = folder.with_name(f"{folder.name}.making")
    (half / "bin").mkdir(parents=True)
    (half / "bin" / "python").write_text("", encoding="utf-8")
    assert Path(bash(checkout, MAKE).stdout.strip()) == folder
    assert (folder / "bin" / "pip").exists()
    assert not half.exists()


@pytest.mark.fault(
    "an old environment is still used by a process", right="it is not removed; unused ones are, after a month"
)
def test_an_environment_in_use_is_not_removed(checkout: Path) -> None:
    for name in ("run-held", "run-free"):
        (checkout / ".cache" / "environments" / name).mkdir(parents=True)
    bash(checkout, "touch -d '40 days ago' .cache/environments/run-held.used .cache/environments/run-free.used")
    left = bash(
        checkout,
        ENV
        + 'VENV=$ENVIRONMENTS/run-held; exec 8<"$VENV.used"; flock --shared 8; remove_old_environments; ls "$ENVIRONMENTS"',
    )
    assert left.stdout.split() == ["run-held", "run-held.used"]
