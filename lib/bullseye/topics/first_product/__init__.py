"""The likeliest first product of prospects."""
