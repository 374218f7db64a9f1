"""Two logistic regressions by scikit-learn, judged out of time, and the scores of all customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score, roc_curve

from benchmark.peer.session import Peer, in_duckdb
from bullseye.settings.models import Models, Target
from bullseye.settings.snapshots import CampaignSnapshots, MonthlySnapshots
from bullseye.settings.vocabulary import Feature

Floats = NDArray[np.float64]
_POINTS = 100
_GROUPS = 10
_REASONS = 3


@dataclass(frozen=True)
class Model:
    """Log-odds = intercept + sum of coefficient * (x - mean) / deviation; a missing x counts as the mean."""

    intercept: float
    coefficients: Floats
    means: Floats
    deviations: Floats

    def parts(self, x: Floats) -> Floats:
        """What every feature adds to the log-odds of every row."""
        scale = np.where(self.deviations > 0, self.coefficients / np.where(self.deviations > 0, self.deviations, 1), 0)
        return np.nan_to_num((x - self.means) * scale, nan=0.0)

    def probability(self, x: Floats) -> Floats:
        found: Floats = 1 / (1 + np.exp(-(self.intercept + self.parts(x).sum(axis=1))))
        return found


def train_models(peer: Peer, as_of: date) -> None:
    """ops.model, ops.model_metric, ops.model_curve; and table `model_numbers`, for the scores."""
    models: list[dict[str, object]] = []
    metrics: list[dict[str, object]] = []
    curves: list[dict[str, object]] = []
    for target in peer.settings[Models].targets:
        key = {"as_of": as_of, "target": target.name}
        query = (
            _monthly(peer, target, as_of)
            if isinstance(target.snapshots, MonthlySnapshots)
            else _contacted(target, as_of)
        )
        found = peer.connection.execute(_with_features(query, target)).fetchnumpy()
        x = _matrix(found, target.features)
        y, sample, snapshot = np.asarray(found["label"], dtype=int), found["sample"], found["as_of"]
        train, test = sample == "train", sample == "test"
        held_out = np.asarray(found["held_out"], dtype=bool)
        single = [place for place, feature in enumerate(target.features) if feature.name == target.baseline]
        full, alone, random = (
            _fit(x[train], y[train], target), _fit(x[train][:, single], y[train], target), _fit(x[~held_out], y[~held_out], target)
        )  # fmt: skip
        predicted = {
            "logistic regression": full.probability(x),
            "single variable": alone.probability(x[:, single]),
            "base rate": np.full(len(y), y[train].mean()),
        }
        for model, p in predicted.items():
            for name, rows in (("train", train), ("out of time", test)):
                metrics.append({**key, "model": model, "sample": name, **_quality(y[rows], p[rows])})
        p = predicted["logistic regression"]
        for day in np.unique(snapshot[test]):
            rows = test & (snapshot == day)
            metrics.append(
                {
                    **key,
                    "model": "logistic regression",
                    "sample": f"out of time {day!s:.10}",
                    **_quality(y[rows], p[rows]),
                }
            )
        metrics.append(
            {
                **key,
                "model": "logistic regression",
                "sample": "random split",
                **_quality(y[held_out], random.probability(x[held_out])),
            }
        )
        models += [{**key, **row} for row in _rows(full, target)]
        curves += [{**key, **row} for row in _curves(y[test], p[test])]
    peer.write_rows("ops.model", pa.Table.from_pylist(models))
    peer.write_rows("ops.model_metric", pa.Table.from_pylist(metrics))
    peer.write_rows("ops.model_curve", pa.Table.from_pylist(curves))
    peer.connection.register("trained", pa.Table.from_pylist(models))
    peer.sql("CREATE TABLE model AS SELECT * FROM trained")


def _monthly(peer: Peer, target: Target, as_of: date) -> str:
    """Snapshots at month ends whose outcome is known, with label and sample."""
    spec = target.snapshots
    assert isinstance(spec, MonthlySnapshots)
    first = peer.row("SELECT min(day) AS day FROM order_line")["day"]
    assert isinstance(first, date)
    known = [day for day in spec.dates(first, as_of) if spec.resolved(day, as_of)]
    tests = known[-spec.test_snapshots :]
    samples = {
        day: "test" if day in tests else "train" if spec.label_end(day) <= tests[0] else "between" for day in known
    }
    listed = ", ".join(f"(DATE '{day}', '{sample}')" for day, sample in samples.items())
    # Every day with an order line is an event of conf/retail (orders > 0).
    last = spec.gap_days + spec.horizon_days
    wanted = "IS NOT NULL" if spec.outcome == "event" else "IS NULL"
    return f"""
        SELECT w.*, t.sample, (e.party {wanted})::INTEGER AS label
        FROM wide AS w JOIN (VALUES {listed}) AS t (as_of, sample) USING (as_of)
        LEFT JOIN (
          SELECT DISTINCT party, d.as_of FROM (SELECT DISTINCT party, day FROM order_line) JOIN (VALUES {listed}) AS d (as_of, sample)
            ON day > d.as_of + {spec.gap_days} AND day <= d.as_of + {last}
        ) AS e ON e.party = w.party AND e.as_of = w.as_of
    """


def _contacted(target: Target, as_of: date) -> str:
    """Contacted customers on the eves of campaigns that are over, with the campaign, label and sample."""
    spec = target.snapshots
    assert isinstance(spec, CampaignSnapshots)
    return f"""
        SELECT w.*, g.campaign_type, g.end_day - g.start_day + 1 AS campaign_duration_days, g.coupons AS campaign_coupons,
          g.products AS campaign_products,
          CASE WHEN end_day < DATE '{spec.test_from}' THEN 'train' WHEN start_day >= DATE '{spec.test_from}' THEN 'test' ELSE 'between' END AS sample,
          (r.party IS NOT NULL)::INTEGER AS label
        FROM contact AS c JOIN campaign AS g USING (campaign_id)
        JOIN wide AS w ON w.party = c.party AND w.as_of = g.start_day - 1
        LEFT JOIN (
          SELECT DISTINCT r.party, r.campaign_id FROM response AS r JOIN campaign AS g USING (campaign_id)
          WHERE r.day BETWEEN g.start_day AND g.end_day
        ) AS r ON r.party = c.party AND r.campaign_id = c.campaign_id
        WHERE g.end_day <= DATE '{as_of}' AND g.start_day > (SELECT min(day) FROM order_line)
    """


def _with_features(rows: str, target: Target) -> str:
    """A customer is on one side of the random split with all rows."""
    numbers = ", ".join(f"{_number(feature)} AS x_{feature.name}" for feature in target.features)
    return f"""
        SELECT as_of, sample, label, hash(party, {target.seed}) % 100 < 30 AS held_out, {numbers}
        FROM ({rows}) WHERE {in_duckdb(target.where)} ORDER BY party, as_of
    """


def _number(feature: Feature) -> str:
    number = f"({in_duckdb(feature.sql)})::DOUBLE"
    return f"sign({number}) * ln(1 + abs({number}))" if feature.transform == "log" else number


def _matrix(found: dict[str, NDArray[np.float64]], features: tuple[Feature, ...]) -> Floats:
    """One column a feature; NULL is not a number."""
    return np.column_stack([np.ma.filled(np.ma.asarray(found[f"x_{f.name}"], dtype=float), np.nan) for f in features])


def _fit(x: Floats, y: NDArray[np.int64], target: Target) -> Model:
    """The same objective as the suite's: mean log loss, plus half of `regularisation` times the squared coefficients."""
    means, deviations = np.nanmean(x, axis=0), np.nanstd(x, axis=0, ddof=1)
    standard = np.nan_to_num((x - means) / np.where(deviations > 0, deviations, 1), nan=0.0)
    model = LogisticRegression(C=1 / (target.regularisation * len(y)), max_iter=100, tol=1e-6).fit(standard, y)
    return Model(float(model.intercept_[0]), model.coef_[0], means, deviations)


def _quality(y: NDArray[np.int64], p: Floats) -> dict[str, object]:
    false, true, _ = roc_curve(y, p)
    order = np.argsort(-p, kind="stable")
    tenth = max(1, len(y) // 10)
    return {
        "rows": len(y),
        "positives": int(y.sum()),
        "auc": float(roc_auc_score(y, p)),
        "ks": float(np.abs(true - false).max()),
        "brier": float(brier_score_loss(y, p)),
        "log_loss": float(log_loss(y, p)),
        "top_decile_lift": float(y[order[:tenth]].mean() / y.mean()),
    }


def _curves(y: NDArray[np.int64], p: Floats) -> list[dict[str, object]]:
    order = np.argsort(-p, kind="stable")
    hit = np.concatenate([[0], np.cumsum(y[order])])
    steps = np.unique(np.linspace(0, len(y), _POINTS + 1).astype(int))
    found: list[dict[str, object]] = []
    for point, rows in enumerate(steps):
        found.append(
            {"curve": "gains", "point": point, "x": rows / len(y), "y": hit[rows] / hit[-1], "rows": int(rows)}
        )
        false = (rows - hit[rows]) / (len(y) - hit[-1])
        found.append({"curve": "roc", "point": point, "x": false, "y": hit[rows] / hit[-1], "rows": int(rows)})
    for point, part in enumerate(np.array_split(order[::-1], _GROUPS)):
        found.append(
            {"curve": "calibration", "point": point, "x": p[part].mean(), "y": y[part].mean(), "rows": len(part)}
        )
    return found


def _rows(model: Model, target: Target) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"position": 0, "feature": "(intercept)", "expression": "1", "meaning": "every customer alike",
         "coefficient": model.intercept, "mean": 0.0, "deviation": 1.0}
    ]  # fmt: skip
    for place, feature in enumerate(target.features):
        rows.append(
            {"position": place + 1, "feature": feature.name, "expression": feature.sql, "meaning": feature.doc,
             "coefficient": float(model.coefficients[place]), "mean": float(model.means[place]),
             "deviation": float(model.deviations[place])}
        )  # fmt: skip
    return rows


def score_customers(peer: Peer, as_of: date) -> None:
    """gold.score: probability, rank and the three strongest reasons of every customer and target."""
    parts = []
    for target in peer.settings[Models].targets:
        found = peer.connection.execute(_population(target)).fetchnumpy()
        x = _matrix(found, target.features)
        model = _trained(peer, target)
        probability = np.round(model.probability(x), 6)
        parts.append(
            pa.table(
                {
                    "target": [target.name] * len(probability),
                    "customer_id": found["customer_id"],
                    "probability": probability,
                    **_ranks(probability),
                    **_reasons(model.parts(x), target),
                }
            )
        )
    peer.connection.register("scored", pa.concat_tables(parts))
    peer.write("gold.score", f"SELECT DATE '{as_of}' AS as_of, * FROM scored", by="as_of")


def _population(target: Target) -> str:
    given: dict[str, object] = dict.fromkeys(
        ("campaign_type", "campaign_duration_days", "campaign_coupons", "campaign_products")
    )
    if isinstance(target.snapshots, CampaignSnapshots):
        given |= target.snapshots.score_as
    columns = ", ".join(
        f"{'NULL' if value is None else repr(value)}::{'VARCHAR' if name == 'campaign_type' else 'INTEGER'} AS {name}"
        for name, value in given.items()
    )
    numbers = ", ".join(f"{_number(feature)} AS x_{feature.name}" for feature in target.features)
    return f"SELECT customer_id, {numbers} FROM (SELECT *, {columns} FROM customer) WHERE {in_duckdb(target.where)}"


def _trained(peer: Peer, target: Target) -> Model:
    found = peer.connection.execute(
        "SELECT coefficient, mean, deviation FROM model WHERE target = ? ORDER BY position", [target.name]
    ).fetchnumpy()
    numbers = [np.asarray(found[name], dtype=float) for name in ("coefficient", "mean", "deviation")]
    return Model(float(numbers[0][0]), numbers[0][1:], numbers[1][1:], numbers[2][1:])


def _ranks(probability: Floats) -> dict[str, NDArray[np.int64]]:
    """Percentile and decile; equal probabilities share them."""
    ordered = np.sort(probability)
    up_to = np.searchsorted(ordered, probability, side="right")
    every = len(ordered)
    return {
        "percentile": (100 * up_to + every - 1) // every,
        "decile": 10 * (every - up_to) // every + 1,
    }


def _reasons(parts: Floats, target: Target) -> dict[str, pa.Array]:
    """The features that move a prediction most; what is only about the campaign is alike for all, and no reason."""
    own = [place for place, f in enumerate(target.features) if f.name not in ("type_a", "campaign_products")]
    strength = np.abs(parts[:, own])
    order = np.argsort(-np.round(strength, 9), axis=1, kind="stable")[:, :_REASONS]
    words = np.array([target.features[place].doc for place in own], dtype=object)
    rows = np.arange(len(parts))
    found = {}
    for place in range(_REASONS):
        column = order[:, place]
        nothing = strength[rows, column] <= 1e-9
        raises = parts[:, own][rows, column] > 0
        found[f"reason_{place + 1}"] = pa.array(words[column], mask=nothing)
        found[f"reason_{place + 1}_direction"] = pa.array(
            np.where(raises, "raises", "lowers").astype(object), mask=nothing
        )
    return found
