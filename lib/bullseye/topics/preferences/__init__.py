"""What each customer prefers."""
