"""Days made up for comparing policies: visitors over eight hours, some with an appointment, service times by chance."""

from __future__ import annotations

from random import Random

from server.domain.booking import BookingRules, arrival
from server.domain.policy import APPOINTMENT, ORDINARY
from server.domain.simulate import Arrival, Place

MINUTE = 60_000
HOURS = 8
SLOT = 15 * MINUTE
#: How many come in each hour of the day, relative to the mean: a morning and an afternoon peak.
PROFILE = (1.0, 1.5, 1.4, 0.8, 0.6, 1.1, 1.1, 0.5)
#: The service times' spread: the standard deviation is a little above half the mean, as recorded days show.
SHAPE = 3.0


def make_day(
    *, visits: int, counters: int, booked: float, load: float, chance: Random, rules: BookingRules | None = None
) -> tuple[list[Arrival], list[Place]]:
    """A day of one counter type.

    booked: share with an appointment. load: work that comes over what the counters can do in the day, 1 is full.
    """
    rules = rules or BookingRules()
    mean = load * counters * HOURS * 60 * MINUTE / visits
    moments = sorted(_moment(chance) for _ in range(visits))
    made = []
    for ticket, at in enumerate(moments, start=1):
        service = max(int(chance.gammavariate(SHAPE, mean / SHAPE)), 30_000)
        if chance.random() < booked:
            made.append(_with_slot(ticket, at, service, chance, rules))
        else:
            made.append(Arrival(ticket, at, "A", ORDINARY, service, at, at))
    made.sort(key=lambda one: (one.at, one.ticket))
    places = [Place(str(number), ("A",)) for number in range(1, counters + 1)]
    return made, places


def _moment(chance: Random) -> int:
    hour = chance.choices(range(HOURS), weights=PROFILE)[0]
    return int((hour + chance.random()) * 60 * MINUTE)


def _with_slot(ticket: int, at: int, service: int, chance: Random, rules: BookingRules) -> Arrival:
    """Its slot is near the moment drawn; people come some minutes before it, a few too late."""
    slot = round(at / SLOT) * SLOT
    comes = max(slot + int(chance.gauss(-8, 6) * MINUTE), 0)
    came = arrival(slot, now=comes, rules=rules)
    class_code = ORDINARY if came.late else APPOINTMENT
    return Arrival(ticket, comes, "A", class_code, service, came.reference, came.eligible)
