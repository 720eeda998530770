"""Numbers given by hand while the system was away: in the place of their time, once, all or none."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services import by_hand, outlook
from server.services.actor import PUBLIC
from server.services.by_hand import HandTicket
from tests.server.halls import ALICE, CHARLIE, Desk

MINUTE = 60_000


def enter(desk: Desk, *tickets: HandTicket, key: str | None = None) -> list[str]:
    return list(desk.do(by_hand.enter, CHARLIE, key=key, tickets=list(tickets)).body["numbers"])


def at(desk: Desk, minutes: float) -> int:
    return desk.now - int(minutes * MINUTE)


def calls(desk: Desk, count: int) -> list[str]:
    return [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(count)]


def test_they_wait_in_the_place_of_their_time_with_the_numbers_on_the_paper(desk: Desk) -> None:
    before = desk.take()
    desk.wait(600)
    after = desk.take()
    written = [("A51", 3), ("a050", 5), (None, 4)]
    paper = [HandTicket("pass", at(desk, minutes), number) for number, minutes in written]
    assert enter(desk, *paper) == ["A051", "A050", "A052"]
    desk.sign_on(ALICE, "1")
    assert calls(desk, 5) == [before, "A050", "A052", "A051", after]
    assert desk.take() == "A053"
    ticket = desk.see(outlook.search, ALICE, q="A050")["tickets"][0]
    assert ticket["issued_at"] == ticket["waiting_since"] < ticket["called_at"]


def test_the_same_key_enters_them_once(desk: Desk) -> None:
    paper = HandTicket("tax", at(desk, 1), "B7")
    assert enter(desk, paper, key="once") == enter(desk, paper, key="once") == ["B007"]
    assert sum(event.kind == "ticket_issued" for event in desk.events) == 1


@pytest.mark.parametrize(("wrong", "field"), [
    ({"number": "B9"}, "number"), ({"number": "A0"}, "number"), ({"number": "A100000"}, "number"),
    ({"number": "A1x"}, "number"), ({"number": "A٣"}, "number"), ({"number": "A001"}, "number"),
    ({"number": "A8"}, "number"), ({"minutes": -1}, "taken"), ({"minutes": 60 * 24 * 2}, "taken"),
])  # fmt: skip
def test_one_that_cannot_be_refuses_all(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    assert desk.take() == "A001"
    good = HandTicket("pass", at(desk, 1), "A008")
    bad = HandTicket("pass", at(desk, wrong.get("minutes", 2)), wrong.get("number"))
    before = desk.everything()
    with pytest.raises(Refusal) as refused:
        enter(desk, good, bad)
    assert refused.value.params["field"] == f"tickets.1.{field}"
    assert desk.everything() == before


def test_who_may_not_and_what_is_not_there(desk: Desk) -> None:
    paper = [HandTicket("pass", at(desk, 1))]
    assert desk.refused(by_hand.enter, PUBLIC, tickets=paper) == "not_signed_in"
    assert desk.refused(by_hand.enter, ALICE, tickets=[HandTicket("none", at(desk, 1))]) == "unknown_service"
