"""A ticket machine of the small hall that gives numbers while the server is away."""

from __future__ import annotations

import secrets
from typing import Any

from server.services.devices import devices
from server.services.offline import kiosk_import, number_blocks
from server.services.offline.kiosk_import import MachineTicket
from server.services.runtime.actor import Actor
from tests.server.small_hall import Desk


def new_token() -> str:
    return secrets.token_urlsafe(16)


class OfflineKiosk:
    """One machine: its device, and the store of numbers in its browser."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.keeper = desk, new_token()
        device, _ = devices.make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now)
        self.actor = Actor("device", device["id"], device["name"], "kiosk", "kiosk", 1)

    def ask(self, **used: int) -> dict[str, Any]:
        return self.desk.do(number_blocks.reserve, self.actor, keeper=self.keeper, used=used).body

    def runs(self, **used: int) -> list[tuple[str, int, int]]:
        return [(one["prefix"], one["first"], one["last"]) for one in self.ask(**used)["blocks"]]

    def took(self, number: str, ago_s: float = 0, **more: Any) -> MachineTicket:
        """A number that it gave so long ago."""
        given = {"day": "2026-11-23", "token": new_token(), "service": "pass" if number[0] == "A" else "tax"} | more
        return MachineTicket(number=number, taken_at=self.desk.now - int(ago_s * 1000), **given)

    def hand_in(self, *tickets: MachineTicket) -> dict[str, Any]:
        return self.desk.do(kiosk_import.hand_in, self.actor, handed=list(tickets)).body
