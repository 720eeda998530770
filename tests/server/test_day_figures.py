"""How a day went: those whom nobody called are part of it, in the live view and in what is kept."""

from __future__ import annotations

from collections.abc import Callable

from server.services.archive import days
from server.services.calling import calling
from server.services.queries import live
from server.services.runtime.actor import SYSTEM
from server.services.tickets import tickets
from tests.server.small_hall import ALICE, BOSS, Desk


def a_day(desk: Desk) -> None:
    """Seven come: one is served, one is missed for good, one leaves, one is still called, three are never called."""
    first, second, third = desk.take(), desk.take(), desk.take()
    token = desk.do(issuing_of(desk), service="pass", status=None, language=None).body["token"]
    for _ in range(3):
        desk.take()
    desk.sign_on(ALICE, "1")
    desk.wait(600)
    desk.next(ALICE, "1")
    desk.do(calling.start, ALICE, counter="1")
    desk.do(calling.complete, ALICE, counter="1")
    desk.next(ALICE, "1")
    desk.do(calling.no_show, ALICE, counter="1")
    desk.do(calling.take_back, ALICE, counter="1", number=second)
    desk.do(calling.no_show, ALICE, counter="1")
    desk.do(tickets.leave, token=token)
    desk.next(ALICE, "1")
    assert (desk.state_of(first), desk.state_of(second), desk.state_of(third)) == ("completed", "no_show", "called")


def issuing_of(desk: Desk) -> Callable[..., dict[str, object]]:
    from server.services.tickets import issuing

    return issuing.issue_ticket


def test_the_last_day_counts_whom_nobody_called(desk: Desk) -> None:
    assert desk.see(live.live, BOSS, devices=[])["last_day"] is None
    a_day(desk)
    desk.wait(24 * 3600)
    desk.do(days.tick, SYSTEM)
    last = desk.see(live.live, BOSS, devices=[])["last_day"]
    ended = ("completed", "unconfirmed", "no_show", "cancelled", "not_served", "unfinished")
    assert last["day"] == "2026-11-23"
    assert [last[name] for name in ("issued", *ended)] == [7, 1, 0, 1, 1, 3, 1]
    # Three were called within their target, after ten minutes; four never were: one left, three waited to the end.
    assert last["within_target"] == round(3 / 7, 3)
    assert last["longest_wait"] == 19 * 60
    assert last["mean_wait"] == round((4 * 10 + 3 * 19 * 60) / 7, 1)
