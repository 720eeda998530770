"""The running server against its own OpenAPI document: no 500, no status and no shape that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.http.app import PREFIX
from server.http.openapi import document
from server.http.route_table import ROUTES
from tests.realtime.process import Process, make_process

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Each case is sent as drawn, then with names that exist, as a visitor, a clerk on duty, and an administrator.
PEOPLE = ("nobody", "clerk1", "admin")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    served = make_process(tmp_path_factory.mktemp("hall"))
    served.start()
    yield served
    served.kill()


@pytest.fixture(scope="module")
def headers(process: Process) -> dict[str, dict[str, str]]:
    return {"nobody": {}} | {name: process.bearer(name) for name in PEOPLE[1:]}


@pytest.fixture(scope="module")
def names(process: Process, headers: dict[str, dict[str, str]]) -> dict[str, str]:
    """Names that exist, for the places in paths."""
    hall = f"{process.url}/api/v1/halls/{process.shown['hall']}"
    services = requests.get(hall, timeout=10).json()["services"]
    tickets = [requests.post(f"{hall}/tickets", json={"service": one["code"]}, timeout=10).json() for one in services]
    requests.post(f"{hall}/counters/1/session", json={}, headers=headers["clerk1"], timeout=10).raise_for_status()
    return {
        "hall": process.shown["hall"],
        "counter": "1",
        "token": tickets[0]["token"],
        "service": services[0]["code"],
        "number": tickets[0]["number"],
    }


SCHEMA = schemathesis.openapi.from_dict(document(ROUTES, prefix=PREFIX))
# Signing the tests themselves out would let every later case meet a 401 only.
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations() if not one.ok().path.endswith("/logout")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_every_answer_is_named(
    operation: Any, process: Process, headers: dict[str, dict[str, str]], names: dict[str, str]
) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        drawn = dict(case.path_parameters or {})
        known = {name: names.get(name, value) for name, value in drawn.items()}
        for path in [drawn] if drawn == known else [drawn, known]:
            case.path_parameters = path
            for person in PEOPLE:
                case.call_and_validate(base_url=process.url, headers=headers[person], checks=CHECKS)

    ask()
