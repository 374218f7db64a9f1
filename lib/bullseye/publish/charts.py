"""Charts of the report, each with a text and a table that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from bullseye.publish.figures import RECENCY_BANDS, Figures, Rows
from bullseye.publish.theme import specification
from bullseye.publish.wording import band, decimal, share, whole, words

_ROW = 24
"""Height of one bar, pixels."""


@dataclass(frozen=True)
class Chart:
    """A chart: `says` is its text alternative, `note` what stands below its title; `headings` and `rows` are its numbers
    as a table.
    """

    id: str
    title: str
    note: str
    says: str
    spec: Mapping[str, Any]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def recency(figures: Figures) -> list[Chart]:
    """Customers by the time since their last active day."""
    counts = [(f"{band(low, high)} days", figures.customers.get(f"recency_{low}") or 0) for low, high in RECENCY_BANDS]
    counts.append(("never active", figures.customers.get("prospects") or 0))
    if not any(count for _, count in counts):
        return []
    data = [{"band": name, "customers": count} for name, count in counts]
    spec = _bars(data, label="band", value="customers", title="customers")
    return [_counted("recency", "Days since the last active day", counts, spec, "since the last active day")]


def segment_sizes(scheme: str, profile: Rows) -> list[Chart]:
    """Customers in each segment of a scheme."""
    sizes = {row["segment"]: row["customers"] for row in profile if row["scheme"] == scheme}
    if not sizes:
        return []
    counts = [(words(segment), count) for segment, count in sizes.items()]
    data = [{"segment": name, "customers": count} for name, count in counts]
    spec = _bars(data, label="segment", value="customers", title="customers")
    return [_counted(f"sizes-{scheme}", "Size of the segments", counts, spec, "segment")]


def segment_differences(scheme: str, profile: Rows) -> list[Chart]:
    """How far the mean of each feature lies from that of all customers, in standard deviations."""
    found = [row for row in profile if row["scheme"] == scheme and row["difference"] is not None]
    if not found:
        return []
    data = [
        {"segment": words(row["segment"]), "feature": _short(row["feature"]), "difference": round(row["difference"], 3)}
        for row in found
    ]
    names = list(dict.fromkeys(row["feature"] for row in data))
    segments = list(dict.fromkeys(row["segment"] for row in data))
    limit = max(1.0, *(abs(row["difference"]) for row in data))
    base = alt.Chart({"values": data}).encode(
        x=alt.X("segment:N", sort=segments, title=None, axis=alt.Axis(orient="top", labelAngle=-40, labelLimit=160)),
        y=alt.Y("feature:N", sort=names, title=None, axis=alt.Axis(labelLimit=150)),
        tooltip=[alt.Tooltip("segment:N"), alt.Tooltip("feature:N"), alt.Tooltip("difference:Q", format="+.2f")],
    )
    scale = alt.Scale(domain=[-limit, 0, limit], range="diverging", interpolate="rgb")
    # on a phone the numbers would run into each other; there the table has them
    legible = alt.condition(f"width > {34 * len(segments)}", alt.value(1), alt.value(0))
    cells = base.mark_rect().encode(color=alt.Color("difference:Q", scale=scale, legend=None))
    spec = specification(
        (cells + base.mark_text().encode(text=alt.Text("difference:Q", format="+.1f"), opacity=legible)),
        height=_ROW * len(names),
    )
    values = {(row["feature"], row["segment"]): row["difference"] for row in data}
    rows = tuple((name, *(_signed(values.get((name, segment))) for segment in segments)) for name in names)
    says = "; ".join(
        f"{segment}: most different in {max(names, key=lambda name: abs(values.get((name, segment), 0.0)))}"
        for segment in segments
    )
    title, note = "What sets the segments apart", "Mean less that of all customers, in standard deviations of all."
    return [Chart(f"differences-{scheme}", title, note, says, spec, ("feature", *segments), rows)]


def tag_coverage(tags: Rows) -> list[Chart]:
    """Share of the customers for whom each tag holds."""
    if not tags:
        return []
    ordered = sorted(tags, key=lambda row: (-row["share"], row["tag"]))
    data = [{"tag": words(row["tag"]), "share": row["share"], "group": row["tag_group"]} for row in ordered]
    spec = _bars(data, label="tag", value="share", title="share of the customers", colour="group", format_=".0%")
    widest = ", ".join(f"{words(row['tag'])} {share(row['share'])}" for row in ordered[:5])
    rows = tuple((words(row["tag"]), row["tag_group"], share(row["share"])) for row in ordered)
    says = f"Share of the customers for each of {len(ordered)} tags; the widest are {widest}."
    return [Chart("tags", "Coverage of the tags", "", says, spec, ("tag", "group", "share"), rows)]


def model_curves(target: str, figures: Figures) -> list[Chart]:
    """ROC, gains and calibration of a model, out of time."""
    points = [row for row in figures.curves if row["target"] == target]
    by_curve = {name: [row for row in points if row["curve"] == name] for name in _AXES}
    found: list[Chart] = []
    if by_curve["roc"]:
        auc = _metric(figures.metrics, target, "auc")
        found.append(_curve(target, "roc", "ROC curve", by_curve["roc"], f"Area under the curve {decimal(auc, 3)}."))
    if by_curve["gains"]:
        reached = _at(by_curve["gains"], 0.1)
        says = f"The tenth with the highest probability holds {share(reached)} of the outcomes."
        found.append(_curve(target, "gains", "Gains curve", by_curve["gains"], says))
    if by_curve["calibration"]:
        widest = max(abs(row["x"] - row["y"]) for row in by_curve["calibration"])
        says = f"Predicted and observed shares differ by {share(widest)} at most."
        found.append(_curve(target, "calibration", "Calibration", by_curve["calibration"], says))
    return found


_AXES = {
    "roc": ("false positive rate", "true positive rate"),
    "gains": ("share of the customers", "share of the outcomes"),
    "calibration": ("mean predicted probability", "observed share"),
}


def _curve(target: str, name: str, title: str, points: Sequence[Mapping[str, Any]], says: str) -> Chart:
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
    rows = tuple((share(row["x"]), share(row["y"]), whole(row["rows"])) for row in shown)
    return Chart(f"{name}-{target}", title, says, says, specification(line + marked, height=240), (x, y, "rows"), rows)


def coefficients(target: str, models: Rows, most: int = 12) -> list[Chart]:
    """The features that move the prediction most, by the size of their coefficient."""
    found = [row for row in models if row["target"] == target and row["position"] > 0 and row["coefficient"] != 0]
    strongest = sorted(found, key=lambda row: (-abs(row["coefficient"]), row["feature"]))[:most]
    if not strongest:
        return []
    directions = ("raises", "lowers")
    data = [
        {
            "feature": words(row["feature"]),
            "coefficient": round(row["coefficient"], 4),
            "meaning": row["meaning"],
            "direction": directions[row["coefficient"] < 0],
        }
        for row in strongest
    ]
    chart = (
        alt.Chart({"values": data})
        .mark_bar()
        .encode(
            x=alt.X("coefficient:Q", title="coefficient", axis=alt.Axis(tickCount=5)),
            y=alt.Y("feature:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            color=alt.Color(
                "direction:N", scale=alt.Scale(domain=list(directions)), legend=alt.Legend(orient="top", title=None)
            ),
            tooltip=[alt.Tooltip("meaning:N"), alt.Tooltip("coefficient:Q", format="+.2f")],
        )
    )
    says = "; ".join(
        f"{row['meaning']} {'raises' if row['coefficient'] > 0 else 'lowers'} the probability" for row in strongest[:3]
    )
    rows = tuple((words(row["feature"]), row["meaning"], _signed(row["coefficient"])) for row in strongest)
    title, note = "What moves the prediction", "Log-odds per standard deviation of the feature."
    spec = specification(chart, height=_ROW * len(data))
    return [Chart(f"coefficients-{target}", title, note, says, spec, ("feature", "meaning", "coefficient"), rows)]


def score_bands(target: str, scores: Rows) -> list[Chart]:
    """Customers by band of ten points of the score."""
    counts = [(band(r["band"], min(r["band"] + 9, 100)), r["customers"]) for r in scores if r["target"] == target]
    if not counts:
        return []
    data = [{"score": name, "customers": count} for name, count in counts]
    spec = _bars(data, label="score", value="customers", title="customers")
    return [_counted(f"scores-{target}", "Scores of the customers today", counts, spec, "score")]


def _bars(
    data: Sequence[Mapping[str, Any]],
    *,
    label: str,
    value: str,
    title: str,
    colour: str | None = None,
    format_: str = ",d",
) -> Mapping[str, Any]:
    """Horizontal bars, in the order given."""
    encoded = (
        alt.Chart({"values": list(data)})
        .mark_bar()
        .encode(
            x=alt.X(
                f"{value}:Q",
                title=title,
                axis=alt.Axis(format=format_, tickCount=4, tickMinStep=1 if format_ == ",d" else 0.01),
            ),
            y=alt.Y(f"{label}:N", sort=None, title=None, axis=alt.Axis(labelLimit=170)),
            tooltip=[alt.Tooltip(f"{label}:N"), alt.Tooltip(f"{value}:Q", format=",d" if format_ == ",d" else ".1%")],
        )
    )
    if colour:
        legend = alt.Legend(orient="top", title=None, columns=4)
        encoded = encoded.encode(color=alt.Color(f"{colour}:N", legend=legend))
    return specification(encoded, height=_ROW * len(data))


def _counted(id_: str, title: str, counts: Iterable[tuple[str, int]], spec: Mapping[str, Any], what: str) -> Chart:
    listed = list(counts)
    total = sum(count for _, count in listed)
    rows = tuple((name, whole(count), share(count / total if total else None)) for name, count in listed)
    says = ", ".join(f"{name}: {whole(count)}" for name, count in listed) + "."
    return Chart(id_, title, "", says, spec, (what, "customers", "share"), rows)


def _metric(metrics: Rows, target: str, name: str) -> float | None:
    """A figure of the model itself over all test snapshots."""
    for row in metrics:
        if (row["target"], row["model"], row["sample"]) == (target, "logistic regression", "out of time"):
            value = row[name]
            return None if value is None else float(value)
    return None


def _at(points: Sequence[Mapping[str, Any]], x: float) -> float:
    """The height of the curve at the last point up to x."""
    return max((float(row["y"]) for row in points if row["x"] <= x + 1e-9), default=0.0)


def _short(feature: str) -> str:
    """A feature's name; SQL is cut to what fits an axis."""
    return words(feature) if feature.replace("_", "").isalnum() else feature[:40]


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"
