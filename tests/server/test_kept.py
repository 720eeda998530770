"""Open tickets that stay over the end of a day (`keep_open_tickets`): their numbers stay theirs, and they are seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.db.tables import ticket
from server.domain.numbers import spoken
from server.domain.refusals import Refusal
from server.domain.states import OPEN, Action
from server.services.archive import days
from server.services.calling import calling, corrections, due, outlook, own_day, sessions, undo
from server.services.hall_setup.hall_file import check_hall, export_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.offline import paper_numbers
from server.services.offline.paper_numbers import HandTicket
from server.services.printing import ticket_text
from server.services.queries import snapshots, visitor_view
from server.services.runtime.actor import SYSTEM
from server.services.tickets import issuing, tickets
from tests.server.offline_kiosk import OfflineKiosk
from tests.server.small_hall import ALICE, BOB, BOSS, CHARLIE, Desk

DAY = 24 * 3600
MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk(keep_open_tickets=True)


def open_numbers(desk: Desk) -> list[str]:
    with desk.database.reading() as connection:
        found = connection.execute(select(ticket.c.number).where(ticket.c.state.in_(sorted(OPEN)))).scalars()
        return [spoken(number) for number in found]


def next_day(desk: Desk) -> None:
    desk.wait(DAY)
    desk.do(days.tick, SYSTEM)


def test_numbers_pass_over_those_that_were_kept(desk: Desk) -> None:
    yesterday = [desk.take() for _ in range(3)]
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.next(ALICE, "1")  # A001 is done, A002 at the counter
    next_day(desk)
    assert [desk.take(), desk.take(), desk.take("tax")] == ["A001", "A004", "B001"]
    assert yesterday == ["A001", "A002", "A003"]


def test_one_in_service_stays_with_its_counter_and_is_seen_everywhere(desk: Desk) -> None:
    number = desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    desk.sign_on(BOB, "2")
    next_day(desk)
    here = desk.at("1")
    assert (here["state"], here["ticket"]["number"], here["ticket"]["state"]) == ("open", number, "serving")
    assert desk.at("2")["state"] == "closed"
    board = desk.see(snapshots.public_snapshot)
    assert [(one["number"], one["counter"], one["state"]) for one in board["calls"]] == [(number, "1", "serving")]
    assert {one["code"]: one["state"] for one in board["counters"]}["1"] == "open"
    assert [one["number"] for one in desk.see(outlook.search, ALICE, q="A1")["tickets"]] == [number]
    assert desk.see(ticket_text.by_number, ALICE, number="a1", base="")["ticket"].number == number
    with pytest.raises(Refusal, match="nothing_to_undo"):
        desk.do(undo.undo, ALICE, counter="1")
    assert desk.see(own_day.own_day, ALICE)["served"] == 0
    assert desk.do(calling.complete, ALICE, counter="1").body["counter"]["ticket"] is None
    # It is of the clerk's day, though its service began on the day before: that night is no time of service.
    assert desk.see(own_day.own_day, ALICE) == {"served": 1, "minutes": None, "missed": 0, "unconfirmed": 0}
    assert desk.see(snapshots.public_snapshot)["calls"] == []
    assert desk.do(corrections.reopen, ALICE, counter="1", number=number).body["counter"]["ticket"]["number"] == number


def test_a_kept_one_is_called_by_its_number_and_brought_back(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.do(calling.call, ALICE, counter="1", number=second, reason=None)
    desk.do(calling.hold, ALICE, counter="1", until=None, note=None)
    next_day(desk)
    desk.sign_on(ALICE, "1")
    assert [one["number"] for one in desk.see(snapshots.staff_snapshot, ALICE)["held"]] == [second]
    assert desk.do(tickets.bring_back, ALICE, number=second).body["ticket"]["state"] == "waiting"
    assert desk.do(calling.call, ALICE, counter="1", number=first, reason=None).body["ticket"]["number"] == first


def test_what_ended_on_an_earlier_day_is_not_opened_again(desk: Desk) -> None:
    taken = desk.do(issuing.issue_ticket, service="pass").body
    number, token = str(taken["number"]), str(taken["token"])
    desk.do(tickets.leave, token=token)
    next_day(desk)
    assert desk.take() == number
    assert desk.refused(tickets.rejoin, token=token) == "wrong_state"
    old = visitor_view.find(desk.deployment, token)
    with pytest.raises(Refusal, match="wrong_state"):
        desk.do(lambda unit: due.wait_again(unit, old, Action.RETURN, because="clerk"))


def test_machines_and_paper_give_no_kept_number(desk: Desk) -> None:
    machine = OfflineKiosk(desk)
    machine.ask()
    machine.hand_in(machine.took("A9003"))
    desk.take()
    next_day(desk)
    assert machine.runs() == [("A", 9001, 9002), ("B", 9001, 9050)]
    assert machine.runs(A=9002) == [("A", 9004, 9053), ("B", 9001, 9050)]
    with pytest.raises(Refusal) as wrong:
        desk.do(paper_numbers.enter, CHARLIE, tickets=[HandTicket("pass", desk.now - 1000, "A1")])
    assert "kept from an earlier day" in wrong.value.params["reason"]


def test_a_kept_number_is_one_with_and_without_its_zeros(desk: Desk) -> None:
    assert desk.take() == "A001"
    next_day(desk)
    file = export_hall(desk.deployment.hall("hall"))
    file["policy"] |= {"digits": 1}
    import_hall(desk.deployment, check_hall(file), actor=BOSS, now=desk.now)
    assert desk.take() == "A2"


def test_a_hall_that_keeps_none_begins_anew(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    next_day(desk)
    assert open_numbers(desk) == []
    assert desk.at("1")["state"] == "closed"
    assert desk.take() == "A001"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "take",
                "take",
                "take",
                "tax",
                "next",
                "next",
                "hold",
                "miss",
                "done",
                "back",
                "open",
                "paper",
                "machine",
                "off",
                "hours",
                "day",
            ]
        ),
        st.integers(0, 12),
    ),
    min_size=10,
    max_size=24,
)


@settings(max_examples=10, deadline=None)
@given(played=STEPS)
def test_no_two_open_tickets_have_one_number_on_random_days(
    tmp_path_factory: pytest.TempPathFactory, played: list[tuple[str, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("kept"), keep_open_tickets=True, return_after=None)
    try:
        machine = OfflineKiosk(desk)
        for kind, choice in played:
            with suppress(Refusal):
                play(desk, machine, kind, choice)
            twice = [number for number, count in Counter(open_numbers(desk)).items() if count > 1]
            assert twice == [], kind
        everyone_is_found(desk)
    finally:
        desk.database.close()


def play(desk: Desk, machine: OfflineKiosk, kind: str, choice: int) -> None:
    """One thing that people do; what is not allowed now is refused."""
    number = f"{'AB'[choice % 2]}{choice}"
    acts: dict[str, Callable[[], Any]] = {
        "take": desk.take,
        "tax": lambda: desk.take("tax"),
        "next": lambda: (desk.sign_on(ALICE, "3"), desk.next(ALICE, "3")),
        "hold": lambda: desk.do(calling.hold, ALICE, counter="3", until=None, note=None),
        "miss": lambda: desk.do(calling.no_show, ALICE, counter="3"),
        "done": lambda: desk.do(calling.complete, ALICE, counter="3"),
        "back": lambda: desk.do(tickets.bring_back, ALICE, number=number),
        "open": lambda: desk.do(corrections.reopen, ALICE, counter="3", number=number),
        "paper": lambda: desk.do(
            paper_numbers.enter, CHARLIE, tickets=[HandTicket("pass", desk.now - 1, f"A{choice + 1}")]
        ),
        "machine": lambda: (machine.ask(), machine.hand_in(*[machine.took(f"A{9001 + choice}")])),
        "off": lambda: desk.do(sessions.sign_off, ALICE, counter="3"),
        "hours": lambda: desk.wait(choice * 3600),
        "day": lambda: next_day(desk),
    }
    acts[kind]()


def everyone_is_found(desk: Desk) -> None:
    for number in open_numbers(desk):
        found = desk.see(ticket_text.by_number, ALICE, number=number, base="")["ticket"]
        assert spoken(found.number) == number
        assert found.number in [one["number"] for one in desk.see(outlook.search, ALICE, q=found.number)["tickets"]]
