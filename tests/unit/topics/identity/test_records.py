"""Records that similarity compares."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from tests.conftest import rows_of

from bullseye.settings.identity import Identity
from bullseye.tables.silver import IDENTIFIER, PERSON
from bullseye.topics.identity.records import records


@pytest.mark.fault(
    "identity.yaml has probabilistic links and no types", right="persons are compared by what silver.person has of them"
)
def test_without_identifier_types_a_record_is_what_the_person_table_has(spark: SparkSession) -> None:
    person = rows_of(spark, PERSON, {"party_id": "shop:1", "region": " north "}, {"party_id": "shop:2"})
    found = records(
        person, rows_of(spark, IDENTIFIER), Identity(), {"place": "region"}, salt="a salt of thirty-two characters."
    )
    assert found.columns == ["party_id", "place", "record_hash"]
    assert [tuple(row) for row in found.select("party_id", "place").orderBy("party_id").collect()] == [
        ("shop:1", "north"),
        ("shop:2", None),
    ]
