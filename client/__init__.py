"""A client of the server in Python: REST, the live stream, signing in; what console, announcer, agent and replay share."""
