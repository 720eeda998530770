from __future__ import annotations

import pytest

from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, OPEN, TRANSITIONS, Action, TicketState, after


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("action", Action)
def test_every_pair_is_a_change_or_a_refusal(state: TicketState, action: Action) -> None:
    allowed = TRANSITIONS[state].get(action)
    if allowed is not None:
        assert after(state, action, number="A001") == allowed
        return
    with pytest.raises(Refusal) as refused:
        after(state, action, number="A001")
    assert refused.value.code == "wrong_state"
    assert refused.value.params == {"number": "A001", "state": str(state)}


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(TicketState)


def test_what_is_done_stays_done_unless_staff_put_it_right() -> None:
    assert TRANSITIONS[TicketState.EXPIRED] == {}
    assert TRANSITIONS[TicketState.CANCELLED] == {Action.RETURN: TicketState.WAITING}
    opened = {Action.REOPEN: TicketState.SERVING, Action.REOPEN_ASIDE: TicketState.HELD}
    assert TRANSITIONS[TicketState.COMPLETED] == opened


def test_the_days_end_closes_every_open_ticket() -> None:
    for state in TicketState:
        assert (Action.EXPIRE in TRANSITIONS[state]) == (state in OPEN)


def test_only_a_visitor_at_a_counter_can_be_recalled_or_completed() -> None:
    for action in (Action.RECALL, Action.COMPLETE, Action.HOLD):
        assert {state for state in TicketState if action in TRANSITIONS[state]} == AT_COUNTER
