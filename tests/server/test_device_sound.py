"""How loud a screen or an announcer is, and a trial call through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.domain.refusals import Refusal
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connection, Connections
from server.realtime.presence import Presence
from server.services.accounts import accounts, users
from server.services.devices import devices
from server.services.runtime.actor import Actor
from server.settings.config import Config
from tests.server.small_hall import Desk


class Room:
    """A hall's devices: who is connected, and what the server sends to whom."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.sent, self.ended = desk, list[tuple[Any, ...]](), list[int]()
        self.presence = Presence(desk.deployment, Connections())
        self.presence.emit = lambda name, content, *, namespace, to: self.sent.append((name, content, namespace, to))
        self.presence.disconnect = lambda one: self.ended.append(one.actor.id)

    def device(self, kind: str, *, here: bool = True, **status: Any) -> int:
        made, token = devices.make_device(self.desk.deployment, hall="hall", kind=kind, now=self.desk.now)
        if here:
            actor = devices.by_token(self.desk.deployment, token=token, now=self.desk.now)
            assert isinstance(actor, Actor)
            known = devices.describe(self.desk.deployment, device_id=made["id"])
            socket = Connection(f"/{kind}", str(made["id"]), actor, "hall", "en", device=known)
            socket.status = status
            self.presence.connections.add(socket)
        return int(made["id"])

    def refusal(self, device_id: int) -> str:
        with pytest.raises(Refusal) as refused:
            self.presence.test_sound(device_id)
        assert not self.sent
        return refused.value.code


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


@pytest.fixture
def client(room: Room, tmp_path: Path) -> Iterator[FlaskClient]:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path)})
    with create_app(AppContext(room.desk.deployment, config, room.presence)).test_client() as client:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {supervisor(room.desk)}"
        yield client


def supervisor(desk: Desk) -> str:
    users.create_user(desk.deployment, username="sue", name="Sue", role="supervisor", password="long enough", now=0)
    found = accounts.sign_in(desk.deployment, username="sue", password="long enough", kind="bearer", now=desk.now)
    return found.secret


def test_a_trial_goes_to_the_announcer_with_the_screen_that_is_to_sound(room: Room) -> None:
    screen, voice = room.device("display", sound="on"), room.device("announcer")
    room.presence.test_sound(screen)
    room.presence.test_sound(voice)
    told = {"hall": "hall", "zone": None}
    assert room.sent == [
        ("test", told | {"screen": screen}, "/announcer", f"device:{voice}"),
        ("test", told | {"screen": None}, "/announcer", f"device:{voice}"),
    ]


def test_a_trial_that_nobody_could_hear_is_refused(room: Room) -> None:
    assert room.refusal(room.device("kiosk")) == "no_loudspeaker"
    assert room.refusal(room.device("display", here=False)) == "device_away"
    assert room.refusal(room.device("display", sound="blocked")) == "sound_not_on"
    assert room.refusal(room.device("display", sound="on")) == "no_announcer"
    assert room.refusal(999) == "unknown_device"


def test_another_volume_leaves_the_device_connected_and_is_kept(room: Room, client: FlaskClient) -> None:
    screen = room.device("display", sound="on")
    changed = client.patch(f"/api/v1/devices/{screen}", json={"settings": {"volume": 0.4}})
    assert (changed.status_code, changed.get_json()["device"]["settings"]["volume"]) == (200, 0.4)
    ((name, content, namespace, _),) = room.sent
    assert (name, content["settings"]["volume"], namespace, room.ended) == ("device", 0.4, "/display", [])
    (socket,) = room.presence.connections.of_device(screen)
    assert socket.device is not None and socket.device["settings"]["volume"] == 0.4, "told at the next sync too"
    assert devices.describe(room.desk.deployment, device_id=screen)["settings"] == {"volume": 0.4}
    client.patch(f"/api/v1/devices/{screen}", json={"settings": {"volume": 0.4, "margin": 5}})
    assert room.ended == [screen], "anything else builds it anew"


@pytest.mark.parametrize("volume", [1.01, -0.1, "loud", True, [1]])
def test_a_volume_that_is_none_changes_nothing(room: Room, client: FlaskClient, volume: Any) -> None:
    screen = room.device("display", sound="on")
    refused = client.patch(f"/api/v1/devices/{screen}", json={"settings": {"volume": volume}})
    assert (refused.status_code, room.sent, room.ended) == (422, [], [])
    assert devices.describe(room.desk.deployment, device_id=screen)["settings"] == {}


def test_a_trial_by_rest(room: Room, client: FlaskClient) -> None:
    screen = room.device("display", sound="on")
    refused = client.post(f"/api/v1/devices/{screen}/test-sound", json={}, headers={"Accept-Language": "zh-CN"})
    assert (refused.status_code, refused.get_json()["error"]["message"]) == (409, "没有已连接的播报程序")
    room.device("announcer")
    assert client.post(f"/api/v1/devices/{screen}/test-sound", json={}).status_code == 200
