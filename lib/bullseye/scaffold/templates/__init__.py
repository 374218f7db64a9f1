"""Texts of the settings, as Jinja2 templates."""
