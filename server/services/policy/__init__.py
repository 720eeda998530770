"""The hall's policy: who is next, changed and compared."""
