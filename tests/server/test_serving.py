"""A counter serves another queue until a time, or one less; it ends by undo, the clock, or a changed hall file."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.schemas import bodies
from server.services.archive import days
from server.services.calling import outlook, serving
from server.services.hall_setup import hall_file, hall_import
from server.services.queries import live, snapshots
from server.services.runtime.actor import SYSTEM
from server.services.runtime.deployment import Deployment
from tests.server.small_hall import ALICE, BOB, BOSS, Desk

DAY_END = "2026-11-24T04:00:00.000+08:00"
HALF_HOUR = 1800


def change(desk: Desk, **more: Any) -> dict[str, Any]:
    turn = {"hall": "hall", "who": BOSS, "now": desk.now, "key": None, "counter": "1", "give": [], "take": []}
    return serving.change_serves(desk.deployment, **(turn | more)).body


def undo(desk: Desk, **more: Any) -> dict[str, Any]:
    turn = {"hall": "hall", "who": BOSS, "now": desk.now, "key": None, "counter": "1", "counter_types": None}
    return serving.restore_serves(desk.deployment, **(turn | more)).body


def in_seconds(desk: Desk, seconds: int) -> str:
    text = to_text(desk.now + seconds * 1000, desk.deployment.hall("hall").time_zone)
    assert text is not None
    return text


def serves(desk: Desk, counter: str = "1") -> list[str]:
    hall = desk.see(snapshots.staff_snapshot, ALICE)["hall"]
    one = next(part for part in hall["counters"] if part["code"] == counter)
    return [*one["counter_types"], *one["fallbacks"]]


def unserved(desk: Desk) -> list[str]:
    alerts = desk.see(live.live, BOSS, devices=[])["alerts"]
    return [one["params"]["counter_type"] for one in alerts if one["code"] == "unserved_type"]


def call(desk: Desk) -> str:
    return str(desk.next(ALICE, "1")["ticket"]["number"])


def refused(desk: Desk, act: Any = change, **more: Any) -> Refusal:
    before = desk.everything()
    with pytest.raises(Refusal) as refusal:
        act(desk, **more)
    assert desk.everything() == before, "nothing has changed"
    return refusal.value


def test_the_next_call_takes_a_queue_that_the_counter_was_given(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    number = desk.take("tax")
    assert unserved(desk) == ["B"]
    told = change(desk, give=["B"], why="the queue is long")
    assert told["changes"] == [
        {
            "counter": "1",
            "counter_type": "B",
            "gives": True,
            "until": DAY_END,
            "today": True,
            "at": in_seconds(desk, 0),
            "by": "boss",
            "why": "the queue is long",
        }
    ]
    assert unserved(desk) == []
    assert desk.see(outlook.outlook, ALICE, counter="1")["next"]["number"] == number
    row = next(one for one in desk.see(live.live, BOSS, devices=[])["services"] if one["code"] == "tax")
    assert (row["open_counters"], row["fallback_counters"]) == (1, 0)
    assert row["expected"] is not None
    assert call(desk) == number


def test_the_log_says_who_when_why_and_until_when_and_pages_see_the_counters_queues(desk: Desk) -> None:
    until = in_seconds(desk, HALF_HOUR)
    change(desk, give=["B"], until=until, why="long")
    event = desk.events[-1]
    assert (event.kind, event.public, event.content["by"]) == ("policy_changed", True, "boss")
    said = event.content["serves"]
    assert (said["counter"], said["given"], said["taken"], said["why"]) == ("1", ["B"], [], "long")
    assert (said["because"], said["changes"][0]["until"]) == ("supervisor", until)
    shown = event.content["hall_config"]["counters"][0]
    assert (shown["counter_types"], shown["fallbacks"]) == (["A", "B"], [])
    assert shown["changes"] == [{"counter_type": "B", "gives": True, "until": until, "today": False}]


def test_it_ends_by_itself_also_before_the_timer_looked_and_after_a_restart(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    change(desk, give=["B"], until=in_seconds(desk, HALF_HOUR))
    desk.take("tax")
    desk.deployment = Deployment(desk.database)
    desk.deployment.listeners.append(desk.events.extend)
    assert serves(desk) == ["A", "B"], "a restart keeps it"
    desk.wait(HALF_HOUR - 1)
    assert serves(desk) == ["A", "B"]
    desk.wait(1)
    assert serves(desk) == ["A"]
    with pytest.raises(Refusal, match="nobody_waiting"):
        call(desk)
    before = len(desk.events)
    serving.end_due(desk.deployment, now=desk.now)
    assert [one.content["serves"]["taken"] for one in desk.events[before:]] == [["B"]]
    assert (desk.events[-1].content["by"], desk.events[-1].content["serves"]["because"]) == ("system", "time")
    assert desk.deployment.hall("hall").counters["1"].changes == ()
    serving.end_due(desk.deployment, now=desk.now)
    assert len(desk.events) == before + 1, "once"


def test_the_end_of_the_day_ends_it(desk: Desk) -> None:
    change(desk, give=["B"])
    desk.wait(24 * 3600)
    desk.do(days.tick, SYSTEM)
    assert serves(desk) == ["A"]


def test_a_queue_is_taken_away_and_another_given_at_once(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take("pass")
    number = desk.take("tax")
    change(desk, give=["B"], take=["A"])
    assert (serves(desk), call(desk)) == (["B"], number)
    undo(desk)
    assert serves(desk) == ["A"]
    assert desk.events[-1].content["serves"] | {"changes": []} == {
        "counter": "1",
        "given": ["A"],
        "taken": ["B"],
        "changes": [],
        "because": "undo",
        "why": None,
    }


def test_a_fallback_is_taken_away_and_ordinary_order_holds_for_a_given_queue(desk: Desk) -> None:
    change(desk, counter="2", take=["A"])
    assert serves(desk, "2") == ["B"]
    desk.sign_on(ALICE, "1")
    first = desk.take("tax")
    desk.wait(60)
    desk.take("pass")
    change(desk, give=["B"])
    assert call(desk) == first, "who waited longest, not the counter's usual queue"


def test_undo_of_one_leaves_the_others_and_giving_back_is_undo_too(desk: Desk) -> None:
    change(desk, give=["B"], take=["A"])
    undo(desk, counter_types=["A"])
    assert serves(desk) == ["A", "B"]
    change(desk, take=["B"])
    assert (serves(desk), desk.deployment.hall("hall").counters["1"].changes) == (["A"], ())


def test_the_end_can_be_changed(desk: Desk) -> None:
    change(desk, give=["B"])
    until = in_seconds(desk, HALF_HOUR)
    assert [one["until"] for one in change(desk, give=["B"], until=until)["changes"]] == [until]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"give": ["A"]}, "serves_already"),
        ({"counter": "2", "give": ["A"]}, "serves_already"),
        ({"take": ["B"]}, "serves_not"),
        ({"take": ["A"]}, "serves_nothing"),
        ({"give": ["X"]}, "unknown_counter_type"),
        ({"counter": "9", "give": ["B"]}, "unknown_counter"),
        ({}, "invalid"),
        ({"give": ["B", "B"]}, "invalid"),
        ({"give": ["B"], "take": ["B"]}, "invalid"),
        ({"give": ["B"], "who": ALICE}, "forbidden"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desk, more: dict[str, Any], code: str) -> None:
    answer = refused(desk, **more)
    assert answer.code == code
    assert all(answer.envelope(language)["error"]["message"] for language in ("zh-CN", "en"))


def test_what_was_given_is_not_given_twice_and_nothing_is_undone_twice(desk: Desk) -> None:
    change(desk, give=["B"])
    answer = refused(desk, give=["B"])
    assert (answer.code, answer.message("zh-CN")) == ("serves_already", "1 号窗口已在办理队列 B")
    undo(desk)
    assert refused(desk, undo).code == "serves_as_usual"
    assert refused(desk, undo, counter_types=["A"]).code == "serves_as_usual"


@pytest.mark.parametrize("seconds", [-60, 0, 15 * 3600, 25 * 3600])
def test_a_time_that_has_passed_or_comes_after_midnight_is_refused(desk: Desk, seconds: int) -> None:
    answer = refused(desk, give=["B"], until=in_seconds(desk, seconds))
    assert (answer.code, answer.params["field"]) == ("invalid", "until")


def file_of(desk: Desk) -> dict[str, Any]:
    return hall_file.export_hall(desk.deployment.hall("hall"))


def imported(desk: Desk, content: dict[str, Any]) -> list[dict[str, str]]:
    file = hall_file.check_hall(content)
    return hall_import.import_hall(desk.deployment, file, actor=SYSTEM, now=desk.now).ended


def test_an_import_leaves_what_still_has_a_sense(desk: Desk) -> None:
    change(desk, give=["B"])
    content = file_of(desk)
    assert content["counters"][0]["counter_types"] == ["A"], "the file says what is usual"
    assert imported(desk, content) == []
    assert serves(desk) == ["A", "B"]


def test_an_import_that_gives_the_queue_for_good_ends_it(desk: Desk) -> None:
    change(desk, give=["B"])
    content = file_of(desk)
    content["counters"][0]["counter_types"] = ["A", "B"]
    assert imported(desk, content) == [{"counter": "1", "counter_type": "B"}]
    assert desk.events[-1].content["serves_ended"] == [{"counter": "1", "counter_type": "B"}]
    assert (serves(desk), desk.deployment.hall("hall").counters["1"].changes) == (["A", "B"], ())


def test_an_import_without_the_queue_or_the_counter_ends_it(desk: Desk) -> None:
    change(desk, give=["B"])
    change(desk, counter="3", take=["A"])
    content = file_of(desk)
    content["services"] = [one for one in content["services"] if one["counter_type"] == "A"]
    content["counter_types"] = [one for one in content["counter_types"] if one["code"] == "A"]
    content["counters"] = [content["counters"][0], {**content["counters"][2], "counter_types": ["A"]}]
    assert imported(desk, content) == [
        {"counter": "1", "counter_type": "B"},
        {"counter": "3", "counter_type": "A"},
    ], "counter 3 would serve nothing"
    assert (serves(desk), serves(desk, "3")) == (["A"], ["A"])


def test_a_counter_that_the_file_removes_ends_it_too(desk: Desk) -> None:
    change(desk, give=["B"])
    content = file_of(desk)
    content["counters"] = content["counters"][1:]
    assert imported(desk, content) == [{"counter": "1", "counter_type": "B"}]


def test_a_call_at_a_counter_with_a_change_asks_the_database_no_more_than_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`call next` finds the counter's queues in the hall that is in memory."""
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    change(desk, give=["B"], until=in_seconds(desk, HALF_HOUR))
    desk.take("tax")
    monkeypatch.setattr("server.services.runtime.unit_of_work.load_halls", lambda _: pytest.fail("the hall was read"))
    monkeypatch.setattr("server.services.runtime.deployment.load_halls", lambda _: pytest.fail("the hall was read"))
    assert call(desk) == "B001"


def test_bodies_have_bounds() -> None:
    with pytest.raises(Refusal, match="invalid"):
        bodies.parse(bodies.ChangeServes, {"give": ["B"], "until": "11:30"})
    with pytest.raises(Refusal, match="invalid"):
        bodies.parse(bodies.ChangeServes, {"give": "B"})
