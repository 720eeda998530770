"""A hall from its file: its shape, its checks, its import, and services that are stopped for a while."""
