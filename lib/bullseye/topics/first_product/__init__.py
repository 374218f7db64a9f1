"""The likeliest first product of prospects."""

from __future__ import annotations

from bullseye.core.topic import Topic
from bullseye.topics.first_product.job import JOB
from bullseye.topics.first_product.settings import Prospects
from bullseye.topics.first_product.tables import TABLES

TOPIC = Topic(
    name="first_product",
    jobs=(JOB,),
    settings=(Prospects,),
    tables=TABLES,
    section="bullseye.topics.first_product.report:SECTION",
    shows=(Prospects,),
)
