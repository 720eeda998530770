"""What visitors are told outside the hall: the outbox, the messages, the sealed contacts."""
