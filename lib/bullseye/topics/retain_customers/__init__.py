"""What to do about customers who may leave."""
