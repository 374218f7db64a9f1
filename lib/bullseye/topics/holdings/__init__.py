"""Who holds which lines of products."""
