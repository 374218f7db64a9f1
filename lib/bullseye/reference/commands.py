"""Every command and option as a page: of `bullseye`, of the jobs, and of the scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from bullseye.cli.app import job_app, suite_app
from bullseye.cli.register import register_app
from bullseye.core.job import Job
from bullseye.reference.markdown import cell, code_cell, prose, table

_HEAD = """# Commands

Made from the command lines themselves by `scripts/docs --reference`; do not edit. [Exit codes](exit-codes.md) are the same for
all of them. The scripts are in the folder `scripts`; with that folder on `PATH`, `scripts/bullseye` is `bullseye`.
"""
_JOBS = """## Jobs

`scripts/submit JOB` gives a job to `spark-submit`; on a cluster, `jobs/JOB.py` is what `spark-submit` takes.
"""
_VARIABLES = """## Variables of the scripts

Each is an environment variable that changes what the scripts find, make or start.
"""
_VARIABLE = re.compile(r"^# +(?P<name>(?:BULLSEYE|SPARK|JAVA)_[A-Z_]+) {2,}(?P<meaning>.+)$", re.MULTILINE)


def page(console: typer.Typer, jobs: Sequence[Job], scripts: Path) -> str:
    """The commands of `console`, the suite and its jobs, and the scripts of the folder."""
    group: Any = get_command(console)
    sections = ["## bullseye", "", prose(group.help), "", _options(group), ""]
    for name, command in group.commands.items():
        sections += _section(f"bullseye {name}", command)
    sections += [_JOBS, *_section("scripts/submit run_suite", get_command(suite_app()))]
    sections += _section("scripts/submit register_tables", get_command(register_app()))
    of_jobs = {job.name: get_command(job_app(job)) for job in jobs}
    sections += ["### scripts/submit JOB", "", _options(next(iter(of_jobs.values()))), ""]
    rows = [(f"`{name}`", *_tables_of(command.help or "")) for name, command in of_jobs.items()]
    sections += [table(("job", "what it does", "reads", "writes"), rows), "", "## Scripts", ""]
    for name, text in headers(scripts).items():
        sections += [f"### scripts/{name}", "", "```text", text, "```", ""]
    environment = (scripts / "lib" / "env.sh").read_text(encoding="utf-8")
    variables = [(f"`{match['name']}`", cell(match["meaning"])) for match in _VARIABLE.finditer(environment)]
    return "\n".join([_HEAD, *sections, _VARIABLES, table(("variable", "meaning"), variables), ""])


def headers(scripts: Path) -> Mapping[str, str]:
    """The comment at the head of every script, by the script's name."""
    texts = {}
    for path in sorted(path for path in scripts.iterdir() if path.is_file()):
        lines = path.read_text(encoding="utf-8").splitlines()[2:]
        until = next(index for index, line in enumerate(lines) if not line.startswith("#"))
        texts[path.name] = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[:until])
    return texts


def _section(title: str, command: Any) -> list[str]:
    return [f"### {title}", "", prose(command.help or ""), "", _options(command), ""]


def _tables_of(help_: str) -> tuple[str, str, str]:
    """What a job does, reads and writes: the paragraphs of its help."""
    does, reads, writes = help_.split("\n\n")
    return (
        cell(does),
        cell(reads.removeprefix("Reads ").removesuffix(".")),
        cell(writes.removeprefix("Writes ").removesuffix(".")),
    )


def _options(command: Any) -> str:
    """Arguments and options of a command, as its help has them."""
    context = command.context_class(command)
    records = [parameter.get_help_record(context) for parameter in command.params]
    return table(("option", "meaning"), [(code_cell(names), cell(meaning)) for names, meaning in filter(None, records)])
