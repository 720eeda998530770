"""The tables. Times are milliseconds since the epoch; `name` columns are texts by language.

Rules that no code path may break stand here as constraints too: a number is unique per hall and day, a counter has
one open session, an event number is used once, a seat of a slot is booked once.
"""

from server.db.tables.archives import archive
from server.db.tables.base import metadata
from server.db.tables.bookings import appointment, contact, notice
from server.db.tables.devices import device, pairing, print_job
from server.db.tables.hall import counter, counter_serves, counter_type, hall, hall_head, service, zone
from server.db.tables.log import answered, event
from server.db.tables.people import session, sign_in, user
from server.db.tables.tickets import number_block, number_given, number_kept, place, ticket

__all__ = [
    "answered",
    "appointment",
    "archive",
    "contact",
    "counter",
    "counter_serves",
    "counter_type",
    "device",
    "event",
    "hall",
    "hall_head",
    "metadata",
    "notice",
    "number_block",
    "number_given",
    "number_kept",
    "pairing",
    "place",
    "print_job",
    "service",
    "session",
    "sign_in",
    "ticket",
    "user",
    "zone",
]
