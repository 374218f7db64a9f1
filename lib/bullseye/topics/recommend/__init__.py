"""What to offer each customer next, and why."""
