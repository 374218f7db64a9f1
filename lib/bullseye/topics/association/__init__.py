"""From receipts to rules: what is bought together, and what such rules are worth."""
