"""The account of the SQL server: from the environment, or a new one shown on a terminal."""

from __future__ import annotations

import io
import os
import pty

import pytest

from bullseye.cli.serve import PASSWORD, USER, _account
from bullseye.errors import SettingsError


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (USER, PASSWORD):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.fault("the SQL server is started without an account", right="a new password, shown on the terminal")
def test_a_new_account_is_shown_on_the_terminal() -> None:
    reader, writer = pty.openpty()
    with os.fdopen(reader, "rb", buffering=0) as shown, os.fdopen(writer, "w", encoding="utf-8") as terminal:
        accounts = [_account(terminal), _account(terminal)]
        text = shown.read(4096).decode()
    assert accounts[0].password != accounts[1].password
    assert all(len(account.password) == 24 and text.count(account.password) == 1 for account in accounts)
    assert accounts[0].password not in repr(accounts[0])


@pytest.mark.fault("the SQL server is started without an account by a service", right="exit 2, no password in its log")
def test_a_new_password_is_not_written_to_a_file() -> None:
    log = io.StringIO()
    with pytest.raises(SettingsError, match="there is no account, and no terminal"):
        _account(log)
    assert log.getvalue() == ""


@pytest.mark.fault("processes of Spark inherit the password of the SQL server", right="it leaves the environment")
def test_the_password_leaves_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv(USER, "bi")
    environment.setenv(PASSWORD, "secret")
    account = _account(io.StringIO())
    assert (account.user, account.password) == ("bi", "secret")
    assert PASSWORD not in os.environ


def test_half_an_account_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv(USER, "bi")
    with pytest.raises(SettingsError, match=f"{PASSWORD} is not set"):
        _account(io.StringIO())
