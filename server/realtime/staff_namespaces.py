"""The namespaces of staff: the supervisor's, which hears, and the counter's, which commands too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.clock import now_ms
from server.domain.field_words import characters
from server.domain.refusals import Refusal
from server.realtime.connections import Connection
from server.realtime.handshake import staff_actor
from server.realtime.namespaces import HallNamespace, code_field, request_id_field
from server.realtime.publisher import hall_room
from server.services.calling import outlook, own_day, visits
from server.services.calling.commands import HALL_COMMANDS, SOCKET_COMMANDS, Command
from server.services.runtime.command_bus import run_command, run_query


class StaffNamespace(HallNamespace):
    """`/supervisor`, and what the console shares with it: the staff's stream."""

    def speaker(self, sid: str) -> Connection:
        """The member of staff that speaks, looked at again: a sign-in ends while a socket stays open."""
        connection = super().speaker(sid)
        actor = staff_actor(self.deployment, connection.secret or "")
        if actor is None:
            self.io.start_background_task(self.io.server.disconnect, sid, namespace=self.namespace)
            raise Refusal("not_signed_in")
        connection.actor = actor
        return connection


class CounterNamespace(StaffNamespace):
    """`/counter`: the commands of a clerk."""

    def __init__(self, *arguments: Any, **parts: Any) -> None:
        super().__init__(*arguments, **parts)
        for command in SOCKET_COMMANDS.values():
            setattr(self, f"on_{command.name}", self._door(command))
        for command in HALL_COMMANDS.values():
            setattr(self, f"on_{command.name}", self._hall_door(command))
        self.deployment.console_listeners.append(self._tell_console)

    def _door(self, command: Command) -> Callable[[Connection, dict[str, Any]], dict[str, Any]]:
        def handler(connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
            fields = dict(content)
            hall, counter = code_field(fields, "hall"), code_field(fields, "counter")
            key = request_id_field(fields)
            arguments = command.arguments(fields)
            answer = run_command(
                self.deployment,
                command.act,
                hall_code=hall,
                actor=connection.actor,
                now=now_ms(),
                key=key,
                joins=True,
                counter=counter,
                **arguments,
            )
            if command.name == "session":
                self.deployment.console_taken(hall, counter, arguments["client"])
            return answer.body

        return handler

    def _hall_door(self, command: Command) -> Callable[[Connection, dict[str, Any]], dict[str, Any]]:
        def handler(connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
            fields = dict(content)
            hall, key = code_field(fields, "hall"), request_id_field(fields)
            arguments = command.arguments(fields)
            return run_command(
                self.deployment, command.act, hall_code=hall, actor=connection.actor, now=now_ms(), key=key, **arguments
            ).body

        return handler

    def on_outlook(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Whom call-next would call, and who waits where."""
        hall, counter = code_field(dict(content), "hall"), code_field(dict(content), "counter")
        return run_query(
            self.deployment, outlook.outlook, hall_code=hall, actor=connection.actor, now=now_ms(), counter=counter
        )

    def on_line(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Those who come next, for calling by voice when the server is away."""
        hall, counter = code_field(dict(content), "hall"), code_field(dict(content), "counter")
        return run_query(
            self.deployment, outlook.line, hall_code=hall, actor=connection.actor, now=now_ms(), counter=counter
        )

    def on_own_day(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """How many visitors the clerk served today in a hall, and how long one took."""
        hall = code_field(dict(content), "hall")
        return run_query(self.deployment, own_day.own_day, hall_code=hall, actor=connection.actor, now=now_ms())

    def on_search(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """Today's tickets by a part of their number."""
        q = content.get("q")
        if not isinstance(q, str) or not 1 <= len(q) <= 300:
            raise Refusal("invalid", field="q", **characters(1, 300))
        hall = code_field(dict(content), "hall")
        return run_query(self.deployment, outlook.search, hall_code=hall, actor=connection.actor, now=now_ms(), q=q)

    def on_timeline(self, connection: Connection, content: dict[str, Any]) -> dict[str, Any]:
        """A ticket of today with everything that happened to it."""
        fields = dict(content)
        hall, number = code_field(fields, "hall"), code_field(fields, "number")
        return run_query(
            self.deployment, visits.whole, hall_code=hall, actor=connection.actor, now=now_ms(), number=number
        )

    def _tell_console(self, hall: str, counter: str, client: str | None) -> None:
        told = {"hall": hall, "counter": counter, "client": client}
        self.relay.emit("console", told, namespace="/counter", to=hall_room(hall))
