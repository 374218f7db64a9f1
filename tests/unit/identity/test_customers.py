"""Ids that stay: literal cases, and random evolutions against a plain-Python oracle."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from pyspark.sql import Row, SparkSession

from bullseye.core.rows import local_frame
from bullseye.errors import IdentityError
from bullseye.identity.customers import ledger_events, persistent_ids
from bullseye.identity.ledger import aliases, check_ledger, ids_given, known_parties
from bullseye.identity.linking import LINK
from bullseye.identity.resolve import number_customers
from bullseye.tables.features import CUSTOMER_NUMBER
from bullseye.tables.ops import IDENTITY_LEDGER


@dataclass
class World:
    """A ledger and a registry of numbers that grow with every run, as the lake would hold them."""

    spark: SparkSession
    ledger: list[Row] = field(default_factory=list)
    numbers: list[Row] = field(default_factory=list)
    runs: int = 0

    def run(self, *groups: str, links: Iterable[tuple] = ()) -> dict[str, str]:
        """Resolve with these groups of one-letter parties; returns customer by party."""
        self.runs += 1
        pairs = [(party, min(group)) for group in groups for party in group]
        members = local_frame(self.spark, pairs, "party_id STRING, root STRING")
        ledger = local_frame(self.spark, self.ledger, IDENTITY_LEDGER.schema())
        numbers = local_frame(self.spark, self.numbers, CUSTOMER_NUMBER.schema())
        told = persistent_ids(members, known_parties(ledger), ids_given(ledger), numbers).persist()
        made = local_frame(self.spark, list(links), LINK)
        self.ledger += ledger_events(told, made, rules=("phone", "email"), run_id=f"r{self.runs}").collect()
        self.numbers += number_customers(told.select("customer_id").distinct(), numbers).collect()
        found = {row["party_id"]: row["customer_id"] for row in told.collect()}
        told.unpersist()
        return found

    def events(self) -> list[tuple]:
        """What the newest run wrote: party, event, from, to."""
        newest = [row for row in self.ledger if row["run_id"] == f"r{self.runs}"]
        return sorted((r["party_id"], r["event"], r["from_customer_id"], r["customer_id"]) for r in newest)

    def aliases(self, today: dict[str, str]) -> dict[str, str]:
        ledger = local_frame(self.spark, self.ledger, IDENTITY_LEDGER.schema())
        now = local_frame(self.spark, list(today.items()), "party_id STRING, customer_id STRING")
        return {row["customer_id"]: row["current_customer_id"] for row in aliases(ledger, now).collect()}

    def check(self) -> None:
        ledger = local_frame(self.spark, self.ledger, IDENTITY_LEDGER.schema())
        numbers = local_frame(self.spark, self.numbers, CUSTOMER_NUMBER.schema())
        check_ledger(known_parties(ledger), ledger, numbers)


@pytest.fixture
def world(spark: SparkSession) -> World:
    return World(spark)


def test_new_components_are_named_by_their_smallest_party(world: World) -> None:
    assert world.run("ab", "c") == {"a": "a", "b": "a", "c": "c"}
    assert world.events() == [("a", "assigned", None, "a"), ("b", "assigned", None, "a"), ("c", "assigned", None, "c")]


def test_nothing_changes_when_nothing_changes(world: World) -> None:
    first = world.run("ab", "c")
    assert world.run("ab", "c") == first
    assert world.events() == []


def test_a_party_that_joins_gets_the_customers_id_even_if_its_own_is_smaller(world: World) -> None:
    world.run("bc")
    assert world.run("abc") == {"a": "b", "b": "b", "c": "b"}
    assert world.events() == [("a", "assigned", None, "b")]


def test_of_merged_customers_the_oldest_id_survives_and_the_other_leads_to_it(world: World) -> None:
    world.run("b")
    world.run("b", "a")
    today = world.run("ab")
    assert today == {"a": "b", "b": "b"}
    assert world.events() == [("a", "merged", "a", "b")]
    assert world.aliases(today) == {"a": "b"}


def test_the_larger_part_keeps_the_id_and_the_other_gets_one_that_never_was(world: World) -> None:
    world.run("abc")
    assert world.run("a", "bc") == {"a": "a~2", "b": "a", "c": "a"}
    assert world.events() == [("a", "split", "a", "a~2")]


def test_of_equal_parts_the_one_with_the_smallest_party_keeps_the_id(world: World) -> None:
    world.run("abcd")
    assert world.run("ad", "bc") == {"a": "a", "d": "a", "b": "b", "c": "b"}


def test_an_id_is_never_used_again_for_others(world: World) -> None:
    world.run("ab", "c")
    world.run("abc")  # c is merged into a
    assert world.run("ab", "c") == {"a": "a", "b": "a", "c": "c~2"}
    world.run("abc")
    today = world.run("ab", "c")
    assert today["c"] == "c~3"
    assert world.aliases(today) == {"c": "c~3", "c~2": "c~3"}


def test_one_that_leaves_for_another_customer_was_split_from_the_first(world: World) -> None:
    world.run("abc", "d")
    assert world.run("ab", "cd") == {"a": "a", "b": "a", "c": "d", "d": "d"}
    assert world.events() == [("c", "split", "a", "d")]


def test_an_old_id_leads_to_those_who_had_it_and_not_along_the_merge(world: World) -> None:
    world.run("abc", "de")
    world.run("abcde")  # d is merged into a
    today = world.run("abc", "de")
    assert today["d"] == today["e"] == "d~2"
    assert world.aliases(today) == {"d": "d~2"}


def test_a_party_that_was_away_comes_back_as_who_it_was(world: World) -> None:
    world.run("ab", "c")
    world.run("b", "c")
    assert world.events() == []
    assert world.run("ab", "c") == {"a": "a", "b": "a", "c": "c"}
    assert world.events() == []


def test_an_event_tells_the_strongest_link_of_its_party(world: World) -> None:
    links = [("b", "a", "email", "h1", None, None, None), ("c", "b", "phone", "h2", None, None, None)]
    world.run("abc", links=links)
    found = sorted((r["party_id"], r["rule"], r["linked_party_id"], r["evidence"]) for r in world.ledger)
    assert found == [("a", "email", "b", "h1"), ("b", "phone", "c", "h2"), ("c", "phone", "b", "h2")]
    world.run("a", "b", "c")
    alone = {r["party_id"]: r["rule"] for r in world.ledger if r["run_id"] == "r2"}
    assert alone == {"b": "no_link", "c": "no_link"}


def test_a_merge_tells_the_link_between_the_customers_and_not_the_one_within(world: World) -> None:
    within = ("d", "c", "phone", "h1", None, None, None)
    world.run("ab", "cd", links=[within])
    world.run("abcd", links=[within, ("c", "b", "email", "h2", None, None, None)])
    newest = sorted(
        (r["party_id"], r["event"], r["rule"], r["linked_party_id"], r["evidence"]) for r in world.ledger[-2:]
    )
    assert newest == [("c", "merged", "email", "b", "h2"), ("d", "merged", "email", "b", "h2")]


def test_ids_of_events_are_the_same_when_a_run_that_broke_off_is_repeated(spark: SparkSession) -> None:
    one, other = World(spark), World(spark)
    for world in (one, other):
        world.run("ab")
        world.run("a", "b")
    other.runs = 7
    for world in (one, other):
        world.run("ab")
    assert [row["event_id"] for row in one.ledger] == [row["event_id"] for row in other.ledger]
    assert len({row["event_id"] for row in one.ledger}) == len(one.ledger) == 4


def test_a_ledger_that_gives_a_party_to_two_customers_is_an_error(world: World) -> None:
    world.run("a", "b")
    world.check()
    world.ledger.append(Row(**{**world.ledger[0].asDict(), "event_id": "x", "customer_id": "b"}))
    with pytest.raises(IdentityError, match="of 1 parties it does not tell one customer"):
        world.check()


def test_merges_in_a_circle_are_an_error(world: World) -> None:
    world.run("a", "b")
    world.run("ab")
    back = {"event_id": "x", "event": "merged", "customer_id": "b", "from_customer_id": "a"}
    world.ledger.append(Row(**{**world.ledger[0].asDict(), **back}))
    with pytest.raises(IdentityError, match="merges can run in a circle"):
        world.check()


@pytest.mark.parametrize("seed", [1, 2])
def test_ids_of_a_changing_world_are_those_of_a_plain_program(world: World, seed: int) -> None:
    chance, oracle = random.Random(seed), Oracle()
    for _ in range(4):
        present = chance.sample("abcdefghij", 8)
        groups: dict[int, list[str]] = {}
        for party in present:
            groups.setdefault(chance.randrange(4), []).append(party)
        parts = ["".join(sorted(group)) for group in groups.values()]
        before = dict(oracle.who)
        found = world.run(*parts)
        assert found == oracle.run(parts)
        changed = {party for party in present if before.get(party) != found[party]}
        assert {party for party, *_ in world.events()} == changed
        assert world.aliases(oracle.who) == oracle.aliases()
        world.check()
    assert world.run(*parts) == found
    assert world.events() == []


@dataclass
class Oracle:
    """The rules of persistent ids, one party after the other."""

    who: dict[str, str] = field(default_factory=dict)
    born: list[str] = field(default_factory=list)
    had: dict[str, set[str]] = field(default_factory=dict)

    def run(self, parts: list[str]) -> dict[str, str]:
        claims = {
            old: min(
                (part for part in parts if any(self.who.get(p) == old for p in part)),
                key=lambda part: (
                    -sum(self.who.get(p) == old for p in part),
                    min(p for p in part if self.who.get(p) == old),
                ),
            )
            for old in {self.who[p] for part in parts for p in part if p in self.who}
        }
        fresh = []
        now: dict[str, str] = {}
        for part in parts:
            mine = [old for old, heir in claims.items() if heir == part]
            id_ = min(mine, key=self.born.index) if mine else self.unused(part[0])
            fresh += [] if mine else [id_]
            now |= dict.fromkeys(part, id_)
        self.born += sorted(fresh)
        self.who |= now
        for party, id_ in now.items():
            self.had.setdefault(id_, set()).add(party)
        return now

    def unused(self, party: str) -> str:
        used = sum(id_.partition("~")[0] == party for id_ in self.born)
        return party if not used else f"{party}~{used + 1}"

    def aliases(self) -> dict[str, str]:
        living = set(self.who.values())
        return {
            old: min(Counter(self.who[p] for p in parties).items(), key=lambda found: (-found[1], found[0]))[0]
            for old, parties in self.had.items()
            if old not in living
        }
