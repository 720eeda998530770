"""Commands that come while another one is committed share a transaction, and each is as if it had been alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services.calling import calling, sessions
from server.services.runtime import command_bus
from server.services.runtime.actor import Actor
from server.services.runtime.batch import LARGEST_BATCH, Handler, PendingCommand, join_batch
from server.services.runtime.command_bus import run_command
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import issuing
from tests.server.small_hall import ALICE, BOB, CHARLIE, PUBLIC, Desk

Asked = tuple[Handler, Actor, dict[str, Any]]


class Hurry:
    """Commands that all come while the hall's lock is taken, one after the other."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        #: How many events each commit told of.
        self.told: list[int] = []
        desk.deployment.listeners.append(lambda events: self.told.append(len(events)))
        #: Done while the first one of them waits for the lock.
        self.meanwhile: Callable[[], None] = lambda: None

    def ask(self, *asked: Asked) -> list[Any]:
        """Their bodies, or the codes of their refusals, in their order."""
        found: list[Any] = [None] * len(asked)

        def do(index: int, act: Handler, actor: Actor, arguments: dict[str, Any]) -> None:
            try:
                found[index] = run_command(
                    self.desk.deployment, act, hall_code="hall", actor=actor, now=self.desk.now, joins=True, **arguments
                ).body
            except Refusal as refused:
                found[index] = refused.code
            except RuntimeError as broken:
                found[index] = str(broken)

        threads = []
        with self.desk.database.write_lock:
            for index, (act, actor, arguments) in enumerate(asked):
                threads.append(threading.Thread(target=do, args=(index, act, actor, dict(arguments)), daemon=True))
                threads[-1].start()
                self._until(lambda wanted=index + 1: len(self.desk.deployment.pending.get("hall", ())) == wanted)
                if index == 0:
                    self.meanwhile()
        for thread in threads:
            thread.join(10)
        assert self.desk.deployment.pending["hall"] == []
        return found

    @staticmethod
    def _until(is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.001)


@pytest.fixture
def hurry(desk: Desk) -> Hurry:
    for _ in range(6):
        desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    return Hurry(desk)


def call(actor: Actor, counter: str, **more: Any) -> Asked:
    return calling.call_next, actor, {"counter": counter, **more}


def numbers(bodies: list[Any]) -> list[str]:
    return [body["ticket"]["number"] for body in bodies]


def test_they_are_done_in_the_order_they_came_in_one_commit(hurry: Hurry) -> None:
    started = (calling.start, ALICE, {"counter": "1"})
    bodies = hurry.ask(call(ALICE, "1", key="a"), call(BOB, "2", key="b"), started, call(ALICE, "1", key="c"))
    assert numbers(bodies) == ["A001", "A002", "A001", "A003"]
    # The last completes what the first one called: five events.
    assert hurry.told == [5]
    seqs = [event.seq for event in hurry.desk.events]
    assert seqs == list(range(1, len(seqs) + 1))
    assert [body["seq"] for body in bodies] == seqs[-5:-2] + seqs[-1:]


def test_what_they_wrote_is_there_for_the_next_one(hurry: Hurry) -> None:
    bodies = hurry.ask(call(ALICE, "1"), (calling.complete, ALICE, {"counter": "1"}), call(BOB, "2"))
    assert bodies[0]["ticket"]["number"] == "A001" and bodies[1]["ticket"] is None
    assert bodies[2]["ticket"]["number"] == "A002"


def test_one_that_is_refused_leaves_the_others_as_if_it_had_not_come(hurry: Hurry) -> None:
    bodies = hurry.ask(call(ALICE, "1"), call(CHARLIE, "1"), call(BOB, "2"))
    assert bodies[1] == "not_your_counter"
    assert numbers([bodies[0], bodies[2]]) == ["A001", "A002"]


def test_one_that_breaks_after_it_has_written_leaves_nothing_behind(hurry: Hurry) -> None:
    def breaks(unit: UnitOfWork) -> dict[str, Any]:
        issuing.issue_ticket(unit, service="pass", status=None, language=None)
        raise RuntimeError("power cut")

    bodies = hurry.ask(call(ALICE, "1"), (breaks, PUBLIC, {}), call(BOB, "2"))
    assert bodies[1] == "power cut"
    assert numbers([bodies[0], bodies[2]]) == ["A001", "A002"]
    assert hurry.desk.take() == "A007"


def test_the_same_key_twice_at_once_is_done_once(hurry: Hurry) -> None:
    bodies = hurry.ask(call(BOB, "2"), call(ALICE, "1", key="k"), call(ALICE, "1", key="k"))
    assert bodies[1] == bodies[2]
    assert numbers(bodies) == ["A001", "A002", "A002"]


def test_a_key_that_was_answered_before_is_answered_again(hurry: Hurry) -> None:
    first = hurry.desk.next(ALICE, "1", key="k")
    bodies = hurry.ask(call(BOB, "2"), call(ALICE, "1", key="k"))
    assert bodies[1] == first
    again = hurry.ask(call(ALICE, "1", key="k"), call(BOB, "2"))
    assert again[0] == first and again[1]["ticket"]["state"] == "serving"


def test_more_than_fit_go_in_several_commits(hurry: Hurry) -> None:
    many = LARGEST_BATCH * 2 + 1
    wanted = {"service": "pass", "status": None, "language": None}
    bodies = hurry.ask(*[(issuing.issue_ticket, PUBLIC, wanted)] * many)
    assert [body["number"] for body in bodies] == [f"A{7 + index:03}" for index in range(many)]
    assert hurry.told == [LARGEST_BATCH, LARGEST_BATCH, 1]


def test_a_database_that_is_away_refuses_all_of_them_at_once(hurry: Hurry, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def away(_hall_id: int) -> Any:
        tries.append(1)
        raise Refusal("database_away")

    with monkeypatch.context() as patched:
        patched.setattr(hurry.desk.database, "transaction", away)
        assert hurry.ask(call(ALICE, "1"), call(BOB, "2")) == ["database_away"] * 2
    assert len(tries) == 1
    assert hurry.desk.next(ALICE, "1")["ticket"]["number"] == "A001"


def test_a_listener_that_breaks_lets_nobody_be_served_twice(hurry: Hurry) -> None:
    def breaks(_events: Any) -> None:
        raise RuntimeError("no ear")

    hurry.desk.deployment.listeners.append(breaks)
    hurry.ask(call(ALICE, "1"), call(BOB, "2"))
    hurry.desk.deployment.listeners.remove(breaks)
    state = hurry.desk.do(sessions.pause, ALICE, counter="1", reason=None).body
    assert state["ticket"]["number"] == "A001"
    assert hurry.desk.next(BOB, "2")["ticket"]["number"] == "A003"


def test_a_hall_that_does_not_exist_leaves_no_line_behind(hurry: Hurry) -> None:
    lines = dict(hurry.desk.deployment.pending)
    with pytest.raises(Refusal) as refused:
        run_command(
            hurry.desk.deployment, calling.call_next, hall_code="mars", actor=ALICE, now=0, joins=True, counter="1"
        )
    assert refused.value.code == "unknown_hall"
    assert hurry.desk.deployment.pending == lines


def test_one_that_is_ended_while_it_waits_leaves_its_place(hurry: Hurry) -> None:
    class Ended(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    def ended() -> None:
        arguments = {"counter": "2"}
        asked = PendingCommand(calling.call_next, arguments, BOB, hurry.desk.now, None, "", turn=Ended())
        with pytest.raises(KeyboardInterrupt):
            queue = hurry.desk.deployment.pending.setdefault("hall", [])
            run = partial(command_bus._run_batch, hurry.desk.deployment, "hall")
            join_batch(queue, asked, lock=hurry.desk.database.write_lock, run=run)

    hurry.meanwhile = ended
    assert numbers(hurry.ask(call(ALICE, "1"), call(BOB, "2"))) == ["A001", "A002"]
    assert hurry.desk.next(BOB, "2")["ticket"]["number"] == "A003"


def test_one_that_is_ended_while_it_is_served_keeps_nobody_waiting(hurry: Hurry) -> None:
    def ends_the_next(unit: UnitOfWork) -> dict[str, Any]:
        del unit.deployment.pending["hall"][1]
        return {}

    bodies = hurry.ask((ends_the_next, PUBLIC, {}), call(ALICE, "1"), call(BOB, "2"))
    assert numbers(bodies[1:]) == ["A001", "A002"]
