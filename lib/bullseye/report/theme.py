"""How charts get into the page: as Vega-Lite without colours, which the page gives them for its light or dark theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import vl_convert

_VERSION = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


def specification(chart: alt.Chart | alt.LayerChart, *, height: int) -> Mapping[str, Any]:
    """The chart as wide as its place on the page, without Altair's own theme."""
    spec: dict[str, Any] = chart.properties(width="container", height=height).to_dict()
    spec.pop("config", None)
    return spec


def bundle() -> str:
    """Vega, Vega-Lite and the function that draws a chart with them, as one script of the version Altair writes for."""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VERSION))
