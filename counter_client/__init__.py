"""The clerk's console: its page, its terminal, and the connection that programs use."""
