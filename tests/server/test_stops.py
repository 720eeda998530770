"""A service stopped by hand says until when, and gives numbers again by itself; without an end it is an alert."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.hall_setup import switches
from server.services.queries import live
from server.services.runtime.actor import SYSTEM
from server.services.tickets import issuing
from tests.server.small_hall import BOSS, Desk

DAY_S = 24 * 3600


def stop(desk: Desk, **more: Any) -> dict[str, Any]:
    turn = {"hall": "hall", "who": BOSS, "now": desk.now, "key": None, "service": "tax", "open": False}
    return switches.switch_service(desk.deployment, **(turn | more)).body


def gives(desk: Desk) -> bool:
    try:
        desk.do(issuing.issue_ticket, service="tax", status=None, language=None)
    except Refusal as refused:
        assert refused.code == "service_closed"
        return False
    return True


def in_seconds(desk: Desk, seconds: int) -> str:
    text = to_text(desk.now + seconds * 1000, desk.deployment.hall("hall").time_zone)
    assert text is not None
    return text


def shown(desk: Desk) -> Any:
    return next(one for one in desk.see(live.live, BOSS, devices=[])["services"] if one["code"] == "tax")["stopped"]


def alerts(desk: Desk) -> list[Any]:
    return [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "service_stopped"]


def test_a_stop_is_for_today_and_the_next_day_it_gives_numbers_again(desk: Desk) -> None:
    assert stop(desk)["until"] == "2026-11-24T04:00:00.000+08:00"
    assert shown(desk) == {"until": "2026-11-24T04:00:00.000+08:00", "today": True}
    assert not gives(desk)
    desk.wait(DAY_S)
    assert gives(desk), "also before the timer has looked"
    desk.do(days.tick, SYSTEM)
    switches.reopen_due(desk.deployment, now=desk.now)
    told = desk.events[-1].content
    assert (told["service"], told["service_open"]) == ("tax", True)
    assert desk.deployment.hall("hall").services["tax"].open
    assert (shown(desk), alerts(desk)) == (None, [])


def test_a_stop_until_a_time_ends_then(desk: Desk) -> None:
    until = in_seconds(desk, 1800)
    assert stop(desk, until=until)["until"] == until
    assert shown(desk) == {"until": until, "today": False}
    with pytest.raises(Refusal) as refused:
        desk.do(issuing.issue_ticket, service="tax", status=None, language=None)
    assert refused.value.params["until"] == until
    desk.wait(1800)
    assert gives(desk)


def test_a_stop_without_an_end_is_an_alert_from_the_next_day_on(desk: Desk) -> None:
    assert stop(desk, until=None)["until"] is None
    assert alerts(desk) == [], "whoever stopped it knows today"
    desk.wait(DAY_S)
    desk.do(days.tick, SYSTEM)
    switches.reopen_due(desk.deployment, now=desk.now)
    assert not gives(desk)
    assert [one["params"]["service"] for one in alerts(desk)] == ["tax"]
    stop(desk, open=True)
    assert gives(desk) and alerts(desk) == []


def test_the_end_of_a_stop_can_be_changed_and_the_log_says_who_and_until_when(desk: Desk) -> None:
    stop(desk, until=None)
    stop(desk)
    told = desk.events[-1].content
    assert (told["by"], told["service"], told["service_open"], told["until"]) == (
        "boss",
        "tax",
        False,
        "2026-11-24T04:00:00.000+08:00",
    )
    count = len(desk.events)
    stop(desk)
    assert len(desk.events) == count, "nothing happens when it is so already"


@pytest.mark.parametrize("seconds", [-60, 0, 400 * DAY_S])
def test_a_time_that_has_passed_or_lies_far_ahead_is_refused_and_nothing_changes(desk: Desk, seconds: int) -> None:
    with pytest.raises(Refusal) as refused:
        stop(desk, until=in_seconds(desk, seconds))
    assert (refused.value.code, refused.value.params["field"]) == ("invalid", "until")
    assert gives(desk)
