"""PostgreSQL: several processes may write one hall, and none waits for a server that hangs."""
