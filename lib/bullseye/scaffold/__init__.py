"""A new deployment from a folder of data files: looks at them, guesses what they are, and writes the settings."""

from bullseye.scaffold.build import Found, Scaffold, scaffold

__all__ = ["Found", "Scaffold", "scaffold"]
