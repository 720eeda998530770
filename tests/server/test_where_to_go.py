"""Where a hall sends people: the sentence of an older hall, directions to what is not there, what the doctor says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from server.cli import way_symptoms
from server.db import migrate, tables
from server.domain.refusals import Refusal
from server.services.devices import devices
from server.services.hall_setup.hall_checks import warnings
from server.services.hall_setup.hall_defaults import TEMPLATES
from server.services.hall_setup.hall_file import check_hall
from tests.server.small_hall import Desk
from tests.server.test_hall_file import SMALL, text

OLD = {
    "zh-CN": "请{number}号到{counter}号窗口",
    "zh-HK": "請{number}號到{counter}號窗口",
    "en": "Ticket {number}, please proceed to counter {counter}",
}


@pytest.mark.sqlite
def test_the_usual_sentence_of_an_older_hall_says_the_way_and_an_own_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    migrate.upgrade(file, to="2026_12_01_stops")
    own = {"zh-CN": "{number}号，{counter}号窗口有请", "en": OLD["en"]}
    kept = [{"voice": {"templates": OLD, "rate": 1.0}}, {"voice": {"templates": own}}, {"hours": {}}]
    with closing(sqlite3.connect(file)) as connection:
        for number, settings in enumerate(kept):
            row = (f"hall{number}", "{}", "Asia/Shanghai", "{}", "{}", json.dumps(settings))
            connection.execute(
                'INSERT INTO hall (code, name, time_zone, "groups", statuses, settings) VALUES (?, ?, ?, ?, ?, ?)', row
            )
        connection.commit()
    migrate.upgrade(file)
    assert _settings(file) == [
        {"voice": {"templates": TEMPLATES, "rate": 1.0}},
        {"voice": {"templates": {**own, "en": TEMPLATES["en"]}}},
        {"hours": {}},
    ]
    migrate.downgrade(file, to="2026_12_01_stops")
    assert _settings(file) == kept


def _settings(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return [json.loads(row[0]) for row in connection.execute("SELECT settings FROM hall ORDER BY id")]


def test_a_sentence_without_the_way_is_named_where_the_hall_has_words_for_it(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(voice={"languages": ["zh-CN", "en"], "templates": {**TEMPLATES, "en": OLD["en"]}})
    assert list(way_symptoms.look(desk.deployment.hall("hall"), [])) == []
    with desk.database.transaction() as connection:
        connection.execute(update(tables.zone).values(where_words=text("second floor")))
    desk.deployment.reload()
    (found,) = way_symptoms.look(desk.deployment.hall("hall"), [])
    assert "(en)" in found.en
    assert "{where}" in found.zh
    zones = [SMALL["zones"][0] | {"where": text("second floor")}, *SMALL["zones"][1:]]
    voice = {"templates": {**TEMPLATES, "en": OLD["en"]}}
    told = [one.path for one in warnings(check_hall(SMALL | {"voice": voice, "zones": zones}))]
    assert told == ["voice.templates.en"]
    assert warnings(check_hall(SMALL | {"voice": voice})) == []


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"directions": {"counters": {"99": "left"}}}, "settings.directions.counters.99"),
        ({"directions": {"zones": {"attic": "up"}}}, "settings.directions.zones.attic"),
        ({"layout": "counter-sign", "counter": "99"}, "settings.counter"),
        ({"zones": ["main", "attic"]}, "settings.zones[1]"),
    ],
)
def test_a_device_is_not_told_of_what_its_hall_does_not_have(desk: Desk, settings: dict[str, Any], field: str) -> None:
    made, _ = devices.make_device(desk.deployment, hall="hall", kind="display", now=0, settings={"counter": "1"})
    acts: list[Callable[[], Any]] = [
        lambda: devices.change(desk.deployment, device_id=made["id"], changes={"settings": settings, "name": "New"}),
        lambda: devices.make_device(desk.deployment, hall="hall", kind="display", now=0, settings=settings),
    ]
    for act in acts:
        with pytest.raises(Refusal) as wrong:
            act()
        assert (wrong.value.code, wrong.value.params["field"]) == ("invalid", field)
        assert "没有" in wrong.value.message("zh-CN")
    (kept,) = devices.list_devices(desk.deployment, hall="hall")
    assert (kept["settings"], kept["name"]) == ({"counter": "1"}, made["name"])


def test_the_doctor_names_directions_to_what_is_gone(desk: Desk) -> None:
    ways = {"directions": {"counters": {"3": "left"}, "zones": {"main": "up"}}}
    devices.make_device(desk.deployment, hall="hall", kind="display", now=0, name="Door", settings=ways)
    hall, told = desk.deployment.hall("hall"), devices.list_devices(desk.deployment, hall="hall")
    assert list(way_symptoms.look(hall, told)) == []
    told[0]["settings"]["directions"]["counters"]["17"] = "right"
    (found,) = way_symptoms.look(hall, told)
    assert all(word in found.en for word in ("Door", "directions.counters.17"))
