"""What a clerk does: going on duty, calling, visits of several services, undo and corrections."""
