"""The rules of docs/protocol.md for clients: how an event changes a snapshot; web/reduce.ts has the same."""

from __future__ import annotations

from typing import Any

Snapshot = dict[str, Any]
Event = dict[str, Any]

COLUMNS = ("completed", "unconfirmed", "no_show", "removed", "cancelled", "not_served", "unfinished", "open")
CALLS_KEPT = 30


def reduce_public(before: Snapshot, event: Event) -> Snapshot:
    """The public snapshot after an event."""
    after = _hall(before, event)
    if event["kind"] == "day_ended":
        after["calls"] = []
    if ticket := event.get("ticket"):
        after["waiting"] = _moved(before["waiting"], event, "counter_type")
        calls = [call for call in before["calls"] if call["number"] != ticket["number"]]
        if ticket["call_seq"] is not None and ticket["state"] in ("called", "serving"):
            calls.append(ticket | {"at": ticket["last_called_at"]})
        after["calls"] = sorted(calls, key=lambda call: -call["call_seq"])[:CALLS_KEPT]
    elif "counter" in event:
        after["counters"] = _counters(before, event)
    return after


def reduce_staff(before: Snapshot, event: Event) -> Snapshot:
    """The staff snapshot after an event."""
    after = _hall(before, event)
    if event["kind"] == "day_ended":
        left = before["today"]["open"]
        after["today"] = dict.fromkeys(before["today"], 0) | {"kept_before": left, "open": left}
    if ticket := event.get("ticket"):
        after["waiting"] = {
            "by_type": _moved(before["waiting"]["by_type"], event, "counter_type"),
            "by_service": _moved(before["waiting"]["by_service"], event, "service"),
        }
        by_hand = event.get("by_hand", False)
        after["counters"] = [_seated(counter, ticket, by_hand=by_hand) for counter in before["counters"]]
        for shelf in ("held", "parked"):
            others = [_nearer(other, event) for other in before[shelf] if other["id"] != ticket["id"]]
            after[shelf] = sorted(others + [ticket] * (ticket["state"] == shelf), key=lambda one: one["id"])
        after["today"] = _today(before["today"], event)
    elif "counter" in event:
        after["counters"] = _counters(before, event)
    return after


def _hall(before: Snapshot, event: Event) -> Snapshot:
    after = before | {"seq": event["seq"]}
    if event["kind"] in ("hall_opened", "hall_closed"):
        after["hall"] = before["hall"] | {"open": event["open"], "next_open": event["next_open"]}
        if "open_override" in event:
            after["open_override"] = event["open_override"]
    if event["kind"] == "notice_set":
        after["notice"] = event["notice"]
    if "hall_config" in event:
        after["hall"] = event["hall_config"]
    return after


def _moved(counts: dict[str, int], event: Event, by: str) -> dict[str, int]:
    after = dict(counts)
    for left in event["from"]["waits_for"] if event["from"] else ():
        after[left[by]] -= 1
    for joined in event["ticket"]["waits_for"]:
        after[joined[by]] += 1
    return after


def _counters(before: Snapshot, event: Event) -> list[Any]:
    return [event["counter"] if one["code"] == event["counter"]["code"] else one for one in before["counters"]]


def _seated(counter: dict[str, Any], ticket: dict[str, Any], *, by_hand: bool) -> dict[str, Any]:
    if not by_hand and ticket["state"] in ("called", "serving") and ticket["counter"] == counter["code"]:
        return counter | {"ticket": ticket}
    if counter["ticket"] and counter["ticket"]["id"] == ticket["id"]:
        return counter | {"ticket": None}
    return counter


def _nearer(parked: dict[str, Any], event: Event) -> dict[str, Any]:
    """A call brings the missed tickets of its counter type one call nearer to their return."""
    mine = event["kind"] == "ticket_called" and parked["counter_type"] == event["ticket"]["counter_type"]
    return parked | {"returns_after": parked["returns_after"] - 1} if mine and parked["returns_after"] else parked


def _today(before: dict[str, int], event: Event) -> dict[str, int]:
    ticket, origin = event["ticket"], event["from"]
    if not origin and event["kind"] != "ticket_issued":
        return before
    after = before | {"issued": before["issued"] + (not origin)}
    now = _outcome(ticket, confirmed=ticket["started_at"] is not None, called=ticket["called_at"] is not None)
    was = _outcome(origin, confirmed=origin["confirmed"], called=False) if origin else None
    for column in COLUMNS:
        after[column] += (now == column) - (was == column)
    return after


def _outcome(one: dict[str, Any], *, confirmed: bool, called: bool) -> str:
    state = str(one["state"])
    if state == "completed" and not confirmed:
        return "unconfirmed"
    if state == "cancelled" and one["removed"]:
        return "removed"
    if state == "expired":
        return "unfinished" if called else "not_served"
    return state if state in COLUMNS else "open"
