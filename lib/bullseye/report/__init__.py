"""The page: its parts, and what a topic's section may use."""
