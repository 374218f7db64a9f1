"""The job `estimate_wallet`."""

from __future__ import annotations

from bullseye.core.enabled import enabled_by_files
from bullseye.core.job import Job, lazy
from bullseye.topics.wallet.settings import WalletSettings

JOB = Job(
    name="estimate_wallet",
    run=lazy("bullseye.topics.wallet.estimates:estimate_wallet"),
    reads=("gold.customer",),
    writes=("gold.estimate", "gold.estimate_quality", "gold.estimate_term"),
    settings=(WalletSettings,),
    texts=(WalletSettings,),
    enabled=enabled_by_files(WalletSettings),
    check=lazy("bullseye.topics.wallet.estimates:check_estimates"),
    doc="Estimate amounts that show for some customers only, such as wealth at other banks, with their error.",
)
