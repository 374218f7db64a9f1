"""Who leaves when, where and why."""
