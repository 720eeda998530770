"""The languages of visitors pages."""
