"""What hall.py does: sets up the checkout, runs the hall, runs the tests. Standard library only.

Everything here runs before any package is installed, so nothing here may import one.
"""
