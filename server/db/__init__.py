"""What is stored: the tables, their migrations, and the statements of the call path."""
