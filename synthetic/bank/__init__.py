"""A made-up bank: files as its systems would drop them, and the truth behind them in a folder of its own.

Run by scripts/generate_bank; docs/reference/bank_data.md says what every file holds.
"""
