"""Numbers that a ticket machine gave while the server was away, handed in when it is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.db.repositories import ticket_rows
from server.domain.hours import day_end, from_text
from server.domain.numbers import taken_apart, ticket_number
from server.domain.refusals import Refusal
from server.domain.states import OPEN, TicketState
from server.schemas.offline_bodies import MachineTickets
from server.services.appointments.appointments import refuse_unproven
from server.services.offline import number_blocks, paper_numbers
from server.services.runtime.idempotency import use_up
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import carried_over, issuing, tickets


@dataclass(frozen=True, slots=True)
class MachineTicket:
    """A number that a visitor has in hand. day: the business day of its block. taken_at: by the machine's clock (ms).

    instead_of: the key of the machine's request for a number whose answer never came.
    """

    number: str
    day: str
    token: str
    service: str
    taken_at: int
    status: str | None = None
    language: str | None = None
    instead_of: str | None = None


def asked(body: MachineTickets) -> list[MachineTicket]:
    """What a request's body asks for."""
    return [MachineTicket(taken_at=from_text(one.taken), **one.model_dump(exclude={"taken"})) for one in body.tickets]


def hand_in(unit: UnitOfWork, *, handed: Sequence[MachineTicket]) -> dict[str, Any]:
    """Let the holders of these numbers wait, each in the place that its time gives it: {"entered", "refused"}.

    What is there already is entered, so all may be handed in again. What cannot be entered is refused alone, with its
    reason. Hours and quotas are not asked: these visitors have their numbers. Those of an earlier business day are
    written down as that day's and wait no more. Raises Refusal `forbidden`.
    """
    number_blocks.only_machines(unit)
    entered: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for one in sorted(handed, key=lambda one: one.taken_at):
        named = {"number": one.number, "day": one.day, "token": one.token}
        try:
            entered.append(named | {"state": str(_enter(unit, one))})
        except Refusal as why:
            said = {language: why.message(language) for language in ("zh-CN", "en")}
            refused.append(named | {"code": why.code, "message": said})
    return {"entered": entered, "refused": refused}


def _enter(unit: UnitOfWork, one: MachineTicket) -> TicketState:
    """The state of a ticket that was entered, now or before. Raises Refusal, and then nothing has changed."""
    block = _block(unit, one)
    known = _known(unit, one)
    if known is not None:
        return known
    service = unit.hall.service(one.service)
    refuse_unproven(unit, one.status)
    over = one.day < unit.day
    entered = issuing.new_ticket(
        unit,
        service,
        class_code=issuing.class_of(unit.hall, one.status),
        language=_language(unit, one.language),
        taken_at=number_blocks.within(unit, block, one.day, one.taken_at),
        number=one.number,
        told={"because": "away", **paper_numbers.both_times(unit, one.taken_at)},
        token=one.token,
        day=one.day,
        status_code=one.status,
        state=TicketState.EXPIRED if over else TicketState.WAITING,
        ended_at=_end_of(unit, one.day) if over else None,
    )
    if one.instead_of is not None:
        _withdraw(unit, block, one.instead_of, entered.number)
    return entered.state


def _language(unit: UnitOfWork, chosen: str | None) -> str:
    """The visitor's; the hall's first one where its file has gone meanwhile: the number counts all the same."""
    return chosen if chosen in unit.deployment.languages.codes else unit.hall.settings.languages[0]


def _end_of(unit: UnitOfWork, day: str) -> int:
    return day_end(day, unit.hall.time_zone, day_ends=unit.hall.settings.day_ends)


def _block(unit: UnitOfWork, one: MachineTicket) -> number_blocks.Block:
    if apart := taken_apart(one.number):
        prefix, serial = apart
        block = number_blocks.block_with(unit, day=one.day, prefix=prefix, serial=serial)
        if block and one.number == ticket_number(prefix, serial, digits=unit.hall.settings.digits):
            return block
    raise Refusal("no_block", number=one.number)


def _known(unit: UnitOfWork, one: MachineTicket) -> TicketState | None:
    """The state of a ticket that is there already. Raises Refusal `number_taken`."""
    by_number = ticket_rows.ticket_by_number(unit.connection, hall_id=unit.hall.id, day=one.day, number=one.number)
    by_token = ticket_rows.ticket_by_token(unit.connection, one.token)
    if by_number is None and by_token is None:
        if one.day == unit.day and carried_over.is_kept(unit, one.number):
            raise Refusal("number_taken", number=one.number)
        return None
    if by_number is None or by_token is None or by_number.id != by_token.id:
        raise Refusal("number_taken", number=one.number)
    return by_number.state


def _withdraw(unit: UnitOfWork, block: number_blocks.Block, key: str, number: str) -> None:
    """The ticket that was given to an unanswered request was never seen by anybody: nobody waits twice."""
    answer = use_up(unit.connection, f"device:{block.device_id}", key, now=unit.now)
    unseen = ticket_rows.ticket_by_token(unit.connection, str(answer.get("token", "")))
    if unseen and unseen.hall_id == unit.hall.id and unseen.state in OPEN - {TicketState.SERVING}:
        tickets.withdraw(unit, unseen, removed=True, because="unanswered", replaced_by=number)
