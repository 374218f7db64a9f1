"""The figures of a report, as its page holds them."""

from __future__ import annotations

import json

from comparison.difference import Difference
from comparison.page import compare_figures, figures

SPEC = {"layer": [{"data": {"values": [{"x": 1, "y": 2.5}]}}], "datasets": {"d1": [{"x": 2}]}}


def page(*, tile: str = "2,469", cell: str = "12", spec: object = SPEC) -> str:
    return f"""<nav><ul><li>Customers</li></ul></nav>
    <dl class="tiles"><div><dt>Customers</dt><dd>{tile}<small>8 of them
    never active</small></dd></div></dl>
    <div class="sheet wide" id="table-tags" data-name="tags"><table><caption>Tags</caption>
    <thead><tr><th scope="col">Tag</th><th>Customers</th></tr></thead>
    <tbody><tr><th scope="row"><code>loyal &amp; new</code></th><td class="n" data-v="{cell}">12 of 20</td></tr></tbody></table></div>
    <script type="application/json" id="specs">{json.dumps({"months": spec}).replace("<", chr(92) + "u003c")}</script>
    <script>var x = "<td>7</td>"</script>"""


def test_tables_tiles_and_charts_are_read_by_their_names() -> None:
    assert figures(page()) == {
        "tile Customers": {'"2,4698 of them never active"': 1},
        "table tags": {'["loyal & new", "12"]': 1},
        "chart months": {'{"x": 1, "y": 2.5}': 1, '{"x": 2}': 1},
    }


def test_equal_pages_have_no_differences_and_a_page_without_figures_has_none() -> None:
    assert compare_figures(figures(page()), figures(page())) == ()
    assert figures("<p>no figures</p>") == {}


def test_a_changed_figure_is_counted_where_it_is() -> None:
    first = figures(page())
    changed = [
        figures(page(tile="2,468")),
        figures(page(cell="13")),
        figures(page(spec={"data": {"values": [{"x": 1}]}})),
    ]
    assert [compare_figures(first, second) for second in changed] == [
        (Difference("tile Customers", "rows", count=1, total=1, figure=True),),
        (Difference("table tags", "rows", count=1, total=1, figure=True),),
        (Difference("chart months", "rows", count=2, total=2, figure=True),),
    ]
    fewer = figures(page(spec={"data": {"values": [{"x": 2}]}}))
    assert compare_figures(fewer, first) == (Difference("chart months", "rows", count=1, total=2, figure=True),)
    assert compare_figures(first, {}) == (
        Difference("chart months", "only in A", figure=True),
        Difference("table tags", "only in A", figure=True),
        Difference("tile Customers", "only in A", figure=True),
    )
