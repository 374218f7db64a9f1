"""Questions about customers, answered as tables."""
