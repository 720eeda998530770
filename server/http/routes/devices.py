"""Devices: pairing by a code that a supervisor confirms, and the list of them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from server.clock import now_ms
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.limits import refuse_too_many
from server.http.requests import content
from server.http.route_table import AS_PUBLIC, route
from server.listening.addresses import household
from server.schemas import bodies
from server.services.devices import devices, pairings
from server.services.runtime.actor import Actor


@route("POST", "/pairings", devices=AS_PUBLIC, body=bodies.StartPairing, statuses=(201,))
def start(who: Actor) -> tuple[dict[str, Any], int]:
    """A device asks for a code to show."""
    refuse_too_many("pairings")
    wanted = bodies.parse(bodies.StartPairing, content())
    pairing = pairings.start_pairing(
        app().deployment, kind=wanted.kind, now=now_ms(), address=household(str(request.remote_addr))
    )
    return {
        "code": pairing.shown,
        "secret": pairing.secret,
        "expires_at": _utc(pairing.expires_at),
        "confirm_url": f"{app().config.public_url}/supervisor?pair={pairing.code}&kind={wanted.kind}",
    }, 201


@route("GET", "/pairings/{secret}", errors=("unknown_pairing", "pairing_expired"))
def ask(secret: str, who: Actor) -> dict[str, Any]:
    """What became of a pairing; once it is confirmed, the device's token."""
    return pairings.ask_pairing(app().deployment, secret=secret, now=now_ms())


@route(
    "POST",
    "/pairings/{code}/confirm",
    access="supervisor",
    body=bodies.ConfirmPairing,
    errors=("unknown_pairing", "pairing_expired", "already_confirmed", "unknown_hall", "unknown_zone"),
)
def confirm(code: str, who: Actor) -> dict[str, Any]:
    """Let the device that shows a code into a hall."""
    wanted = bodies.parse(bodies.ConfirmPairing, content())
    device = pairings.confirm_pairing(app().deployment, code=code, now=now_ms(), **wanted.model_dump())
    return {"device": device}


@route("GET", "/halls/{hall}/devices", access="supervisor", errors=("unknown_hall",))
def list_all(hall: str, who: Actor) -> dict[str, Any]:
    """The hall's devices, and whether they are alive."""
    return {"devices": app().presence.devices(app().deployment.hall(hall))}


@route(
    "PATCH",
    "/devices/{id}",
    access="supervisor",
    body=bodies.ChangeDevice,
    errors=("unknown_device", "unknown_zone"),
)
def change(id: str, who: Actor) -> dict[str, Any]:
    """Give a device another name, zone or settings; another volume alone leaves it connected."""
    wanted = bodies.parse(bodies.ChangeDevice, content()).model_dump(exclude_unset=True)
    before = devices.describe(app().deployment, device_id=_number(id))
    device = devices.change(app().deployment, device_id=_number(id), changes=wanted)
    if _but_for_volume(before) == _but_for_volume(device):
        app().presence.adjusted(device)
    else:
        app().presence.changed(device["id"])
    return {"device": device}


@route(
    "POST",
    "/devices/{id}/test-sound",
    access="supervisor",
    errors=("unknown_device", "no_loudspeaker", "device_away", "sound_not_on", "no_announcer"),
)
def test_sound(id: str, who: Actor) -> dict[str, Any]:
    """Have a trial call said through a screen or an announcer; nothing is said while calls are."""
    app().presence.test_sound(_number(id))
    return {}


@route("DELETE", "/devices/{id}", access="supervisor", errors=("unknown_device",))
def revoke(id: str, who: Actor) -> dict[str, Any]:
    """End a device's rights at once."""
    device_id = _number(id)
    devices.revoke(app().deployment, device_id=device_id, now=now_ms())
    app().presence.changed(device_id)
    return {}


def _but_for_volume(device: dict[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in device["settings"].items() if name != "volume"}
    return device | {"settings": settings}


def _number(id: str) -> int:
    if not (id.isascii() and id.isdigit() and len(id) <= 18):
        raise Refusal("unknown_device", id=id)
    return int(id)


def _utc(moment: int) -> str | None:
    return to_text(moment, ZoneInfo("UTC"))
