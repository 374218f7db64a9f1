"""Command lines of the jobs and of the suite."""
