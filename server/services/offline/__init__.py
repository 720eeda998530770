"""Numbers and calls from the time when the server was away, entered afterwards."""
