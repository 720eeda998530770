"""Bookings of the public: so many an hour from one address, whatever contact they leave, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.db import tables
from server.http import limits
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.devices.devices import make_device
from server.services.hall_setup.hall_model import BookingPart
from server.settings.config import Config
from tests.server.small_hall import ALWAYS, Desk
from tests.server.test_appointments import rules

URL = "/api/v1/halls/hall/appointments"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT10:00:00+00:00")
WISH = {"service": "pass", "start": TOMORROW}


@pytest.fixture
def hall(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(booking={"bookings_per_hour": 2})
    rules(desk, booking={"slot_minutes": 60, "capacity": 50, "hours": ALWAYS})
    return desk


@pytest.fixture
def client(hall: Desk, tmp_path: Path) -> Iterator[FlaskClient]:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "1000"})
    with create_app(
        AppContext(hall.deployment, config, Presence(hall.deployment, Connections()))
    ).test_client() as client:
        yield client


def book(client: FlaskClient, address: str = "10.0.0.1", **more: Any) -> Any:
    headers = more.pop("headers", {})
    return client.post(URL, json=WISH | more, headers=headers, environ_base={"REMOTE_ADDR": address})


def booked(hall: Desk) -> int:
    with hall.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.appointment)).scalar_one())


def test_an_address_books_so_often(client: FlaskClient, hall: Desk) -> None:
    refused = {"service": "tax"}
    assert [book(client, **refused).status_code for _ in range(3)] == [409] * 3  # what is refused does not count
    assert [book(client).status_code for _ in range(3)] == [201, 201, 429]
    answer = book(client, headers={"Accept-Language": "zh-CN"})
    error = answer.get_json()["error"]
    assert (error["code"], error["params"]["minutes"]) == ("too_many_bookings", 60)
    assert "请在 60 分钟后再试" in error["message"]
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert booked(hall) == 2
    assert book(client, address="10.0.0.2").status_code == 201


def test_an_invented_contact_lifts_nothing_and_who_is_known_is_not_counted(client: FlaskClient, hall: Desk) -> None:
    phones = (f"1380013800{number}" for number in range(3))
    assert [book(client, phone=phone).status_code for phone in phones] == [201, 201, 429]
    assert book(client, email="ming@example.cn").status_code == 429
    _, token = make_device(hall.deployment, hall="hall", kind="kiosk", now=0)
    assert book(client, headers={"Authorization": f"Bearer {token}"}).status_code == 201


def test_the_name_that_the_limit_had_before_is_still_read(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(booking={"without_contact_per_hour": 3})
    assert desk.deployment.hall("hall").settings.booking.bookings_per_hour == 3
    assert BookingPart.model_validate({"without_contact_per_hour": 4}).bookings_per_hour == 4


def test_after_an_hour_it_may_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = limits.now_ms()
    monkeypatch.setattr(limits, "now_ms", lambda: now)
    assert [book(client).status_code for _ in range(3)] == [201, 201, 429]
    monkeypatch.setattr(limits, "now_ms", lambda: now + limits.HOUR - 1)
    assert book(client).get_json()["error"]["params"]["minutes"] == 1
    monkeypatch.setattr(limits, "now_ms", lambda: now + limits.HOUR)
    assert book(client).status_code == 201
