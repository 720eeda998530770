"""What a device says of itself has known names, types and bounds, when it says it and when it was kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from display.announcer.status_report import StatusReport
from kiosk.agent.line import status_of
from printing.state import PrinterState
from server.db.tables import device as devices_table
from server.domain.refusals import Refusal
from server.services.devices import devices
from server.services.devices.device_status import KINDS, check_status, known_status
from tests.server.small_hall import Desk

SCREEN = {"sound": "on", "volume": 0.5, "last_spoken": "A001", "layout": "landscape-list", "errors": 3}
MACHINE = {"page": "choose", "printer_error": "paper_out", "paper": "out", "to_hand_in": 2, "refused": "A9001, A9002"}
VOICE = {
    "engine": "espeak",
    "voices": ["zh-CN"],
    "queue": {"hall": 2},
    "state": "ok",
    "card": False,
    "load": {"hall": 0.4},
    "overloaded": ["hall"],
}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("display", SCREEN),
        ("kiosk", MACHINE),
        ("printer", MACHINE),
        ("announcer", VOICE),
        ("display", {}),
        ("display", {"volume": 1}),
    ],
)
def test_what_devices_say_is_taken_as_they_say_it(kind: str, said: dict[str, Any]) -> None:
    assert check_status(kind, said) == said == known_status(kind, said)


def test_our_own_programs_say_what_is_known() -> None:
    for state in (PrinterState(), PrinterState(online=False, paper="low")):
        said = status_of(state)
        assert check_status("printer", said) == said
    ladder = SimpleNamespace(speaking=lambda: {"zh-CN": "espeak", "en": None}, state=lambda _languages: "degraded")
    condition = StatusReport(began=0)
    condition.sounds("hall", at=0, seconds=5)
    told = condition.due(now=10, ladder=ladder, languages=["zh-CN"], waiting={"hall": 1}, card=True)
    assert told
    assert check_status("announcer", told) == told


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("display", {"sound": "loud"}, "sound"),
        ("display", {"sound": ["on"]}, "sound"),
        ("display", {"volume": float("nan")}, "volume"),
        ("display", {"volume": -1}, "volume"),
        ("display", {"volume": "1"}, "volume"),
        ("display", {"errors": 10**30}, "errors"),
        ("display", {"errors": -1}, "errors"),
        ("display", {"layout": "x" * 61}, "layout"),
        ("display", {"nonsense": 1}, "nonsense"),
        ("display", {"last_spoken": "a\x1bb"}, "last_spoken"),
        ("kiosk", {"paper": "some"}, "paper"),
        ("kiosk", {"to_hand_in": True}, "to_hand_in"),
        ("kiosk", {"refused": "9" * 4001}, "refused"),
        ("kiosk", {"sound": "on"}, "sound"),
        ("announcer", {"state": "well"}, "state"),
        ("announcer", {"load": {"hall": float("inf")}}, "load.hall"),
        ("announcer", {"queue": [1]}, "queue"),
        ("announcer", {"voices": ["x"] * 21}, "voices"),
    ],
)
def test_anything_else_is_refused_with_its_name(kind: str, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_status(kind, said)
    assert (caught.value.code, caught.value.params["field"]) == ("invalid", field)
    assert caught.value.params["reason_zh"]


def test_of_what_was_kept_only_what_is_well_is_shown() -> None:
    assert known_status("display", SCREEN | {"sound": {"a": 1}, "older": [1]}) == {
        name: value for name, value in SCREEN.items() if name != "sound"
    }
    for kind in KINDS:
        for nothing in (None, [], "text", 7, {"sound": "\ud800", "state": 10**30, "paper": {}}):
            assert known_status(kind, nothing) == {}


def test_a_bad_status_in_the_database_breaks_no_list(desk: Desk) -> None:
    made, _ = devices.make_device(desk.deployment, hall="hall", kind="display", now=desk.now)
    with desk.database.transaction() as connection:
        kept = {"sound": {"a": ["b"]}, "volume": "x", "errors": 4}
        connection.execute(update(devices_table).where(devices_table.c.id == made["id"]).values(status=kept))
    [shown] = [one for one in devices.list_devices(desk.deployment, hall="hall") if one["id"] == made["id"]]
    assert shown["status"] == {"errors": 4}
