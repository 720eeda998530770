"""A ticket on paper: what stands on it, and the job that brings it to a printer."""
