"""The agent's connection to the server: comes back by itself, loses no report."""

import threading
import time
from collections.abc import Callable
from typing import Any

import socketio

from client.network import NetworkWatch
from kiosk.agent.desk import Job, Report
from printing.state import PrinterState

NAMESPACE = "/kiosk"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 5.0
#: Without a word of the server, which speaks each second, for so long the line is dead.
SILENCE_S = 15.0
DENIALS = ("bad_token", "not_signed_in", "forbidden")


class Line:
    """One server, one token. `take` gets each print job; `say` hears "connected", "lost", "away", "no_websocket"."""

    def __init__(
        self, *, server: str, token: str, take: Callable[[Job], None], say: Callable[[str], None], stop: threading.Event
    ) -> None:
        self._server, self._token = server, token
        self._take, self._say, self._stop = take, say, stop
        self._unsent: dict[object, Report] = {}
        self._state: PrinterState | None = None
        self._lock = threading.Lock()
        self._refusal: str | None = None
        self._pause_after_bye: float | None = None
        self._client: socketio.Client | None = None
        self._heard_at = 0.0
        self._network = NetworkWatch(server)

    def run(self) -> str:
        """Stay connected until `stop` ("stopped") or until the server refuses the token ("denied")."""
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            was_connected = self._once()
            if self._refusal in DENIALS:
                return "denied"
            if self._stop.is_set():
                break
            self._say("lost" if was_connected else self._why_away())
            pause = FIRST_PAUSE_S if was_connected else min(LONGEST_PAUSE_S, pause * 2)
            self._stop.wait(self._pause_after_bye or pause)
            self._pause_after_bye = None
        return "stopped"

    def _why_away(self) -> str:
        return "no_websocket" if not self._refusal and self._network.failed() else "away"

    def close(self) -> None:
        """Hang up; `run` returns soon after `stop` is set."""
        client = self._client
        if client is not None:
            client.disconnect()

    def report(self, report: Report) -> None:
        """Tell how a job ended, now or when the line is back; kept until the server has acknowledged it."""
        with self._lock:
            self._unsent[report.job] = report
        self._flush()

    def begun(self, job: object, seconds: int) -> None:
        """Tell that a job is being printed now and how long that takes; a hint, said once."""
        if self._client is not None and NAMESPACE in self._client.namespaces:
            self._send("printing", {"job": job, "seconds": seconds}, None)

    def status(self, state: PrinterState) -> None:
        """Tell how the printer is; said again after each connection."""
        self._state = state
        self._flush()

    def _once(self) -> bool:
        """One connection from beginning to end; True when it stood."""
        client = socketio.Client(reconnection=False, handle_sigint=False)
        self._refusal, self._client = None, client
        client.on("connect", self._flush, namespace=NAMESPACE)
        client.on("connect_error", self._refused, namespace=NAMESPACE)
        client.on("print", self._take, namespace=NAMESPACE)
        client.on("bye", self._bye, namespace=NAMESPACE)
        for pulse in ("event", "heartbeat"):
            client.on(pulse, self._alive, namespace=NAMESPACE)
        try:
            client.connect(
                self._server,
                namespaces=[NAMESPACE],
                auth={"token": self._token},
                transports=["websocket"],
                wait_timeout=10,
            )
        except socketio.exceptions.SocketIOError:
            client.disconnect()
            return False
        self._say("connected")
        self._network.opened()
        self._alive()
        # client.wait() would miss a loss that came before it, and `stop`
        while client.connected and not self._stop.wait(0.5) and time.monotonic() - self._heard_at < SILENCE_S:
            pass
        # In the background: where nobody answers a farewell takes long, and the next line need not wait for it.
        threading.Thread(target=client.disconnect, name="leaving", daemon=True).start()
        return True

    def _alive(self, _message: Any = None) -> None:
        self._heard_at = time.monotonic()

    def _refused(self, data: Any = None) -> None:
        found = data.get("data", data) if isinstance(data, dict) else None
        self._refusal = str(found.get("code", "")) if isinstance(found, dict) else ""

    def _bye(self, message: dict[str, Any]) -> None:
        self._pause_after_bye = float(message.get("retry_ms", 1000)) / 1000

    def _flush(self) -> None:
        client = self._client
        if client is None or NAMESPACE not in client.namespaces:
            return
        with self._lock:
            reports = list(self._unsent.values())
        for report in reports:
            self._send("printed", report.to_json(), lambda *_, done=report: self._sent(done))
        if self._state is not None:
            self._send("status", status_of(self._state), None)

    def _send(self, name: str, message: dict[str, Any], then: Callable[..., None] | None) -> None:
        assert self._client is not None
        try:
            self._client.emit(name, message, namespace=NAMESPACE, callback=then)
        except (socketio.exceptions.SocketIOError, OSError):
            return  # the line is gone: all is said again when it is back

    def _sent(self, report: Report) -> None:
        with self._lock:
            if self._unsent.get(report.job) == report:
                del self._unsent[report.job]


def status_of(state: PrinterState) -> dict[str, Any]:
    """The `status` message: `printer_error` is what an attendant should see to, null when nothing is wrong."""
    error = "paper_out" if state.paper == "out" else "cover_open" if state.cover_open else None
    if error is None and state.online is False:
        error = "offline"
    return {"online": state.online, "paper": state.paper, "printer_error": error}
