"""The benchmark: the suite on the demo's data and on copies of it, beside a single-machine program that makes the same.

Run by scripts/benchmark. No part of the suite's package.
"""
