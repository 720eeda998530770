"""Plays a recorded day, or lively chance, in a running hall through its public interfaces only."""
