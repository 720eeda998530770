"""The end of a day, old days in files, and copies of the database."""
