"""Where visitors come from, and where customers live."""
