"""The strongest association rules, and what recommending by them is worth."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.report.blocks import Block, Prose, charts, code, nothing
from bullseye.report.changes import row_count
from bullseye.report.listing import Field, Listing, Rows, listing
from bullseye.report.section import Changes, Query, Section, SectionData, Source
from bullseye.report.wording import Wording
from bullseye.topics.association.charts import rule_network

MIN_RULE_BASKETS = 50
"""Rules with fewer baskets are left out of the report: a high lift of a handful of baskets is chance."""
TOP_RULES = 40
_BACKTEST = (
    Field("recommending", "how"),
    Field("hits", "hits", "whole"),
    Field("hit rate", "hit_rate", "share", places=2, bar=True, bar_of=1.0),
)
_METHODS = {"rules": "by rules", "popular": "what is popular", "rules, then popular": "by rules, then what is popular"}


def top_rules(source: Source) -> DataFrame:
    """The rules with the highest lift, `TOP_RULES` at most; of rules over the same items the most confident one."""
    rules = source.tables["gold.association_rule"]
    items = F.array_sort(F.concat("antecedent_items", F.array("consequent")))
    best = F.max_by(F.struct(*rules.columns), F.struct("confidence", "rule_id"))
    first = rules.where(F.col("rule_baskets") >= MIN_RULE_BASKETS).groupBy(items.alias("items")).agg(best.alias("best"))
    return first.select("best.*").orderBy(F.desc("lift"), F.desc("confidence"), "rule_id").limit(TOP_RULES)


def _blocks(data: SectionData) -> Iterator[Block]:
    says, rules = data.wording, data.rows["rules"]
    mined, baskets = data.published["gold.association_rule"], says.terms.baskets
    if rules:
        yield Prose((f"{says.whole(mined)} rules from {says.whole(rules[0]['baskets'])} {baskets}.",))
        yield from charts(rule_network(rules, says))
        yield _rules(rules, says)
    elif mined:
        few = f"No rule holds in {MIN_RULE_BASKETS} {baskets} or more; all {says.whole(mined)} are in "
        yield Prose((few, code("gold.association_rule"), "."), "none")
    else:
        yield nothing(
            f"No rules: there are no {baskets}, or none that reach the support and confidence of association.yaml."
        )
    if data.rows["backtest"]:
        yield _backtest(data.rows["backtest"], says)
    else:
        yield nothing(f"No back-test: there are no {baskets} to test on.")


def _rules(rules: Rows, wording: Wording) -> Listing:
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
    return listing("rules", "Strongest rules", fields, rules, wording, note=note)


def _backtest(methods: Rows, wording: Wording) -> Listing:
    """What recommending by rules is worth next to what is popular; there is at least one row."""
    rows = [{**row, "how": _METHODS.get(row["method"], row["method"])} for row in methods]
    test, baskets = methods[0], wording.terms.baskets
    note = (
        f"Rules from {wording.whole(test['mined_baskets'])} {baskets} up to {wording.day(test['mined_until'])}, tested on the"
        f" {wording.whole(test['test_baskets'])} {baskets} after it: one item of each was hidden, and {test['top']} were recommended."
    )
    return listing("backtest", "Back-test of the recommendations", _BACKTEST, rows, wording, note=note)


def _changes(data: SectionData, before: SectionData) -> Changes:
    return Changes(figures=(row_count("Rules", "gold.association_rule", data, before),))


SECTION = Section(
    "association",
    "rules",
    _blocks,
    queries={
        "rules": Query(("gold.association_rule",), TOP_RULES, top_rules),
        # one row a method
        "backtest": Query(("ops.rule_backtest",), 100, order=("-hits", "method")),
    },
    changes=_changes,
)
