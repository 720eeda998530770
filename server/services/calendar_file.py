"""An appointment as a calendar file (RFC 5545), which calendars update and remove by its uid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event


def of(seen: dict[str, Any], *, now: int) -> bytes:
    """The file of an appointment as its holder sees it; `now` (ms) orders its versions."""
    language = "en" if seen["language"] == "en" else "zh-CN"
    event = Event()
    event.add("uid", f"{seen['token']}@hallcall")
    event.add("summary", f"{seen['service_name'][language]} · {seen['hall_name'][language]}")
    event.add("location", seen["hall_name"][language])
    event.add("description", f"{seen['code']}\n{seen['url']}")
    event.add("url", seen["url"])
    event.add("dtstart", datetime.fromisoformat(seen["start"]).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(seen["end"]).astimezone(UTC))
    event.add("dtstamp", datetime.fromtimestamp(now // 1000, tz=UTC))
    event.add("sequence", now // 1000 % 2**31)
    event.add("status", "CANCELLED" if seen["state"] == "cancelled" else "CONFIRMED")
    if seen["state"] != "cancelled":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", seen["service_name"][language])
        alarm.add("trigger", timedelta(hours=-1))
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Hallcall//Appointments//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if seen["state"] == "cancelled" else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
