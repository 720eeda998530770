from __future__ import annotations

from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services.calling import calling, sessions
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import issuing
from tests.server.small_hall import ALICE, BOB, Desk

WANTED = {"service": "pass", "status": None, "language": None}


def test_the_same_key_gives_the_first_answer_again_and_does_nothing_twice(desk: Desk) -> None:
    first = desk.do(issuing.issue_ticket, key="k", **WANTED)
    desk.wait(3600)
    events = len(desk.events)
    assert desk.do(issuing.issue_ticket, key="k", **WANTED) == first
    assert len(desk.events) == events


def test_keys_are_kept_over_a_restart(desk: Desk) -> None:
    first = desk.do(issuing.issue_ticket, key="k", **WANTED)
    again = run_command(
        Deployment(desk.database),
        issuing.issue_ticket,
        hall_code="hall",
        actor=first_actor(),
        now=desk.now,
        key="k",
        **WANTED,
    )
    assert again == first


def first_actor() -> Any:
    from server.services.runtime.actor import PUBLIC

    return PUBLIC


def test_the_same_key_with_other_content_is_refused(desk: Desk) -> None:
    desk.do(issuing.issue_ticket, key="k", **WANTED)
    assert desk.refused(issuing.issue_ticket, key="k", **WANTED | {"service": "tax"}) == "key_reused"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1", key="one")
    assert desk.refused(calling.complete, ALICE, key="one", counter="1") == "key_reused"


def test_keys_belong_to_their_caller(desk: Desk) -> None:
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    numbers = {desk.next(ALICE, "1", key="k")["ticket"]["number"], desk.next(BOB, "3", key="k")["ticket"]["number"]}
    assert numbers == {"A001", "A002"}


def test_refusals_are_not_kept(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    with pytest.raises(Refusal):
        desk.next(ALICE, "1", key="k")
    desk.take()
    assert desk.next(ALICE, "1", key="k")["ticket"]["number"] == "A001"


def test_a_fault_in_the_middle_changes_nothing_and_tells_nobody(desk: Desk) -> None:
    def falls(unit: UnitOfWork) -> dict[str, Any]:
        issuing.issue_ticket(unit, **WANTED)
        raise RuntimeError("power cut")

    before = desk.everything()
    with pytest.raises(RuntimeError):
        desk.do(falls)
    assert desk.everything() == before
    assert desk.events == []


def test_events_are_told_only_after_the_commit(desk: Desk) -> None:
    seen: list[int] = []

    def look(_events: Any) -> None:
        with desk.database.reading() as connection:
            seen.append(connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one())

    desk.deployment.listeners.append(look)
    desk.take()
    assert seen == [1]


def test_an_unknown_hall_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        run_command(
            desk.deployment,
            sessions.sign_on,
            hall_code="mars",
            actor=ALICE,
            now=desk.now,
            counter="1",
            take_over=False,
            client=None,
        )
    assert refused.value.code == "unknown_hall"
