"""Ids that stay: literal cases and random evolutions, all side by side in one ledger, as strangers to each other.

Every case is a list of days, and a day a list of groups of one-letter parties; `merging:a` is the party a of its case.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from pyspark.sql import Row, SparkSession

from bullseye.core.frames import local_frame
from bullseye.errors import IdentityError
from bullseye.topics.identity.customers import ledger_events, persistent_ids
from bullseye.topics.identity.ledger import aliases, check_ledger, ids_given, known_parties
from bullseye.topics.identity.linking import LINK
from bullseye.topics.identity.resolve import number_customers
from bullseye.topics.identity.tables import CUSTOMER_NUMBER, IDENTITY_LEDGER

Day = Sequence[str]
CASES: Mapping[str, Sequence[Day]] = {
    "new": [("ab", "c")],
    "joins": [("bc",), ("abc",)],
    "merged": [("b",), ("b", "a"), ("ab",)],
    "larger": [("abc",), ("a", "bc")],
    "equal": [("abcd",), ("ad", "bc")],
    "again": [("ab", "c"), ("abc",), ("ab", "c"), ("abc",), ("ab", "c")],
    "leaves": [("abc", "d"), ("ab", "cd")],
    "stranger": [("abc", "de"), ("abcde",), ("abc", "de")],
    "away": [("ab", "c"), ("b", "c"), ("ab", "c")],
    "linked": [("abc",), ("a", "b", "c")],
    "between": [("ab", "cd"), ("abcd",)],
}
LINKS = {
    ("linked", 0): [("b", "a", "email", "h1"), ("c", "b", "phone", "h2")],
    ("between", 0): [("d", "c", "phone", "h1")],
    ("between", 1): [("d", "c", "phone", "h1"), ("c", "b", "email", "h2")],
}
"""Links behind the groups of a case and day, where a test looks at them."""


@dataclass
class World:
    """A ledger and a registry of numbers that grow from day to day, as the lake would hold them."""

    spark: SparkSession
    ledger: list[Row] = field(default_factory=list)
    numbers: list[Row] = field(default_factory=list)
    found: list[dict[str, str]] = field(default_factory=list)
    """By day the customer of every party."""
    old: dict[str, str] = field(default_factory=dict)
    """Where ids of before lead after the last day."""

    def live(self, groups: Sequence[Sequence[str]], links: Sequence[tuple[str, ...]] = ()) -> None:
        """One day more."""
        pairs = [(party, min(group)) for group in groups for party in group]
        members = local_frame(self.spark, pairs, "party_id STRING, root STRING")
        ledger = local_frame(self.spark, self.ledger, IDENTITY_LEDGER.schema())
        numbers = local_frame(self.spark, self.numbers, CUSTOMER_NUMBER.schema())
        told = persistent_ids(members, known_parties(ledger), ids_given(ledger), numbers).localCheckpoint()
        made = local_frame(self.spark, [(*link, None, None, None) for link in links], LINK)
        run_id = f"day {len(self.found)}"
        self.ledger += ledger_events(told, made, rules=("phone", "email"), run_id=run_id).collect()
        self.numbers += number_customers(told.select("customer_id").distinct(), numbers).collect()
        self.found.append({row["party_id"]: row["customer_id"] for row in told.collect()})

    def check(self, *more: Row) -> None:
        ledger = local_frame(self.spark, [*self.ledger, *more], IDENTITY_LEDGER.schema())
        check_ledger(known_parties(ledger), ledger, local_frame(self.spark, self.numbers, CUSTOMER_NUMBER.schema()))

    def aliases(self) -> dict[str, str]:
        ledger = local_frame(self.spark, self.ledger, IDENTITY_LEDGER.schema())
        last = {party: customer for day in self.found for party, customer in day.items()}
        now = local_frame(self.spark, list(last.items()), "party_id STRING, customer_id STRING")
        return {row["customer_id"]: row["current_customer_id"] for row in aliases(ledger, now).collect()}


def evolution(seed: int) -> list[Day]:
    """Five days of ten parties, of whom eight are there on each, in other groups every time."""
    chance = random.Random(seed)
    days = []
    for _ in range(5):
        groups: dict[int, list[str]] = {}
        for party in chance.sample("abcdefghij", 8):
            groups.setdefault(chance.randrange(4), []).append(party)
        days.append(tuple("".join(sorted(group)) for group in groups.values()))
    return days


RANDOM = {f"random{seed}": evolution(seed) for seed in range(12)}
EVERY = {**CASES, **RANDOM}
DAYS = max(len(days) for days in EVERY.values())


@pytest.fixture(scope="module")
def world(spark: SparkSession) -> World:
    """All cases, day after day; a case that is over stays as it was on its last day."""
    lived = World(spark)
    for day in range(DAYS + 1):
        groups, links = [], []
        for case, days in EVERY.items():
            today = min(day, len(days) - 1)
            groups += [[f"{case}:{party}" for party in group] for group in days[today]]
            links += [(f"{case}:{one}", f"{case}:{other}", *rest) for one, other, *rest in LINKS.get((case, today), [])]
        lived.live(groups, links)
    lived.old = lived.aliases()
    return lived


def who(world: World, case: str, day: int = -1) -> dict[str, str]:
    """The customers of a case, without its name."""
    named = world.found[day if day < 0 else min(day, DAYS)].items()
    return {p.partition(":")[2]: c.partition(":")[2] for p, c in named if p.startswith(f"{case}:")}


def events(world: World, case: str, day: int) -> list[tuple[str | None, ...]]:
    """What happened in a case on a day: party, event, customer before and after."""
    rows = [r for r in world.ledger if r["run_id"] == f"day {day}" and r["party_id"].startswith(f"{case}:")]
    told = [(r["party_id"], r["event"], r["from_customer_id"], r["customer_id"]) for r in rows]
    return sorted(tuple(text and text.rpartition(":")[2] for text in row) for row in told)


def old_ids(world: World, case: str) -> dict[str, str]:
    found = {old: now for old, now in world.old.items() if old.startswith(f"{case}:")}
    return {old.partition(":")[2]: now.partition(":")[2] for old, now in found.items()}


def test_new_components_are_named_by_their_smallest_party(world: World) -> None:
    assert who(world, "new", 0) == {"a": "a", "b": "a", "c": "c"}
    expected = [("a", "assigned", None, "a"), ("b", "assigned", None, "a"), ("c", "assigned", None, "c")]
    assert events(world, "new", 0) == expected


def test_nothing_happens_on_a_day_like_the_day_before(world: World) -> None:
    assert world.found[-1] == world.found[-2]
    assert [row for row in world.ledger if row["run_id"] == f"day {DAYS}"] == []


def test_a_party_that_joins_gets_the_customers_id_even_if_its_own_is_smaller(world: World) -> None:
    assert who(world, "joins") == {"a": "b", "b": "b", "c": "b"}
    assert events(world, "joins", 1) == [("a", "assigned", None, "b")]


def test_of_merged_customers_the_oldest_id_survives_and_the_other_leads_to_it(world: World) -> None:
    assert who(world, "merged") == {"a": "b", "b": "b"}
    assert events(world, "merged", 2) == [("a", "merged", "a", "b")]
    assert old_ids(world, "merged") == {"a": "b"}


def test_the_larger_part_keeps_the_id_and_the_other_gets_one_that_never_was(world: World) -> None:
    assert who(world, "larger") == {"a": "a~2", "b": "a", "c": "a"}
    assert events(world, "larger", 1) == [("a", "split", "a", "a~2")]


def test_of_equal_parts_the_one_with_the_smallest_party_keeps_the_id(world: World) -> None:
    assert who(world, "equal") == {"a": "a", "d": "a", "b": "b", "c": "b"}


def test_an_id_is_never_used_again_for_others(world: World) -> None:
    assert [who(world, "again", day)["c"] for day in range(5)] == ["c", "a", "c~2", "a", "c~3"]
    assert old_ids(world, "again") == {"c": "c~3", "c~2": "c~3"}


def test_one_that_leaves_for_another_customer_was_split_from_the_first(world: World) -> None:
    assert who(world, "leaves") == {"a": "a", "b": "a", "c": "d", "d": "d"}
    assert events(world, "leaves", 1) == [("c", "split", "a", "d")]


def test_an_old_id_leads_to_those_who_had_it_and_not_along_the_merge(world: World) -> None:
    assert who(world, "stranger", 1)["d"] == "a"
    assert who(world, "stranger")["d"] == who(world, "stranger")["e"] == "d~2"
    assert old_ids(world, "stranger") == {"d": "d~2"}


def test_a_party_that_was_away_comes_back_as_who_it_was(world: World) -> None:
    assert who(world, "away", 1) == {"b": "a", "c": "c"}
    assert who(world, "away", 2) == {"a": "a", "b": "a", "c": "c"}
    assert events(world, "away", 1) == events(world, "away", 2) == []


def test_an_event_tells_the_strongest_link_of_its_party(world: World) -> None:
    def told(day: int) -> list[tuple[str, str, str | None, str | None]]:
        rows = [r for r in world.ledger if r["run_id"] == f"day {day}" and r["party_id"].startswith("linked:")]
        found = [(r["party_id"], r["rule"], r["linked_party_id"], r["evidence"]) for r in rows]
        return sorted(tuple(text and text.removeprefix("linked:") for text in row) for row in found)

    assert told(0) == [("a", "email", "b", "h1"), ("b", "phone", "c", "h2"), ("c", "phone", "b", "h2")]
    assert told(1) == [("b", "no_link", None, None), ("c", "no_link", None, None)]


def test_a_merge_tells_the_link_between_the_customers_and_not_the_one_within(world: World) -> None:
    rows = [r for r in world.ledger if r["run_id"] == "day 1" and r["party_id"].startswith("between:")]
    assert sorted((r["party_id"], r["event"], r["rule"], r["linked_party_id"], r["evidence"]) for r in rows) == [
        ("between:c", "merged", "email", "between:b", "h2"),
        ("between:d", "merged", "email", "between:b", "h2"),
    ]


def test_ids_of_events_depend_on_what_happened_alone_and_are_not_repeated(world: World, spark: SparkSession) -> None:
    assert len({row["event_id"] for row in world.ledger}) == len(world.ledger)
    # A second world whose runs have other names.
    other = World(spark, found=[{}] * 7)
    groups = [[f"{case}:{p}" for p in group] for case, days in EVERY.items() for group in days[0]]
    other.live(groups)
    assert {r["event_id"] for r in other.ledger} == {r["event_id"] for r in world.ledger if r["run_id"] == "day 0"}


def test_a_ledger_that_contradicts_itself_is_an_error(world: World) -> None:
    world.check()
    first = world.ledger[0].asDict()
    with pytest.raises(IdentityError, match="it does not give one customer for 1 parties"):
        world.check(Row(**{**first, "event_id": "x", "customer_id": "somebody"}))


def test_merges_in_a_circle_are_an_error(world: World) -> None:
    # The newest row of its party, so that the walk of the party stays whole.
    (merged,) = (r.asDict() for r in world.ledger if r["event"] == "merged" and r["party_id"] == "merged:a")
    back = {"event_id": "x", "customer_id": merged["from_customer_id"], "from_customer_id": merged["customer_id"]}
    with pytest.raises(IdentityError, match="merges can run in a circle"):
        world.check(Row(**{**merged, **back}))


@pytest.mark.parametrize("case", EVERY)
def test_ids_are_those_of_a_plain_program_and_no_id_changes_without_an_event(world: World, case: str) -> None:
    oracle = Oracle()
    for day, parts in enumerate(EVERY[case]):
        before = dict(oracle.who)
        expected = oracle.run(parts)
        assert who(world, case, day) == expected
        changed = {party for party in expected if before.get(party) != expected[party]}
        assert {party for party, *_ in events(world, case, day)} == changed
    assert old_ids(world, case) == oracle.aliases()


@dataclass
class Oracle:
    """The rules of persistent ids, one party after the other."""

    who: dict[str, str] = field(default_factory=dict)
    born: list[str] = field(default_factory=list)
    had: dict[str, set[str]] = field(default_factory=dict)

    def run(self, parts: Sequence[str]) -> dict[str, str]:
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
