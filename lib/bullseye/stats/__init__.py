"""Pure statistics shared by all domains: they know nothing of jobs, tables and settings."""
