"""The data folder: its lock, its private files, what survives a power cut."""
