"""What runs beside the requests: paper, notices, the archive, garbage collection."""
