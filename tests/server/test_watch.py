"""What a monitoring system is told: figures that are true, readiness that is true, requests that can be found again."""

from __future__ import annotations

import json
import logging
import re
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.event import listen, remove

from server.db import sqlite
from server.http.app import create_app
from server.http.context import AppContext
from server.http.routes import health
from server.realtime.connections import Connection, Connections
from server.realtime.live import Live
from server.realtime.presence import Presence
from server.services.queries import snapshots
from server.services.runtime.actor import PUBLIC
from server.settings.config import Config
from server.watch import logs, write_probe
from server.watch.instruments import Instruments
from server.workers.timers import Timer, Timers
from tests.server.small_hall import ALICE, Desk
from tools.places import ROOT

BOARD = ROOT / "docs" / "monitoring" / "grafana.json"
TOKEN = "a token of some length"


@pytest.fixture
def instruments() -> Instruments:
    return Instruments()


@pytest.fixture
def connections() -> Connections:
    return Connections()


@pytest.fixture
def client(desk: Desk, tmp_path: Path, instruments: Instruments, connections: Connections) -> Iterator[FlaskClient]:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_METRICS_TOKEN": TOKEN})
    desk.deployment.listeners.append(instruments.count)
    flask = create_app(AppContext(desk.deployment, config, Presence(desk.deployment, connections), instruments))
    with flask.test_client() as client:
        yield client


@pytest.fixture
def figures(client: FlaskClient) -> Callable[..., float | None]:
    def figure(name: str, **labels: str) -> float | None:
        families = text_string_to_metric_families(client.get("/metrics").get_data(as_text=True))
        for sample in (sample for family in families for sample in family.samples):
            if sample.name == f"hallcall_{name}" and labels.items() <= sample.labels.items():
                return float(sample.value)
        return None

    return figure


def test_the_hall_is_told_as_it_is(
    desk: Desk, figures: Callable[..., float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.take()
    desk.take("tax")
    desk.sign_on(ALICE, "1")
    desk.next(ALICE, "1")
    desk.wait(120)
    monkeypatch.setattr("server.watch.hall_figures.now_ms", lambda: desk.now)
    assert (figures("waiting", counter_type="A"), figures("waiting", counter_type="B")) == (2, 1)
    assert figures("longest_wait_seconds", counter_type="A") == 120
    assert (figures("counters", state="open"), figures("counters", state="closed")) == (1, 2)
    assert figures("tickets_today", state="issued") == 4
    assert figures("events_total", kind="ticket_called") == 1
    assert figures("open", hall="hall") == 1


def test_announcements_are_counted_by_what_became_of_them(instruments: Instruments) -> None:
    hall = SimpleNamespace(code="hall")
    for result in ("spoken", "dropped", "spoken"):
        content = {"zone": "main", "result": result}
        instruments.count([SimpleNamespace(hall=hall, kind="announcement_spoken", content=content)])  # type: ignore[list-item]
    count = instruments.registry.get_sample_value
    labels = {"hall": "hall", "zone": "main"}
    assert count("hallcall_announcements_total", {**labels, "result": "spoken"}) == 2
    assert count("hallcall_announcements_total", {**labels, "result": "dropped"}) == 1


def test_sockets_requests_and_faults_are_counted(
    client: FlaskClient, connections: Connections, instruments: Instruments, figures: Callable[..., float | None]
) -> None:
    connections.add(Connection("/display", "1", PUBLIC, "hall", "en"))
    client.get("/api/v1/halls/hall")
    client.get("/api/v1/halls/elsewhere")
    client.get("/api/v1/nowhere/at/all")
    route = {"route": "/api/v1/halls/<hall>"}
    assert figures("sockets", namespace="/display") == 1
    assert figures("http_requests_total", status="200", **route) == 1
    assert figures("http_requests_total", status="404", **route) == 1
    assert figures("http_requests_total", route="unknown", method="any", status="404") == 1
    handler = instruments.count_errors()
    logging.getLogger().addHandler(handler)
    logging.getLogger("server.test").error("a fault")
    logging.getLogger().removeHandler(handler)
    assert figures("errors_total", logger="server.test") == 1


def test_figures_are_for_this_machine_or_with_the_token(client: FlaskClient) -> None:
    away: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert client.get("/metrics", **away).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}, **away).status_code in (401, 403)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, **away).status_code == 200
    assert client.get("/metrics").status_code == 200


def test_readiness_tells_what_stands_still(
    client: FlaskClient, instruments: Instruments, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["troubles"]) == (200, [])
    instruments.push_behind = instruments.timer_behind = lambda: 31.0
    monkeypatch.setattr(health, "ROOM_NEEDED", 2**62)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["ok"]) == (503, False)
    assert answer.get_json()["troubles"] == ["disk_full", "events_not_pushed", "timer_stands_still"]


@pytest.mark.sqlite
def test_readiness_tells_of_a_full_disk(client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_probe, "GOOD_FOR_S", 0)
    desk.take()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        answer = client.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.get_json()["troubles"]) == (503, ["database_away"])
    assert client.get("/readyz").status_code == 200


@pytest.mark.sqlite
def test_readiness_tells_that_nothing_can_be_written(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_S", 0.05)
    monkeypatch.setattr(write_probe, "GOOD_FOR_S", 0)
    with closing(sqlite3.connect(str(desk.database.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.get("/readyz")
        other.execute("ROLLBACK")
    assert (answer.status_code, answer.get_json()["troubles"]) == (503, ["database_away"])
    assert answer.get_json()["database"] == "SQLITE_BUSY"
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["database"]) == (200, "ok")


@pytest.mark.sqlite
def test_a_database_that_cannot_be_written_is_one_line_in_the_log_and_one_when_it_is_over(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_S", 0.05)
    live = Live(
        client.application, desk.deployment, Connections(), mode="threading", version="1", instruments=Instruments()
    )
    timers = Timers(desk.deployment, live)
    with closing(sqlite3.connect(str(desk.database.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(3):
            timers.tick(0)
        other.execute("ROLLBACK")
    timers.tick(0)
    assert [(one.levelname, one.getMessage(), one.exc_info) for one in caplog.records] == [
        ("ERROR", "the database cannot be written: database is locked", None),
        ("WARNING", "the database can be written again", None),
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize("another", [False, True], ids=["gone", "replaced"])
def test_readiness_tells_that_what_is_written_goes_nowhere(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch, another: bool
) -> None:
    """SQLite itself writes on without a word into a file that was moved or deleted."""
    monkeypatch.setattr(write_probe, "GOOD_FOR_S", 0)
    file = Path(str(desk.database.engine.url.database))
    aside = file.rename(file.with_name("aside.db"))
    if another:
        file.write_bytes(aside.read_bytes())
    desk.take()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "FILE_GONE")
    assert answer.get_json()["troubles"] == ["database_away"]
    aside.replace(file)
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["database"]) == (200, "ok")


def test_asking_for_readiness_changes_nothing_and_writes_once_a_second(client: FlaskClient, desk: Desk) -> None:
    desk.take()
    before, written = desk.see(snapshots.staff_snapshot), list[object]()

    def committed(connection: object) -> None:
        written.append(connection)

    listen(desk.database.engine, "commit", committed)
    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    remove(desk.database.engine, "commit", committed)
    assert len(written) == 1
    assert desk.see(snapshots.staff_snapshot) == before


def test_a_timer_that_runs_and_does_nothing_stands_still(
    client: FlaskClient, desk: Desk, instruments: Instruments, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(
        client.application, desk.deployment, Connections(), mode="threading", version="1", instruments=instruments
    )
    timers = Timers(desk.deployment, live)
    instruments.timer_behind = timers.behind
    timers._ticked -= 100
    with monkeypatch.context() as broken:
        broken.setattr(desk.deployment.database, "leads", lambda: 1 / 0)
        timers.tick(0)
    assert instruments.timer_behind() > health.STUCK_S
    timers.tick(1)
    assert instruments.timer_behind() < health.STUCK_S


def test_a_timer_that_fails_keeps_none_of_the_others_from_running(
    client: FlaskClient, desk: Desk, instruments: Instruments, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(
        client.application, desk.deployment, Connections(), mode="threading", version="1", instruments=instruments
    )
    timers, ran = Timers(desk.deployment, live), list[str]()
    broken = Timer("broken", 1, lambda: 1 / 0)
    timers.table = (broken, Timer("next", 1, lambda: ran.append("next")), Timer("seldom", 15, lambda: ran.append("x")))
    timers.tick(1)
    assert ran == ["next"]
    timers._ticked -= 100
    timers.tick(15)
    assert ran == ["next", "next", "x"]
    assert timers.behind() > health.STUCK_S


@pytest.mark.parametrize("named", ["order-17", None, "two words", "x" * 65, "line\\n"])
def test_a_request_can_be_found_in_the_log(client: FlaskClient, named: str | None) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": named} if named else {})
    given = answer.headers["X-Request-ID"]
    assert given == named if named == "order-17" else re.fullmatch(r"[0-9a-f]{16}", given)


def test_a_line_of_the_log_may_be_json(capsys: pytest.CaptureFixture[str]) -> None:
    root, outside = logging.getLogger(), logs.current()
    before = (root.handlers[:], root.level)
    try:
        logs.set_up("info", "json")
        with logs.request("order-17"):
            logging.getLogger("server.test").warning("纸用完了 %s", 3)
        line = json.loads(capsys.readouterr().err)
    finally:
        root.handlers[:], root.level = before[0], before[1]
    assert {name: line[name] for name in ("level", "logger", "request_id", "message")} == {
        "level": "WARNING",
        "logger": "server.test",
        "request_id": "order-17",
        "message": "纸用完了 3",
    }
    assert logs.current() == outside


def test_the_board_asks_for_figures_that_there_are(client: FlaskClient, desk: Desk) -> None:
    desk.take()
    told = client.get("/metrics").get_data(as_text=True)
    families = {family.name for family in text_string_to_metric_families(told)}
    known = families | {f"{name}_{end}" for name in families for end in ("total", "bucket", "sum", "count")}
    asked = set(re.findall(r"\b(?:hallcall|process)_\w+", BOARD.read_text(encoding="utf-8")))
    assert asked
    assert asked <= known
