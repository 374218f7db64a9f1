"""Command lines."""

from bullseye.cli.app import main, main_suite

__all__ = ["main", "main_suite"]
