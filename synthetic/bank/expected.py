"""What the planted numbers come to: figures that an analysis of the files should find, within what chance allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet

from synthetic.bank.maturities import OUTCOMES
from synthetic.bank.parameters import Parameters
from synthetic.bank.paths import removal_effects


def expected(parameters: Parameters, truth: Path) -> dict[str, Any]:
    """Figures that follow from the parameters alone, and means of the planted probabilities over the persons of a truth."""
    return {
        "shares_of_accounts_by_balance": dict(parameters.money.balances),
        "lifts": [
            {"line": name, "beside": line.beside, "lift": line.lift}
            for name, line in parameters.products.lines.items()
            if line.beside
        ],
        "removal_effects": removal_effects(parameters.paths),
        "campaign_effects": {name: dict(one.effect) for name, one in parameters.campaigns.campaigns.items()},
        "payroll": _payroll(truth),
        "maturities": _maturities(truth),
        "buys_again": _mean(pyarrow.parquet.read_table(truth / "survey.parquet")["chance_buys_again"]),
    }


def _payroll(truth: Path) -> dict[str, Any]:
    persons = pyarrow.parquet.read_table(
        truth / "payroll.parquet", columns=["leaves_in_3_months", "leaves_in_5_months"]
    )
    months = pyarrow.parquet.read_table(truth / "payroll_months.parquet", columns=["months_since_first", "hazard"])
    in_life = months.filter(pc.less_equal(months["months_since_first"], 24)).group_by("months_since_first")
    by_month = in_life.aggregate([("hazard", "mean"), ("hazard", "count")]).sort_by("months_since_first")
    return {
        "leaves_in_3_months": _mean(persons["leaves_in_3_months"]),
        "leaves_in_5_months": _mean(persons["leaves_in_5_months"]),
        "hazard_a_month": _mean(months["hazard"]),
        "hazard_by_months_since_first": {
            str(row["months_since_first"]): {"hazard": round(row["hazard_mean"], 6), "persons": row["hazard_count"]}
            for row in by_month.to_pylist()
        },
    }


def _maturities(truth: Path) -> dict[str, float | None]:
    table = pyarrow.parquet.read_table(truth / "maturities.parquet")
    return {name: _mean(table[f"chance_{name}"]) for name in OUTCOMES}


def _mean(values: Any) -> float | None:
    """Of those that are there; none where there are none."""
    found = pc.mean(values).as_py()
    return None if found is None else round(found, 6)
