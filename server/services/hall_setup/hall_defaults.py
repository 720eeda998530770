"""What a hall says and shows unless its file says otherwise."""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, dict[str, str]] = {
    "idle": {"zh-CN": "欢迎光临", "zh-HK": "歡迎光臨", "en": "Welcome"},
    "paused": {"zh-CN": "暂停服务", "zh-HK": "暫停服務", "en": "Counter paused"},
    "serving_done": {"zh-CN": "热情为您服务", "zh-HK": "熱情為您服務", "en": "At your service"},
    "missed": {
        "zh-CN": "叫号时未到的访客请到服务台，或用手机重新排队。",
        "zh-HK": "過號的訪客請到服務台，或用手機重新排隊。",
        "en": "If you missed your call, please ask at the reception or rejoin on your phone.",
    },
    "welcome": {
        "zh-CN": "请取号并留意叫号",
        "zh-HK": "請取號並留意叫號",
        "en": "Please take a ticket and watch for your number",
    },
}
TEMPLATES: dict[str, str] = {
    "zh-CN": "请{number}号到{where}{counter}号窗口",
    "zh-HK": "請{number}號到{where}{counter}號窗口",
    "en": "Ticket {number}, please proceed to counter {counter}, {where}",
}
DISPLAY: dict[str, Any] = {"layout": "auto", "screen_inch": 55, "farthest_seat_m": 10}


def counter_name(code: str) -> dict[str, str]:
    """How a counter is called that was given no name."""
    return {"zh-CN": f"{code}号窗口", "zh-HK": f"{code}號窗口", "en": f"Counter {code}"}
