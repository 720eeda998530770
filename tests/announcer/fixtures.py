"""A small hall and its calls, for tests."""

from typing import Any

from display.announcer.zone_queue import Call


def hall_of(**voice: Any) -> dict[str, Any]:
    """Two zones, five counters, types A and B; speaks Chinese and English unless told otherwise."""
    return {
        "code": "h",
        "name": {"zh-CN": "大厅", "en": "Hall"},
        "time_zone": "Asia/Shanghai",
        "zones": [{"code": "A", "name": {"zh-CN": "一区"}}, {"code": "B", "name": {"zh-CN": "二区"}}],
        "counter_types": [{"code": "A", "prefix": "A", "name": {}}, {"code": "B", "prefix": "B", "name": {}}],
        "counters": [
            {
                "code": str(n),
                "name": {"zh-CN": f"{n}号窗口", "en": f"Counter {n}"},
                "zone": "A",
                "counter_types": ["A", "B"],
            }
            for n in range(1, 6)
        ],
        "voice": {"languages": ["zh-CN", "en"], "chime": "two-tone", "rate": 1, "volume": 1, **voice},
    }


def ticket(number: str = "A012", **fields: Any) -> dict[str, Any]:
    """A ticket that was called at second 100."""
    place = {"counter_type": number[0], "service": "s"}
    waits_for = [place] if fields.get("state") == "waiting" else []
    return {
        "number": number,
        "service": "s",
        "counter_type": number[0],
        "state": "called",
        "counter": "3",
        "zone": "A",
        "call_seq": 10,
        "called_at": "1970-01-01T00:01:40+00:00",
        "last_called_at": "1970-01-01T00:01:40+00:00",
        "calls": 1,
        "tags": [],
        "language": "zh-CN",
        "waits_for": waits_for,
        **fields,
    }


def call(number: str = "A012", *, seq: int = 10, counter: str = "3", calls: int = 1, at: float = 100.0) -> Call:
    """A call, by default of A012 to counter 3 at second 100."""
    return Call(number, seq, counter, calls, at)
