"""The `bullseye` command: runs the suite, and answers questions about settings and lake without starting Spark."""
