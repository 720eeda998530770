"""How every command and query runs: the deployment, the unit of work, the command bus, the event log."""
