"""The log file: where it is, who can read it, and what is left out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bullseye.core.trace import KEPT, log_path, redacted, without_messages, write_trace

TRACE = """An error occurred while calling o84.save.
: org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/lake. SQLSTATE: 58030
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.failed(QueryExecutionErrors.scala:843)
Caused by: org.apache.spark.SparkDateTimeException: [CAST_INVALID_INPUT] The value 'Ann
Smith' of the type "STRING" cannot be cast
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.cast(QueryExecutionErrors.scala:147)
\t... 12 more
Caused by: java.lang.NumberFormatException: For input string: "Ann Smith"
java.lang.Ann: Smith"""


def test_frames_and_classes_of_java_stay_and_messages_go() -> None:
    assert list(without_messages(TRACE)) == [
        "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.failed(QueryExecutionErrors.scala:843)",
        "Caused by: org.apache.spark.SparkDateTimeException: [CAST_INVALID_INPUT]",
        "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.cast(QueryExecutionErrors.scala:147)",
        "\t... 12 more",
        "Caused by: java.lang.NumberFormatException",
        "java.lang.Ann",
    ]


def test_causes_stay_and_the_messages_of_values_go() -> None:
    try:
        try:
            int("Ann Smith")
        except ValueError as error:
            raise TypeError("the table has no column x") from error
    except TypeError as error:
        text = redacted(error)
    assert "TypeError: the table has no column x\n" in text
    assert "\nValueError\n" in text
    assert "line" in text


def test_the_log_is_in_the_users_folder_for_state_unless_a_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLSEYE_LOG", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = log_path()
    assert path.parent == tmp_path / "bullseye" / "logs"
    assert log_path() == path, "a second error of the process goes into the same file"
    monkeypatch.setenv("BULLSEYE_LOG", str(tmp_path / "mine.log"))
    assert log_path() == tmp_path / "mine.log"


def test_only_the_owner_can_read_a_log_and_the_newest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(KEPT + 5):
        (tmp_path / f"bullseye-{number:03}.log").touch()
    (tmp_path / "other.log").touch()
    monkeypatch.setenv("BULLSEYE_LOG", str(tmp_path / "bullseye-999.log"))
    path = write_trace(ValueError("x"))
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    logs = sorted(file.name for file in tmp_path.iterdir())
    assert logs == [*(f"bullseye-{number:03}.log" for number in range(6, KEPT + 5)), "bullseye-999.log", "other.log"]


def test_a_link_in_place_of_the_log_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.log").symlink_to(tmp_path / "target")
    monkeypatch.setenv("BULLSEYE_LOG", str(tmp_path / "x.log"))
    assert write_trace(ValueError("x")) is None
    assert not (tmp_path / "target").exists()
