"""Rules as a network: items are points, a rule is an arrow from what is bought to what is bought with it.

A Vega specification, because Vega-Lite has no forces. The layout is computed in the page, for the width it has there; its
forces start from the same places each time, so that the same rules make the same picture.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from bullseye.report.chart import Chart
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.wording import Wording

_MARGIN = 46
"""Room for the labels at the sides, pixels."""


def rule_network(rules: Rows, wording: Wording) -> list[Chart]:
    """The strongest rules; a rule over several items is one arrow from each of them."""
    edges = [
        {
            "source": item,
            "target": row["consequent"],
            "rule": f"{row['antecedent']} → {row['consequent']}",
            "lift": row["lift"],
            "confidence": row["confidence"],
            "baskets": row["rule_baskets"],
        }
        for row in rules
        for item in row["antecedent_items"]
    ]
    if not edges:
        return []
    degree = Counter(name for edge in edges for name in (edge["source"], edge["target"]))
    names = sorted(degree, key=lambda name: (-degree[name], name))
    place = {name: index for index, name in enumerate(names)}
    strongest = max(edge["lift"] for edge in edges)
    links = [
        {
            **edge,
            "source": place[edge["source"]],
            "target": place[edge["target"]],
            "says": f"{edge['rule']}: lift {wording.decimal(edge['lift'])}, confidence {wording.share(edge['confidence'])}",
            "width": round(0.8 + 2.7 * edge["lift"] / strongest, 2),
        }
        for edge in edges
    ]
    nodes = [{"name": name, "degree": degree[name], "index": place[name]} for name in names]
    says = f"{len(rules)} rules between {len(names)} items; most connected are " + ", ".join(
        f"{name} ({degree[name]})" for name in names[:3]
    )
    fields = (
        Field(wording.terms.buys, "source"),
        Field(wording.terms.also_buys, "target"),
        Field("lift", "lift", "decimal"),
        Field("confidence", "confidence", "share"),
        Field(wording.terms.baskets, "baskets", "whole"),
    )
    title = "Rules as a network"
    note = f"An arrow leads to what is {wording.terms.bought} as well; the wider, the higher the lift."
    numbers = listing("network-numbers", title, fields, edges, wording)
    return [Chart("network", title, note, f"{says}.", _specification(nodes, links), numbers)]


def _specification(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> dict[str, Any]:
    chosen = "!hovered || hovered === datum.source.datum.name || hovered === datum.target.datum.name"
    return {
        "padding": 0,
        "autosize": "none",
        "signals": [
            {
                "name": "width",
                "init": "isFinite(containerSize()[0]) ? containerSize()[0] : 600",
                "on": [{"events": {"source": "window", "type": "resize"}, "update": "containerSize()[0]"}],
            },
            {"name": "narrow", "update": "width < 560"},
            {"name": "height", "update": "narrow ? 640 : 560"},
            # labels are wide: points are laid out in a square, which is then pulled to the width of the page
            {"name": "stretch", "update": "max(1, 0.7 * width / height)"},
            {
                "name": "hovered",
                "value": None,
                "on": [
                    {"events": "@points:pointerover", "update": "datum.datum.name"},
                    {"events": "@points:pointerout", "update": "null"},
                ],
            },
        ],
        "data": [{"name": "nodes", "values": nodes}, {"name": "links", "values": links}],
        "marks": [
            {
                "name": "places",
                "type": "symbol",
                "interactive": False,
                "from": {"data": "nodes"},
                "encode": {
                    "enter": {"opacity": {"value": 0}},
                    "update": {"middle": {"signal": "width / 2"}, "centre": {"signal": "height / 2"}},
                },
                "transform": [_FORCES],
            },
            {
                "type": "path",
                "style": "edge",
                "from": {"data": "links"},
                "encode": {
                    "enter": {"strokeWidth": {"field": "width"}, "tooltip": {"field": "says"}},
                    "update": {"opacity": {"signal": f"({chosen}) ? 0.75 : 0.1"}},
                },
                "transform": [
                    # waits until the forces are at rest; what it draws is replaced by the arrow
                    {
                        "type": "linkpath",
                        "require": {"signal": "force"},
                        **{f"{end}{axis.upper()}": f"datum.{end}.{axis}" for end in _ENDS for axis in "xy"},
                    },
                    {"type": "formula", "as": "along", "expr": _direction()},
                    {"type": "formula", "as": "path", "expr": _arrow()},
                ],
            },
            {
                "name": "points",
                "type": "symbol",
                "style": "node",
                "from": {"data": "places"},
                "encode": {
                    "enter": {"tooltip": {"field": "datum.name"}},
                    "update": {
                        "size": {"signal": _size("datum")},
                        "x": {"signal": _x("datum")},
                        "y": {"signal": _y("datum")},
                    },
                },
            },
            *(
                {"type": "text", "style": style, "interactive": False, **_LABEL}
                for style in ("node-halo", "node-label")
            ),
        ],
    }


_ENDS = ("source", "target")
_FORCES = {
    "type": "force",
    "iterations": 400,
    "static": True,
    "signal": "force",
    "forces": [
        {"force": "center", "x": {"signal": "width / 2"}, "y": {"signal": "height / 2"}},
        {"force": "x", "x": "middle", "strength": {"signal": "narrow ? 0.12 : 0.06"}},
        {"force": "y", "y": "centre", "strength": {"signal": "narrow ? 0.05 : 0.06"}},
        {"force": "collide", "radius": {"signal": "narrow ? 24 : 34"}},
        {"force": "nbody", "strength": {"signal": "narrow ? -90 : -230"}},
        {"force": "link", "links": "links", "distance": {"signal": "narrow ? 55 : 85"}},
    ],
}


def _x(node: str) -> str:
    return f"clamp(width / 2 + stretch * ({node}.x - width / 2), {_MARGIN}, width - {_MARGIN})"


def _y(node: str) -> str:
    return f"clamp({node}.y, 24, height - 16)"


def _size(node: str) -> str:
    """Area of a point, square pixels: by the number of its rules."""
    return f"(60 + 40 * {node}.datum.degree)"


def _direction() -> str:
    """Angle of the arrow."""
    source, target = (f"datum.datum.{end}" for end in _ENDS)
    return f"atan2({_y(target)} - {_y(source)}, {_x(target)} - {_x(source)})"


def _arrow() -> str:
    """The line, then the two sides of the arrow's head, which ends before the point that it leads to."""
    source, target = (f"datum.datum.{end}" for end in _ENDS)
    gap = f"(4 + sqrt({_size(target)}) / 2)"
    tip = (f"({_x(target)} - {gap} * cos(datum.along))", f"({_y(target)} - {gap} * sin(datum.along))")
    line = f"'M' + {_x(source)} + ',' + {_y(source)} + 'L' + {tip[0]} + ',' + {tip[1]}"
    sides = [
        f"'M' + ({tip[0]} - 8 * cos(datum.along {turn})) + ',' + ({tip[1]} - 8 * sin(datum.along {turn}))"
        f" + 'L' + {tip[0]} + ',' + {tip[1]}"
        for turn in ("- 0.4", "+ 0.4")
    ]
    return " + ".join([line, *sides])


_LABEL = {
    "from": {"data": "points"},
    "encode": {
        "enter": {"text": {"field": "datum.datum.name"}, "align": {"value": "center"}},
        "update": {
            "x": {"field": "x"},
            "y": {"signal": "datum.y - 6 - sqrt(datum.size) / 2"},
            "fontSize": {"signal": "narrow ? 9 : 11"},
            "limit": {"signal": "narrow ? 84 : 150"},
            # on a phone the labels of all would run into each other; a tap shows the others
            "opacity": {"signal": "narrow && datum.datum.datum.degree < 2 ? 0 : 1"},
        },
    },
}
