"""Giving numbers, and what their visitors do with them."""
