"""Tests, by what they touch: unit, contract, golden, property, end to end, faults, readers."""
