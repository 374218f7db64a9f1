"""Every command and option that a page names is there, and every command is run by a test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from tests.docs.elsewhere import ELSEWHERE, NOT_RUN
from tests.pages import ROOT, Command, code_in_prose, commands, pages
from typer.main import get_command

from bullseye.cli.app import job_app, suite_app
from bullseye.cli.command import app
from bullseye.cli.register import register_app
from bullseye.reference.commands import headers
from bullseye.suite import JOBS

ALL = [command for page in pages() for command in commands(page)]
SHOWN_IN_A_PAGE = {"count_cohorts"}
"""Jobs that a how-to page adds: their options are those of every job."""


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")} | {"--help"}


@cache
def known() -> Mapping[str, set[str]]:
    """The options of every command, by its name as a page writes it."""
    group: Any = get_command(app)
    found = {"bullseye": options(group)} | {f"bullseye {name}": options(one) for name, one in group.commands.items()}
    found |= {f"scripts/submit {job.name}": options(get_command(job_app(job))) for job in JOBS}
    found |= {f"scripts/submit {name}": options(get_command(job_app(JOBS[0]))) for name in SHOWN_IN_A_PAGE}
    suite = options(get_command(suite_app()))
    found["scripts/submit run_suite"] = suite
    texts = {name: set(re.findall(r"--[a-z-]+", text)) for name, text in headers(ROOT / "scripts").items()}
    found |= {f"scripts/{name}": named for name, named in texts.items()}
    found["scripts/submit register_tables"] = options(get_command(register_app()))
    found["scripts/compare"] |= set(
        re.findall(r"--[a-z-]+", (ROOT / "comparison" / "__main__.py").read_text(encoding="utf-8"))
    )
    mains = [ROOT / "benchmark" / "__main__.py", ROOT / "benchmark" / "faults" / "__main__.py"]
    benchmark = "".join(main.read_text(encoding="utf-8") for main in mains)
    found["scripts/benchmark"] |= set(re.findall(r"--[a-z-]+", benchmark))
    # They hand their arguments on.
    found["scripts/demo"] = suite
    found["scripts/serve_sql"] = found["bullseye serve"]
    found["scripts/submit"] = {"--help"}
    return found


def faults(words: list[str]) -> list[str]:
    """What is wrong with a command of ours: an unknown name, or options that it does not have."""
    if words[0] == "scripts/cluster" and "scripts/submit" in words:
        inner = words.index("scripts/submit")
        return faults(words[:inner]) + faults(words[inner:])
    length = 2 if words[0] in ("bullseye", "scripts/submit") and len(words) > 1 and words[1][0] not in "-." else 1
    name = " ".join(words[:length])
    # A word in capitals stands for any name.
    if name in ("bullseye COMMAND", "scripts/submit JOB"):
        return []
    if name not in known():
        return [f"there is no command {name!r}"]
    given = {word.partition("=")[0] for word in words[length:] if word.startswith("--")}
    return [f"{name} has no option {option}" for option in sorted(given - known()[name])]


def is_ours(text: str) -> bool:
    return re.match(r"(bullseye|scripts/[a-z_-]+)( |$)", text) is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bullseye show gold.customer --wher x", "bullseye show has no option --wher"),
        ("bullseye rn", "there is no command 'bullseye rn'"),
        ("scripts/submit build_tag", "there is no command 'scripts/submit build_tag'"),
        ("scripts/submit build_tags --parallel 2", "scripts/submit build_tags has no option --parallel"),
        ("scripts/cluster --workers 2 scripts/submit run_suite --dry", "scripts/submit run_suite has no option --dry"),
        ("scripts/docs --references", "scripts/docs has no option --references"),
        ("scripts/nothing", "there is no command 'scripts/nothing'"),
    ],
)
def test_a_name_or_option_that_is_not_there_is_a_fault(text: str, fault: str) -> None:
    assert faults(text.split()) == [fault]


@pytest.mark.parametrize("command", ALL, ids=lambda command: f"{command.page}: {command.text[:60]}")
def test_a_command_has_the_options_that_are_given(command: Command) -> None:
    if is_ours(" ".join(command.words[:1])):
        assert faults(command.words) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_commands_and_options_in_prose_exist(page: Any) -> None:
    every = {option for found in known().values() for option in found} | OF_OTHERS
    wrong = []
    for text in code_in_prose(page):
        if is_ours(text):
            wrong += faults(text.split())
        elif text.startswith("--") and (option := re.split(r"[ =]", text)[0]) not in every:
            wrong.append(f"there is no option {option}")
    assert wrong == []


OF_OTHERS = {"--jars", "--archives", "--py-files", "--executor-memory", "--master"}
"""Options of spark-submit that pages speak of; a test below asks it for them."""


def test_spark_submit_has_the_options_that_pages_give_it() -> None:
    """Its help starts Java for a second, and no Spark."""
    told = subprocess.run(["spark-submit", "--help"], capture_output=True, text=True, check=False).stderr
    given = set(OF_OTHERS)
    for command in ALL:
        if command.text.startswith("spark-submit"):
            until = next(index for index, word in enumerate(command.words) if word.endswith("run_suite.py"))
            given |= {word for word in command.words[:until] if word.startswith("--")}
            assert faults(["scripts/submit", "run_suite", *command.words[until + 1 :]]) == []
    assert [option for option in sorted(given) if option not in told] == []


def test_what_is_not_run_here_is_run_by_a_test_that_exists() -> None:
    texts = {command.text for command in ALL}
    assert sorted(set(ELSEWHERE) - texts) == [], "no page has these commands any more"
    assert sorted(command for command in texts if command.startswith(tuple(NOT_RUN))) != []
    for where in set(ELSEWHERE.values()):
        path, _, name = where.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, where
