"""A day of a hall to try rules on: one that its log holds, or one drawn for its counters and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import func, select

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import session, ticket
from server.domain.hall import Hall
from server.domain.hours import WEEKDAYS, day_end, moment_of
from server.domain.made_day import DayPlan, Demand, desks_of, in_order, make_day, with_bookings
from server.domain.order import MINUTE
from server.domain.outcomes import Course, counts
from server.domain.policy import APPOINTMENT, ORDINARY
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.domain.trial import MissedRules, TrialCounter, TrialDay, TrialVisit
from server.services.runtime.unit_of_work import UnitOfWork

#: Fewer called tickets than these say little about a day, unless somebody names it.
ENOUGH = 50
#: No day is played with more visits.
MOST = 5_000
#: A day is looked for among so many that had tickets.
RECENT = 14
SHORTEST, LONGEST = MINUTE // 2, 120 * MINUTE
#: Minutes of a service when nobody was served yet.
USUAL = 10 * MINUTE
USUAL_HOURS, LONGEST_HOURS = (("09:00", "17:00"),), 14 * 60 * MINUTE
#: The share of visitors with a status in a drawn day, and of those with an appointment unless it is said.
WITH_STATUS, BOOKED = 0.05, 0.3
_T = ticket.c


@dataclass(frozen=True)
class HallDay:
    """A day with where it is from: `date` is a business day of the log, None for a drawn one."""

    day: TrialDay
    date: str | None

    @property
    def booked(self) -> int:
        """How many visitors have an appointment."""
        return sum(visit.slot is not None for visit in self.day.visits)


def typical_day(unit: UnitOfWork, *, wanted: str | None, booked: float | None, dice: Random) -> HallDay | None:
    """The business day `wanted`, or the last one with enough calls; None when none is wanted and there is none.

    booked: this share of its walk-ins has an appointment instead, None for the day as it was.
    Raises Refusal `empty_day` when nobody was called on the day wanted.
    """
    for day in [wanted] if wanted else _recent(unit):
        made = _logged(unit, day, dice, least=1 if wanted else ENOUGH)
        if made is not None:
            return HallDay(with_bookings(made, booked or 0.0, dice), day)
    if wanted:
        raise Refusal("empty_day", day=wanted)
    return None


def drawn_day(unit: UnitOfWork, *, load: float, booked: float | None, dice: Random) -> HallDay:
    """A day drawn for all counters of a hall in the hours of today's weekday.

    load: the work that comes as a share of what the counters can do.
    """
    hall = unit.hall
    hours = [(moment_of(date.fromisoformat(unit.day), start, hall.time_zone), end) for start, end in _hours(unit)]
    shifts = tuple((opens, moment_of(date.fromisoformat(unit.day), end, hall.time_zone)) for opens, end in hours)
    counters = tuple(
        TrialCounter(one.code, one.usual_own, one.usual_fallbacks, shifts) for one in hall.counters.values()
    )
    plan = DayPlan(
        opens=shifts[0][0],
        closes=shifts[-1][1],
        counters=counters,
        demand=_demand(hall, counters, sum(end - start for start, end in shifts) / MINUTE, load),
        booked=BOOKED if booked is None else booked,
        statuses=_statuses(hall),
        booking=hall.settings.booking,
        missed=_missed(hall),
    )
    return HallDay(make_day(plan, dice), None)


def _recent(unit: UnitOfWork) -> list[str]:
    """Business days with enough called tickets, the last first."""
    query = (
        select(_T.day)
        .where(_T.hall_id == unit.hall.id, _T.called_at.is_not(None))
        .group_by(_T.day)
        .having(func.count() >= ENOUGH)
        .order_by(_T.day.desc())
        .limit(RECENT)
    )
    return list(unit.connection.execute(query).scalars())


def _logged(unit: UnitOfWork, day: str, dice: Random, *, least: int) -> TrialDay | None:
    """The day with what its counters could serve; None for fewer calls than `least`."""
    over = day < unit.day
    ends = day_end(day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends) if over else None
    given = ticket_rows.tickets_where(unit.connection, _T.hall_id == unit.hall.id, _T.day == day, limit=MOST)
    classes = unit.hall.settings.classes
    found = [one for one in given if counts(Course.of(one), classes, ends=ends)]
    if sum(_called_by(one, ends) is not None for one in found) < least:
        return None
    counters = _on_duty(unit, found, ends=ends)
    visits = in_order(_visits(unit.hall, found, dice, ends=ends))
    return TrialDay(
        visits, (*counters, *_unmanned(unit.hall, counters)), unit.hall.settings.booking, _missed(unit.hall), ends
    )


def _unmanned(hall: Hall, counters: tuple[TrialCounter, ...]) -> list[TrialCounter]:
    """Counters where nobody was, for what nobody on duty served: whoever came for it is part of the day."""
    served = {code for counter in counters for code in counter.serves}
    lost = [code for code in hall.counter_types if code not in served]
    return [TrialCounter("-", tuple(lost), shifts=(), stays=False)] if lost else []


def _visits(hall: Hall, came: list[Ticket], dice: Random, *, ends: int | None) -> list[TrialVisit]:
    """What the tickets of a day were; who is not served yet takes as long as one who was.

    Numbers that were taken out before their target was over are none (`counts` in server/domain/outcomes.py).

    Who left, or whose ticket expired, without being called waits no longer than then. Who was called and never came
    does not come.
    """
    known: dict[int, list[int]] = {}
    for one in came:
        if (lasted := _lasted(one)) is not None:
            known.setdefault(one.counter_type_id, []).append(lasted)
    usual = round(median([lasted for each in known.values() for lasted in each] or [USUAL]))
    return [
        TrialVisit(
            comes=one.issued_at,
            counter_type=hall.types_by_id[one.counter_type_id].code,
            service=_lasted(one) or dice.choice(known.get(one.counter_type_id, [usual])),
            class_code=_class(hall, one),
            slot=one.reference_at if one.class_code == APPOINTMENT else None,
            misses=hall.settings.no_show_limit if _stayed_away(one) else one.no_shows,
            leaves=_left_at(one, ends),
        )
        for one in came
    ]


def _stayed_away(one: Ticket) -> bool:
    """Whether a visitor was called and left, or was missed until the day ended."""
    over = one.state in (TicketState.CANCELLED, TicketState.EXPIRED)
    return over and one.called_at is not None and one.started_at is None


def _left_at(one: Ticket, ends: int | None) -> int | None:
    """Until when a visitor waited who left, or whose ticket expired, without being called; None for all others."""
    if one.called_at is not None or one.ended_at is None:
        return None
    return max(one.issued_at, one.reference_at, one.ended_at if ends is None else min(one.ended_at, ends))


def _lasted(one: Ticket) -> int | None:
    """How long a counter was busy with a completed ticket; None when nobody knows whether its visitor came."""
    if one.state is not TicketState.COMPLETED or one.started_at is None:
        return None
    if one.called_at is None or one.ended_at is None:
        return None
    return min(LONGEST, max(SHORTEST, one.ended_at - one.called_at - one.idle_ms))


def _class(hall: Hall, one: Ticket) -> str:
    """The class of a ticket as the hall's rule knows it; one that was taken away since counts as ordinary."""
    return one.class_code if one.class_code in hall.settings.classes else ORDINARY


def _on_duty(unit: UnitOfWork, found: list[Ticket], *, ends: int | None) -> tuple[TrialCounter, ...]:
    """The counters at which clerks were on duty between the day's first ticket and its last service, with when.

    ends: when the day was over; nobody stays then, and a session that only the day's end closed lasts to the last that
    its counter did. None for a day that goes on.
    """
    first = min(one.issued_at for one in found)
    did = _last_of_counters(found, ends)
    last = max(did.values(), default=first)
    if ends is None:
        last = max(last, *(one.issued_at for one in found))
    query = (
        select(session.c.counter_id, session.c.opened_at, session.c.closed_at)
        .where(session.c.hall_id == unit.hall.id, session.c.opened_at <= last)
        .where(session.c.closed_at.is_(None) | (session.c.closed_at > first))
        .order_by(session.c.opened_at)
    )
    spans: dict[int, list[tuple[int, int]]] = {}
    for counter, opened, signed_off in unit.connection.execute(query):
        forgotten = ends is not None and (signed_off is None or signed_off >= ends)
        closed = did.get(counter, opened) if forgotten else signed_off
        mine = spans.setdefault(counter, [])
        start = max(first, opened, mine[-1][1] if mine else 0)
        if (end := min(last, closed or last)) > start:
            mine.append((start, end))
    known = unit.hall.counters_by_id
    return tuple(
        TrialCounter(known[id_].code, known[id_].usual_own, known[id_].usual_fallbacks, tuple(mine), stays=ends is None)
        for id_, mine in spans.items()
        if mine and id_ in known
    )


def _last_of_counters(found: list[Ticket], ends: int | None) -> dict[int, int]:
    """When each counter (by id) did its last thing with a ticket of the day: a call, or the end of a service."""
    did: dict[int, int] = {}
    for one in found:
        called = _called_by(one, ends)
        if one.counter_id is not None and called is not None:
            over = one.ended_at if one.state in (TicketState.COMPLETED, TicketState.NO_SHOW) else None
            last = called if over is None or (ends is not None and over > ends) else over
            did[one.counter_id] = max(did.get(one.counter_id, 0), last)
    return did


def _called_by(one: Ticket, ends: int | None) -> int | None:
    """When a ticket was called on its day; None for one that was called on a later one, or never."""
    if one.called_at is None or (ends is not None and one.called_at >= ends):
        return None
    return one.called_at


def _demand(hall: Hall, counters: tuple[TrialCounter, ...], minutes: float, load: float) -> tuple[Demand, ...]:
    """Visitors of each counter type, by the administrator's minutes per position."""
    desks = desks_of(counters)
    guesses = {code: hall.counter_types[code].guess_minutes for code in desks}
    wanted = {code: load * minutes / guess for code, guess in guesses.items()}
    fewer = min(1.0, MOST / sum(wanted.values()))
    made = []
    for code, visits in wanted.items():
        count = max(1, round(visits * fewer))
        made.append(Demand(code, count, load * minutes * desks[code] / count))
    return tuple(made)


def _hours(unit: UnitOfWork) -> list[tuple[str, str]]:
    """The hall's hours of today's weekday, of the first other day when it has none; usual ones for a night and day."""
    settings = unit.hall.settings
    today = WEEKDAYS[date.fromisoformat(unit.day).weekday()]
    for weekday in (today, *WEEKDAYS):
        spans = sorted(settings.hours.get(weekday, ()))
        if spans and _length(spans) <= LONGEST_HOURS:
            return spans
    return list(USUAL_HOURS)


def _length(spans: list[tuple[str, str]]) -> int:
    def minutes(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return sum(minutes(end) - minutes(start) for start, end in spans) * MINUTE


def _statuses(hall: Hall) -> dict[str, float]:
    classes = sorted({one.class_code for one in hall.statuses.values()} - {ORDINARY, APPOINTMENT})
    return {code: WITH_STATUS / len(classes) for code in classes}


def _missed(hall: Hall) -> MissedRules:
    return MissedRules(return_after=hall.settings.return_after, limit=hall.settings.no_show_limit)


def shown(made: HallDay) -> dict[str, Any]:
    """A day as the comparison's answer names it."""
    return {
        "source": "log" if made.date else "drawn",
        "date": made.date,
        "visits": len(made.day.visits),
        "counters": sum(bool(one.shifts) for one in made.day.counters),
        "booked": made.booked,
    }
