"""Booked slots, check-in, and the appointments that a change of the hall affects."""
