"""Connected components, checked against scipy."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components as by_scipy

from bullseye.errors import IdentityError
from bullseye.topics.identity.components import connected_components, cut, joined

EDGES = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60)


def test_what_is_cut_has_the_same_rows_and_an_estimate_that_does_not_grow_with_the_joins_before_it(
    spark: SparkSession,
) -> None:
    """Spark takes the product of both sides for the size of a join: squared six times, 20 bytes are a number of 280 bits."""
    given = spark.createDataFrame([("a", 1), ("b", None)], "key STRING, value INT")
    rows = given
    for _ in range(6):
        rows = cut(rows.join(rows.select("key"), on="key", how="inner"))
    assert rows.schema == given.schema
    assert sorted(rows.collect()) == sorted(given.collect())
    size = rows._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()
    assert size < 2**64


def components(spark: SparkSession, edges: list[tuple[str, str]], **more: int) -> dict[str, str]:
    """By Spark, unless `few_links` says that the driver may."""
    links = spark.createDataFrame(edges, "node STRING, other STRING")
    rows = connected_components(links, **{"few_links": 0, **more}).collect()
    assert len({row["node"] for row in rows}) == len(rows)
    return {row["node"]: row["root"] for row in rows}


def expected(edges: list[tuple[int, int]], nodes: int) -> dict[str, str]:
    """The smallest node of each component, by scipy; nodes without an edge are in none."""
    one, other = np.array(edges, dtype=int).reshape(-1, 2).T
    _, labels = by_scipy(coo_matrix((np.ones(len(one)), (one, other)), shape=(nodes, nodes)), directed=False)
    members = defaultdict(list)
    for node in {*one.tolist(), *other.tolist()}:
        members[labels[node]].append(name(node))
    return {node: min(group) for group in members.values() for node in group}


def name(node: int) -> str:
    return f"p{node:05d}"


def test_parties_are_joined_over_several_links(spark: SparkSession) -> None:
    found = components(spark, [("c", "b"), ("b", "a"), ("x", "y"), ("z", "z"), ("b", "c")])
    assert found == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x", "z": "z"}


def test_without_links_there_are_no_components(spark: SparkSession) -> None:
    assert components(spark, []) == {}


@pytest.mark.parametrize("few_links", [1, 2])
def test_links_on_the_driver_give_what_spark_gives(spark: SparkSession, few_links: int) -> None:
    assert components(spark, [("c", "b"), ("b", "a")], few_links=few_links) == {"a": "a", "b": "a", "c": "a"}


@given(edges=EDGES)
def test_the_drivers_components_of_any_graph_are_those_of_scipy(edges: list[tuple[int, int]]) -> None:
    assert joined((name(a), name(b)) for a, b in edges) == expected(edges, 40)


@given(edges=EDGES)
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_components_of_any_graph_are_those_of_scipy(spark: SparkSession, edges: list[tuple[int, int]]) -> None:
    assert components(spark, [(name(a), name(b)) for a, b in edges]) == expected(edges, 40)


def test_a_long_path_and_a_large_random_graph_are_those_of_scipy(spark: SparkSession) -> None:
    chance = np.random.default_rng(5)
    shuffled = chance.permutation(3000)
    path = list(zip(shuffled[:499].tolist(), shuffled[1:500].tolist(), strict=True))
    scattered = chance.integers(500, 3000, size=(2000, 2)).tolist()
    edges = [*path, *((int(a), int(b)) for a, b in scattered)]
    assert components(spark, [(name(a), name(b)) for a, b in edges]) == expected(edges, 3000)


def test_rounds_are_bounded_with_a_clear_error(spark: SparkSession) -> None:
    with pytest.raises(IdentityError, match="have not come to rest after 1 rounds"):
        components(spark, [(name(n), name(n + 1)) for n in range(8)], max_rounds=1)
