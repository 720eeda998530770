"""Letting a socket in: whose it is, and what that may see."""

from __future__ import annotations

import logging
from typing import Any

from flask import request
from flask_socketio import ConnectionRefusedError

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.listening.asking import COOKIE
from server.listening.asking import language as asked_language
from server.realtime.codec import Malformed
from server.realtime.connections import Connection
from server.services.accounts import accounts
from server.services.devices import devices
from server.services.queries import visitor_view
from server.services.runtime.actor import PUBLIC, Actor
from server.services.runtime.deployment import Deployment

DEVICE_KINDS = {"/display": ("display",), "/kiosk": ("kiosk", "printer"), "/announcer": ("announcer",)}
ROLE_NEEDED = {"/counter": "clerk", "/supervisor": "supervisor"}
log = logging.getLogger(__name__)


def let_in(deployment: Deployment, namespace: str, sid: str, auth: Any) -> Connection:
    """The connection of a client that may enter a namespace. Raises Refusal."""
    language = asked_language()
    if isinstance(auth, Malformed):
        raise auth.refusal
    credentials = auth if isinstance(auth, dict) else {}
    if namespace == "/visitor":
        return _visitor(deployment, sid, credentials, language)
    if namespace in DEVICE_KINDS:
        return _device(deployment, namespace, sid, credentials, language)
    return _staff(deployment, namespace, sid, credentials, language)


def refused(error: Exception, *, namespace: str) -> ConnectionRefusedError:
    """How a client is told that it was not let in: the error's code and content; of a fault of ours, its name alone."""
    if not isinstance(error, Refusal):
        log.error("letting in at %s failed", namespace, exc_info=error)
        error = Refusal("internal")
    return ConnectionRefusedError(error.code, error.envelope(asked_language())["error"])


def _token(credentials: dict[str, Any], name: str) -> str:
    token = credentials.get(name)
    return token if isinstance(token, str) and len(token) <= 200 else ""


def _visitor(deployment: Deployment, sid: str, credentials: dict[str, Any], language: str) -> Connection:
    token = _token(credentials, "ticket")
    ticket = visitor_view.find(deployment, token)
    hall = deployment.hall_by_id(ticket.hall_id).code
    return Connection("/visitor", sid, PUBLIC, hall, language, ticket_id=ticket.id, ticket_token=token)


def _device(deployment: Deployment, namespace: str, sid: str, credentials: dict[str, Any], language: str) -> Connection:
    token = _token(credentials, "token")
    actor = devices.by_token(deployment, token=token, now=now_ms()) if token else None
    if actor is None:
        raise Refusal("bad_token")
    if actor.role not in DEVICE_KINDS[namespace] or actor.hall_id is None:
        raise Refusal("forbidden")
    hall = deployment.hall_by_id(actor.hall_id)
    page = _token(credentials, "page") or None
    return Connection(namespace, sid, actor, hall.code, language, secret=token, page=page)


def _staff(deployment: Deployment, namespace: str, sid: str, credentials: dict[str, Any], language: str) -> Connection:
    bearer = _token(credentials, "token")
    secret = bearer or request.cookies.get(COOKIE, "")
    actor = staff_actor(deployment, secret) if secret else None
    if actor is None:
        raise Refusal("bad_token" if bearer else "not_signed_in")
    actor.needs(ROLE_NEEDED[namespace])
    return Connection(namespace, sid, actor, None, language, secret=secret)


def staff_actor(deployment: Deployment, secret: str) -> Actor | None:
    """The user whose sign-in this is, None when it has ended."""
    found = accounts.who(deployment, secret=secret, now=now_ms())
    return found.actor if found else None
