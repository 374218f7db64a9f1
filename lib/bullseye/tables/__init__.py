"""Contracts of all tables, and nothing else."""

from bullseye.tables.registry import contracts

__all__ = ["contracts"]
