"""What was done by hand while the server was away, entered afterwards: numbers on paper, and calls by voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Session, Ticket
from server.domain.hall import Counter, CounterType
from server.domain.hours import business_day, from_text, to_text
from server.domain.numbers import RESERVED, is_given, taken_apart
from server.domain.policy import ORDINARY
from server.domain.refusals import Refusal
from server.domain.states import Action, TicketState
from server.domain.why import CallRecord
from server.schemas.offline_bodies import HandTickets
from server.services.calling import calling, exceptions, sessions, steps, why
from server.services.calling.next_ticket import heads
from server.services.runtime.created import Created
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over, issuing, numbering

#: A number is at most so large: what follows would be a misread one.
LARGEST = 99_999
#: What was taken longer ago is entered with a reason: whoever enters it puts it before all who came since.
BACK_MINUTES = 15
MINUTE = 60_000
_NEEDED = "is needed for a number that was taken more than {} minutes ago"
_NEEDED_ZH = "取号时间早于 {} 分钟前时，必须填写补录原因"


@dataclass(frozen=True, slots=True)
class HandTicket:
    """A number on paper. number: as written, None where only the visitor waits. taken_at: when it was taken (ms)."""

    service: str
    taken_at: int
    number: str | None = None


def asked(body: HandTickets) -> list[HandTicket]:
    """What a request's body asks for."""
    return [HandTicket(one.service, from_text(one.taken), one.number) for one in body.tickets]


def enter(
    unit: UnitOfWork, *, tickets: Sequence[HandTicket], check: bool = False, reason: str | None = None
) -> dict[str, Any] | Created:
    """Let the holders of these numbers wait, each in the place that its time gives it: all of them, or none.

    A number keeps its digits and those given from now on come after it; who has none gets the next one. Hours and
    quotas are not asked: these visitors have their numbers already. check: only look whether they can be entered.
    reason: why they are entered so late, kept with each; needed for one that was taken more than BACK_MINUTES ago.
    Raises Refusal `invalid` with the place of the first that cannot be, and all of them in `wrong`: a number that is
    taken today or belongs to another queue, a time that is not of this business day or not past; `unknown_service`,
    `forbidden`.
    """
    unit.actor.needs("clerk")
    serials = _all_checked(unit, tickets)
    if reason is None and any(unit.now - one.taken_at > BACK_MINUTES * MINUTE for one in tickets):
        said, said_zh = _NEEDED.format(BACK_MINUTES), _NEEDED_ZH.format(BACK_MINUTES)
        raise Refusal("invalid", field="reason", reason=said, reason_zh=said_zh)
    if check:
        return {"numbers": []}
    order = sorted(range(len(tickets)), key=lambda index: (tickets[index].taken_at, index))
    numbers: list[str] = [""] * len(tickets)
    # Numbers as written come first, so that the next ones given are none of them.
    for index in sorted(order, key=lambda index: serials[index] is None):
        numbers[index] = _enter(unit, tickets[index], serials[index], reason).number
    return Created({"numbers": numbers, "entered": to_text(unit.now, unit.hall.time_zone)})


def _all_checked(unit: UnitOfWork, tickets: Sequence[HandTicket]) -> list[int | None]:
    """The serials of the numbers as written."""
    serials: list[int | None] = []
    wrong: list[dict[str, str]] = []
    seen: set[tuple[str, int]] = set()
    for index, one in enumerate(tickets):
        try:
            serials.append(_checked(unit, index, one))
            _refuse_twice(index, one.number, seen)
        except Refusal as refused:
            if refused.code != "invalid":
                raise
            wrong.append(refused.params)
    if wrong:
        raise Refusal("invalid", **wrong[0], wrong=wrong)
    return serials


def _checked(unit: UnitOfWork, index: int, one: HandTicket) -> int | None:
    """The serial of a number as written."""
    service = unit.hall.service(one.service)
    settings = unit.hall.settings
    if one.taken_at > unit.now:
        raise _wrong(index, "taken", "is not past", "还没有到")
    if business_day(one.taken_at, unit.hall.time_zone, day_ends=settings.day_ends) != unit.day:
        raise _wrong(index, "taken", "is not of this business day", "不在本营业日内")
    if one.number is None:
        return None
    kind = unit.hall.counter_types[service.counter_type]
    prefix, serial = taken_apart(one.number) or ("", 0)
    if prefix != kind.prefix or not 1 <= serial <= LARGEST:
        raise _not_of(index, kind)
    if serial in RESERVED:
        raise _wrong(index, "number", "is one that only ticket machines give", "是取号机专用的号码")
    if not is_given(kind, serial):
        raise _not_of(index, kind)
    written = numbering.written(unit.hall, kind, serial)
    if ticket_rows.ticket_by_number(unit.connection, hall_id=unit.hall.id, day=unit.day, number=written):
        raise _wrong(index, "number", f"{written} is taken today", f"{written} 今天已被使用")
    if carried_over.is_kept(unit, written):
        raise _wrong(index, "number", f"{written} is kept from an earlier day", f"{written} 由前一天保留")
    return serial


def _refuse_twice(index: int, number: str | None, seen: set[tuple[str, int]]) -> None:
    plain = taken_apart(number) if number else None
    if plain in seen:
        raise _wrong(index, "number", f"{number} stands here twice", f"{number} 重复")
    if plain:
        seen.add(plain)


def _not_of(index: int, kind: CounterType) -> Refusal:
    """The number is none of that queue's: what it must be."""
    en = f"{kind.prefix} and a number" if kind.prefix else "a number"
    zh = f"{kind.prefix} 加数字" if kind.prefix else "数字"
    if kind.last is not None or kind.first > 1:
        span = f"{kind.first}–{kind.last}" if kind.last is not None else f"{kind.first}+"
        en, zh = f"{en} of {span}", f"{zh}（{span}）"
    return _wrong(index, "number", f"must be {en}", f"必须是 {zh}")


def _wrong(index: int, field: str, reason: str, reason_zh: str) -> Refusal:
    return Refusal("invalid", field=f"tickets.{index}.{field}", reason=reason, reason_zh=reason_zh)


def both_times(unit: UnitOfWork, taken_at: int) -> dict[str, str | None]:
    """For the event of a number that was given elsewhere: when it is said to be taken, and when it was entered."""
    zone = unit.hall.time_zone
    return {"taken": to_text(taken_at, zone), "entered": to_text(unit.now, zone)}


def _enter(unit: UnitOfWork, one: HandTicket, serial: int | None, reason: str | None) -> Ticket:
    service = unit.hall.service(one.service)
    kind = unit.hall.counter_types[service.counter_type]
    told = {"because": "by_hand", **both_times(unit, one.taken_at), **({"reason": reason} if reason else {})}
    return issuing.new_ticket(
        unit,
        service,
        class_code=ORDINARY,
        language=unit.hall.settings.languages[0],
        taken_at=one.taken_at,
        told=told | exceptions.overtaken(unit, [kind.id], after=one.taken_at),
        number=None if serial is None else numbering.number_by_hand(unit, kind, serial),
    )


def enter_calls(unit: UnitOfWork, *, counter: str, calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Enter what a clerk called by voice while the server was away: {"number", "called": time, "came": bool} each.

    Who came is served, who did not is missed, both at their times; nothing is announced any more. A ticket that does
    not wait (somebody else has called it meanwhile) is left as it is and named in `skipped`. Raises Refusal
    `counter_closed`, `not_your_counter`; `invalid` for a time that is not past or before the ticket was taken.
    """
    place = unit.hall.counter(counter)
    session = sessions.on_duty(unit, place)
    times = [from_text(one["called"]) for one in calls]
    order = sorted(range(len(calls)), key=times.__getitem__)
    entered: list[str] = []
    skipped: list[dict[str, Any]] = []
    for turn, index in enumerate(order):
        at, number = times[index], calls[index]["number"].upper()
        ticket = ticket_rows.ticket_by_number(unit.connection, hall_id=unit.hall.id, day=unit.day, number=number)
        ticket = ticket or unit.kept_ticket(number)
        if ticket is None or ticket.state is not TicketState.WAITING:
            skipped.append({"number": number, "state": str(ticket.state) if ticket else None})
            continue
        if not ticket.waiting_since <= at <= unit.now:
            reason, reason_zh = "is not between its taking and now", "不在取号时间与现在之间"
            raise Refusal("invalid", field=f"calls.{index}.called", reason=reason, reason_zh=reason_zh)
        ended = times[order[turn + 1]] if turn + 1 < len(order) else unit.now
        _call(unit, place, session, ticket, at=at, ended=ended, came=calls[index]["came"])
        entered.append(number)
    state = sessions.counter_state(unit, place, session, sessions.present_ticket(unit, session))
    return state | {"entered": entered, "skipped": skipped}


def _call(
    unit: UnitOfWork, place: Counter, session: Session, ticket: Ticket, *, at: int, ended: int, came: bool
) -> None:
    called = unit.change(
        ticket,
        Action.CALL,
        "ticket_called",
        details={
            "by_hand": True,
            "called": to_text(at, unit.hall.time_zone),
            "entered": to_text(unit.now, unit.hall.time_zone),
            "why": _weighed(unit, place, ticket, at=at),
        },
        counter_id=place.id,
        target_counter_id=None,
        session_id=session.id,
        call_seq=unit.head.seq + 1,
        called_at=at,
        last_called_at=at,
        calls=1,
        started_at=at if came else None,
        ended_at=None,
        hold_until=None,
        **steps.called(ticket, steps.by_number(unit.hall, place, ticket)),
    )
    if not came:
        calling.missed(unit, called)
    elif called.steps:
        steps.finish(unit, called, came=True)
    else:
        unit.change(called, Action.COMPLETE, "ticket_completed", ended_at=ended)


def _weighed(unit: UnitOfWork, place: Counter, ticket: Ticket, *, at: int) -> CallRecord:
    """What the call of a clerk's voice keeps: those who wait now, at its own time."""
    winner = why.head_of(unit, place, ticket)
    found = heads(unit, place)
    kept = why.record(unit, place, ticket, winner=winner, heads=found, choice=None, manual=None)
    return replace(kept, at=at, entered=unit.now)
