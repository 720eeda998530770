"""A PostgreSQL that says nothing, and a hall's lock that somebody keeps. They run on PostgreSQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, insert
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.pool import NullPool

from server.db import tables
from server.db.open import open_database
from server.db.postgres import circuit_breaker, database
from server.domain.refusals import Refusal
from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing
from server.settings.config import Config
from server.watch import write_probe
from tests import databases
from tests.server.small_hall import ALWAYS, MONDAY_9, PUBLIC


@pytest.fixture
def deployment(url: str) -> Iterator[Deployment]:
    with closing(open_database(url)) as database:
        yield Deployment(database)


@pytest.fixture
def client(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr(write_probe, "GOOD_FOR_S", 0)
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path)})
    with create_app(AppContext(deployment, config, Presence(deployment, Connections()))).test_client() as client:
        yield client


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "ASK_AFTER_S", 0.3)
    monkeypatch.setattr(circuit_breaker, "LOOK_S", 3600)


def take(deployment: Deployment) -> str:
    body = run_command(
        deployment, issuing.issue_ticket, hall_code="hall", actor=PUBLIC, now=MONDAY_9, service="pass", language=None
    ).body
    return str(body["number"])


def refused(deployment: Deployment) -> str:
    with pytest.raises(Refusal) as refused:
        take(deployment)
    return refused.value.code


def test_a_database_that_hangs_is_waited_for_once_and_readiness_says_so(
    deployment: Deployment, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert take(deployment) == "A001"
    assert client.get("/api/v1/halls/hall/board").status_code == 200
    tries: list[Any] = []
    begin = database._begin
    with databases.server().hanging(), monkeypatch.context() as counting:
        assert refused(deployment) == "database_away"
        with pytest.raises(circuit_breaker.DoesNotAnswer) as told:
            raise deployment.database._gate._why.orig  # type: ignore[attr-defined]
        assert "does not answer" in str(told.value)
        assert client.get("/api/v1/halls/hall/board").status_code == 503
        counting.setattr(database, "_begin", lambda *what: [tries.append(what), begin(*what)][1])
        assert [refused(deployment) for _ in range(5)] == ["database_away"] * 5
        assert client.get("/api/v1/halls/hall/board").status_code == 503
        answer = client.get("/readyz")
        assert (answer.status_code, answer.get_json()["database"]) == (503, "DoesNotAnswer")
        assert answer.get_json()["troubles"] == ["database_away"]
    assert tries == [], "nobody waits again before it is looked whether it is over"
    deployment.database._gate._look_at = 0  # type: ignore[attr-defined]
    assert take(deployment) == "A002"
    assert client.get("/readyz").status_code == 200


def test_a_database_that_hangs_in_a_transaction_lets_go_of_it(deployment: Deployment) -> None:
    with pytest.raises(Refusal) as told, deployment.database.transaction(1) as connection:
        connection.exec_driver_sql("UPDATE hall SET version = 99")
        with databases.server().hanging():
            connection.exec_driver_sql("SELECT 1")
    assert told.value.code == "database_away"
    assert refused(deployment) == "database_away", "at once"
    deployment.database._gate._look_at = 0  # type: ignore[attr-defined]
    assert take(deployment) == "A001"
    with deployment.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version FROM hall").scalar_one() == 1


def test_a_statement_that_takes_long_is_waited_for_while_the_server_lives(deployment: Deployment) -> None:
    with deployment.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 7 FROM pg_sleep(1.5)").scalar_one() == 7


def test_a_hall_whose_lock_somebody_keeps_is_named_and_looked_at_once(
    url: str,
    deployment: Deployment,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert client.get("/readyz").get_json()["halls_held"] == []
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as other:
        other.exec_driver_sql(f"SELECT pg_advisory_lock({database.LOCKS}, 1)")
        assert refused(deployment) == "database_away"
        assert deployment.database.held() == {1}
        answer = client.get("/readyz")
        told = answer.get_json()
        assert (answer.status_code, told["database"], told["halls_held"]) == (503, "ok", ["hall"])
        assert told["troubles"] == ["halls_held"]
        firsts: list[str] = []
        begin = database._begin
        with monkeypatch.context() as reading:
            reading.setattr(database, "_begin", lambda engine, first: [firsts.append(first), begin(engine, first)][1])
            assert refused(deployment) == "database_away"
        assert f"SET LOCAL lock_timeout = {database.LOOK_MS};" in firsts[0], "it waits no longer than a look"
    assert take(deployment) == "A001"
    assert client.get("/readyz").status_code == 200
    said = [one.getMessage() for one in caplog.records if one.name == "server.db.postgres.database"]
    assert said == [
        "somebody holds the lock of hall 1: its commands are refused",
        "the lock of hall 1 is free again",
    ]


def test_a_hall_that_is_held_does_not_make_the_others_unready(
    url: str, deployment: Deployment, client: FlaskClient
) -> None:
    with deployment.database.transaction() as connection:
        connection.execute(
            insert(tables.hall).values(
                id=9,
                code="other",
                name={},
                time_zone="Asia/Shanghai",
                groups={},
                statuses={},
                settings={"hours": ALWAYS},
            )
        )
        connection.execute(insert(tables.hall_head).values(hall_id=9))
    deployment.reload()
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as other:
        other.exec_driver_sql(f"SELECT pg_advisory_lock({database.LOCKS}, 9)")
        with pytest.raises(Refusal), deployment.database.transaction(9):
            pass
        answer = client.get("/readyz")
        assert (answer.status_code, answer.get_json()["halls_held"]) == (200, ["other"])
        assert take(deployment) == "A001"


def test_who_looks_and_is_interrupted_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "LOOK_S", 0)
    gate = circuit_breaker.CircuitBreaker()
    gate.shut(circuit_breaker.DoesNotAnswer())
    with pytest.raises(KeyboardInterrupt), gate.passed():
        with pytest.raises(Refusal), gate.passed():
            pass
        raise KeyboardInterrupt
    gate.shut(circuit_breaker.DoesNotAnswer())
    with pytest.raises(PoolEmpty), gate.passed():
        raise PoolEmpty
    with gate.passed():
        gate.refuse_if_shut()
    gate.refuse_if_shut()
