"""A queue in which a newcomer may wait longer than the hall means to is an alert, in the board's own minutes."""

from __future__ import annotations

from typing import Any

from server.services.queries import live, snapshots
from tests.server.small_hall import ALICE, BOSS, Desk


def test_all_is_well_never_stands_beside_an_estimate_over_the_target(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    seen = desk.see(live.live, BOSS, devices=[])
    assert not [one for one in seen["alerts"] if one["code"] == "wait_over_target"]
    for _ in range(30):
        desk.take()
    seen = desk.see(live.live, BOSS, devices=[])
    line = next(one for one in seen["services"] if one["code"] == "pass")
    assert line["expected"] == desk.see(snapshots.public_snapshot)["expected"]["A"]
    assert line["target"] == 30 < line["expected"]["high"]
    (alert,) = [one for one in seen["alerts"] if one["code"] == "wait_over_target"]
    assert alert["params"] == {"counter_type": "A", "waiting": 30, "target": 30.0, **line["expected"]}


def late(desk: Desk) -> list[dict[str, Any]]:
    return [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "class_over_target"]


def test_each_class_is_measured_by_its_own_target(desk: Desk) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    desk.take(status="elderly")
    desk.wait(20 * 60)
    assert late(desk) == [], "the target of twenty minutes is met"
    desk.wait(60)
    (alert,) = late(desk)
    assert alert["params"] == {"counter_type": "A", "class": "priority", "waited": 21, "target": 20.0}
    assert alert["message"] == {
        "zh-CN": "A：Elderly最长已等 21 分钟，目标 20 分钟",
        "en": "A: Elderly have waited up to 21 min, target 20",
    }
    line = next(one for one in desk.see(live.live, BOSS, devices=[])["services"] if one["code"] == "pass")
    assert [(one["code"], one["waiting"], one["target"]) for one in line["classes"]] == [
        ("ordinary", 1, 30.0),
        ("priority", 1, 20.0),
    ]
    desk.wait(10 * 60)
    assert [one["params"]["class"] for one in late(desk)] == ["ordinary", "priority"]
