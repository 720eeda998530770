"""How the queues moved, told to phones once a second: their own events tell a visitor nothing of other people's calls.

It is a hint without a number: whoever misses one asks for the ticket a little later anyway.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from server.realtime.broadcast import Broadcast
from server.realtime.publisher import hall_room
from server.services.runtime.deployment import Event

CALLED = "ticket_called"


class QueueNews:
    """Collects what moved by hall, and tells it to the phones of each hall in one message."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._types: defaultdict[str, set[str]] = defaultdict(set)
        self._calls: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def hear(self, event: Event) -> None:
        """An event that was committed."""
        ticket = event.content.get("ticket")
        if event.ticket_id is None or not ticket:
            return
        before = event.content.get("from") or {}
        left = [one["counter_type"] for one in before.get("waits_for", ())]
        joined = [one["counter_type"] for one in ticket["waits_for"]]
        if event.kind == CALLED and ticket["counter"] is not None:
            call = {"seq": event.seq, "number": ticket["number"], "counter": ticket["counter"], "counter_types": left}
            self._calls[event.hall.code].append(call)
        if ticket["counter"] or before.get("counter"):  # also where nobody moves, a counter has another number
            joined.append(ticket["counter_type"])
        self._types[event.hall.code].update(left, joined)

    def tell(self) -> None:
        """Tell the phones of every hall where something moved since the last time."""
        for hall in list(self._types):
            types, calls = self._types.pop(hall), self._calls.pop(hall, [])
            if types:
                told = {"hall": hall, "counter_types": sorted(types), "calls": calls}
                self._broadcast.emit("queues", told, namespace="/visitor", room=hall_room(hall))
