"""How commands end: any error in plain words, with the exit code of its kind, and never with a trace."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

import pytest
import typer

from bullseye.cli.progress import named_errors
from bullseye.errors import BullseyeError, QualityGateError, SettingsError


class Panic(BaseException):
    """What libraries written in Rust raise for a fault of their own."""


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "bullseye-test.log"
    monkeypatch.setenv("BULLSEYE_LOG", str(path))
    return path


def terminated_while_it_holds(what: str, released: list[str]) -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    finally:
        released.append(what)


def interrupted_when_java_has_gone() -> None:
    try:
        raise KeyboardInterrupt
    finally:
        raise ConnectionRefusedError(111, "Connection refused")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (SettingsError("mend it"), 2, "error: mend it\n"),
        (QualityGateError("too many"), 3, "error: too many\n"),
        (BullseyeError("a job failed"), 1, "error: a job failed\n"),
        pytest.param(
            ValueError("Ann Smith"),
            1,
            "error: unexpected error: ValueError\n",
            marks=pytest.mark.fault(
                "an error that nothing expects", right="exit 1 in plain words; the trace is in a log"
            ),
            id="unexpected",
        ),
        pytest.param(
            Panic("Ann Smith"),
            1,
            "error: unexpected error: Panic\n",
            marks=pytest.mark.fault("a library panics", right="exit 1 in plain words; the trace is in a log"),
            id="panic",
        ),
        pytest.param(
            KeyboardInterrupt(),
            130,
            "error: interrupted; what was committed stays",
            marks=pytest.mark.fault("Ctrl-C", right="one line, exit 130"),
            id="interrupted",
        ),
    ],
)
def test_an_error_is_one_message_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, text: str
) -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(typer.Exit) as ended, named_errors("text"):
            raise error
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.exit_code == code
    said = capsys.readouterr().err
    assert said.startswith(text)
    assert "Traceback" not in said
    assert "Ann" not in said


@pytest.mark.fault("SIGTERM in the middle of a run", right="one line, exit 143, after the lease was released")
def test_a_run_that_is_terminated_ends_as_one_that_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    released: list[str] = []
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(typer.Exit) as ended, named_errors("text"):
            terminated_while_it_holds("lease", released)
    finally:
        signal.signal(signal.SIGINT, before[0])
    assert ended.value.exit_code == 143
    assert released == ["lease"]
    assert "interrupted" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) == before[1] == signal.SIG_DFL


@pytest.mark.fault("a library logs an error with its trace", right="one line; the trace is in a log")
def test_a_message_of_a_library_is_shown_without_its_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    name = "Ann Smith"
    with named_errors("text"):
        try:
            raise ValueError(name)
        except ValueError:
            logging.getLogger("a_library").exception("an error while sending a command")
    assert capsys.readouterr().err == "ERROR a_library: an error while sending a command\n"
    text = log.read_text(encoding="utf-8")
    assert "test_a_message_of_a_library_is_shown_without_its_trace" in text
    assert "Ann" not in text


def test_an_interruption_is_one_also_where_java_ended_first(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(typer.Exit) as ended, named_errors("text"):
            interrupted_when_java_has_gone()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.exit_code == 130


def test_what_typer_raises_itself_goes_on() -> None:
    with pytest.raises(typer.BadParameter), named_errors("text"):
        raise typer.BadParameter("x")
