"""Brings a lake of an earlier version to the names of this one."""
