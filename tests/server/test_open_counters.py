"""Open counters: those of a queue's own, those that may help it out, and the paused ones apart."""

from __future__ import annotations

from typing import Any

from server.services.calling import sessions
from server.services.queries import live, snapshots
from tests.server.small_hall import ALICE, BOB, BOSS, Desk


def of_service(desk: Desk, code: str) -> tuple[int, int, int]:
    shown = next(one for one in desk.see(live.live, BOSS, devices=[])["services"] if one["code"] == code)
    return shown["open_counters"], shown["fallback_counters"], shown["paused_counters"]


def alerts(desk: Desk) -> list[dict[str, Any]]:
    return [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "unserved_type"]


def test_fallbacks_and_pauses_are_counted_apart(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")  # B is its own, A its fallback
    assert (of_service(desk, "pass"), of_service(desk, "tax")) == ((1, 1, 0), (1, 0, 0))
    desk.do(sessions.pause, ALICE, counter="1", reason="meal")
    assert of_service(desk, "pass") == (0, 1, 1)
    desk.take()
    assert alerts(desk) == []
    desk.do(sessions.pause, BOB, counter="2", reason=None)
    assert of_service(desk, "pass") == (0, 0, 2)
    assert [one["params"] for one in alerts(desk)] == [{"counter_type": "A", "waiting": 1}]


def test_a_paused_counter_promises_no_minutes(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    assert desk.see(snapshots.public_snapshot)["expected"]["A"] is not None
    desk.do(sessions.pause, ALICE, counter="1", reason="meal")
    assert desk.see(snapshots.public_snapshot)["expected"]["A"] is None
    desk.do(sessions.resume, ALICE, counter="1")
    assert desk.see(snapshots.public_snapshot)["expected"]["A"] is not None
