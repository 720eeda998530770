"""From a Flask request to who asks, in which language, with what body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import request

from server.clock import now_ms
from server.domain import strict_json
from server.domain.field_words import characters, one_of
from server.domain.plain_text import has_control
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.route_table import Route
from server.listening.asking import COOKIE
from server.services.accounts import accounts
from server.services.devices import devices
from server.services.runtime.actor import PUBLIC, ROLES, Actor
from server.services.runtime.batch import Handler
from server.services.runtime.command_bus import run_command, run_query
from server.services.runtime.deployment import Deployment
from server.services.runtime.idempotency import Answer

Result = TypeVar("Result")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def own_words() -> Mapping[str, str]:
    """The words of the added language that the client names before Chinese and English; none when it names none."""
    languages = app().deployment.languages
    for tag in request.accept_languages.values():
        if found := languages.wanted(tag):
            return languages.words(found)
        if tag.lower().startswith(("zh", "en")):
            break
    return {}


def actor() -> Actor:
    """Who asks: by bearer token (user or device), by cookie, or the public.

    Raises Refusal `bad_token` for a bearer that is none, `csrf` or `foreign_origin` for a changing request of a
    cookie session that is not the pages' own.
    """
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if bearer:
        return actor_of_token(app().deployment, bearer)
    secret = request.cookies.get(COOKIE)
    if not secret:
        return PUBLIC
    found = accounts.who(app().deployment, secret=secret, now=now_ms())
    if found is None:
        return PUBLIC
    if request.method in CHANGING:
        refuse_foreign_origin()
        if request.headers.get("X-CSRF-Token", "") != found.csrf:
            raise Refusal("csrf")
    return found.actor


def actor_of_token(deployment: Deployment, token: str) -> Actor:
    """The user or device whose bearer token this is. Raises Refusal `bad_token`."""
    signed_in = accounts.who(deployment, secret=token, now=now_ms(), kind="bearer")
    if signed_in:
        return signed_in.actor
    device = devices.by_token(deployment, token=token, now=now_ms())
    if device is None:
        raise Refusal("bad_token")
    return device


def refuse_foreign_origin() -> None:
    """Refuse a request that another site's page sent; a missing Origin is accepted."""
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(app().config.public_url or "").netloc}
    if origin and urlsplit(origin).netloc not in own:
        raise Refusal("foreign_origin")


def allow(who: Actor, route: Route, hall: str | None) -> None:
    """Refuse whoever may not use a route. hall: the code in its path.

    A device uses the routes of its kind alone, and those that are its hall's in its own hall.
    """
    if who.kind == "device":
        if who.role not in route.devices:
            raise Refusal("forbidden")
        if hall is not None and route.own_hall:
            _refuse_foreign_hall(who, hall)
    elif route.access in ROLES or route.access == "staff":
        who.needs("clerk" if route.access == "staff" else route.access)
    elif route.access == "staff or kiosk":
        who.needs("clerk")
    elif route.access == "device":
        raise Refusal("not_signed_in" if who.kind == "public" else "forbidden")


def _refuse_foreign_hall(who: Actor, hall: str) -> None:
    if who.kind == "device" and app().deployment.hall(hall).id != who.hall_id:
        raise Refusal("forbidden")


def content() -> Any:
    """The JSON body; an empty body counts as an empty object.

    Raises Refusal `not_json` for another content type, `malformed` for what is no JSON.
    """
    raw = request.get_data()
    if not raw:
        return {}
    if not request.is_json:
        raise Refusal("not_json")
    try:
        return strict_json.loads(raw)
    except strict_json.NotStrict as wrong:
        raise Refusal("malformed", reason=wrong.reason, reason_zh=wrong.reason_zh) from None


#: A query parameter that says yes, as the OpenAPI document has it.
YES = {"type": "string", "enum": ["true", "false"]}


def said(name: str) -> bool:
    """Whether a query parameter says yes. Raises Refusal `invalid` for anything but true and false."""
    value = request.args.get(name, "false")
    if value not in ("true", "false"):
        raise Refusal("invalid", field=name, **one_of(("true", "false")))
    return value == "true"


def idempotency_key() -> str | None:
    """The key of a request that may come twice. Raises Refusal `invalid` for one that is empty or too long."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and (not 1 <= len(key) <= 120 or has_control(key)):
        raise Refusal("invalid", field="Idempotency-Key", **characters(1, 120))
    return key


def run(
    act: Handler, *, hall: str, who: Actor, once: bool = True, joins: bool = False, **arguments: Any
) -> tuple[dict[str, Any], int]:
    """Perform a service that changes something, once per Idempotency-Key; its answer and status. joins: `run_command`.

    Raises Refusal `forbidden` for a device of another hall, whatever the path says of the hall.
    """
    _refuse_foreign_hall(who, hall)
    key = idempotency_key() if once else None
    if key is not None and who is PUBLIC:
        # Strangers are not one caller: a key that two programs happen to use must not hand out another's ticket.
        who = replace(who, scope=app().deployment.keys.hash("caller", request.remote_addr or "")[:32])
    answer = run_command(
        app().deployment, act, hall_code=hall, actor=who, now=now_ms(), key=key, joins=joins, **arguments
    )
    return answer.body, status_of(answer)


def status_of(answer: Answer) -> int:
    """The HTTP status of what a command answers."""
    return 201 if answer.created else 200


def look(act: Callable[..., Result], *, hall: str, who: Actor, **arguments: Any) -> Result:
    """Answer a question that changes nothing."""
    return run_query(app().deployment, act, hall_code=hall, actor=who, now=now_ms(), **arguments)


def absolute(answer: dict[str, Any]) -> dict[str, Any]:
    """A visitor's ticket with its `url` as another machine can open it."""
    base = app().config.public_url or request.host_url
    return answer | {"url": base.rstrip("/") + answer["url"]}
