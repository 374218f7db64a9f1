from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bullseye.core.session import EXECUTOR_TIMEOUT, wait_for_executors
from bullseye.errors import ClusterError, SettingsError


def session(master: str, executors: int, **conf: str) -> Any:
    """As much of a session as is looked at; the driver counts as an executor."""
    tracker = SimpleNamespace(getExecutorInfos=lambda: ["driver"] + ["executor"] * executors)
    settings = {name.replace("_", "."): value for name, value in conf.items()}
    context = SimpleNamespace(master=master, getConf=lambda: settings, statusTracker=lambda: tracker)
    return SimpleNamespace(sparkContext=context)


@pytest.mark.parametrize(
    "ready",
    [
        session("local[2]", 0),
        session("yarn", 1),
        session("yarn", 0, spark_dynamicAllocation_enabled="true"),
    ],
)
def test_a_session_that_has_what_it_needs_is_not_waited_for(ready: Any) -> None:
    wait_for_executors(ready)


def test_no_executor_within_the_time_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(ClusterError, match=r"within 0 s: .*spark\.bullseye\.executorTimeout"):
        wait_for_executors(session("yarn", 0, spark_bullseye_executorTimeout="0"))


def test_a_time_that_is_no_number_is_told_with_its_key() -> None:
    with pytest.raises(SettingsError, match=f"{EXECUTOR_TIMEOUT} is '2 minutes'; write whole seconds"):
        wait_for_executors(session("yarn", 0, spark_bullseye_executorTimeout="2 minutes"))
