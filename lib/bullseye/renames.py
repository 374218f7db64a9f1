"""What had another name before this version."""

from __future__ import annotations

from bullseye.migration.renaming import Renames

RENAMES = Renames(
    jobs={
        "count_lines": "count_holdings",
        "count_traffic": "measure_traffic",
        "draw_portraits": "profile_groups",
        "estimate_amounts": "estimate_wallet",
        "name_first_lines": "predict_first_product",
        "plan_maintenance": "retain_customers",
        "study_leavers": "model_churn",
        "study_repurchase": "analyse_repurchase",
    },
    tables={
        "gold.cluster_choice": "ops.cluster_choice",
        "gold.factor": "ops.factor",
        "gold.factor_loading": "ops.factor_loading",
        "gold.rule_backtest": "ops.rule_backtest",
        "gold.tier_curve": "ops.tier_curve",
        "gold.tier_cut": "ops.tier_cut",
        "gold.tier_shift": "ops.tier_shift",
    },
    columns={
        "gold.estimate": {"here": "balance_here", "elsewhere": "balance_elsewhere"},
        "gold.maintenance_plan": {"because": "reason", "worth": "is_worthwhile"},
        "gold.portrait": {"difference": "standardised_difference", "distinction": "rank"},
        "gold.recommendation": {"because": "reason"},
        "gold.segment_profile": {"difference": "standardised_difference", "distinction": "rank"},
    },
    dropped={
        "gold.maintenance_plan": ("offer_source", "reason"),
        "gold.score": ("score",),
        "gold.segment_profile": ("meaning",),
    },
)
"""From the lakes of format 1."""
