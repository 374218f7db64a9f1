"""A lake that the version before has written goes on under the names of this one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from tests.conftest import ROOT
from tests.migrate.conftest import Migrated, migrate
from tests.tiny import Killed, MortalLake

from bullseye.cli.doctor import examine
from bullseye.cli.migrate import migrate_lake
from bullseye.cli.reading import Reader
from bullseye.cli.run import Request, run_jobs
from bullseye.cli.withdraw import withdraw_release
from bullseye.core.contract import Table
from bullseye.core.graph import select
from bullseye.core.lake import Lake, Stamp
from bullseye.core.runlog import RunLog
from bullseye.core.storage import move_folder
from bullseye.errors import LakeError
from bullseye.migration import migrate as module
from bullseye.migration.lake_format import FILE, FORMAT
from bullseye.release.release import newest_release
from bullseye.release.withdraw import withdraw
from bullseye.renames import RENAMES
from bullseye.suite import JOBS, load_settings

EARLIER, LATER = date(2026, 5, 31), date(2026, 6, 30)
CHANGED = ("ops.run", "ops.release", "ops.lease")
"""Tables that record names, and the lease."""
ADDED = {
    "gold.maintenance_plan": ("effect", "offer_from", "offer_reason"),
    "gold.segment_profile": ("feature_meaning", "description"),
}
"""Columns that the version before did not have."""


def names(root: Path | str) -> set[str]:
    """All tables below a root."""
    return {f"{log.parent.parent.name}.{log.parent.name}" for log in Path(root).glob("*/*/_delta_log")}


def rows(root: Path | str, table: str, *, version: int | None = None, without: tuple[str, ...] = ()) -> list[str]:
    """The rows of a table as texts in an order, with the new names of columns."""
    path = f"{root}/{table.replace('.', '/')}"
    listed = DeltaTable(path, version=version).to_pyarrow_table().to_pylist()
    is_old = bool(listed) and not RENAMES.old_columns(_new(table)).isdisjoint(listed[0])
    new = RENAMES.columns.get(_new(table), {}) if is_old else {}
    gone = {*(RENAMES.dropped.get(_new(table), ()) if is_old else ADDED.get(table, ())), *without}
    return sorted(
        json.dumps({new.get(k, k): v for k, v in row.items() if k not in gone}, default=str, sort_keys=True)
        for row in listed
    )


def _new(table: str) -> str:
    return RENAMES.tables.get(table, table)


def commits(root: Path | str) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in Path(root).glob("*/*/_delta_log/*.json")}


def contents(root: Path | str) -> Mapping[str, list[str]]:
    """The rows of all tables but those that record runs, and what releases show of every table."""
    held = {table: rows(root, table) for table in names(root) if table not in CHANGED}
    pinned = DeltaTable(f"{root}/ops/release").to_pyarrow_table().to_pylist()
    shown = {
        f"{pin['release_id']} {pin['table']}": of_day(root, pin["table"], pin["version"], pin["as_of"])
        for pin in pinned
        if pin["table"] in RENAMES.rewritten
    }
    return held | shown


def of_day(root: Path | str, table: str, version: int, day: date) -> list[str]:
    """What a release of a day shows."""
    return [text for text in rows(root, table, version=version) if f'"as_of": "{day}"' in text]


def test_every_table_is_there_under_its_new_name_with_the_rows_that_it_had(migrated: Migrated) -> None:
    before, after = names(migrated.before.root), names(migrated.after.root)
    assert after == {_new(table) for table in before}
    for table in sorted(before - set(CHANGED)):
        assert rows(migrated.after.root, _new(table)) == rows(migrated.before.root, table), table


@pytest.mark.parametrize(("table", "columns"), ADDED.items())
def test_columns_that_the_version_before_did_not_have_are_null(
    migrated: Migrated, table: str, columns: tuple[str, ...]
) -> None:
    listed = migrated.after.stored(table).select(*columns).distinct().collect()
    assert [tuple(row) for row in listed] == [(None,) * len(columns)]


def test_an_old_column_gives_way_to_another_that_has_its_name_now(migrated: Migrated) -> None:
    def reasons(lake: Lake, column: str) -> list[str]:
        return sorted(str(row[0]) for row in lake.stored("gold.maintenance_plan").select(column).collect())

    assert reasons(migrated.after, "reason") == reasons(migrated.before, "because")
    assert reasons(migrated.after, "reason") != reasons(migrated.before, "reason")


def test_ids_ledger_and_models_are_not_even_written_again(migrated: Migrated) -> None:
    untouched = ("features.customer_number", "features.identity_map", "ops.identity_ledger", "ops.model")
    untouched += ("ops.model_metric", "ops.model_curve", "gold.customer", "silver.event")
    old, new = commits(migrated.before.root), commits(migrated.after.root)
    for table in untouched:
        of_it = {name: text for name, text in old.items() if name.startswith(f"{table.replace('.', '/')}/")}
        assert of_it
        assert of_it.items() <= new.items()
        assert len(of_it) == sum(name.startswith(f"{table.replace('.', '/')}/") for name in new)


def test_every_table_fits_its_contract(migrated: Migrated, tables: dict[str, Table]) -> None:
    for name in sorted(names(migrated.after.root)):
        table = tables[name]
        actual = migrated.after.stored(name).columns
        assert RENAMES.old_columns(name).isdisjoint(actual), name
        migrated.after.read(table).limit(1).collect()
        if name in RENAMES.rewritten:
            assert actual == [column.name for column in table.stored_columns]


def releases(lake: Lake, tables: dict[str, Table]) -> list[Any]:
    return lake.read(tables["ops.release"]).orderBy("number", "table").collect()


def test_a_release_shows_the_rows_that_it_showed_also_those_that_were_replaced_later(
    migrated: Migrated, tables: dict[str, Table]
) -> None:
    old = {(row["release_id"], _new(row["table"])): row for row in releases(migrated.before, tables)}
    new = {(row["release_id"], row["table"]): row for row in releases(migrated.after, tables)}
    assert old.keys() == new.keys()
    assert len({release for release, _ in old}) == 3
    shown = 0
    for key, row in old.items():
        now = new[key]
        facts = ("released_at", "as_of", "rows", "number")
        assert [now[fact] for fact in facts] == [row[fact] for fact in facts]
        if key[1] not in RENAMES.rewritten:
            assert now["version"] == row["version"]
            continue
        assert now["version"] > row["version"]
        listed = of_day(migrated.after.root, key[1], now["version"], row["as_of"])
        assert listed == of_day(migrated.before.root, row["table"], row["version"], row["as_of"])
        assert len(listed) == row["rows"]
        shown += len(listed)
    assert shown


def test_a_replaced_slice_has_a_version_of_its_own(migrated: Migrated, tables: dict[str, Table]) -> None:
    pins = [row["version"] for row in releases(migrated.after, tables) if row["table"] == "gold.portrait"]
    newest = migrated.after.version("gold.portrait")
    assert len(set(pins)) == 2
    assert pins.count(newest) == 2, "of the earlier day and of the last release the newest version has the rows"


def test_runs_have_the_new_names_and_what_they_recorded(migrated: Migrated, tables: dict[str, Table]) -> None:
    order = ("run_id", "job")
    old = {tuple(row[name] for name in order): row for row in migrated.before.read(tables["ops.run"]).collect()}
    new = {tuple(row[name] for name in order): row for row in migrated.after.read(tables["ops.run"]).collect()}
    jobs = {job.name for job in JOBS}
    assert {job for _, job in new} == jobs | {"migrate"}
    for (run_id, job), row in old.items():
        now = new[run_id, RENAMES.jobs.get(job, job)].asDict(recursive=True)
        expected = row.asDict(recursive=True) | {"job": RENAMES.jobs.get(job, job)}
        expected["outputs"] = [{**output, "name": _new(output["name"])} for output in expected["outputs"] or ()]
        expected["heads"] = {_new(name): head for name, head in (expected["heads"] or {}).items()}
        assert {**now, "outputs": now["outputs"] or [], "heads": now["heads"] or {}} == expected


def test_later_runs_take_the_slices_for_what_they_were_made_from(migrated: Migrated, tables: dict[str, Table]) -> None:
    before, after = RunLog(migrated.before, "old"), RunLog(migrated.after, "new")
    written = [
        table for table in tables.values() if migrated.after.exists(table.name) and table.name not in CHANGED[::2]
    ]
    after.compare(written)
    old = {new: old for old, new in RENAMES.tables.items()}
    for table in written:
        assert after.doubt(table.name) is None, table.name
        known = {name: output.fingerprint for name, output in before.slices(old.get(table.name, table.name)).items()}
        assert {name: output.fingerprint for name, output in after.slices(table.name).items()} == known, table.name


def test_views_and_copies_of_reports_are_there(
    migrated: Migrated, tables: dict[str, Table], spark: SparkSession
) -> None:
    root = Path(migrated.after.root)
    release = newest_release(migrated.after, tables)
    views = (root / "views" / "spark.sql").read_text(encoding="utf-8")
    assert f"delta.`{root}/ops/tier_cut`" in views
    assert "gold_tier_cut" not in views
    [portrait] = [statement for statement in views.split(";\n") if "bullseye.gold_portrait " in statement]
    shown = spark.sql("SELECT" + portrait.partition("AS SELECT")[2])
    assert shown.count() == release.rows("gold.portrait") > 0
    old = {path.relative_to(migrated.before.root) for path in Path(migrated.before.root).glob("releases/*/**/*")}
    assert old
    assert old == {path.relative_to(root) for path in root.glob("releases/*/**/*")}


def test_a_second_time_changes_nothing(migrated: Migrated, tables: dict[str, Table]) -> None:
    before = commits(migrated.after.root)
    lines: list[str] = []
    assert not migrate(migrated.after, tables, say=lines.append)
    assert lines == []
    after = commits(migrated.after.root)
    assert {name for name in after.keys() ^ before.keys() if "/lease/" not in name} == set()


def test_a_migration_says_every_new_name(migrated: Migrated) -> None:
    assert migrated.lines[0].endswith("has the names of an earlier version of Bullseye; it gets the new ones")
    expected = {f"{old} is now {new}" for old, new in RENAMES.tables.items()}
    expected |= {f"job {old} is now {new}" for old, new in RENAMES.jobs.items()}
    expected |= {
        f"{table}: column {old} is now {new}" for table, of_it in RENAMES.columns.items() for old, new in of_it.items()
    }
    expected |= {f"{table}: column {old} is removed" for table, gone in RENAMES.dropped.items() for old in gone}
    assert expected == set(migrated.lines[1:-1])


@pytest.mark.fault(
    "`bullseye migrate` is killed at one of its commits",
    right="the next one, or the next run, does the rest: rows, releases and records are those of one that was not killed",
)
@pytest.mark.parametrize(("dies_at", "after"), [(1, True), (7, False)], ids=["at the record of runs", "at a table"])
def test_one_that_was_killed_is_finished_by_the_next(
    migrated: Migrated, old: Path, tables: dict[str, Table], spark: SparkSession, dies_at: int, *, after: bool
) -> None:
    with pytest.raises(Killed):
        migrate(MortalLake(spark, str(old), dies_at=dies_at, after=after), tables)
    with pytest.raises(LakeError, match="has the names of an earlier version"):
        Reader(str(old)).require_names()
    assert migrate(Lake(spark, str(old)), tables)
    assert contents(old) == contents(migrated.after.root)
    log = RunLog(Lake(spark, str(old)), "later")
    log.compare(tables[name] for name in names(old) if name not in CHANGED[::2])
    assert [name for name in names(old) if log.doubt(name)] == []


@pytest.mark.fault(
    "`bullseye migrate` is killed while a table is moved, on a store that moves file by file",
    right="the next one moves the other files, and does the rest",
)
def test_one_that_was_killed_while_it_moved_a_table_is_finished_by_the_next(
    migrated: Migrated, old: Path, tables: dict[str, Table], spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []

    def move(session: SparkSession, source: str, target: str) -> bool:
        if len(moved) == 3:
            raise Killed
        moved.append(source)
        return move_folder(session, source, target)

    monkeypatch.setattr(module, "move_folder", move)
    with pytest.raises(Killed):
        migrate(Lake(spark, str(old)), tables)
    monkeypatch.undo()
    # As on a store that moves file by file: some are there already, and one is in both folders.
    half, whole = old / "ops" / "tier_cut", old / "gold" / "tier_cut"
    files = sorted(path for path in whole.rglob("*") if path.is_file())
    for path in files[: len(files) // 2 + 1]:
        target = half / path.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        if path != files[0]:
            path.unlink()
    assert migrate(Lake(spark, str(old)), tables)
    assert contents(old) == contents(migrated.after.root)
    assert not whole.exists()


def test_unfinished_rows_stay_unknown_and_versions_without_their_files_stay_as_they_are(
    old: Path, tables: dict[str, Table], spark: SparkSession
) -> None:
    lake = Lake(spark, str(old))
    path = lake.path("gold.recommendation")
    changed = spark.read.format("delta").load(path).where(F.col("as_of") == F.lit(EARLIER)).limit(1)
    writer = changed.write.format("delta").mode("overwrite").option("replaceWhere", f"as_of = DATE'{EARLIER}'")
    writer.option("userMetadata", Stamp("killed", "recommend_items", EARLIER).metadata()).save(path)
    newest = {Path(uri).name for uri in DeltaTable(f"{old}/gold/portrait").file_uris()}
    for uri in DeltaTable(f"{old}/gold/portrait", version=2).file_uris():
        if Path(uri).name not in newest:
            Path(uri.removeprefix("file://")).unlink()
    assert migrate(lake, tables)
    log = RunLog(lake, "later")
    log.compare([tables["gold.recommendation"]])
    assert log.unfinished("gold.recommendation") == [EARLIER]
    assert log.doubt("gold.recommendation", slice=str(LATER)) is None
    pins = {row["number"]: row["version"] for row in releases(lake, tables) if row["table"] == "gold.portrait"}
    assert pins[2] == 2, "as before, no reader can open it"
    assert pins[1] == pins[3] == lake.version("gold.portrait")


def test_a_withdrawal_shows_the_release_before(
    migrated: Migrated, tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    lake = Lake(spark, str(shutil.copytree(migrated.after.root, tmp_path / "lake")))
    newest = newest_release(lake, tables)
    done = withdraw(lake, tables, newest.release_id, run_id="w", at=newest.released_at, by="account", reason=None)
    assert done.shown.number == 2
    assert done.has_report
    [portrait] = [found for found in done.shown.tables if found.table == "gold.portrait"]
    shown: DataFrame = lake.read(tables["gold.portrait"], version=portrait.version).where(
        F.col("as_of") == F.lit(LATER)
    )
    assert shown.count() == portrait.rows


def request(root: Path, **more: Any) -> Request:
    return Request(ROOT / "conf" / "bank", lake=str(root), **more)


def test_the_next_run_migrates_by_itself(
    old: Path,
    spark: SparkSession,
    tables: dict[str, Table],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BULLSEYE_BANK_SALT", "a salt for made-up persons")
    jobs = select(JOBS, only=["profile_groups"])
    run_jobs(request(old, as_of=LATER, dry_run=True), jobs, JOBS)
    assert "has the names of an earlier version: a run gives it the new ones first" in said(capsys)
    assert not (old / FILE).exists()
    [entry] = run_jobs(request(old, as_of=LATER), jobs, JOBS)
    assert entry.status == "done"
    assert "gold.tier_cut is now ops.tier_cut" in said(capsys)
    assert json.loads((old / FILE).read_text(encoding="utf-8")) == {"format": FORMAT}
    lake = Lake(spark, str(old))
    assert lake.read(tables["gold.portrait"]).where(F.col("as_of") == F.lit(LATER)).count() == 24
    [again] = run_jobs(request(old, as_of=LATER), jobs, JOBS)
    assert again.status == "up to date"
    assert "is now" not in said(capsys)


def found_by_doctor(root: Path) -> list[tuple[str, str]]:
    """Subject and state of every finding about the lake."""
    return [(one.what, one.state) for one in examine(lambda: load_settings(ROOT / "conf" / "bank"), str(root))]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, without the breaks of lines."""
    return " ".join(capsys.readouterr().err.split())


def test_the_command_says_what_has_another_name_and_has_nothing_to_do_again(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conf = ROOT / "conf" / "bank"
    with pytest.raises(
        LakeError, match="has the names of an earlier version of Bullseye\n  give it the new ones: bullseye migrate"
    ):
        withdraw_release(conf, "r", lake=str(old), reason=None, log="text")
    assert ("names", "warning") in found_by_doctor(old)
    migrate_lake(conf, lake=str(old), log="text")
    assert "names" not in dict(found_by_doctor(old))
    assert "job study_leavers is now model_churn" in said(capsys)
    migrate_lake(conf, lake=str(old), log="text")
    assert said(capsys) == f"{old} has the names of this version: nothing to do"
    Reader(str(old)).require_names()
    with pytest.raises(LakeError, match="has no tables yet"):
        migrate_lake(conf, lake=str(tmp_path / "nothing"), log="text")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 3}', "was written by a later version of Bullseye \\(its format is 3, this version knows 2\\)"),
        ('{"form', "cannot be read, so that the version of the lake is not known"),
    ],
)
def test_a_lake_of_a_later_version_is_refused_and_not_changed(
    kept: Path,
    tables: dict[str, Table],
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    message: str,
) -> None:
    monkeypatch.setenv("BULLSEYE_BANK_SALT", "a salt for made-up persons")
    root = tmp_path / "lake"
    shutil.copytree(kept / "ops", root / "ops")
    (root / FILE).write_text(text, encoding="utf-8")
    before = commits(root)
    tries: list[Callable[[], object]] = [
        lambda: migrate(Lake(spark, str(root)), tables),
        lambda: run_jobs(request(root, as_of=LATER), select(JOBS, only=["build_tags"]), JOBS),
        lambda: run_jobs(request(root, as_of=LATER, dry_run=True), select(JOBS, only=["build_tags"]), JOBS),
        lambda: withdraw_release(ROOT / "conf" / "bank", "r", lake=str(root), reason=None, log="text"),
        Reader(str(root)).require_names,
    ]
    assert ("names", "wrong") in found_by_doctor(root)
    for one in tries:
        with pytest.raises(LakeError, match=message):
            one()
    assert {name for name in commits(root).keys() ^ before.keys() if "/lease/" not in name} == set()


def test_a_new_lake_has_the_format_of_this_version(
    tables: dict[str, Table], spark: SparkSession, tmp_path: Path
) -> None:
    assert not migrate(Lake(spark, str(tmp_path)), tables)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8")) == {"format": FORMAT}
    Reader(str(tmp_path)).require_names()


def test_the_renames_name_only_what_there_is_and_what_there_is_no_longer(tables: dict[str, Table]) -> None:
    jobs = {job.name for job in JOBS}
    assert set(RENAMES.jobs.values()) <= jobs
    assert jobs.isdisjoint(RENAMES.jobs)
    assert set(RENAMES.tables.values()) <= tables.keys()
    assert tables.keys().isdisjoint(RENAMES.tables)
    for name, columns in RENAMES.columns.items():
        assert set(columns.values()) <= set(tables[name].names)
        assert len(set(columns.values())) == len(columns)
    for name in RENAMES.rewritten:
        assert RENAMES.old_columns(name).isdisjoint(tables[name].names)
