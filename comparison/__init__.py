"""Compares two lakes, before and after an upgrade or a refactoring: every table row by row, and the figures of the report.

Run by scripts/compare. No part of the suite's package.
"""
