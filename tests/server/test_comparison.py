"""Comparing rules on a day of the hall: its log, a drawn day, a rule not yet in force; nothing is changed by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.domain.booking import BookingRules
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.calling import calling, sessions
from server.services.policy import comparison, policy
from server.services.policy.comparison import ComparePolicies
from server.services.runtime.actor import SYSTEM, Actor
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def compare(desk: Desk, who: Actor = BOSS, **wish: Any) -> dict[str, Any]:
    before = desk.everything()
    trial = desk.see(comparison.prepare, who, wish=ComparePolicies.model_validate(wish))["trial"]
    answer = comparison.run(desk.deployment, trial)
    assert desk.everything() == before
    return answer


def lines(answer: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    one = next(result for result in answer["results"] if result["name"] == name)
    return {line["class"]: line for line in [*one["classes"], one["all"]]}


def a_busy_day(desk: Desk, visitors: int = 70) -> None:
    """Somebody comes every minute, an elderly one now and then; two counters serve for three and four minutes."""
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "3")
    for number in range(visitors):
        desk.take(status="elderly" if number % 10 == 9 else None)
        desk.wait(60)
        for who, counter, every in ((ALICE, "1", 3), (BOB, "3", 4)):
            if number % every == every - 1:
                desk.next(who, counter)
    desk.wait(180)
    desk.do(sessions.sign_off, ALICE, counter="1")


def test_the_last_day_of_the_log_is_played_with_its_visitors_and_counters(desk: Desk) -> None:
    a_busy_day(desk, visitors=100)
    answer = compare(desk)
    assert answer["day"] == {"source": "log", "date": "2026-11-23", "visits": 100, "counters": 2, "booked": 0}
    assert [(one["name"], one["present"], one["candidate"]) for one in answer["results"]] == [
        ("balanced", True, False),
        *[(name, False, False) for name in ("first-come", "appointments-first", "two-to-one", "strict", "promised")],
    ]
    for one in answer["results"]:
        assert (one["all"]["count"], one["not_served"]) == (100, 0)
    first, strict = lines(answer, "first-come"), lines(answer, "strict")
    assert first["priority"]["count"] == 10
    assert strict["priority"]["mean"] < first["priority"]["mean"]
    # two counters serve 7 in 12 minutes of those who come every minute
    assert 15 < first[""]["mean"] < 60


def test_a_day_with_few_calls_says_little_and_one_is_drawn(desk: Desk) -> None:
    a_busy_day(desk, visitors=20)
    assert compare(desk)["day"]["source"] == "drawn"


def test_a_day_that_is_named_is_played_however_few_came(desk: Desk) -> None:
    a_busy_day(desk, visitors=20)
    assert compare(desk, day="2026-11-23")["day"] == {
        "source": "log",
        "date": "2026-11-23",
        "visits": 20,
        "counters": 2,
        "booked": 0,
    }


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-23", "2027-01-01"])
def test_a_day_on_which_nobody_was_called_is_refused(desk: Desk, day: str) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()  # it waits, and was never called
    with pytest.raises(Refusal) as wrong:
        compare(desk, day=day)
    assert (wrong.value.status, wrong.value.code, wrong.value.params) == (422, "empty_day", {"day": day})
    assert f"Nobody was called on {day}" in wrong.value.message("en")
    assert f"{day} 没有叫过号" in wrong.value.message("zh-CN")


def test_who_left_waits_no_longer_and_who_was_missed_is_missed_again(desk: Desk) -> None:
    a_busy_day(desk, visitors=100)
    desk.wait(600)
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.do(calling.no_show, ALICE, counter="1")
    desk.next(ALICE, "1")
    desk.wait(120)
    desk.do(calling.complete, ALICE, counter="1")
    leaver = desk.do(issuing.issue_ticket, service="pass", status=None, language=None).body["token"]
    desk.do(tickets.leave, token=leaver)
    day = desk.see(comparison.prepare, BOSS, wish=ComparePolicies())["trial"].hall_day.day
    assert len(day.visits) == 101
    assert [visit.leaves for visit in day.visits if visit.leaves is not None] == [desk.now]
    assert sum(visit.misses for visit in day.visits) == 1
    alice = next(one for one in day.counters if one.code == "1")
    assert len(alice.shifts) == 2


def test_who_was_never_called_when_the_day_ended_is_part_of_the_day(desk: Desk) -> None:
    a_busy_day(desk, visitors=100)
    called = sum(event.kind == "ticket_called" for event in desk.events)
    desk.wait(24 * 3600)
    desk.do(days.tick, SYSTEM)
    answer = compare(desk)
    assert answer["day"] == {"source": "log", "date": "2026-11-23", "visits": 100, "counters": 2, "booked": 0}
    for one in answer["results"]:
        # The counters work no longer than their clerks did, and nobody is served after the hall has closed.
        assert one["all"]["count"] == 100
        assert abs(one["not_served"] - (100 - called)) <= 2
        assert one["all"]["not_served"] == one["not_served"]
        assert one["all"]["within_target"] <= 1 - one["not_served"] / 100
        assert one["all"]["max"] > 12 * 60


def test_a_service_that_nobody_served_is_part_of_the_day(desk: Desk) -> None:
    a_busy_day(desk, visitors=60)
    desk.sign_on(BOB, "3") if desk.at("3")["state"] == "closed" else None
    desk.do(sessions.sign_off, BOB, counter="3")
    served = compare(desk, day="2026-11-23", policies=[])["day"]
    tax = [desk.take("tax") for _ in range(5)]
    desk.wait(24 * 3600)
    desk.do(days.tick, SYSTEM)
    answer = compare(desk, day="2026-11-23", policies=[])
    assert answer["day"]["visits"] == served["visits"] + len(tax)
    assert answer["results"][0]["not_served"] >= len(tax)


def test_some_walk_ins_may_be_booked_instead(desk: Desk) -> None:
    a_busy_day(desk, visitors=100)
    answer = compare(desk, booked=0.4, policies=["first-come", "appointments-first"])
    assert answer["day"]["booked"] == 40
    plain, first = lines(answer, "first-come"), lines(answer, "appointments-first")
    assert first["appointment"]["mean"] < plain["appointment"]["mean"]
    assert compare(desk, booked=0.4, seed=2) != compare(desk, booked=0.4, seed=3)


def test_a_drawn_day_has_the_halls_counters_hours_and_load(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(hours=WEEK)
    answer = compare(desk, load=1.2)
    # counters 1, 2, 3: one and a half for either type, five minutes a position: 7 hours x 60 / 5 x 1.2 for each type
    assert answer["day"] == {"source": "drawn", "date": None, "visits": 202, "counters": 3, "booked": 61}
    assert compare(desk, load=0.6, booked=0.0)["day"]["visits"] == 100
    assert lines(answer, "balanced")["priority"]["count"] > 0
    assert lines(compare(desk, load=1.5), "balanced")[""]["mean"] > lines(answer, "balanced")[""]["mean"]


def test_a_hall_open_day_and_night_is_drawn_with_usual_hours(desk: Desk) -> None:
    assert compare(desk)["day"]["visits"] == 2 * 480 // 5


def test_a_rule_that_is_not_in_force_stands_beside_the_present_one(desk: Desk) -> None:
    policy.set_policy(
        desk.deployment,
        hall="hall",
        who=BOSS,
        now=desk.now,
        key=None,
        change=policy.ChangePolicy(guard_every=2, name=None),
    )
    wish = {"classes": {"appointment": {"speed": 9.0, "target": 10.0}}}
    answer = compare(desk, policies=[], candidate=wish)
    names = [(one["name"], one["present"], one["candidate"]) for one in answer["results"]]
    assert names == [(desk.deployment.hall("hall").settings.policy_name, True, False), ("candidate", False, True)]


def test_a_rule_that_contradicts_itself_is_not_compared(desk: Desk) -> None:
    with pytest.raises(Refusal) as wrong:
        compare(desk, candidate={"classes": {"ordinary": {"guard": 5.0}}})
    assert (wrong.value.code, wrong.value.params["field"]) == ("invalid", "classes.ordinary.guard")
    with pytest.raises(Refusal) as unknown:
        compare(desk, candidate={"classes": {"vip": {}}})
    assert unknown.value.params["field"] == "classes.vip"


def test_only_a_supervisor_may(desk: Desk) -> None:
    with pytest.raises(Refusal) as wrong:
        compare(desk, ALICE)
    assert wrong.value.code == "forbidden"


def test_one_comparison_at_a_time(desk: Desk) -> None:
    trial = desk.see(comparison.prepare, BOSS, wish=ComparePolicies())["trial"]
    with comparison._alone(desk.deployment), pytest.raises(Refusal) as wrong:
        comparison.run(desk.deployment, trial)
    assert (wrong.value.code, wrong.value.params["retry_s"]) == ("too_many", 2)
    assert comparison.run(desk.deployment, trial)["results"]


def test_the_halls_own_booking_rules_are_played(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(hours=WEEK, booking={"grace_minutes": 0, "early_minutes": 60})
    trial = desk.see(comparison.prepare, BOSS, wish=ComparePolicies(load=1.0))["trial"]
    assert trial.hall_day.day.booking == BookingRules(grace_minutes=0, early_minutes=60)
