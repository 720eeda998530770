"""The staff's accounts, their sign-in, and the limits on guessing."""
