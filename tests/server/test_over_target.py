"""A queue in which a newcomer may wait longer than the hall means to is an alert, in the board's own minutes."""

from __future__ import annotations

from server.services import live, snapshots
from tests.server.halls import ALICE, BOSS, Desk


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
