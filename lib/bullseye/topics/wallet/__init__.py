"""Amounts at other companies, estimated."""
