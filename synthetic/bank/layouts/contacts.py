"""Logs of branches, call centre and customer managers: CSV in UTF-8, times by the bank's clock."""
