"""Amounts at other companies, estimated."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.wallet.job import JOB
from bullseye.topics.wallet.settings import WalletSettings
from bullseye.topics.wallet.tables import TABLES

TOPIC = Topic(
    name="wallet",
    jobs=(JOB,),
    settings=(WalletSettings,),
    tables=TABLES,
    section="bullseye.topics.wallet.report:SECTION",
)
