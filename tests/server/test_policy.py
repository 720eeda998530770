"""Changing the rule while the hall is open."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services.policy import policy
from server.services.runtime.actor import Actor
from tests.server.small_hall import ALICE, BOSS, Desk

ADMIN = Actor("user", 8, "root", "admin", "reception")


def change(desk: Desk, who: Actor = BOSS, *, key: str | None = None, **wish: Any) -> dict[str, Any]:
    parsed = policy.ChangePolicy.model_validate(wish)
    return policy.set_policy(desk.deployment, hall="hall", who=who, now=desk.now, key=key, change=parsed).body


def refused(desk: Desk, who: Actor = BOSS, **wish: Any) -> Refusal:
    before = desk.everything()
    with pytest.raises(Refusal) as wrong:
        change(desk, who, **wish)
    assert desk.everything() == before
    return wrong.value


def test_the_default_is_the_balanced_rule(desk: Desk) -> None:
    seen = desk.see(policy.show, BOSS)
    assert seen["name"] == "balanced"
    assert [one["name"] for one in seen["presets"]][:2] == ["balanced", "first-come"]


def test_a_new_rule_holds_from_the_next_call_and_is_told(desk: Desk) -> None:
    desk.take()
    desk.wait(60)
    old = desk.take(status="elderly")
    desk.sign_on(ALICE, "1")
    assert change(desk, name="first-come")["name"] == "first-come"
    assert desk.deployment.hall("hall").settings.policy.classes["priority"].credit == 0
    told = desk.events[-1]
    assert (told.kind, told.content["hall_config"]["policy"]["name"]) == ("policy_changed", "first-come")
    assert told.content["policy"]["before"]["classes"]["priority"]["credit"] == 20
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A001"
    change(desk, name="strict")
    desk.take()
    assert desk.next(ALICE, "1")["ticket"]["number"] == old


def test_parts_of_the_rule_change_alone(desk: Desk) -> None:
    seen = change(desk, classes={"appointment": {"speed": 3.0, "credit": 15.0, "target": 10.0}}, guard_every=2)
    assert (seen["name"], seen["classes"]["appointment"]["speed"], seen["guard_every"]) == ("custom", 3.0, 2)
    assert seen["classes"]["priority"]["credit"] == 20


def test_a_guard_may_be_taken_away(desk: Desk) -> None:
    seen = change(desk, classes={"ordinary": {"guard": None}})
    assert seen["classes"]["ordinary"]["guard"] is None
    assert desk.deployment.hall("hall").settings.policy.classes["ordinary"].guard is None


def test_a_class_keeps_its_target_under_another_rule(desk: Desk) -> None:
    assert change(desk, name="strict")["classes"]["appointment"]["target"] == 10


def test_a_rule_that_contradicts_itself_is_refused_with_what_would_do(desk: Desk) -> None:
    shorter = refused(desk, classes={"ordinary": {"guard": 20.0, "target": 30.0}})
    assert shorter.params["field"] == "classes.ordinary.guard"
    assert "use a guard of 30 or more" in shorter.message("en")
    assert "保护时限" in shorter.message("zh-CN")
    lane = {"code": "a", "share": 0, "classes": ["ordinary", "appointment"]}
    assert "share of 0" in refused(desk, lanes=[lane, {"code": "b", "share": 1, "classes": ["priority"]}]).message("en")
    assert "exactly one" in refused(
        desk, lanes=[lane | {"share": 1}, {"code": "b", "share": 1, "classes": ["ordinary"]}]
    ).message("en")
    assert refused(desk, classes={"vip": {}}).params["field"] == "classes.vip"
    assert refused(desk, name="strict", guard_every=2).code == "invalid"


def test_only_a_supervisor_may(desk: Desk) -> None:
    assert refused(desk, ALICE, name="strict").code == "forbidden"
    assert change(desk, ADMIN, name="strict")["name"] == "strict"


def test_the_same_key_changes_nothing_twice(desk: Desk) -> None:
    first = change(desk, key="k", name="strict")
    change(desk, name="balanced")
    assert change(desk, key="k", name="strict") == first
    assert desk.see(policy.show, BOSS)["name"] == "balanced"


def test_a_ticket_is_moved_up_by_minutes_or_to_the_front(desk: Desk) -> None:
    desk.take()
    desk.wait(600)
    second, third = desk.take(), desk.take()
    desk.do(policy.move_up, BOSS, number=third, minutes=None, front=True, reason="faints")
    desk.do(policy.move_up, BOSS, number=second, minutes=20, front=False, reason="sent away wrongly")
    desk.sign_on(ALICE, "1")
    assert [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(3)] == [third, second, "A001"]
    changed = [event.content for event in desk.events if event.kind == "ticket_changed"]
    assert [(one["what"], one["reason"], one["by"]) for one in changed] == [
        ("moved_up", "faints", "boss"),
        ("moved_up", "sent away wrongly", "boss"),
    ]


def test_moving_up_needs_a_waiting_ticket_and_one_wish(desk: Desk) -> None:
    desk.take()
    wish = {"minutes": 5, "front": False, "reason": "x"}
    assert desk.refused(policy.move_up, ALICE, number="A001", **wish) == "forbidden"
    assert desk.refused(policy.move_up, BOSS, number="A001", **wish | {"front": True}) == "invalid"
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    assert desk.refused(policy.move_up, BOSS, number="A001", **wish) == "wrong_state"
    assert desk.refused(policy.move_up, BOSS, number="B009", **wish) == "unknown_ticket"
