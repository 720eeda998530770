"""The channels by which notices leave: they know messages and nothing of halls, tickets or the database."""
