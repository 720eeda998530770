"""A client of the server in Python: REST, the live stream, sign-in. Console, announcer, agent and replay share it."""
