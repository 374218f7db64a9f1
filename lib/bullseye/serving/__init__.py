"""Released tables for clients of SQL and catalogs."""
