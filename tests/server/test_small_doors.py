"""Doors that strangers can push: how often, how much, and what they are answered."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import pages
from server.http import limits
from server.http.app import create_app
from server.http.context import AppContext
from server.http.routes import clips
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.devices import devices
from server.settings.config import Config
from tests.server.small_hall import Desk


@pytest.fixture
def parts(desk: Desk, tmp_path: Path) -> AppContext:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "5"})
    return AppContext(desk.deployment, config, Presence(desk.deployment, Connections()))


@pytest.fixture
def client(parts: AppContext) -> FlaskClient:
    flask = create_app(parts)
    pages.register(flask)
    return flask.test_client()


@pytest.mark.parametrize("path", ["/t/%0d%0aX:1/", "/a/%00/", "/t/%0a/", "/t/%E5%8F%B7/"])
def test_a_page_s_address_with_odd_signs_is_redirected_or_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?q=%0d%0a&n=号")
    assert answer.status_code == 302
    place = answer.headers["Location"]
    assert place.isascii()
    assert place.isprintable()
    assert place.startswith(path.rstrip("/").upper()[:2].lower())


def test_a_page_that_is_being_built_is_asked_for_again_by_itself(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "DIST", tmp_path / "nothing")
    answer = client.get("/display")
    assert (answer.status_code, answer.headers["Refresh"], answer.headers["Retry-After"]) == (503, "5", "5")


def test_scripts_of_the_last_build_are_there_for_open_pages_and_no_part_of_the_version(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "DIST", tmp_path)
    for name in ("kiosk/index.html", "assets/kiosk-2.js"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name, encoding="utf-8")
    version = pages.version()
    assert client.get("/assets/kiosk-1.js").status_code == 404
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "kiosk-1.js").write_text("1", encoding="utf-8")
    for name in ("kiosk-1.js", "kiosk-2.js"):
        with client.get(f"/assets/{name}") as answer:
            assert (answer.status_code, answer.cache_control.immutable) == (200, True)
    assert client.get("/assets/../kiosk/index.html").status_code == 404
    assert pages.version() == version
    (tmp_path / "kiosk" / "index.html").write_text("kiosk-3.js", encoding="utf-8")
    assert pages.version() != version


def test_the_public_log_is_counted(client: FlaskClient) -> None:
    asked = [client.get("/api/v1/halls/hall/events?since=0").status_code for _ in range(7)]
    assert asked == [200] * 5 + [429] * 2


def test_a_holder_changes_an_appointment_so_often_an_hour(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CHANGES", 2)
    body = {"start": "2026-12-01T10:00:00+08:00"}
    one = [client.patch("/api/v1/appointments/nobody-1", json=body).status_code for _ in range(3)]
    other = [client.patch("/api/v1/appointments/nobody-2", json=body).status_code for _ in range(3)]
    assert one == [404, 404, 429]
    assert other == [404, 404, 429]


def test_the_answers_hold_no_number_that_is_none(parts: AppContext, client: FlaskClient) -> None:
    with client.application.app_context():
        assert json.loads(client.application.json.dumps({"a": float("nan"), "号": [1]})) == {"a": None, "号": [1]}


@pytest.fixture
def voice(desk: Desk) -> dict[str, str]:
    _, token = devices.make_device(desk.deployment, hall="hall", kind="announcer", now=desk.now)
    return {"Authorization": f"Bearer {token}"}


def put(client: FlaskClient, headers: dict[str, str], content: bytes) -> Any:
    clip = b"RIFF" + bytes(4) + b"WAVE" + content
    return client.put(f"/api/v1/clips/{hashlib.sha256(clip).hexdigest()}", data=clip, headers=headers)


def test_clips_are_bounded_by_their_bytes(
    client: FlaskClient, voice: dict[str, str], parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "MOST_BYTES", 3000)
    folder = parts.config.data / "clips"
    for number in range(5):
        assert put(client, voice, bytes([number]) * 1000).status_code == 201
        for file in folder.glob("*.wav"):  # a second older
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 1))
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 3000
    assert put(client, voice, bytes([4]) * 1000).status_code == 200, "the newest stay"


def test_a_full_disk_is_a_refusal_that_leaves_nothing(
    client: FlaskClient, voice: dict[str, str], parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    answer = put(client, voice, b"x")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "no_room")
    assert list((parts.config.data / "clips").iterdir()) == []


def test_what_a_killed_server_has_left_of_a_clip_is_deleted(
    client: FlaskClient, voice: dict[str, str], parts: AppContext
) -> None:
    folder = parts.config.data / "clips"
    folder.mkdir(parents=True)
    old, new = folder / "old.part", folder / "new.part"
    for file in (old, new):
        file.write_bytes(b"RIFF")
    os.utime(old, (1, 1))
    assert put(client, voice, b"x").status_code == 201
    assert (old.exists(), new.exists()) == (False, True)
