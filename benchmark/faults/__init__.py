"""Bad days: what goes wrong, what must happen then, and the command that shows it. See `benchmark.faults.__main__`."""
