"""Behavioural tags: a catalogue of rules, statistics and preferences, and who has which."""
