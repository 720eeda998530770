"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server import __version__
from server.api.requests import app
from server.db.tables import hall_head
from server.domain.refusals import Refusal


def register(flask: Flask) -> None:
    """Serve /healthz and /readyz at the root."""
    flask.add_url_rule("/healthz", "healthz", healthz)
    flask.add_url_rule("/readyz", "readyz", readyz)


def healthz() -> dict[str, Any]:
    """The process answers."""
    return {"ok": True, "version": __version__}


def readyz() -> tuple[dict[str, Any], int]:
    """The database answers; the announcers are named with their state, but do not make the server unready."""
    parts = app()
    try:
        with parts.house.database.reading() as connection:
            events = sum(row[0] for row in connection.execute(select(hall_head.c.seq)))
    except (SQLAlchemyError, Refusal) as error:
        return {"ok": False, "database": f"{type(error).__name__}"}, 503
    announcers = [
        {"hall": hall.code, "name": device["name"], "alive": device["alive"], "state": device["status"].get("state")}
        for hall in parts.house.halls
        for device in parts.presence.devices(hall)
        if device["kind"] == "announcer"
    ]
    return {"ok": True, "database": "ok", "events": events, "announcers": announcers}, 200
