"""Data quality: the sources of the newest ingest, and the rules that rows broke."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.core.quality import REJECTED_ROWS
from bullseye.core.runlog import newest_run
from bullseye.report.blocks import Block, Mark, Prose, nothing
from bullseye.report.changes import highlight
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.section import Changes, Figure, Query, Section, SectionData, Source

_SOURCES = (
    Field("source", "source"),
    Field("rows", "checked", "whole"),
    Field("rejected", "failed", "whole"),
    Field("share", "share", "share", places=2),
    Field("allowed", "allowed", "share", places=2),
    Field("gate", "gate"),
)
_FINDINGS = (
    Field("source", "source"),
    Field("rule", "rule", "prose"),
    Field("action", "action"),
    Field("rows", "failed", "whole"),
    Field("share", "share", "share", places=2, bar=True, bar_of=1.0),
)


def _newest_ingest(source: Source) -> DataFrame:
    """What the newest ingest found: one row a source and rule, the gravest first."""
    quality = source.tables["ops.quality"]
    # one row an ingest
    runs = {row["run_id"] for row in quality.select("run_id").distinct().collect()}
    newest = newest_run(source.tables["ops.run"], runs) if len(runs) > 1 else next(iter(runs), None)
    return quality.where(F.col("run_id") == F.lit(newest))


def _blocks(data: SectionData) -> Iterator[Block]:
    quality = data.rows["quality"]
    sources = [
        {**row, "gate": "passed" if row["passed"] else "failed", "mark_gate": "ok" if row["passed"] else "failed"}
        for row in _gates(quality)
    ]
    if not sources:
        yield nothing("No source was checked.")
        return
    yield listing("sources", "Sources of the newest ingest", _SOURCES, sources, data.wording)
    findings = [row for row in quality if row["failed"] and row["action"] != "gate"]
    if not findings:
        yield nothing("No row broke a rule.")
        return
    note = "Rejected rows are in ops.quarantine with their reasons; a warning leaves the row where it is."
    yield listing("findings", "Rules that rows broke", _FINDINGS, findings, data.wording, note=note)


def _changes(data: SectionData, before: SectionData) -> Changes:
    now, then = (_rejected(one.rows["quality"]) for one in (data, before))
    return Changes(
        highlights=(highlight(Figure("Rejected rows", now, then), data.wording),),
        figures=(Figure("Rows rejected by the newest ingest", now, then),),
    )


def _health(data: SectionData) -> Prose | None:
    """How many gates the newest ingest passed, the rows that it rejected, and its warnings."""
    says, quality = data.wording, data.rows["quality"]
    gates = _gates(quality)
    if not gates:
        return None
    passed = sum(row["passed"] for row in gates)
    warnings = sum(row["failed"] for row in quality if row["action"] == "warn")
    mark = Mark(
        f"Quality gates passed: {says.whole(passed)} of {says.whole(len(gates))}.",
        "ok" if passed == len(gates) else "failed",
    )
    return Prose((mark, f" Rejected rows: {says.whole(_rejected(quality))}. Warnings: {says.whole(warnings)}."))


def _gates(quality: Rows) -> Rows:
    return tuple(row for row in quality if row["action"] == "gate")


def _rejected(quality: Rows) -> int:
    """Rows that were rejected; other gates count rows and days that are gone."""
    return sum(int(row["failed"]) for row in _gates(quality) if row["rule"] == REJECTED_ROWS)


SECTION = Section(
    "sources",
    "quality",
    _blocks,
    queries={
        # one row a source and rule
        "quality": Query(
            ("ops.quality", "ops.run"),
            10_000,
            _newest_ingest,
            order=("source", "-failed", "rule"),
            compared=True,
        ),
    },
    changes=_changes,
    health=_health,
)
