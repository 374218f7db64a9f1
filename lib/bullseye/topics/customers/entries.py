"""What measures.yaml defines, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.settings.measures import Dimension, Measures
from bullseye.topics.customers.tables import window_names


def measure_entries(settings: Settings) -> Iterator[Entry]:
    """Measures, dimensions, last values, states, attributes and columns, with the columns that they make."""
    measures = settings[Measures]
    suffixes = [suffix for suffix, _ in window_names(measures)]
    for index, measure in enumerate(measures.measures):
        columns = tuple(f"{measure.name}_{suffix}" for suffix in suffixes) if measure.in_customer else ()
        place = settings.place(Measures, "measures", index)
        fact = (f"silver.{measure.fact}",)
        yield Entry("measure", measure.name, place, measure.doc, {"sql": measure.sql}, columns, fact)
    for index, dimension in enumerate(measures.dimensions):
        parts = {"key": dimension.key, "where": dimension.where}
        yield Entry(
            "dimension",
            dimension.name,
            settings.place(Measures, "dimensions", index),
            dimension.doc,
            {key: text for key, text in parts.items() if text},
            _of_dimension(dimension, suffixes),
            (f"silver.{dimension.fact}", "silver.product"),
        )
    yield from _standing(settings)
    for index, attribute in enumerate(measures.attributes):
        place = settings.place(Measures, "attributes", index)
        made, reads = (attribute.name,), ("silver.person",)
        yield Entry("attribute", attribute.name, place, attribute.doc, {"sql": attribute.sql}, made, reads)
    for index, column in enumerate(measures.columns):
        place = settings.place(Measures, "columns", index)
        yield Entry("column", column.name, place, column.doc, {"sql": column.sql}, (column.name,))


def _standing(settings: Settings) -> Iterator[Entry]:
    """What does not add up over days: last values and states."""
    measures = settings[Measures]
    for index, one in enumerate(measures.last_values):
        made = tuple(one.column(statistic, days) for statistic in one.statistics for days in measures.windows)
        place, reads = settings.place(Measures, "last_values", index), (f"silver.{one.fact}",)
        yield Entry("last value", one.name, place, one.doc, {"sql": one.sql}, (one.name, *made), reads)
    for index, state in enumerate(measures.states):
        sql = {"sql": state.sql, "since": state.since, "until": state.until}
        place, looked_at = settings.place(Measures, "states", index), (f"silver.{state.fact}", "silver.product")
        yield Entry("state", state.name, place, state.doc, sql, (state.name,), looked_at)


def _of_dimension(dimension: Dimension, suffixes: list[str]) -> tuple[str, ...]:
    counted = [f"{dimension.distinct}_{suffix}" for suffix in suffixes] if dimension.distinct else []
    favourite = [dimension.favourite] if dimension.favourite else []
    return (*counted, *favourite, *dimension.shares)
