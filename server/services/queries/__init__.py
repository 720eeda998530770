"""What screens, staff and visitors are shown, and for how long it stays true."""
