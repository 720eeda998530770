"""Why a ticket was called when it was, and what was called before it: kept with each call, told to who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from server.db.repositories import ticket_rows
from server.db.repositories.ticket_rows import Ticket
from server.db.tables import event, ticket
from server.domain import why_words
from server.domain.hall import Counter
from server.domain.hours import local, to_text
from server.domain.order import MINUTE, Choice, Head
from server.domain.states import TicketState
from server.domain.why import CallRecord, Reason, Weighed, counts_from, reason, weigh
from server.services.calling.next_ticket import rank_at
from server.services.offline import put_before
from server.services.queries import waiting
from server.services.queries.visitor_view import by_token
from server.services.runtime.unit_of_work import UnitOfWork

#: How many calls are looked through for those that went before a visitor, and how many are told.
LOOKED_AT, TOLD = 60, 5
#: How many overtaken tickets the staff's view names.
NAMED = 50

_CALL = select(event.c.content).where(event.c.hall_id == bindparam("hall_id"), event.c.seq == bindparam("seq"))
_CHANGES = select(event.c.content).where(event.c.kind == "ticket_changed").order_by(event.c.seq.desc())
#: Reasons that follow from comparing scores: the sum is shown.
_BY_SCORE = {Reason.APPOINTMENT, Reason.STATUS}


def head_of(unit: UnitOfWork, counter: Counter, waits: Ticket, *, step: int = 0) -> Head:
    """A ticket as a call of this counter would weigh it."""
    code = unit.hall.types_by_id[waits.counter_type_id].code
    rank = rank_at(unit.hall, counter, code, alone=waits.target_counter_id == counter.id)
    return Head(waits.id, code, waits.class_code, waits.reference_at, waits.kappa_at, rank, step)


def record(
    unit: UnitOfWork,
    counter: Counter,
    called: Ticket,
    *,
    winner: Head,
    heads: list[Head],
    choice: Choice | None,
    manual: dict[str, Any] | None,
) -> CallRecord:
    """What the event of a call keeps of what was weighed. `manual`: {"by", "reason"} when a person chose."""
    policy = unit.hall.settings.policy
    others = {
        head.ticket: weigh(head, policy.classes[head.class_code], now=unit.now)
        for head in heads
        if head.ticket != winner.ticket
    }
    lane = next((one for one in policy.lanes if winner.class_code in one.classes), None)
    return CallRecord(
        at=unit.now,
        counter=counter.code,
        policy=unit.hall.settings.policy_name,
        winner=weigh(winner, policy.classes[winner.class_code], now=unit.now),
        others=tuple(others.values()),
        classes=policy.classes,
        by_guard=choice.by_guard if choice else False,
        by_share=choice.by_share if choice else False,
        lane=(lane.share, sum(one.share for one in policy.lanes)) if lane else None,
        manual=manual,
        came_from=unit.hall.types_by_id[called.came_from_id].code if called.came_from_id else None,
        returned=bool(called.no_shows or called.asides),
    )


def of_call(unit: UnitOfWork, called: Ticket) -> CallRecord | None:
    """What the last call of a ticket weighed; None when it was never called, by an older version, or too long ago.

    Too long: its event was taken out of the log.
    """
    if called.call_seq is None:
        return None
    content = unit.connection.execute(_CALL, {"hall_id": unit.hall.id, "seq": called.call_seq}).scalar()
    kept = orjson.loads(content).get("why") if content else None
    return CallRecord.from_json(kept) if kept else None


def for_visitor(unit: UnitOfWork, *, token: str) -> dict[str, Any]:
    """Why a ticket was called when it was; of one that waits, who was called before it and why."""
    mine = by_token(unit, token)
    before = _before(unit, mine)
    called_at = to_text(mine.called_at, unit.hall.time_zone)
    told = {"policy": unit.hall.settings.policy_name, "called_at": called_at, "overtaken_by": before}
    if mine.state is TicketState.WAITING or mine.call_seq is None:
        waiting_before = put_before.of_waiting(unit, mine)
        told["put_before"] = waiting_before
        for one in (before or waiting_before)[:1]:
            return {"reason": one["reason"], "sentence": one["sentence"], **told}
        ahead = waiting.ahead(unit, mine) or 0
        texts = why_words.NOBODY if ahead else why_words.NEXT
        return {"reason": Reason.ORDER, "sentence": why_words.say(texts, {"ahead": ahead}), **told}
    call = of_call(unit, mine)
    because = own_reason(call) if call else Reason.ORDER
    moved = because is Reason.MANUAL and call is not None and call.manual is None
    texts = why_words.CALLED_MOVED if moved else why_words.CALLED[because]
    return {"reason": because, "sentence": why_words.say(texts, {}), **told}


def own_reason(call: CallRecord) -> Reason:
    """Why a ticket was called at all: against the best of the others, plainly its turn when there was none."""
    if call.manual is not None:
        return Reason.MANUAL
    if call.entered is not None:
        return Reason.ORDER
    earlier = [one for one in call.others if one.reference < call.winner.reference]
    return reason(call, min(earlier, key=lambda one: one.reference)) if earlier else reason(call, call.winner)


def _before(unit: UnitOfWork, mine: Ticket) -> list[dict[str, Any]]:
    """The last few tickets that were taken after mine and called before it, by a counter that may call mine."""
    until = mine.called_at if mine.state is not TicketState.WAITING and mine.called_at else unit.now
    found = ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        ticket.c.day == mine.day,
        ticket.c.call_seq.is_not(None),
        ticket.c.id > mine.id,
        ticket.c.called_at >= mine.issued_at,
        ticket.c.called_at <= until,
        order=ticket.c.call_seq.desc(),
        limit=LOOKED_AT,
    )
    kind = unit.hall.types_by_id[mine.counter_type_id].code
    told: list[dict[str, Any]] = []
    for other in found:
        call = of_call(unit, other) if other.id != mine.id else None
        if call is None or not _may_call(unit.hall.counter(call.counter), kind, mine):
            continue
        because, sentence = explain(unit, other, call, mine)
        at = to_text(call.at, unit.hall.time_zone)
        told.append({"number": other.number, "reason": because, "sentence": sentence, "at": at})
        if len(told) == TOLD:
            break
    return told


def _may_call(counter: Counter, kind: str, waits: Ticket) -> bool:
    """Whether a counter may call a ticket of that type, which may wait for another counter alone."""
    return kind in counter.serves and waits.target_counter_id in (None, counter.id)


def explain(unit: UnitOfWork, winner: Ticket, call: CallRecord, other: Ticket) -> tuple[Reason, dict[str, str]]:
    """The reason why `winner` was called before `other`, and its sentence in each language."""
    weighed = _weighed(unit, call, other)
    because = reason(call, weighed)
    mine = call.parameters(call.winner.class_code)
    clock = local(counts_from(call.winner, mine), unit.hall.time_zone)
    values = {
        "number": winner.number,
        "counter": call.counter,
        "since": f"{local(call.winner.reference, unit.hall.time_zone):%H:%M}",
        "slot": f"{local(winner.reference_at, unit.hall.time_zone):%H:%M}",
        "minutes": round((call.at - call.winner.reference) / MINUTE),
        "at": f"{local(call.at, unit.hall.time_zone):%H:%M}",
        "entered": f"{local(call.entered or call.at, unit.hall.time_zone):%H:%M}",
        "guard": f"{mine.guard:g}" if mine.guard is not None else "-",
        "every": unit.hall.settings.guard_every,
        "share": call.lane[0] if call.lane else 1,
        "all": call.lane[1] if call.lane else 1,
    }
    entry = put_before.entry_over(unit, winner, other) if because is Reason.ORDER else None
    if entry is not None:
        because, values = Reason.BY_HAND, values | entry
    sentence = why_words.say(_words(call, because), values)
    if because in _BY_SCORE and weighed and mine.tier == call.parameters(other.class_code).tier:
        added = {
            "since": f"{clock:%H:%M}",
            **_sum(call.winner, call, ""),
            **_sum(weighed, call, "my_"),
        }
        sentence = why_words.join(sentence, why_words.say(why_words.SUM, added))
    return because, sentence


def _words(call: CallRecord, because: Reason) -> Mapping[str, str]:
    if call.entered is not None:
        return why_words.BEFORE_BY_VOICE
    moved = because is Reason.MANUAL and call.manual is None
    return why_words.BEFORE_MOVED if moved else why_words.BEFORE[because]


def _sum(one: Weighed, call: CallRecord, name: str) -> dict[str, str]:
    """Minutes times speed, rounded so that the sum shown is right."""
    parameters = call.parameters(one.class_code)
    minutes = round((call.at - counts_from(one, parameters)) / MINUTE)
    return {
        f"{name}minutes": str(minutes),
        f"{name}speed": f"{parameters.speed:g}",
        f"{name}score": f"{minutes * parameters.speed:g}",
    }


def _weighed(unit: UnitOfWork, call: CallRecord, other: Ticket) -> Weighed | None:
    """`other` as that call would have weighed it; None when the counter may not call it."""
    counter = unit.hall.counter(call.counter)
    kind = unit.hall.types_by_id[other.counter_type_id].code
    if not _may_call(counter, kind, other):
        return None
    return weigh(head_of(unit, counter, other), call.parameters(other.class_code), now=call.at)


def for_staff(unit: UnitOfWork, *, number: str) -> dict[str, Any]:
    """The whole of a call: the winner and the heads with their scores, and who was overtaken and why."""
    unit.actor.needs("clerk")
    called = unit.ticket(number)
    call = of_call(unit, called)
    if call is None:
        told = {"number": called.number, "called": False, "entry": put_before.entry_of(unit, called)}
        return told | {"overtaken": [], "overtaken_by": _before(unit, called)}
    zone = unit.hall.time_zone
    overtaken = []
    for other in _overtaken(unit, called, call):
        because, sentence = explain(unit, called, call, other)
        overtaken.append({"number": other.number, "reason": because, "sentence": sentence})
    return {
        "number": called.number,
        "called": True,
        "at": to_text(call.at, zone),
        "counter": call.counter,
        "policy": call.policy,
        "reason": own_reason(call),
        "by_guard": call.by_guard,
        "by_share": call.by_share,
        "manual": call.manual,
        "entry": put_before.entry_of(unit, called),
        "called_by_voice": to_text(call.entered, zone),
        "moved_up": _moved_up(unit, called) if call.winner.moved_up else None,
        "winner": _shown(unit, call, call.winner),
        "heads": [_shown(unit, call, one) for one in sorted(call.others, key=lambda one: -one.score)],
        "overtaken": overtaken,
        "overtaken_by": _before(unit, called),
    }


def _moved_up(unit: UnitOfWork, called: Ticket) -> dict[str, Any] | None:
    """Who moved the ticket up before its call, by how much, and why; None when a transfer put it there."""
    query = _CHANGES.where(event.c.ticket_id == called.id, event.c.seq < (called.call_seq or 0))
    for row in unit.connection.execute(query):
        told = orjson.loads(row.content)
        if told.get("what") == "moved_up":
            return {name: told.get(name) for name in ("by", "minutes", "front", "reason")}
    return None


def _shown(unit: UnitOfWork, call: CallRecord, one: Weighed) -> dict[str, Any]:
    parameters, zone = call.parameters(one.class_code), unit.hall.time_zone
    return {
        "number": ticket_rows.ticket_by_id(unit.connection, one.ticket).number,
        "class": one.class_code,
        "counter_type": one.counter_type,
        "reference": to_text(one.reference, zone),
        "counts_from": to_text(counts_from(one, parameters), zone),
        "minutes": round((call.at - counts_from(one, parameters)) / MINUTE, 1),
        "speed": parameters.speed,
        "tier": parameters.tier,
        "score": one.score,
        "front": one.at_front,
        "rank": one.rank,
        "overdue": one.overdue,
        "reason": reason(call, one) if one.ticket != call.winner.ticket else None,
    }


def _overtaken(unit: UnitOfWork, called: Ticket, call: CallRecord) -> list[Ticket]:
    """Those of this counter's queues that were taken before, waited at that moment, and were not called by then."""
    counter = unit.hall.counter(call.counter)
    types = [unit.hall.counter_types[code].id for code in counter.serves]
    return ticket_rows.tickets_where(
        unit.connection,
        ticket.c.hall_id == unit.hall.id,
        ticket.c.day == called.day,
        ticket.c.counter_type_id.in_(types),
        ticket.c.id < called.id,
        ticket.c.waiting_since <= call.at,
        (ticket.c.called_at.is_(None)) | (ticket.c.called_at > call.at),
        (ticket.c.ended_at.is_(None)) | (ticket.c.ended_at > call.at),
        ticket.c.state != TicketState.SCHEDULED,
        ticket.c.target_counter_id.is_(None) | (ticket.c.target_counter_id == counter.id),
        limit=NAMED,
    )
