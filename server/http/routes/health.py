"""Whether the process lives, whether it can do its work, and its figures; at the root, not under /api/v1."""

from __future__ import annotations

import hmac
import logging
import shutil
import time
from collections import Counter
from ipaddress import ip_address
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server import __version__
from server.clock import now_ms
from server.db.tables import hall_head
from server.domain.refusals import Refusal
from server.http.context import app
from server.watch import logs
from server.watch.hall_figures import HallFigures
from server.watch.instruments import Instruments
from server.watch.warnings import warnings
from server.watch.write_probe import word_of

#: Not ready with less room for the database, or when events or the timer have stood still for so long.
ROOM_NEEDED, STUCK_S = 32 * 1024 * 1024, 30
#: A request that took longer is worth a line in the log.
SLOW_S = 1.0
#: What /readyz calls a database of which a part is damaged.
DAMAGED = "SQLITE_CORRUPT"
log = logging.getLogger(__name__)


def register(flask: Flask) -> None:
    """Serve /healthz, /readyz and /metrics; count and time every request and give it an id."""
    flask.add_url_rule("/healthz", "healthz", healthz)
    flask.add_url_rule("/readyz", "readyz", readyz)
    flask.add_url_rule("/metrics", "metrics", metrics)
    flask.before_request(_begin)
    flask.after_request(_end)
    parts = flask.extensions["hallcall"]
    presence = parts.presence
    parts.instruments.registry.register(
        HallFigures(
            parts.deployment,
            devices=presence.devices,
            sockets=lambda: Counter(one.namespace for one in presence.connections.all()),
        )
    )


def healthz() -> dict[str, Any]:
    """The process answers; where the time is a trial's also what time it is and how fast it runs."""
    trial = app().config.trial_clock
    return {"ok": True, "version": __version__} | ({"time": now_ms(), "clock_speed": trial.speed} if trial else {})


def readyz() -> tuple[dict[str, Any], int]:
    """Whether commands can be stored and told. Announcers and Redis are named but do not make the server unready.

    Nor does a single hall whose lock somebody holds: no other server could do better, and the other halls go on.
    """
    instruments = app().instruments
    database, known = _database()
    known_trouble = "database_damaged" if database == DAMAGED else "database_away"
    troubles = ([known_trouble] if database != "ok" else []) + _troubles(known.get("halls_held", []))
    redis = {True: "ok", False: "away", None: None}[instruments.redis_up()]
    told = [one.code for one in warnings(app().deployment, app().config)]
    answer = {"ok": not troubles, "database": database, "redis": redis, **known, "troubles": troubles, "warnings": told}
    return answer, 503 if troubles else 200


def _database() -> tuple[str, dict[str, Any]]:
    """The word "ok" and what is read; else why the database cannot be written or read, and nothing."""
    parts = app()
    if trouble := parts.probe.trouble():
        return trouble, {}
    try:
        with parts.deployment.database.reading() as connection:
            events = sum(row[0] for row in connection.execute(select(hall_head.c.seq)))
        held = sorted(hall.code for hall in parts.deployment.halls if hall.id in parts.probe.held)
        word = DAMAGED if parts.deployment.database.damaged else "ok"
        return word, {"events": events, "halls_held": held, "announcers": _announcers()}
    except (SQLAlchemyError, Refusal) as error:
        return word_of(error), {}


def _announcers() -> list[dict[str, Any]]:
    parts = app()
    return [
        {"hall": hall.code, "name": device["name"], "alive": device["alive"], "state": device["status"].get("state")}
        for hall in parts.deployment.halls
        for device in parts.presence.devices(hall)
        if device["kind"] == "announcer"
    ]


def _troubles(halls_held: list[str]) -> list[str]:
    parts = app()
    instruments, file = parts.instruments, parts.config.database_file
    troubles = []
    if file is not None and file.parent.exists() and shutil.disk_usage(file.parent).free < ROOM_NEEDED:
        troubles.append("disk_full")
    if parts.deployment.database.shares_sessions():
        troubles.append("sessions_shared")
    if halls_held and len(halls_held) == len(parts.deployment.halls):
        troubles.append("halls_held")
    if instruments.push_behind() > STUCK_S:
        troubles.append("events_not_pushed")
    if instruments.timer_behind() > STUCK_S:
        troubles.append("timer_stands_still")
    return troubles


def metrics() -> Response:
    """Everything as Prometheus reads it; for this machine, or with the token of HALLCALL_METRICS_TOKEN."""
    token = app().config.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    named = token is not None and hmac.compare_digest(given.encode(), token.encode())
    if not named and not _is_local(request.remote_addr):
        raise Refusal("forbidden")
    return Response(generate_latest(app().instruments.registry), content_type=CONTENT_TYPE_LATEST)


def _is_local(address: str | None) -> bool:
    try:
        return address is not None and ip_address(address).is_loopback
    except ValueError:
        return False


def _begin() -> None:
    g.begun = time.perf_counter()
    logs.begin(logs.chosen_or_new(request.headers.get("X-Request-ID")))


def _end(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = logs.current()
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.url_rule else "any"
    count(app().instruments, method, route, request.path, status=answer.status_code, took=time.perf_counter() - g.begun)
    return answer


def count(instruments: Instruments, method: str, route: str, path: str, *, status: int, took: float) -> None:
    """Count an answered request, its time (s) and write it down."""
    instruments.requests.labels(method, route, status).inc()
    instruments.request_time.labels(method, route).observe(took)
    log.log(
        logging.WARNING if took > SLOW_S else logging.DEBUG,
        "%s %s answered %s in %.0f ms",
        method,
        path,
        status,
        took * 1000,
    )
