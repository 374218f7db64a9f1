"""Charts of a model: how well it ranks customers, what moves it, and how it scores them today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from bullseye.report.chart import LABELS, ROW, Chart, bars, counted
from bullseye.report.listing import Field, Rows, listing
from bullseye.report.theme import specification
from bullseye.report.wording import Wording, words

_DIRECTIONS = ("raises", "lowers")
_AXES = {
    "roc": ("false positive rate", "true positive rate"),
    "gains": ("share of the customers", "share of the outcomes"),
    "calibration": ("mean predicted probability", "observed share"),
}
_MOST = 12
"""Features and reasons shown at most; ops.model and gold.score have them all."""


def model_curves(target: str, curves: Rows, metrics: Rows, wording: Wording) -> list[Chart]:
    """ROC, gains and calibration of a model, out of time."""
    points = [row for row in curves if row["target"] == target]
    by_curve = {name: [row for row in points if row["curve"] == name] for name in _AXES}
    drawn: list[Chart] = []
    if by_curve["roc"]:
        area = out_of_time(metrics, target, "auc")
        says = f"Area under the curve {wording.decimal(area, 3)}."
        drawn.append(_curve(target, "roc", "ROC curve", by_curve["roc"], says, wording))
    if by_curve["gains"]:
        reached = _at(by_curve["gains"], 0.1)
        says = f"The tenth with the highest probability holds {wording.share(reached)} of the outcomes."
        drawn.append(_curve(target, "gains", "Gains curve", by_curve["gains"], says, wording))
    if by_curve["calibration"]:
        widest = max(abs(row["x"] - row["y"]) for row in by_curve["calibration"])
        says = f"Predicted and observed shares differ by {wording.share(widest)} at most."
        drawn.append(_curve(target, "calibration", "Calibration", by_curve["calibration"], says, wording))
    return drawn


def _curve(
    target: str, name: str, title: str, points: Sequence[Mapping[str, Any]], says: str, wording: Wording
) -> Chart:
    x, y = _AXES[name]
    data = [{"x": round(row["x"], 5), "y": round(row["y"], 5), "rows": row["rows"]} for row in points]
    limit = max(max(row["x"], row["y"]) for row in data) if name == "calibration" else 1.0
    scale = alt.Scale(domain=[0, limit], nice=name == "calibration")
    encoded = alt.Chart({"values": data}).encode(
        x=alt.X("x:Q", title=x, scale=scale, axis=alt.Axis(format="%", tickCount=5)),
        y=alt.Y("y:Q", title=y, scale=scale, axis=alt.Axis(format="%", tickCount=5)),
        order=alt.Order("x:Q"),
        tooltip=[
            alt.Tooltip("x:Q", format=".1%", title=x),
            alt.Tooltip("y:Q", format=".1%", title=y),
            alt.Tooltip("rows:Q", format=","),
        ],
    )
    diagonal = alt.Chart({"values": [{"x": 0, "y": 0}, {"x": limit, "y": limit}]})
    line = diagonal.mark_line(style="reference").encode(x="x:Q", y="y:Q")
    marked = encoded.mark_line(point=True) if name == "calibration" else encoded.mark_line()
    shown = data if len(data) <= 12 else [data[round(i * (len(data) - 1) / 10)] for i in range(11)]
    fields = (Field(x, "x", "share"), Field(y, "y", "share"), Field("rows", "rows", "whole"))
    numbers = listing(f"{name}-{target}-numbers", f"{words(target)}: {title}", fields, shown, wording)
    return Chart(f"{name}-{target}", title, says, says, specification(line + marked, height=240), numbers)


def coefficients(target: str, models: Rows, wording: Wording) -> list[Chart]:
    """The features that move the prediction most, by the size of their coefficient."""
    shown = [row for row in models if row["target"] == target and row["position"] > 0 and row["coefficient"] != 0]
    strongest = sorted(shown, key=lambda row: (-abs(row["coefficient"]), row["feature"]))[:_MOST]
    if not strongest:
        return []
    data = [
        {
            "feature": words(row["feature"]),
            "coefficient": round(row["coefficient"], 4),
            "meaning": row["meaning"],
            "direction": _DIRECTIONS[row["coefficient"] < 0],
        }
        for row in strongest
    ]
    chart = (
        alt.Chart({"values": data})
        .mark_bar()
        .encode(
            x=alt.X("coefficient:Q", title="coefficient", axis=alt.Axis(tickCount=5)),
            y=alt.Y("feature:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABELS)),
            color=alt.Color(
                "direction:N", scale=alt.Scale(domain=list(_DIRECTIONS)), legend=alt.Legend(orient="top", title=None)
            ),
            tooltip=[alt.Tooltip("meaning:N"), alt.Tooltip("coefficient:Q", format="+.2f")],
        )
    )
    says = "; ".join(f"{row['meaning']} {_DIRECTIONS[row['coefficient'] < 0]} the probability" for row in strongest[:3])
    fields = (
        Field("feature", "feature"),
        Field("meaning", "meaning", "prose"),
        Field("coefficient", "coefficient", "decimal", change=True),
    )
    title, note = "What moves the prediction", "Log-odds per standard deviation of the feature."
    numbers = listing(f"coefficients-{target}-numbers", f"{words(target)}: {title}", fields, data, wording)
    return [Chart(f"coefficients-{target}", title, note, says, specification(chart, height=ROW * len(data)), numbers)]


def first_reasons(target: str, reasons: Rows, wording: Wording) -> list[Chart]:
    """For how many customers each reason is the first, and for how many of the top tenth."""
    rows = [row for row in reasons if row["target"] == target]
    if not rows:
        return []
    top = sum(row["top"] for row in rows)
    names = list(dict.fromkeys(row["reason"] for row in rows))[:_MOST]
    shown = [{**row, "top_share": row["top"] / top if top else None} for row in rows if row["reason"] in names]
    data = sorted(shown, key=lambda row: (names.index(row["reason"]), _DIRECTIONS.index(row["direction"])))
    spec = bars(
        [{name: row[name] for name in ("reason", "customers", "direction")} for row in data],
        label="reason",
        value="customers",
        title="customers",
        colour="direction",
        colours=_DIRECTIONS,
    )
    says = "; ".join(f"{row['reason']} {row['direction']}: {wording.whole(row['customers'])}" for row in rows[:3])
    fields = (
        Field("first reason", "reason", "prose"),
        Field("the probability", "direction"),
        Field("customers", "customers", "whole"),
        Field("of the top tenth", "top", "whole"),
        Field("share of it", "top_share", "share"),
    )
    title, note = "First reasons", "What moves a customer’s probability most from that of an average one."
    numbers = listing(f"reasons-{target}-numbers", f"{words(target)}: {title}", fields, shown, wording)
    return [Chart(f"reasons-{target}", title, note, says, spec, numbers)]


def score_bands(target: str, scores: Rows, wording: Wording) -> list[Chart]:
    """Customers by band of ten percent of the probability."""
    counts = [
        (wording.band(row["band"], min(row["band"] + 9, 100) if row["band"] < 90 else 100), row["customers"])
        for row in scores
        if row["target"] == target
    ]
    if not counts:
        return []
    return [counted(f"scores-{target}", "Scores of the customers today", counts, wording, what="score")]


def out_of_time(metrics: Rows, target: str, name: str) -> float | None:
    """A figure of the model itself over all test snapshots."""
    for row in metrics:
        if (row["target"], row["model"], row["sample"]) == (target, "logistic regression", "out of time"):
            value = row[name]
            return None if value is None else float(value)
    return None


def _at(points: Sequence[Mapping[str, Any]], x: float) -> float:
    """The height of the curve at the last point up to x."""
    return max((float(row["y"]) for row in points if row["x"] <= x + 1e-9), default=0.0)
