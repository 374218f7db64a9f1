"""Itemsets (rusket), rules with their measures, the back-test, and recommendations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pyarrow as pa
import rusket
from deltalake import DeltaTable
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmark.peer.session import Peer
from bullseye.settings.association import Association

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """A rule by the numbers of its items, with the counts that everything else follows from."""

    antecedent: tuple[int, ...]
    consequent: int
    baskets: int
    antecedent_baskets: int
    consequent_baskets: int
    rule_baskets: int
    id: str

    @property
    def confidence(self) -> float:
        return self.rule_baskets / self.antecedent_baskets

    @property
    def lift(self) -> float:
        return self.rule_baskets * self.baskets / (self.antecedent_baskets * self.consequent_baskets)


@dataclass(frozen=True)
class Baskets:
    """Distinct items of every basket as pairs of numbers, sorted by basket; the days of the baskets; names of the items."""

    basket: NDArray[np.int64]
    item: NDArray[np.int64]
    days: NDArray[np.int64]
    names: list[str]

    def matrix(self, chosen: Flags) -> csr_matrix:
        """One row a chosen basket, one column an item."""
        kept = chosen[self.basket]
        row = np.cumsum(chosen) - 1
        shape = (int(chosen.sum()), len(self.names))
        return csr_matrix(
            (np.ones(int(kept.sum()), dtype=np.int8), (row[self.basket[kept]], self.item[kept])), shape=shape
        )


def mine_associations(peer: Peer, as_of: date) -> None:
    """gold.association_rule and ops.rule_backtest."""
    settings = peer.settings[Association]
    found = _baskets(peer, as_of)
    everything = np.ones(len(found.days), dtype=bool)
    _, rules = mine(found, everything, min_support=settings.min_support, min_confidence=settings.min_confidence)
    peer.write_rows("gold.association_rule", _rule_table(rules, found.names, as_of))
    cut = as_of - timedelta(days=settings.backtest_days)
    before = found.days <= _number(cut)
    itemsets, earlier = mine(found, before, min_support=settings.min_support, min_confidence=settings.min_confidence)
    tested, hits = back_test(found, before, earlier, top=settings.recommend.top)
    peer.write_rows(
        "ops.rule_backtest",
        pa.Table.from_pylist(
            [
                {
                    "as_of": as_of, "method": method, "mined_until": cut, "mined_baskets": int(before.sum()),
                    "itemsets": itemsets, "rules": len(earlier), "test_baskets": tested, "hits": count,
                    "hit_rate": count / tested, "top": settings.recommend.top,
                }
                for method, count in zip(("rules", "rules, then popular", "popular"), hits, strict=True)
            ]
        ),
    )  # fmt: skip


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _items(peer: Peer, where: str) -> str:
    settings = peer.settings[Association]
    excluded = ", ".join(f"'{item}'" for item in settings.exclude)
    return f"is_item AND {settings.level} IS NOT NULL AND {settings.level} NOT IN ({excluded}) AND {where}"


def _baskets(peer: Peer, as_of: date) -> Baskets:
    level = peer.settings[Association].level
    where = _items(peer, f"day <= DATE '{as_of}'")
    peer.sql(f"""
        CREATE TABLE item AS SELECT {level} AS name, row_number() OVER (ORDER BY {level}) - 1 AS item
        FROM (SELECT DISTINCT {level} FROM order_line WHERE {where});
        CREATE TABLE basket AS SELECT order_id, max(day) AS day, row_number() OVER (ORDER BY order_id) - 1 AS basket
        FROM order_line WHERE {where} GROUP BY order_id
    """)
    pairs = peer.connection.execute(f"""
        SELECT DISTINCT b.basket, i.item FROM order_line AS l JOIN basket AS b USING (order_id) JOIN item AS i ON l.{level} = i.name
        WHERE {where.replace("day <=", "l.day <=")}
    """).fetchnumpy()
    days = peer.connection.execute(
        "SELECT (day - DATE '1970-01-01')::BIGINT AS day FROM basket ORDER BY basket"
    ).fetchnumpy()
    names = [row[0] for row in peer.connection.execute("SELECT name FROM item ORDER BY item").fetchall()]
    return Baskets(np.asarray(pairs["basket"]), np.asarray(pairs["item"]), np.asarray(days["day"]), names)


def mine(found: Baskets, chosen: Flags, *, min_support: float, min_confidence: float) -> tuple[int, list[Rule]]:
    """The number of frequent itemsets of the chosen baskets, and their rules, the best first."""
    baskets = int(chosen.sum())
    least = max(1, -(-Fraction(str(min_support)) * baskets // 1))
    frame = rusket.fpgrowth(
        found.matrix(chosen),
        min_support=float(least - 0.5) / baskets,
        use_colnames=True,
        column_names=[str(n) for n in range(len(found.names))],
    )
    counts = {
        tuple(sorted(int(item) for item in items)): round(support * baskets)
        for items, support in zip(frame["itemsets"], frame["support"], strict=True)
    }
    limit = Fraction(str(min_confidence))
    rules = [
        rule
        for rule in _rules(counts, baskets, found.names)
        if Fraction(rule.rule_baskets, rule.antecedent_baskets) >= limit
    ]
    return len(counts), sorted(rules, key=lambda r: (-r.confidence, -r.lift, len(r.antecedent), r.id))


def _rules(counts: dict[tuple[int, ...], int], baskets: int, names: Sequence[str]) -> Iterator[Rule]:
    for items, count in counts.items():
        if len(items) < 2:
            continue
        for place, consequent in enumerate(items):
            rest = items[:place] + items[place + 1 :]
            # Items are numbered in the order of their names.
            text = json.dumps(
                [*(names[item] for item in rest), names[consequent]], separators=(",", ":"), ensure_ascii=False
            )
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            yield Rule(rest, consequent, baskets, counts[rest], counts[(consequent,)], count, digest)


def _rule_table(rules: Sequence[Rule], names: Sequence[str], as_of: date) -> pa.Table:
    rows = []
    for rule in rules:
        total, both, before, after = rule.baskets, rule.rule_baskets, rule.antecedent_baskets, rule.consequent_baskets
        items = [names[item] for item in rule.antecedent]
        rows.append(
            {
                "as_of": as_of, "rule_id": rule.id, "antecedent": " + ".join(items), "antecedent_items": items,
                "consequent": names[rule.consequent], "baskets": total, "antecedent_baskets": before,
                "consequent_baskets": after, "rule_baskets": both, "support": both / total,
                "confidence": rule.confidence, "lift": rule.lift, "leverage": (both * total - before * after) / total**2,
                "conviction": (total - after) * before / (total * (before - both)) if before > both else None,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows)


def best(
    rules: Sequence[Rule], has: Flags, taken: Flags, *, top: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """The rules that recommend something new, in their order: place of the rule, holders, and their position (from 1).

    `has` and `taken` have one row an item and one column a holder. A rule fits where every item of its antecedent is
    had and its consequent is not taken; the first rule for a consequent counts, until a holder has `top` of them.
    """
    given = taken.copy()
    counts = np.zeros(has.shape[1], dtype=np.int64)
    for place, rule in enumerate(rules):
        fits = ~given[rule.consequent]
        for item in rule.antecedent:
            fits &= has[item]
        holders = np.flatnonzero(fits)
        holders = holders[counts[holders] < top]
        if len(holders):
            given[rule.consequent, holders] = True
            counts[holders] += 1
            yield place, holders, counts[holders]


def back_test(found: Baskets, before: Flags, rules: Sequence[Rule], *, top: int) -> tuple[int, tuple[int, int, int]]:
    """Test baskets, and hits of the rules, of the rules filled up with what is popular, and of what is popular."""
    popular = np.argsort(-np.bincount(found.item[before[found.basket]], minlength=len(found.names)), kind="stable")
    items = np.asarray(found.matrix(~before).astype(bool).toarray())
    items = items[items.sum(axis=1) >= 2].T
    # One item of every basket is hidden: the one with the smallest of numbers drawn for all.
    drawn = np.random.default_rng(0).random(items.shape)
    hidden = np.where(items, drawn, 2.0).argmin(axis=0)
    every = np.arange(items.shape[1])
    items[hidden, every] = False
    offered = items.copy()
    counts, by_rules = np.zeros(len(every), dtype=np.int64), 0
    for place, holders, position in best(rules, items, items, top=top):
        consequent = rules[place].consequent
        offered[consequent, holders] = True
        counts[holders] = position
        by_rules += int((hidden[holders] == consequent).sum())
    filled = by_rules + _popular_hits(popular, offered, hidden, counts, top=top)
    alone = _popular_hits(popular, items, hidden, np.zeros(len(every), dtype=np.int64), top=top)
    return len(every), (by_rules, filled, alone)


def _popular_hits(
    popular: NDArray[np.int64], known: Flags, hidden: NDArray[np.int64], counts: NDArray[np.int64], *, top: int
) -> int:
    """Hits of filling up each list to `top` with the most popular items that are not known."""
    hits, filled = 0, counts.copy()
    for item in popular:
        offered = (filled < top) & ~known[item]
        filled += offered
        hits += int((offered & (hidden == item)).sum())
        if filled.min() >= top:
            break
    return hits


def recommend_items(peer: Peer, as_of: date) -> None:
    """gold.recommendation."""
    settings = peer.settings[Association]
    days = max(settings.recommend.bought_days, settings.recommend.lately_days)
    where = _items(peer, f"day <= DATE '{as_of}' AND day > DATE '{as_of}' - {days}")
    bought = peer.connection.execute(f"""
        SELECT party, item, max(day) > DATE '{as_of}' - {settings.recommend.bought_days} AS has,
          max(day) > DATE '{as_of}' - {settings.recommend.lately_days} AS taken
        FROM order_line AS l JOIN item AS i ON l.{settings.level} = i.name WHERE {where} GROUP BY party, item
    """).fetchnumpy()
    parties, holder = np.unique(bought["party"], return_inverse=True)
    table = peer.connection.execute("SELECT name FROM item ORDER BY item").fetchall()
    names = [row[0] for row in table]
    has = np.zeros((len(names), len(parties)), dtype=bool)
    taken = has.copy()
    has[bought["item"], holder] = bought["has"]
    taken[bought["item"], holder] = bought["taken"]
    everything = _read_rules(peer, names)
    rules = [rule for rule in everything if rule.lift >= settings.recommend.min_lift]
    columns: dict[str, list[NDArray[np.int64]]] = {name: [] for name in ("party", "position", "rule")}
    for place, holders, position in best(rules, has, taken, top=settings.recommend.top):
        columns["party"].append(parties[holders])
        columns["position"].append(position)
        columns["rule"].append(np.full(len(holders), place))
    rows = pa.table({name: np.concatenate(parts) for name, parts in columns.items()})
    listed = pa.table(
        {
            "rule": np.arange(len(rules)),
            "item": [names[rule.consequent] for rule in rules],
            "score": [rule.confidence for rule in rules],
            "lift": [rule.lift for rule in rules],
            "rule_id": [rule.id for rule in rules],
            "reason": [" + ".join(names[item] for item in rule.antecedent) for rule in rules],
        }
    )
    peer.connection.register("placed", rows)
    peer.connection.register("listed", listed)
    peer.write(
        "gold.recommendation",
        f"SELECT DATE '{as_of}' AS as_of, 'household:' || party AS customer_id, position::INTEGER AS position,"
        " item, score, lift, rule_id, because FROM placed JOIN listed USING (rule)",
        by="as_of",
    )


def _read_rules(peer: Peer, names: Sequence[str]) -> list[Rule]:
    """The rules as they were written."""
    numbers = {name: number for number, name in enumerate(names)}
    path = peer.lake / "gold" / "association_rule"
    found = [
        Rule(
            tuple(numbers[item] for item in row["antecedent_items"]), numbers[row["consequent"]], row["baskets"],
            row["antecedent_baskets"], row["consequent_baskets"], row["rule_baskets"], row["rule_id"],
        )
        for row in DeltaTable(str(path)).to_pyarrow_table().to_pylist()
    ]  # fmt: skip
    return sorted(found, key=lambda r: (-r.confidence, -r.lift, len(r.antecedent), r.id))
