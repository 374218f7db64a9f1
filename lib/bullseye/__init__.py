"""Bullseye: an open suite of PySpark jobs for precision marketing."""

__version__ = "0.1.0"
