"""Fifty people who book the same slot at once, through a running server, and a booking that survives its power cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.realtime.process import Process, make_process

BOOKERS, CAPACITY = 50, 4
HALL_ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    served = make_process(tmp_path_factory.mktemp("hall"))
    served.start()
    yield served
    served.kill()


def first_slot(process: Process) -> tuple[str, dict[str, Any]]:
    """The hall's address and the first slot of tomorrow."""
    hall = f"{process.url}/api/v1/halls/{process.shown['hall']}"
    day = (datetime.now(HALL_ZONE) + timedelta(days=1)).date().isoformat()
    slots = requests.get(f"{hall}/slots", params={"service": "travel", "date": day}, timeout=10).json()["slots"]
    return hall, slots[0]


def test_a_slot_is_given_to_as_many_as_it_takes_and_never_twice(process: Process) -> None:
    hall, slot = first_slot(process)
    assert slot["free"] == CAPACITY

    def book(number: int) -> requests.Response:
        wish = {"service": "travel", "start": slot["start"], "phone": f"1380000{number:04}"}
        return requests.post(f"{hall}/appointments", json=wish, timeout=30)

    with ThreadPoolExecutor(BOOKERS) as people:
        answers = list(people.map(book, range(BOOKERS)))
    assert Counter(answer.status_code for answer in answers) == {201: CAPACITY, 409: BOOKERS - CAPACITY}
    assert {answer.json()["error"]["code"] for answer in answers if not answer.ok} == {"slot_full"}
    booked = [answer.json() for answer in answers if answer.ok]
    assert len({one["code"] for one in booked}) == CAPACITY
    process.kill()
    process.start()
    mine = requests.get(f"{process.url}/api/v1/appointments/{booked[0]['token']}", timeout=10).json()
    assert (mine["state"], mine["contact"]) == ("booked", booked[0]["contact"])
    # The keys are those of the data folder: the number is still sealed by what opens it.
    again = requests.post(
        f"{hall}/appointments",
        json={
            "service": "travel",
            "phone": "13800000000",
            "start": slot["start"][:11] + "23:45" + slot["start"][16:],
        },
        timeout=10,
    )
    mine_too = any(one["contact"]["phone"].endswith("0000") for one in booked)
    assert (again.status_code, again.json().get("error", {}).get("code")) == (
        (409, "one_per_day") if mine_too else (201, None)
    )
