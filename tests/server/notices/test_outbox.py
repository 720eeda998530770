"""The outbox: tried again, given up, dropped when too late, once each, over death and forgetting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.db import tables
from server.domain.notice import NotSent
from server.domain.refusals import Refusal
from server.services.appointments import appointments
from server.services.archive import days
from server.services.calling import calling, near, sessions, undo
from server.services.hall_setup.hall_file import check_hall
from server.services.hall_setup.hall_import import import_hall
from server.services.notices import composing, outbox
from server.services.notices.contacts import Reach
from server.services.queries import live
from server.services.runtime.actor import PUBLIC, SYSTEM
from server.services.runtime.command_bus import run_command, run_query
from server.services.tickets import issuing
from tests.server.notices.post_office import (
    DAY,
    HOUR,
    LAN,
    MING,
    MINUTE,
    Post,
    book,
    rows,
    states,
)
from tests.server.small_hall import ALICE, BOB, BOSS, Desk
from tests.server.test_hall_file import SMALL


def test_a_failure_is_tried_again_after_growing_waits_and_then_given_up(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.fails = [NotSent("the mail server is not ready (421)") for _ in range(9)]
    tried = []
    for minute in range(3 * 60):
        mail.deliver()
        if len(mail.tried) > len(tried):
            tried.append(minute)
        office.wait(MINUTE)
    assert tried == [0, 1, 6, 21, 81]
    (row,) = [row for row in rows(office) if row.channel == "email"]
    assert (row.state, row.attempts, row.error) == ("failed", 5, "the mail server is not ready (421)")
    assert len({one.id for one in mail.tried}) == 1


def test_a_call_is_not_told_five_minutes_later(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    mail.fails = [NotSent("down", everybody=True), NotSent("down", everybody=True)]
    assert not mail.deliver()
    office.wait(MINUTE)
    assert not mail.deliver()
    office.wait(5 * MINUTE)
    assert mail.deliver()
    (row,) = [row for row in rows(office) if row.channel == "email"]
    assert (row.state, row.error, mail.taken) == ("dropped", "down", [])


def test_a_call_that_was_taken_back_or_answered_is_not_told(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    office.do(undo.undo, ALICE, counter="1")
    mail.deliver()
    office.next(ALICE, "1")
    office.do(calling.start, ALICE, counter="1")
    mail.deliver()
    assert states(office) == [("called", "dropped"), ("called", "dropped")]


def test_who_is_called_is_told_before_a_heap_of_bookings(office: Desk, mail: Post) -> None:
    for number in range(9):
        book(office, "2026-11-24T10:00", reach=Reach(email=f"v{number}@example.cn"))
    office.wait(1)
    office.take(reach=LAN)
    office.next(ALICE, "1")
    assert mail.deliver()
    assert mail.kinds == ["called", *["booked"] * 9]


def test_a_refusal_for_good_is_not_tried_again(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.fails = [NotSent("the mail server refused the address (550)", for_good=True)]
    assert mail.deliver()
    office.wait(2 * HOUR)
    mail.deliver()
    assert len(mail.tried) == 1
    assert states(office) == [("booked", "failed")]


def test_a_dead_channel_rests_and_the_other_goes_on(office: Desk, mail: Post) -> None:
    for name in ("a", "b", "c"):
        book(office, "2026-11-24T10:00", reach=Reach(email=f"{name}@example.cn", phone=f"1380000000{ord(name) % 10}"))
    mail.fails = [NotSent("down", everybody=True)]
    assert not mail.deliver()
    assert len(mail.tried) == 1
    hook = Post(office, "webhook")
    assert hook.deliver()
    assert len(hook.taken) == 3
    assert mail.deliver()
    office.wait(MINUTE)
    assert mail.deliver()
    assert len({message.id for message in mail.taken}) == 3 == len(mail.taken)


def test_a_server_that_dies_while_sending_sends_again_with_the_same_id(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")

    class PowerCut(BaseException):
        pass

    mail.fails = [PowerCut()]  # type: ignore[list-item]
    with pytest.raises(PowerCut):
        mail.deliver()
    assert states(office) == [("booked", "queued")]
    mail.deliver()
    assert len(mail.tried) == 1
    office.wait(MINUTE)
    mail.deliver()
    mail.deliver()
    assert len(mail.taken) == 1
    assert mail.tried[0].id == mail.taken[0].id


def test_one_that_kills_the_server_each_time_is_put_aside(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    for _ in range(5):
        mail.fails = [KeyboardInterrupt()]  # type: ignore[list-item]
        with pytest.raises(KeyboardInterrupt):
            mail.deliver()
        office.wait(HOUR)
    mail.fails = []
    mail.deliver()
    assert (len(mail.tried), states(office)) == (5, [("booked", "failed")])


def test_one_that_cannot_be_made_holds_up_nobody(
    office: Desk, mail: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    book(office, "2026-11-24T10:00")
    good = book(office, "2026-11-24T11:00", reach=LAN)
    real = composing.notice_words.say

    def say(kind: str, language: str, facts: dict[str, Any]) -> tuple[str, str]:
        if facts["code"] != good["code"]:
            raise KeyError("ming@example.cn")
        return real(kind, language, facts)

    monkeypatch.setattr(composing.notice_words, "say", say)
    assert mail.deliver()
    assert states(office) == [("booked", "failed"), ("booked", "sent")]
    assert "ming" not in caplog.text
    assert "ming" not in str(rows(office))


def test_a_forgotten_contact_is_not_written_to(office: Desk, mail: Post) -> None:
    office.take(reach=MING)
    office.next(ALICE, "1")
    with office.database.transaction() as connection:
        connection.execute(tables.contact.delete())
    mail.deliver()
    assert states(office) == [("called", "dropped")]


def test_nothing_readable_lies_in_the_outbox_and_it_is_emptied(office: Desk, mail: Post) -> None:
    book(office, "2026-11-24T10:00")
    mail.deliver()
    stored = str(rows(office))
    for secret in ("陈", "1380", "ming"):
        assert secret not in stored
    office.wait(31 * DAY)
    office.do(days.forget, SYSTEM)
    assert rows(office) == []


def test_a_supervisor_sees_the_newest_masked(office: Desk, mail: Post) -> None:
    mine = book(office, "2026-11-24T10:00")
    office.wait(1)
    number = office.take(reach=LAN)
    office.next(ALICE, "1")
    mail.deliver()
    seen = office.see(outbox.newest, BOSS)
    assert seen["channels"] == ["email", "webhook"]
    assert [(one["kind"], one["channel"], one["state"], one["to"]) for one in seen["notices"]] == [
        ("called", "webhook", "queued", "l***@example.cn"),
        ("called", "email", "sent", "l***@example.cn"),
        ("booked", "webhook", "queued", "*******8000"),
        ("booked", "email", "sent", "m***@example.cn"),
    ]
    assert (seen["notices"][0]["number"], seen["notices"][3]["code"]) == (number, mine["code"])
    with pytest.raises(Refusal, match="forbidden"):
        office.see(outbox.newest, ALICE)


def test_nobody_fills_anothers_mailbox_by_booking_and_cancelling(office: Desk, mail: Post) -> None:
    for _ in range(12):
        mine = book(office, "2026-11-24T10:00", reach=LAN)
        mail.deliver()
        office.do(appointments.cancel, token=mine["token"])
        mail.deliver()
    assert len(mail.taken) == 20
    assert [row.error for row in rows(office)][-1] == "too many to this address within an hour"
    book(office, "2026-11-24T10:00", reach=Reach(email="Other@example.cn"))
    mail.deliver()
    assert len(mail.taken) == 21
    office.wait(HOUR)
    book(office, "2026-11-24T11:00", reach=Reach(email="LAN@example.cn"))
    mail.deliver()
    assert len(mail.taken) == 22


def test_two_halls_keep_apart(office: Desk, mail: Post) -> None:
    import_hall(office.deployment, check_hall(SMALL | {"notices": {"called": False}}), actor=SYSTEM, now=office.now)
    small = office.deployment.hall("small")
    assert not small.settings.notices.called
    office.take(reach=MING)
    office.next(ALICE, "1")

    def there(act: Any, who: Any = PUBLIC, **arguments: Any) -> dict[str, Any]:
        return run_command(office.deployment, act, hall_code="small", actor=who, now=office.now, **arguments).body

    for _ in range(2):
        there(issuing.issue_ticket, service="pass", reach=LAN if _ else Reach())
    there(sessions.sign_on, BOB, counter="1", take_over=False, client=None)
    there(calling.call_next, BOB, counter="1")
    there(near.tell, SYSTEM, types=["general"])
    mail.deliver()
    assert [(one.hall, one.kind, one.to["email"]) for one in mail.taken] == [
        ("hall", "called", "ming@example.cn"),
        ("small", "near", "lan@example.cn"),
    ]
    assert {one["kind"] for one in office.see(outbox.newest, BOSS)["notices"]} == {"called"}
    elsewhere = run_query(office.deployment, outbox.newest, hall_code="small", actor=BOSS, now=office.now)
    assert {one["kind"] for one in elsewhere["notices"]} == {"near"}


def test_only_what_moves_a_queue_is_looked_at(office: Desk) -> None:
    office.take()
    office.take(service="tax")
    assert [list(near.moved(event)) for event in office.events[-2:]] == [[], []]
    office.next(ALICE, "1")
    assert list(near.moved(office.events[-1])) == ["A"]
    office.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)
    assert list(near.moved(office.events[-1])) == ["B"]
    office.events.clear()
    book(office, "2026-11-24T10:00")
    assert list(near.moved(office.events[-1])) == []


@pytest.fixture
def alerts(office: Desk) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    def found() -> list[dict[str, Any]]:
        every = office.see(live.live, BOSS, devices=[])["alerts"]
        return [one for one in every if one["code"] == "notices_failing"]

    yield found


def test_a_channel_that_keeps_failing_is_an_alert_until_one_leaves(
    office: Desk, mail: Post, alerts: Callable[[], list[dict[str, Any]]]
) -> None:
    book(office, "2026-11-24T10:00")
    for _ in range(2):
        mail.fails = [NotSent("the mail server refused the sign-in (535)", everybody=True)]
        mail.deliver()
        assert alerts() == []
        office.wait(5 * MINUTE)
    mail.fails = [NotSent("the mail server refused the sign-in (535)", everybody=True)]
    mail.deliver()
    (alert,) = alerts()
    assert alert["params"] == {"channel": "email", "reason": "the mail server refused the sign-in (535)"}
    assert "the mail server refused the sign-in (535)" in alert["message"]["en"]
    assert alert["message"]["zh-CN"] == "通知无法通过邮件发出"
    office.wait(HOUR)
    mail.deliver()
    assert alerts() == []


def test_a_call_is_not_held_up_by_what_it_orders(office: Desk) -> None:
    """Everything of the call is one transaction: the notice is there exactly when the call is."""
    office.take(reach=MING)
    assert office.refused(calling.call_next, ALICE, counter="2") != ""
    assert rows(office) == []
    body = office.next(ALICE, "1", key="once")
    assert office.next(ALICE, "1", key="once") == body
    assert [row.key for row in rows(office) if row.channel == "email"] == [f"called:1:{body['ticket']['call_seq']}"]
