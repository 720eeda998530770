from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain import visits
from server.domain.visits import Step, Steps, StepState, added, dropped, is_left, open_steps, sent_on, step_for

A, B, C = 1, 2, 3  # services; their counter types are ten times that
LATER, OPEN, DONE, DROPPED = StepState


def visit(*states: StepState) -> Steps:
    return tuple(Step(n, n * 10, state) for n, state in enumerate(states, start=1))


def states(steps: Steps) -> list[StepState]:
    return [step.state for step in steps]


def finished(steps: Steps, service: int) -> Steps:
    return visits.done(steps, service, counter_id=7, session_id=8, called_at=100, started_at=None, ended_at=300)


def test_the_next_service_opens_when_the_one_before_is_done() -> None:
    after = finished(visit(OPEN, LATER, LATER), A)
    assert states(after) == [DONE, OPEN, LATER]
    assert after[0] == Step(A, 10, DONE, counter_id=7, called_at=100, ended_at=300, session_id=8)


def test_in_parallel_the_others_stay_open_and_a_later_one_waits_for_all() -> None:
    after = finished(visit(OPEN, OPEN, LATER), B)
    assert states(after) == [OPEN, DONE, LATER]
    assert states(finished(after, A)) == [DONE, DONE, OPEN]


def test_a_ticket_with_one_service_has_no_steps() -> None:
    assert visits.read_steps(None) == finished((), A) == ()
    assert step_for((), A, serves=[10]) is None


def test_a_service_is_added_at_the_end_or_at_once() -> None:
    assert states(added(visit(OPEN), B, 20, parallel=False)) == [OPEN, LATER]
    assert states(added(visit(OPEN), B, 20, parallel=True)) == [OPEN, OPEN]


def test_a_dropped_service_opens_the_one_behind_it() -> None:
    assert states(dropped(visit(OPEN, LATER, LATER), B)) == [OPEN, DROPPED, LATER]
    assert states(dropped(visit(DONE, OPEN, LATER), B)) == [DONE, DROPPED, OPEN]
    assert states(dropped(visit(DONE, OPEN), A)) == [DONE, OPEN]


def test_what_is_left_does_not_count_the_done_and_the_dropped() -> None:
    steps = visit(DONE, DROPPED, OPEN)
    assert [is_left(steps, service) for service in (A, B, C)] == [False, False, True]


def test_a_service_that_is_sent_on_goes_alone_and_the_others_come_back_together() -> None:
    sent = sent_on(visit(OPEN, OPEN, OPEN), B, 90)
    assert states(sent) == [LATER, OPEN, LATER]
    assert sent[1].counter_type_id == 90
    assert states(finished(sent, B)) == [OPEN, DONE, OPEN]


def test_what_opens_together_does_not_pull_a_later_one_along() -> None:
    sent = (*sent_on(visit(OPEN, OPEN), B, 90), Step(C, 30, LATER))
    assert states(finished(sent, B)) == [OPEN, DONE, LATER]


def test_a_counter_that_calls_by_number_takes_what_it_serves() -> None:
    both = visit(OPEN, OPEN, LATER)
    assert step_for(both, None, serves=[20]) == 1
    assert step_for(both, None, serves=[20, 10]) == 1  # its own before its fallbacks
    assert step_for(both, A, serves=[20, 10]) == 0  # what the visitor was called for before
    assert step_for(both, A, serves=[20]) == 1
    assert step_for(both, B, serves=[99]) == 1
    assert step_for(both, None, serves=[30]) == 0  # the third one's time has not come


@given(
    st.lists(st.sampled_from([OPEN, LATER, DONE, DROPPED]), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(["done", "dropped", "added", "sent"]), st.integers(1, 6)), max_size=8),
)
def test_whatever_is_done_something_is_open_while_anything_is_left(
    first: list[StepState], deeds: list[tuple[str, int]]
) -> None:
    steps = added(visit(*first), 9, 90, parallel=True)
    for what, service in deeds:
        if what == "done":
            steps = finished(steps, service)
        elif what == "dropped":
            steps = dropped(steps, service)
        elif what == "sent" and visits.present(steps, service) is not None:
            steps = sent_on(steps, service, 99)
        elif what == "added" and not is_left(steps, service):
            steps = added(steps, service, service * 10, parallel=False)
        assert open_steps(steps)
        assert visits.read_steps(visits.write_steps(steps)) == steps
    for _ in range(len(steps)):
        for index in open_steps(steps):
            steps = finished(steps, steps[index].service_id)
    assert not any(is_left(steps, step.service_id) for step in steps)
