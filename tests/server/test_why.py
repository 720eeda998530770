"""Why that number before mine: each reason as it comes about, for the visitor and for the staff."""

from __future__ import annotations

from typing import Any

import pytest

from server.db.repositories import ticket_rows
from server.services.calling import calling, why
from server.services.policy import policy
from server.services.runtime.unit_of_work import UnitOfWork
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

MINUTE = 60


def token(desk: Desk, number: str) -> str:
    with desk.database.reading() as connection:
        found = ticket_rows.ticket_by_number(connection, hall_id=1, day="2026-11-23", number=number)
    assert found is not None
    return found.token


def asked(desk: Desk, number: str) -> dict[str, Any]:
    return desk.see(why.for_visitor, token=token(desk, number))


def whole(desk: Desk, number: str) -> dict[str, Any]:
    return desk.see(why.for_staff, ALICE, number=number)


def as_appointment(unit: UnitOfWork, *, number: str, slot: int) -> dict[str, Any]:
    """A ticket as a check-in makes it, where the slot counts."""
    ticket = unit.ticket(number)
    unit.change(ticket, None, "ticket_changed", class_code="appointment", reference_at=slot, kappa_at=slot)
    return {}


def test_an_appointment_is_explained_with_its_sum(desk: Desk) -> None:
    desk.take()
    desk.wait(22 * MINUTE)
    booked = desk.take()
    desk.do(as_appointment, number=booked, slot=desk.now)
    desk.wait(12 * MINUTE)
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == booked
    told = asked(desk, "A001")
    assert told["reason"] == "APPOINTMENT"
    assert told["sentence"]["en"] == (
        "A002 has an appointment at 09:22. It counts from 09:07: 27 min x 2 = 54. You: 34 min x 1 = 34."
    )
    assert told["sentence"]["zh-CN"] == ("A002 预约了 09:22。它从 09:07 起计：27 分钟 × 2 = 54。您：34 分钟 × 1 = 34。")
    assert [one["number"] for one in told["overtaken_by"]] == [booked]
    seen = whole(desk, booked)
    assert (seen["reason"], seen["winner"]["score"]) == ("APPOINTMENT", 54.0)
    assert [(one["number"], one["score"], one["reason"]) for one in seen["heads"]] == [("A001", 34.0, "APPOINTMENT")]
    assert [(one["number"], one["reason"]) for one in seen["overtaken"]] == [("A001", "APPOINTMENT")]
    assert asked(desk, booked)["sentence"]["en"] == "The time of your appointment had come."


def test_nobody_went_before_is_said_too(desk: Desk) -> None:
    desk.take(), desk.take()
    told = asked(desk, "A002")
    assert (told["reason"], told["overtaken_by"]) == ("ORDER", [])
    assert told["sentence"]["en"].endswith("1 stand before you.")
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert asked(desk, "A001")["sentence"]["en"] == "It was your turn: you had waited longest."


def test_a_status_is_never_named_to_another_visitor(desk: Desk) -> None:
    desk.take()
    old = desk.take(status="elderly")
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == old
    told = asked(desk, "A001")
    assert told["reason"] == "STATUS"
    assert "elderly" not in str(told).lower()


def test_a_call_by_hand_names_who_and_why_to_staff_alone(desk: Desk) -> None:
    desk.take(), desk.take()
    desk.sign_on(ALICE, "1")
    desk.do(calling.call, ALICE, counter="1", number="A002", reason="feels ill")
    told = asked(desk, "A001")
    assert told["reason"] == "MANUAL"
    assert "ill" not in str(told) and "alice" not in str(told)
    seen = whole(desk, "A002")
    assert seen["manual"] == {"by": "alice", "reason": "feels ill"}
    assert [one["reason"] for one in seen["overtaken"]] == ["MANUAL"]


def test_a_lone_overdue_ticket_says_so(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")  # the guard's turn comes with every third call
    desk.take(), desk.next(ALICE, "1")
    late = desk.take()
    desk.wait(61 * MINUTE)
    booked = desk.take()
    desk.do(as_appointment, number=booked, slot=desk.now - 50 * MINUTE * 1000)
    assert desk.next(ALICE, "1")["ticket"]["number"] == late
    assert whole(desk, late)["by_guard"]
    assert asked(desk, late)["reason"] in ("OVERDUE", "ORDER")


def test_a_transferred_ticket_keeps_its_time_and_says_so(desk: Desk) -> None:
    moved = desk.take("tax")
    desk.wait(5 * MINUTE)
    desk.sign_on(BOB, "3")
    desk.next(BOB, "3")
    desk.take()
    desk.do(calling.transfer, BOB, counter="3", to="A", place="front", note=None)
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == moved
    assert whole(desk, moved)["winner"]["counter_type"] == "A"
    assert asked(desk, moved)["reason"] == "TRANSFER"


def test_a_counter_calls_its_own_services_first(desk: Desk) -> None:
    desk.take()
    desk.wait(MINUTE)
    own = desk.take("tax")
    desk.sign_on(BOB, "2")
    assert desk.next(BOB, "2")["ticket"]["number"] == own
    told = asked(desk, "A001")
    assert (told["reason"], told["sentence"]["en"]) == (
        "SKILL",
        "Counter 2 calls its own services first, or does not handle yours.",
    )


def test_shares_are_explained(desk: Desk) -> None:
    policy.set_policy(
        desk.deployment, hall="hall", who=BOSS, now=desk.now, key=None, change=policy.ChangePolicy(name="two-to-one")
    )
    desk.take()
    desk.wait(MINUTE)
    first, second = desk.take(), desk.take()
    for number in (first, second):
        desk.do(as_appointment, number=number, slot=desk.now)
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A001"
    desk.take()
    assert desk.next(ALICE, "1")["ticket"]["number"] == first
    told = whole(desk, first)
    assert told["policy"] == "two-to-one"


def test_what_a_call_weighed_leaves_with_no_push(desk: Desk) -> None:
    from server.services.runtime import audiences

    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    called = next(event for event in desk.events if event.kind == "ticket_called")
    assert "why" in called.content
    assert "why" not in audiences.for_staff(called)
    assert "why" not in (audiences.for_public(called) or {})


def test_a_stranger_learns_nothing(desk: Desk) -> None:
    from server.domain.refusals import Refusal
    from server.services.runtime.actor import PUBLIC

    desk.take()
    with pytest.raises(Refusal) as refused:
        desk.see(why.for_staff, PUBLIC, number="A001")
    assert refused.value.code == "not_signed_in"
    with pytest.raises(Refusal) as refused:
        desk.see(why.for_visitor, token="guess")
    assert refused.value.code == "unknown_ticket"


def test_an_older_call_without_a_record_is_answered(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    with desk.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE event SET content = '{}' WHERE kind = 'ticket_called'")
    assert asked(desk, "A001")["reason"] == "ORDER"
    assert whole(desk, "A001")["called"] is False


def test_moving_up_is_told_as_a_persons_choice(desk: Desk) -> None:
    desk.take()
    desk.wait(MINUTE)
    moved = desk.take()
    desk.do(policy.move_up, BOSS, number=moved, minutes=30, front=False, reason="came back from the bank")
    desk.sign_on(ALICE, "1")
    assert desk.next(ALICE, "1")["ticket"]["number"] == moved
    told = asked(desk, "A001")
    assert (told["reason"], told["sentence"]["en"]) == ("MANUAL", f"A member of staff moved {moved} up in the queue.")
    assert "bank" not in str(told)
    assert asked(desk, moved)["sentence"]["zh-CN"] == "工作人员把您的号排到了前面。"
    seen = whole(desk, moved)
    assert seen["moved_up"] == {"by": "boss", "minutes": 30, "front": False, "reason": "came back from the bank"}
    assert (seen["manual"], seen["winner"]["front"]) == (None, False)


def test_a_ticket_before_all_others_is_not_told_by_its_minutes(desk: Desk) -> None:
    desk.take()
    moved = desk.take()
    desk.do(policy.move_up, BOSS, number=moved, minutes=None, front=True, reason="faints")
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    seen = whole(desk, moved)
    assert [seen["winner"]["front"], *(one["front"] for one in seen["heads"])] == [True, False]
    assert seen["moved_up"] == {"by": "boss", "minutes": None, "front": True, "reason": "faints"}


def test_every_reason_has_its_sentences() -> None:
    from server.domain import why_words
    from server.domain.why import Reason

    for reason in Reason:
        for texts in (why_words.BEFORE[reason], why_words.CALLED[reason]):
            assert set(texts) == set(why_words.LANGUAGES)
