"""What readers see: one commit for all tables, views, and what was released before."""
