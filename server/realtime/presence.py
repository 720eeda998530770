"""Which of a hall's devices are alive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from server.clock import now_ms
from server.domain.hall import Hall
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.realtime.connections import Connection, Connections, Seen
from server.realtime.publisher import device_room
from server.services.devices import devices
from server.services.runtime.deployment import Deployment

#: How long a device that was paired just now may take to come, in ms.
COMES_WITHIN = 60_000
#: How long one may take that was sent to connect anew because it was changed, or lost its server, in ms.
COMES_BACK_WITHIN = 10_000


class Presence:
    """The hall's devices as the supervisor sees them: paired, and connected now or not."""

    def __init__(self, deployment: Deployment, connections: Connections) -> None:
        self.deployment, self.connections = deployment, connections
        #: Called with a connection whose device was changed or revoked, to have it connect anew.
        self.disconnect: Callable[[Connection], None] = lambda _connection: None
        #: Called with a topic and its content, to tell other servers.
        self.tell: Callable[[str, Any], None] = lambda _topic, _content: None
        #: Called with a message, its content and `namespace`, `to`: sends it to devices, whichever server they are at.
        self.emit: Callable[..., None] = lambda *_message, **_to: None
        #: When a device, by its id, was sent to connect anew.
        self._sent: dict[int, int] = {}
        self._began = now_ms()

    def devices(self, hall: Hall) -> list[dict[str, Any]]:
        """Each paired device with `alive`, `last_seen` and what it last said of itself.

        `awaited`: it was paired less than a minute ago and has never come; or it comes again: it was changed, or the
        server began, a moment ago.
        """
        now = now_ms()
        alive: dict[int, list[Seen]] = defaultdict(list)
        for one in self.connections.seen():
            alive[one.id].append(one)
        shown = []
        for device in devices.list_devices(self.deployment, hall=hall.code):
            sockets = alive.get(device["id"], [])
            left = None if sockets else self.connections.left(device["id"])
            said = [one.status for one in sockets] + ([left.status] if left else [])
            seen_at = device["seen_at"] if left is None else max(left.at, device["seen_at"] or 0)
            shown.append(
                {
                    **{name: device[name] for name in ("id", "kind", "name", "zone", "settings")},
                    "alive": bool(sockets),
                    "awaited": not sockets and self._comes(device, now=now),
                    "last_seen": to_text(seen_at, hall.time_zone),
                    "status": next(filter(None, said), device["status"]),
                }
            )
        return shown

    def _comes(self, device: dict[str, Any], *, now: int) -> bool:
        paired_now = device["seen_at"] is None and now - device["paired_at"] < COMES_WITHIN
        lost = [self._sent.get(device["id"]), self._began if device["seen_at"] is not None else None]
        return paired_now or any(0 <= now - at < COMES_BACK_WITHIN for at in lost if at is not None)

    def changed(self, device_id: int) -> None:
        """A device was changed or revoked: its sockets come again, or do not."""
        self.tell("device_changed", device_id)
        self.end(device_id)

    def adjusted(self, device: dict[str, Any]) -> None:
        """A device has another volume: it is told while its socket stays, so that no call is cut."""
        self.tell("device_adjusted", device["id"])
        self.refresh(device["id"])
        self.emit("device", device, namespace=f"/{device['kind']}", to=device_room(device["id"]))

    def refresh(self, device_id: int) -> None:
        """Read a device anew that is connected at this server."""
        for connection in self.connections.of_device(device_id):
            connection.device = devices.describe(self.deployment, device_id=device_id)

    def test_sound(self, device_id: int) -> None:
        """Have a trial call said through one screen, or by an announcer. Calls go first.

        Raises Refusal `unknown_device`, `no_loudspeaker`, `device_away`, `sound_not_on`, `no_announcer`.
        """
        device = devices.describe(self.deployment, device_id=device_id)
        if device["kind"] not in ("display", "announcer"):
            raise Refusal("no_loudspeaker")
        here = next((one for one in self.connections.seen() if one.id == device_id), None)
        if here is None:
            raise Refusal("device_away")
        if device["kind"] == "display" and here.status.get("sound") != "on":
            raise Refusal("sound_not_on")
        content = {
            "hall": device["hall"],
            "zone": device["zone"],
            "screen": device_id if device["kind"] == "display" else None,
        }
        self.emit("test", content, namespace="/announcer", to=device_room(self._announcer_for(device)))

    def _announcer_for(self, device: dict[str, Any]) -> int:
        """The announcer itself, else the one of the screen's zone, else the one of the whole hall."""
        if device["kind"] == "announcer":
            return int(device["id"])
        voices = [one for one in self.connections.seen("/announcer") if one.hall == device["hall"]]
        by_zone = {one.zone: one.id for one in voices}
        for zone in (device["zone"], None):
            if zone in by_zone:
                return by_zone[zone]
        raise Refusal("no_announcer")

    def end(self, device_id: int) -> None:
        """End a device's sockets at this server."""
        for connection in list(self.connections.of_device(device_id)):
            self._sent[device_id] = now_ms()
            self.disconnect(connection)
