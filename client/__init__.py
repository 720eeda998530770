"""A client of the server in Python: REST, the live stream, signing in; console, announcer, agent and replay share it."""
