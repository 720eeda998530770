"""The life cycle of a ticket, as one table."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from server.domain.refusals import Refusal


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    SCHEDULED = "scheduled"  # checked in, its appointment window not yet open
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    PARKED = "parked"  # passed, may return
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # open when the business day ended


class Action(StrEnum):
    """What may be done with a ticket."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    COMPLETE = "complete"
    PARK = "park"  # a no-show that may return, or a visitor who lets others pass
    NO_SHOW = "no_show"  # a no-show that is closed
    HOLD = "hold"
    TAKE_BACK = "take_back"
    TRANSFER = "transfer"
    NEXT_STEP = "next_step"  # this service of the visit is done, another one waits
    GO_ON = "go_on"  # this service of the visit is done, the next one begins at the same counter
    CANCEL = "cancel"
    REOPEN = "reopen"  # a completed ticket goes on at a counter
    REOPEN_ASIDE = "reopen_aside"  # a completed ticket is held, to be taken back
    RETURN = "return"
    OPEN_WINDOW = "open_window"
    EXPIRE = "expire"


_S = TicketState
_A = Action

#: state -> action -> next state. A pair that is not here is refused.
TRANSITIONS: MappingProxyType[TicketState, dict[Action, TicketState]] = MappingProxyType(
    {
        _S.SCHEDULED: {_A.OPEN_WINDOW: _S.WAITING, _A.CALL: _S.CALLED, _A.CANCEL: _S.CANCELLED, _A.EXPIRE: _S.EXPIRED},
        _S.WAITING: {_A.CALL: _S.CALLED, _A.PARK: _S.PARKED, _A.CANCEL: _S.CANCELLED, _A.EXPIRE: _S.EXPIRED},
        _S.CALLED: {
            _A.RECALL: _S.CALLED,
            _A.START: _S.SERVING,
            _A.GO_ON: _S.SERVING,
            _A.COMPLETE: _S.COMPLETED,
            _A.PARK: _S.PARKED,
            _A.NO_SHOW: _S.NO_SHOW,
            _A.HOLD: _S.HELD,
            _A.TRANSFER: _S.WAITING,
            _A.NEXT_STEP: _S.WAITING,
            _A.RETURN: _S.WAITING,
            _A.CANCEL: _S.CANCELLED,
            _A.EXPIRE: _S.EXPIRED,
        },
        _S.SERVING: {
            _A.RECALL: _S.SERVING,
            _A.GO_ON: _S.SERVING,
            _A.COMPLETE: _S.COMPLETED,
            _A.HOLD: _S.HELD,
            _A.TRANSFER: _S.WAITING,
            _A.NEXT_STEP: _S.WAITING,
            _A.PARK: _S.PARKED,
            _A.NO_SHOW: _S.NO_SHOW,
            _A.EXPIRE: _S.EXPIRED,
        },
        _S.HELD: {_A.TAKE_BACK: _S.CALLED, _A.RETURN: _S.WAITING, _A.CANCEL: _S.CANCELLED, _A.EXPIRE: _S.EXPIRED},
        _S.PARKED: {_A.TAKE_BACK: _S.CALLED, _A.RETURN: _S.WAITING, _A.CANCEL: _S.CANCELLED, _A.EXPIRE: _S.EXPIRED},
        _S.COMPLETED: {_A.REOPEN: _S.SERVING, _A.REOPEN_ASIDE: _S.HELD},
        _S.NO_SHOW: {_A.TAKE_BACK: _S.CALLED, _A.RETURN: _S.WAITING},
        _S.CANCELLED: {_A.RETURN: _S.WAITING},  # staff took it out by mistake
        _S.EXPIRED: {},
    }
)

#: A visitor stands at a counter with a ticket in one of these.
AT_COUNTER = frozenset({_S.CALLED, _S.SERVING})

#: The business day's end closes tickets in these.
OPEN = frozenset({_S.SCHEDULED, _S.WAITING, _S.CALLED, _S.SERVING, _S.HELD, _S.PARKED})


def after(state: TicketState, action: Action, *, number: str) -> TicketState:
    """The state that `action` leads to.

    Raises Refusal `wrong_state` when the table has no such change.
    """
    changed = TRANSITIONS[state].get(action)
    if changed is None:
        raise Refusal("wrong_state", number=number, state=str(state))
    return changed
