"""From a company's files to the canonical silver tables."""

from bullseye.sources.ingest import check_source, ingest_sources
from bullseye.sources.mapping import check_mapping
from bullseye.sources.read import open_sources

__all__ = ["check_mapping", "check_source", "ingest_sources", "open_sources"]
