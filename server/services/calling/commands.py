"""The commands at a counter: one table, read by REST and by the socket alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server.domain.hours import from_text
from server.schemas import bodies
from server.schemas.bodies import Body
from server.schemas.offline_bodies import HandCalls
from server.services.calling import calling, corrections, sessions, undo, visits
from server.services.offline import paper_numbers
from server.services.runtime.batch import Handler
from server.services.tickets import tickets

AT_COUNTER = ("unknown_counter", "counter_closed", "not_your_counter")
WITH_TICKET = (*AT_COUNTER, "no_ticket", "wrong_state")
CALLS = (*AT_COUNTER, "counter_paused", "ticket_open", "not_here_yet", "wrong_state")


@dataclass(frozen=True, slots=True)
class Command:
    """A command at a counter.

    name: on the socket; with "-" for "_" the last part of its REST path. body: its fields. act: what does it.
    errors: its own refusals, beside those that any command may give. summary: for the OpenAPI page.
    """

    name: str
    act: Handler
    body: type[Body]
    errors: tuple[str, ...]
    summary: str

    def arguments(self, content: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments of `act` from a request's content. Raises Refusal `invalid`, `malformed`."""
        values = bodies.parse(self.body, content).model_dump()
        if values.get("until"):
            values["until"] = from_text(values["until"])
        return values


_BY_REST_AND_SOCKET: tuple[tuple[Callable[..., dict[str, Any]], type[Body], tuple[str, ...], str], ...] = (
    (
        calling.call_next,
        bodies.Nothing,
        (*CALLS, "nobody_waiting"),
        "Call the next ticket by the hall's order, or start the one that was called",
    ),
    (calling.call, bodies.CallNumber, (*CALLS, "unknown_ticket", "called_elsewhere"), "Call a chosen ticket"),
    (
        calling.recall,
        bodies.Nothing,
        (*WITH_TICKET, "recall_too_soon", "recall_limit"),
        "Call the present ticket again",
    ),
    (calling.start, bodies.Nothing, WITH_TICKET, "The visitor has come"),
    (calling.complete, bodies.Nothing, WITH_TICKET, "The matter is done"),
    (calling.no_show, bodies.Nothing, WITH_TICKET, "The visitor did not come"),
    (calling.hold, bodies.Hold, WITH_TICKET, "Put the present ticket aside"),
    (
        calling.take_back,
        bodies.NumberOnly,
        (*CALLS, "unknown_ticket", "called_elsewhere"),
        "Fetch a held or missed ticket to the counter",
    ),
    (
        corrections.reopen,
        bodies.NumberOnly,
        (*CALLS, "unknown_ticket", "completed_elsewhere"),
        "Go on with a ticket that this counter completed today",
    ),
    (
        calling.transfer,
        bodies.Transfer,
        (*WITH_TICKET, "unknown_counter_type", "same_place"),
        "Send the present ticket to another counter type or counter",
    ),
    (
        visits.add_service,
        bodies.AddService,
        (*WITH_TICKET, "unknown_service", "service_closed", "service_twice"),
        "Another service of the present visit",
    ),
    (
        visits.drop_service,
        bodies.ServiceOnly,
        (*WITH_TICKET, "unknown_service"),
        "Take a further service of the visit away",
    ),
    (
        visits.go_on,
        bodies.Nothing,
        (*WITH_TICKET, "not_here"),
        "The present service is done, the next one of the visit begins here",
    ),
    (visits.set_quantity, bodies.HowMany, WITH_TICKET, "How many matters the visitor brings"),
    (visits.add_note, bodies.NoteOnly, WITH_TICKET, "Write a note that goes with the visitor"),
    (paper_numbers.enter_calls, HandCalls, AT_COUNTER, "Enter what was called by voice while the server was away"),
    (
        undo.undo,
        bodies.Nothing,
        (*AT_COUNTER, "nothing_to_undo", "undo_expired", "undo_conflict"),
        "Take back the last command of this counter",
    ),
)

#: What is called otherwise than its function.
_NAMES = {visits.set_quantity: "quantity", visits.add_note: "note"}

#: Served at POST /halls/{hall}/counters/{counter}/NAME and on the socket.
COUNTER_COMMANDS = {
    name: Command(name, act, body, errors, summary)
    for act, body, errors, summary in _BY_REST_AND_SOCKET
    for name in (_NAMES.get(act, act.__name__),)
}

#: Of the whole hall, on the socket without a counter; REST has them below `tickets` (http/routes/corrections.py).
HALL_COMMANDS = {
    "remove": Command(
        "remove",
        corrections.remove,
        bodies.RemoveNumber,
        ("unknown_ticket", "wrong_state"),
        "Take a waiting number out of the queue",
    ),
    "remove_many": Command(
        "remove_many",
        corrections.remove_many,
        bodies.RemoveNumbers,
        ("unknown_ticket", "unknown_service"),
        "Take many numbers out at once; with `check` only say which",
    ),
    "return": Command(
        "return",
        tickets.bring_back,
        bodies.BringNumberBack,
        ("unknown_ticket", "wrong_state"),
        "A missed or held number, or one that was taken out, waits again",
    ),
}

#: On the socket only; REST has the `session` resource for them.
SESSION_COMMANDS = {
    "session": Command("session", sessions.sign_on, bodies.SignOn, ("unknown_counter", "counter_taken"), "Go on duty"),
    "pause": Command("pause", sessions.pause, bodies.Pause, AT_COUNTER, "Stop calling for a while"),
    "resume": Command("resume", sessions.resume, bodies.Nothing, AT_COUNTER, "Go on calling"),
    "sign_off": Command(
        "sign_off", sessions.sign_off, bodies.SignOff, (*AT_COUNTER, "ticket_open", "wrong_state"), "Leave the counter"
    ),
}

SOCKET_COMMANDS = COUNTER_COMMANDS | SESSION_COMMANDS
