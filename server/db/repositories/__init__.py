"""Rows as frozen values: reading and writing them, by subject."""
