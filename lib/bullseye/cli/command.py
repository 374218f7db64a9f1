"""The command `bullseye`: its commands, their options, and how they end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bullseye.cli import answers
from bullseye.cli.doctor import examine
from bullseye.cli.explain import explain as explanations
from bullseye.cli.folders import Deployment, Newest, only_deployment, settings_of, table_names
from bullseye.cli.options import (
    AsOf,
    Force,
    From,
    Lake,
    Log,
    LogFormat,
    Only,
    Parallel,
    Set,
    Until,
    assignments,
    listed,
)
from bullseye.cli.progress import named_errors
from bullseye.cli.reading import Reader
from bullseye.cli.show import known, listing
from bullseye.cli.show import show as rows_of
from bullseye.cli.status import NOTHING
from bullseye.cli.status import status as state_of
from bullseye.suite import JOBS, contracts, entries

app = typer.Typer(
    name="bullseye",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Unified customers, tags, rules, segments, scores and lists as Delta tables.\n\n"
    "Begin with 'bullseye doctor', then 'bullseye run'; 'bullseye COMMAND --help' explains each. Only run, plan,"
    " migrate, withdraw and serve start Spark.\n\n"
    "Exit codes: 0 done, 1 failed, 2 usage or settings are wrong, 3 a quality gate stopped the run.",
)


def main() -> None:
    """Be the command `bullseye`."""
    app(prog_name="bullseye")


@app.command()
def init(
    files: Annotated[Path, typer.Argument(help="Folder of data files: CSV, TSV, text (also .gz), Parquet.")],
    target: Annotated[Path, typer.Argument(help="Folder of settings to write, such as conf/shop; must not be there.")],
    title: Annotated[str | None, typer.Option(help="The company's name; default: that of the folder.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code of all amounts; default: EUR.")] = None,
    local_zone: Annotated[
        str | None, typer.Option(help="IANA zone in which days begin, such as Europe/Vienna; default: this machine's.")
    ] = None,
    source_zone: Annotated[
        str | None, typer.Option(help="Zone of the times in the files; default: the local zone.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE=COLUMN", help="Where a guess is wrong: customer=orders.kd. May be repeated."),
    ] = None,
    log: Log = "text",
) -> None:
    """Write the settings of a new deployment from a folder of data files: guesses what they are, and why.

    Nothing is run and nothing that is there is changed. Read what it prints, answer its questions in the files that it
    names, then: bullseye plan.
    """
    from bullseye.scaffold import scaffold  # noqa: PLC0415  brings what reads files, which no other command needs

    with named_errors(log):
        named = assignments(column, option="--column", form="ROLE=COLUMN")
        zones = {"local_zone": local_zone, "source_zone": source_zone}
        written = scaffold(files, target, title=title, currency=currency, columns=named, **zones)
    sources = [vars(source) for source in written.found]
    if log == "json":
        answers.json_lines("source", sources)
        texts = ("left_aside", "decisions", "questions", "written")
        answers.json_lines("settings", [{"target": written.target, **{name: getattr(written, name) for name in texts}}])
        return
    answers.grid("What was found", sources, nothing="No tables.")
    answers.points("Left aside", written.left_aside)
    answers.points("Decided", written.decisions)
    answers.points(f"Written to {written.target}", written.written)
    answers.points("Yours to answer", written.questions)
    answers.points("Then", [f"bullseye plan --deployment {target}", f"bullseye run --deployment {target}"])


@app.command()
def run(
    deployment: Deployment = None,
    as_of: AsOf = None,
    lake: Lake = None,
    set_: Set = None,
    jobs: Only = None,
    start: From = None,
    until: Until = None,
    parallel: Parallel = 3,
    force: Force = False,  # noqa: FBT002  a command line's flag
    log: Log = "text",
) -> None:
    """Run the suite: from source files to one release of all tables and a report.

    What is up to date is skipped; a run that was stopped goes on where it was.
    """
    _suite(deployment, as_of, lake, set_, jobs, start, until, force=force, parallel=parallel, log=log)


@app.command()
def plan(
    deployment: Deployment = None,
    as_of: AsOf = None,
    lake: Lake = None,
    set_: Set = None,
    jobs: Only = None,
    start: From = None,
    until: Until = None,
    force: Force = False,  # noqa: FBT002  a command line's flag
    log: Log = "text",
) -> None:
    """Check all settings, print what a run would do and why, and change nothing."""
    _suite(deployment, as_of, lake, set_, jobs, start, until, force=force, dry_run=True, log=log)


@app.command()
def status(
    deployment: Deployment = None,
    lake: Lake = None,
    last: Annotated[int, typer.Option(min=1, help="How many runs and releases, the newest first.")] = 5,
    log: Log = "text",
) -> None:
    """Last runs and releases, the quality of the sources, and whether a run is going on."""
    titles = {"run": "Runs", "release": "Releases", "source": "Sources of the newest ingest", "lease": "Writing now"}
    with named_errors(log):
        reader = Reader(settings_of(deployment).lake_root(lake))
        reader.require_names()
        state = state_of(reader, last=last)
        for kind, rows in state.items():
            if log == "json":
                answers.json_lines(kind, rows)
            else:
                answers.grid(titles[kind], rows, nothing=NOTHING[kind])


@app.command()
def show(
    table: Annotated[
        str | None,
        typer.Argument(autocompletion=table_names, help="Such as gold.customer; without it, a list of all tables."),
    ] = None,
    deployment: Deployment = None,
    lake: Lake = None,
    columns: Annotated[str | None, typer.Option(help="Only these columns, separated by commas.")] = None,
    where: Annotated[str | None, typer.Option(help="SQL condition, such as 'recency_days < 30'.")] = None,
    order: Annotated[str | None, typer.Option(help="SQL order, such as 'spend_all DESC'; default: the key.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 20,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day that the rows describe; default: the release's.")
    ] = None,
    newest: Newest = False,  # noqa: FBT002  a command line's flag
    format_: Annotated[answers.Format, typer.Option("--format", help="How rows are printed.")] = "text",
) -> None:
    """Rows of a table, as the newest release shows them; without TABLE, the tables of the lake."""
    with named_errors("text"):
        settings = settings_of(deployment)
        tables, reader = contracts(settings), Reader(settings.lake_root(lake))
        reader.require_names()
        if table is None:
            answers.rows(format_, "table", "Tables", listing(reader, tables))
            return
        day = as_of.date() if as_of else None
        page = rows_of(
            reader,
            known(tables, table),
            columns=listed(columns),
            where=where,
            order=order,
            limit=limit,
            as_of=day,
            newest=newest,
        )
        if format_ == "text" and len(page.columns) > _WIDE:
            answers.records(page.title, page.columns, page.rows)
        else:
            answers.rows(format_, "row", page.title, page.rows)


@app.command()
def migrate(deployment: Deployment = None, lake: Lake = None, log: Log = "text") -> None:
    """Bring a lake of an earlier version to the names of this one: jobs, tables and columns. The next run does so too.

    Customer ids, the ledger of identities, models, releases and the record of runs stay as they are; releases made before
    show the same rows under the new names. Once it is done a second time changes nothing, and one that was stopped is
    finished by the next. Views of BI tools are made again from views/*.sql. An earlier version cannot read the lake any more.
    """
    from bullseye.cli.migrate import migrate_lake  # noqa: PLC0415  brings Spark, which other commands do without

    with named_errors(log):
        migrate_lake(deployment or only_deployment(), lake=lake, log=log)


@app.command()
def withdraw(
    release: Annotated[str, typer.Argument(help="The release, as bullseye status lists it.")],
    deployment: Deployment = None,
    lake: Lake = None,
    reason: Annotated[str | None, typer.Option(help="Why, in words; kept in ops.withdrawal.")] = None,
    log: Log = "text",
) -> None:
    """Take a release back: the one before it is shown again, in views, report, lists, show and the SQL server.

    Its rows stay in ops.release, its tables in the lake. A run publishes the same content again only when something has
    changed, or with --force.
    """
    from bullseye.cli.withdraw import withdraw_release  # noqa: PLC0415  brings Spark, which other commands do without

    with named_errors(log):
        withdraw_release(deployment or only_deployment(), release, lake=lake, reason=reason, log=log)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A table, a column, a tag or another entry of the settings, or a job.")],
    deployment: Deployment = None,
    set_: Set = None,
    log: Log = "text",
) -> None:
    """Where something comes from: meaning, definition with file and line, job, tables and sources; and what uses it."""
    with named_errors(log):
        settings = settings_of(deployment, assignments(set_))
        for facts in explanations(name, settings, contracts(settings), JOBS, entries(settings)):
            if log == "json":
                answers.json_lines("explained", [facts])
            else:
                rest = {label: value for label, value in facts.items() if label not in ("kind", "name")}
                answers.outline(f"{facts['kind']} {facts['name']}", rest)


@app.command()
def serve(
    deployment: Deployment = None,
    lake: Lake = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 10000,
    refresh: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks for a new release.")] = 10.0,
    log: Log = "text",
) -> None:
    """Serve the newest release to BI tools by JDBC and ODBC (Spark's Thrift Server), until Ctrl-C.

    Clients find the databases gold and ops, with comments; a new release is shown as soon as it is seen. Only one
    account may log in: BULLSEYE_SQL_USER and BULLSEYE_SQL_PASSWORD in the environment, else a new one, whose password is
    shown once on the terminal. Clients may use SELECT, SHOW, DESCRIBE, EXPLAIN and USE on the released views.
    """
    from bullseye.cli.serve import Serving  # noqa: PLC0415  brings Spark, which other commands do without
    from bullseye.cli.serve import serve as serve_sql  # noqa: PLC0415

    with named_errors(log):
        serve_sql(Serving(deployment or only_deployment(), lake, host, port, refresh, log))


@app.command()
def doctor(deployment: Deployment = None, lake: Lake = None, set_: Set = None, log: Log = "text") -> None:
    """What would make a run fail: Java, packages, jars, memory, settings, files, lake; each with its remedy.

    Exits with 1 when something is wrong.
    """
    with named_errors(log):
        findings = examine(lambda: settings_of(deployment, assignments(set_)), lake)
        if log == "json":
            answers.json_lines("examined", [vars(finding) for finding in findings])
        else:
            answers.findings(findings)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


_WIDE = 12
"""More columns than these are shown one below the other."""


def _suite(
    deployment: Path | None,
    as_of: AsOf,
    lake: str | None,
    set_: list[str] | None,
    jobs: str | None,
    start: str | None,
    until: str | None,
    *,
    force: bool,
    log: LogFormat,
    dry_run: bool = False,
    parallel: int = 1,
) -> None:
    from bullseye.cli.app import run_suite  # noqa: PLC0415  brings Spark and MLlib, which other commands do without
    from bullseye.cli.run import Request  # noqa: PLC0415

    with named_errors(log):
        folder = deployment or only_deployment()
    request = Request(
        folder,
        as_of.date() if as_of else None,
        lake,
        assignments(set_),
        force=force,
        dry_run=dry_run,
        parallel=parallel,
        log=log,
    )
    run_suite(request, only=jobs, start=start, until=until)
