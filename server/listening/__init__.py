"""Connections: the listeners, what is let in, and the hand-over to the next process."""
