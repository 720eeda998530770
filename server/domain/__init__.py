"""The hall's rules as pure functions and values: no framework, no database, no clock, no input or output."""
