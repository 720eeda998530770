"""Hallcall's central server: gives numbers, keeps the order, calls, and tells every screen."""

__version__ = "0.1.0"
