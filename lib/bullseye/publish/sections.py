"""The tables of the report, section by section: which fields, in which order, written how."""

from __future__ import annotations

from collections.abc import Mapping

from bullseye.core.contract import Table
from bullseye.publish.figures import MIN_RULE_BASKETS, Figures
from bullseye.publish.figures.collect import Rows
from bullseye.publish.listing import Cell, Field, Listing, listing, written
from bullseye.publish.lists import CustomerList
from bullseye.publish.release import Release
from bullseye.publish.wording import Wording, is_money, words

_SEGMENTS = (
    Field("segment", "segment", "words"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share"),
    Field("meaning", "meaning", "prose"),
)
_CLUSTERS = (
    Field("clusters", "k", "whole"),
    Field("stability", "stability", "decimal", places=3),
    Field("silhouette", "silhouette", "decimal", places=3),
    Field("smallest share", "smallest_share", "share"),
    Field("chosen", "verdict"),
    Field("why", "reason", "prose"),
)
_TAGS = (
    Field("tag", "tag", "words"),
    Field("group", "tag_group"),
    Field("kind", "kind"),
    Field("customers", "customers", "whole"),
    Field("share", "share", "share", bar=True, bar_of=1.0),
    Field("unknown", "unknown", "whole"),
    Field("meaning", "meaning", "prose"),
)
_BACKTEST = (
    Field("recommending", "how"),
    Field("hits", "hits", "whole"),
    Field("hit rate", "hit_rate", "share", places=2, bar=True, bar_of=1.0),
)
_ITEMS = (
    Field("item", "item"),
    Field("customers", "customers", "whole"),
    Field("share of them", "share", "share", bar=True, bar_of=1.0),
    Field("in first place", "first", "whole"),
)
_METRICS = (
    Field("model", "model", "words"),
    Field("sample", "sample"),
    Field("rows", "rows", "whole"),
    Field("outcomes", "positives", "whole"),
    Field("AUC", "auc", "decimal", places=3),
    Field("KS", "ks", "decimal", places=3),
    Field("Brier", "brier", "decimal", places=4),
    Field("log loss", "log_loss", "decimal", places=4),
    Field("lift of the top tenth", "top_decile_lift", "decimal"),
)
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
_IDENTITY = (
    Field("figure", "figure", "words"),
    Field("of", "item", "prose"),
    Field("number", "number", "whole"),
)
_RUNS = (
    Field("job", "job", "code"),
    Field("rows", "rows", "whole"),
    Field("time", "seconds", "seconds", bar=True),
    Field("Spark jobs", "spark_jobs", "whole"),
    Field("commits", "commits", "whole"),
    Field("run", "run_id", "code"),
)
_RELEASED = (
    Field("table", "table", "code"),
    Field("version", "version", "whole"),
    Field("rows", "rows", "whole"),
    Field("what it holds", "doc", "prose"),
)
_METHODS = {"rules": "by rules", "popular": "what is popular", "rules, then popular": "by rules, then what is popular"}


def measures(found: Rows, windows: Mapping[str, str], wording: Wording) -> Listing:
    """Sums over all customers: one line a measure, one column a window; amounts and counts in one table."""
    fields = (
        Field("measure", "name", "words"),
        *(Field(heading, window, "whole") for window, heading in windows.items()),
        Field("meaning", "doc", "prose"),
    )
    rows = tuple(
        (
            Cell(words(row["name"])),
            *(
                Cell(
                    written(row[window], "money" if is_money(row["type"]) else "whole", wording),
                    "" if row[window] is None else str(row[window]),
                )
                for window in windows
            ),
            Cell(row["doc"]),
        )
        for row in found
    )
    note = "A window that begins before the first day of the data has no value."
    return Listing("measures", "Sums over all customers", note, fields, rows)


def segments(scheme: str, title: str, found: Rows, wording: Wording) -> Listing:
    """The segments of a scheme, one line each."""
    return listing(f"segments-{scheme}", f"{title}: the segments", _SEGMENTS, found, wording)


def clusters(found: Rows, wording: Wording) -> Listing:
    """Every number of clusters tried, and why it was taken or not."""
    rows = [
        {**row, "verdict": "chosen" if row["chosen"] else "–", "mark_verdict": "ok" if row["chosen"] else ""}
        for row in found
    ]
    note = (
        "Stability: how well two halves of the customers agree, 1 is perfect. Silhouette by squared Euclidean distance."
    )
    return listing("clusters", "How the number of clusters was chosen", _CLUSTERS, rows, wording, note=note)


def tags(found: Rows, wording: Wording) -> Listing:
    """Every tag with its meaning."""
    rows = [{**row, "kind": row["kind"] or "–", "meaning": row["meaning"] or "–"} for row in found]
    return listing("tags", "What the tags say", _TAGS, rows, wording)


def rules(found: Rows, wording: Wording) -> Listing:
    """The strongest rules."""
    terms = wording.terms
    note = f"By lift, with at least {MIN_RULE_BASKETS} {terms.baskets}; of rules over the same items the most confident one."
    fields = (
        Field(terms.buys, "antecedent", "prose"),
        Field(terms.also_buys, "consequent"),
        Field("lift", "lift", "decimal", bar=True),
        Field("confidence", "confidence", "share"),
        Field("support", "support", "share", places=2),
        Field(terms.baskets, "rule_baskets", "whole"),
    )
    return listing("rules", "Strongest rules", fields, found, wording, note=note)


def backtest(found: Rows, wording: Wording) -> Listing:
    """What recommending by rules is worth beside what is popular; there is at least one row."""
    rows = [{**row, "how": _METHODS.get(row["method"], row["method"])} for row in found]
    test, baskets = found[0], wording.terms.baskets
    note = (
        f"Rules from {wording.whole(test['mined_baskets'])} {baskets} up to {wording.day(test['mined_until'])}, tested on the"
        f" {wording.whole(test['test_baskets'])} {baskets} after it: one item of each was hidden, and {test['top']} were recommended."
    )
    return listing("backtest", "Back-test of the recommendations", _BACKTEST, rows, wording, note=note)


def items(found: Rows, wording: Wording) -> Listing:
    """What is recommended to most customers; there is at least one row."""
    everyone = found[0]["everyone"]
    rows = [{**row, "share": row["customers"] / everyone if everyone else None} for row in found]
    note = f"{wording.whole(everyone)} customers have a recommendation."
    return listing("items", "Items recommended to most customers", _ITEMS, rows, wording, note=note)


def metrics(target: str, found: Rows, wording: Wording) -> Listing:
    """A model and what it has to beat, by sample."""
    note = "Out of time: trained on earlier snapshots, tested on later ones. Brier score and log loss: less is better."
    return listing(f"metrics-{target}", f"{words(target)}: measured", _METRICS, found, wording, note=note)


def sources(found: Rows, wording: Wording) -> Listing:
    """One line a source: rows, rejected rows, and whether they were few enough."""
    rows = [
        {
            **row,
            "gate": "passed" if row["passed"] else "failed",
            "mark_gate": "ok" if row["passed"] else "failed",
        }
        for row in found
        if row["action"] == "gate"
    ]
    return listing("sources", "Sources of the newest ingest", _SOURCES, rows, wording)


def findings(found: Rows, wording: Wording) -> Listing:
    """Every rule that at least one row broke."""
    rows = [row for row in found if row["failed"] and row["action"] != "gate"]
    note = "Rejected rows are in ops.quarantine with their reasons; a warning leaves the row where it is."
    return listing("findings", "Rules that rows broke", _FINDINGS, rows, wording, note=note)


def identity(found: Rows, wording: Wording) -> Listing:
    """Who is who: links by rule, sizes of customers, blocked values that were met, and links that were refused."""
    note = "Customers by the number of parties, which are persons as one source knows them. ops.identity_refusal has what was refused."
    return listing("identity", "Who is who", _IDENTITY, found, wording, note=note)


def runs(found: Figures, wording: Wording) -> Listing:
    """What every job did for this release."""
    note = "Each with its newest run that had something to do; publishing itself is not in the list."
    return listing("runs", "Jobs that made this release", _RUNS, found.runs, wording, note=note)


def released(release: Release, tables: Mapping[str, Table], wording: Wording) -> Listing:
    """Version and rows of every table of the release."""
    rows = [
        {
            "table": row.table,
            "version": row.version,
            "rows": row.rows,
            "doc": tables[row.table].doc.partition(". Readers")[0],
        }
        for row in release.tables
    ]
    note = "The views in views/spark.sql, duckdb.sql and trino.sql show exactly these versions."
    return listing("released", "Tables of the release", _RELEASED, rows, wording, note=note)


def list_size(made: CustomerList, wording: Wording) -> str:
    """How long a list is, and of how many rows where not all of them are in it."""
    if made.rows == made.of:
        return f"{wording.whole(made.rows)} rows"
    return f"the first {wording.whole(made.rows)} of {wording.whole(made.of)} rows"
