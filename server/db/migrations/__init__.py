"""The database's history, one file for each change, named by its date."""

#: The newest revision; a test holds it to the files. Stated here so that a start need not load Alembic.
HEAD = "2026_12_01_serves"
