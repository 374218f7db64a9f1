"""What makes customers buy again."""
