"""From a company's files to the canonical silver tables."""
