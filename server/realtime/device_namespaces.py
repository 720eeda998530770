"""The devices' namespaces: displays, kiosks with their printers, announcers, and the messages between them.

The announcer decides what is said and through which screen; the server only carries its messages to that screen and
the screen's answers back.
"""

from __future__ import annotations

from typing import Any, Protocol

from server.clock import now_ms
from server.domain.field_words import characters, one_of
from server.domain.plain_text import REASON, REASON_ZH, has_control
from server.domain.refusals import Refusal
from server.realtime.connections import Connection
from server.realtime.namespaces import HallNamespace
from server.realtime.publisher import device_room, hall_room
from server.services.devices import announcements, devices
from server.services.devices.device_status import check_status
from server.services.runtime.command_bus import run_command

RESULTS = ("spoken", "dropped", "failed")
#: Signs of a word that a device chooses itself, such as why it failed.
LONGEST_WORD = 200
#: Devices that come or go within so long are told of together (s): all of a hall come back at once after a cut network.
TOGETHER_S = 0.1


class Printer(Protocol):
    """What becomes of a ticket's paper; server/workers/ticket_printer.py does it."""

    def agent_came(self, agent: int) -> None:
        """A print agent is connected."""

    def begun(self, agent: int, content: dict[str, Any], *, now: int) -> None:
        """A job is being printed."""

    def printed(self, agent: int, content: dict[str, Any]) -> None:
        """What became of a job."""


class DeviceNamespace(HallNamespace):
    """What all devices share: their room, their status, and that screens are told to announcers."""

    def __init__(self, *arguments: Any, **parts: Any) -> None:
        super().__init__(*arguments, **parts)
        #: Halls whose announcers will be told in a moment.
        self._stirred: set[str] = set()

    def enter(self, connection: Connection) -> None:
        """A device came; it hears its hall without asking."""
        connection.device = devices.describe(self.deployment, device_id=connection.actor.id)
        super().enter(connection)
        self.join(connection, device_room(connection.actor.id))
        assert connection.hall
        self.join(connection, hall_room(connection.hall))
        self._tell(connection.hall)

    def leave(self, connection: Connection) -> None:
        """A device went."""
        if connection.hall:
            self._tell(connection.hall)

    def on_status(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """What the device says of itself."""
        _refuse_bad_word("printer_error", content.get("printer_error"))
        status = check_status(connection.actor.role or "", {k: v for k, v in content.items() if k != "request_id"})
        before, connection.status = connection.status, status
        devices.seen(self.deployment, device_id=connection.actor.id, status=status, now=now_ms())
        if connection.hall and before.get("sound") != status.get("sound"):
            self._tell(connection.hall)
        return {}

    def _tell(self, hall: str) -> None:
        """Tell announcers here and other servers which devices there are now: once for all that come together."""
        if hall not in self._stirred:
            self._stirred.add(hall)
            self.io.start_background_task(self._tell_soon, hall)

    def _tell_soon(self, hall: str) -> None:
        self.io.sleep(TOGETHER_S)
        self._stirred.discard(hall)
        self.tell_screens(hall)
        self.relay.tell("devices", {"server": self.relay.here, "devices": self.connections.devices_here()})

    def tell_screens(self, hall: str) -> None:
        """Tell the hall's announcers which screens there are and whether they can be heard."""
        screens = [
            {
                "id": one.id,
                "zone": one.zone,
                "sound": one.status.get("sound", "off"),
                "name": one.name,
                "page": one.page,
            }
            for one in self.connections.seen("/display")
            if one.hall == hall
        ]
        self.io.emit("screens", {"hall": hall, "screens": screens}, namespace="/announcer", to=hall_room(hall))

    def on_sync(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """The stream, and which device this is."""
        return super().on_sync(connection, content) | {"device": connection.device}


class DisplayNamespace(DeviceNamespace):
    """`/display`: screens, which also give the voice its loudspeaker."""

    def on_played(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """A screen says that a sound was played or not: carried to the announcers."""
        play, ok, error = content.get("play"), content.get("ok"), content.get("error")
        if not isinstance(play, str):
            raise Refusal("invalid", field="play", **characters(1, LONGEST_WORD))
        if not isinstance(ok, bool):
            raise Refusal("invalid", field="ok", reason="true or false", reason_zh="必须是 true 或 false")
        _refuse_bad_word("play", play)
        _refuse_bad_word("error", error)
        told = {"screen": connection.actor.id, "play": play, "ok": ok, "error": error}
        assert connection.hall
        self.relay.emit("played", told, namespace="/announcer", to=hall_room(connection.hall))
        return {}


class KioskNamespace(DeviceNamespace):
    """`/kiosk`: ticket machines and print agents."""

    printer: Printer

    def enter(self, connection: Connection) -> None:
        """A print agent is given what still waits for it."""
        super().enter(connection)
        if connection.actor.role == "printer":
            self.printer.agent_came(connection.actor.id)

    def on_printing(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """A print agent says that a job is being printed and how long that takes."""
        self.printer.begun(connection.actor.id, content, now=now_ms())
        return {}

    def on_printed(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """A print agent says what became of a job."""
        self.printer.printed(connection.actor.id, content)
        return {}


class AnnouncerNamespace(DeviceNamespace):
    """`/announcer`: the voice."""

    def on_prepare(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Carry to a screen what it should fetch."""
        return self._carry("prepare", connection, content)

    def on_play(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Carry to a screen what it should play."""
        return self._carry("play", connection, content)

    def on_stop(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Carry to a screen that it should be silent."""
        return self._carry("stop", connection, content)

    def on_caption(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Carry the words of the voice to all screens of its zone."""
        hall, zones = connection.hall, (None, content.get("zone"))
        for screen in {one.id for one in self.connections.seen("/display") if one.hall == hall and one.zone in zones}:
            self.relay.emit("caption", content, namespace="/display", to=device_room(screen))
        return {}

    def on_report(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Record what became of a call's announcement."""
        assert connection.hall
        names = ("number", "call_seq", "zone", "result", "reason", "by")
        fields: dict[str, Any] = {name: content.get(name) for name in names}
        if fields["result"] not in RESULTS:
            raise Refusal("invalid", field="result", **one_of(RESULTS))
        if not isinstance(fields["call_seq"], int):
            raise Refusal("invalid", field="call_seq", reason="a number", reason_zh="必须是整数")
        for name in ("number", "zone", "reason", "by"):
            _refuse_bad_word(name, fields[name])
        run_command(
            self.deployment,
            announcements.report,
            hall_code=connection.hall,
            actor=connection.actor,
            now=now_ms(),
            **fields,
        )
        return {}

    def on_sync(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """The stream; an announcer is told the screens as well."""
        answer = super().on_sync(connection, content)
        self.tell_screens(connection.hall or "")
        return answer

    def _carry(self, message: str, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        screen = content.get("screen")
        screens = self.connections.seen("/display")
        known = next((one for one in screens if one.id == screen and one.hall == connection.hall), None)
        if known is None:
            raise Refusal("unknown_device")
        self.relay.emit(message, content, namespace="/display", to=device_room(known.id))
        return {}


def _refuse_bad_word(name: str, said: Any) -> None:
    """Raises Refusal `invalid` for what is neither null nor a short text that people can read."""
    if said is None:
        return
    if not isinstance(said, str) or len(said) > LONGEST_WORD:
        raise Refusal("invalid", field=name, **characters(0, LONGEST_WORD))
    if has_control(said):
        raise Refusal("invalid", field=name, reason=REASON, reason_zh=REASON_ZH)
