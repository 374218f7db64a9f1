"""Tables that several topics share, and what they have in common."""
