"""What sets groups of customers apart."""
