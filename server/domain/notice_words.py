"""What notices say, in each language of visitors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

#: kind -> language -> (subject, text).
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "near": {
        "zh-CN": ("{number} 号即将叫到", "{number} 号即将叫到，前面还有 {ahead} 位。请回到{hall}等候。"),
        "zh-HK": ("{number} 號即將叫到", "{number} 號即將叫到，前面還有 {ahead} 位。請返回{hall}等候。"),
        "en": (
            "Ticket {number}: your turn is near",
            "Ticket {number}: your turn is near, {ahead} before you. Please come back to {hall}.",
        ),
    },
    "called": {
        "zh-CN": ("请 {number} 号到{counter}", "请 {number} 号现在到{counter}（{hall}）。"),
        "zh-HK": ("請 {number} 號到{counter}", "請 {number} 號現在到{counter}（{hall}）。"),
        "en": ("Ticket {number}: {counter}", "Ticket {number}: please go to {counter} now ({hall})."),
    },
    "reminder": {
        "zh-CN": ("{day}预约提醒：{service}", "预约提醒：{when}，{service}，{hall}。预约码 {code}，到场后请凭码签到。"),
        "zh-HK": ("{day}預約提示：{service}", "預約提示：{when}，{service}，{hall}。預約碼 {code}，到場後請憑碼報到。"),
        "en": (
            "Your appointment {day}: {service}",
            "Reminder: {service} at {hall}, {when}. Your code is {code}; check in with it when you arrive.",
        ),
    },
    "booked": {
        "zh-CN": ("预约成功：{service}", "已预约：{when}，{service}，{hall}。预约码 {code}，到场后请凭码签到。"),
        "zh-HK": ("預約成功：{service}", "已預約：{when}，{service}，{hall}。預約碼 {code}，到場後請憑碼報到。"),
        "en": (
            "Booked: {service}",
            "Booked: {service} at {hall}, {when}. Your code is {code}; check in with it when you arrive.",
        ),
    },
    "changed": {
        "zh-CN": ("预约已更改：{service}", "预约已改为：{when}，{service}，{hall}。预约码 {code}。"),
        "zh-HK": ("預約已更改：{service}", "預約已改為：{when}，{service}，{hall}。預約碼 {code}。"),
        "en": ("Changed: {service}", "Your appointment is now {when}: {service} at {hall}. Your code is {code}."),
    },
    "cancelled": {
        "zh-CN": ("预约已取消：{service}", "{when} 的预约已取消：{service}，{hall}。"),
        "zh-HK": ("預約已取消：{service}", "{when} 的預約已取消：{service}，{hall}。"),
        "en": ("Cancelled: {service}", "Your appointment {when} is cancelled: {service} at {hall}."),
    },
    "fell_away": {
        "zh-CN": (
            "预约时段已取消，请改约：{service}",
            "{when} 的{service}（{hall}）因大厅安排变更不能办理。请点击链接改约，或联系服务台。",
        ),
        "zh-HK": (
            "預約時段已取消，請改期：{service}",
            "{when} 的{service}（{hall}）因大廳安排變更不能辦理。請點擊連結改期，或聯絡服務台。",
        ),
        "en": (
            "Please choose another time: {service}",
            "{service} at {hall}, {when}: the hall has changed its hours and cannot serve you then. "
            "Please choose another time at the link, or ask the reception.",
        ),
    },
    "stands": {
        "zh-CN": ("预约仍然有效：{service}", "您 {when} 的预约仍然有效：{service}，{hall}。预约码 {code}。"),
        "zh-HK": ("預約仍然有效：{service}", "您 {when} 的預約仍然有效：{service}，{hall}。預約碼 {code}。"),
        "en": (
            "Your appointment stands: {service}",
            "Your appointment {when} stands: {service} at {hall}. Your code is {code}.",
        ),
    },
    "test": {
        "zh-CN": ("叫号系统测试通知", "这是一条测试通知：通知渠道工作正常。"),
        "zh-HK": ("叫號系統測試通知", "這是一條測試通知：通知渠道運作正常。"),
        "en": ("A test of the calling system", "This is a test: notices reach you."),
    },
}
#: What "near" says to whoever comes next.
NEXT = {
    "zh-CN": "{number} 号即将叫到，下一位就是您。请回到{hall}等候。",
    "zh-HK": "{number} 號即將叫到，下一位就是您。請返回{hall}等候。",
    "en": "Ticket {number}: you are next. Please come back to {hall}.",
}
#: The last line of an e-mail.
FOOTER = {
    "zh-CN": "本邮件由叫号系统自动发送，请勿回复。",
    "zh-HK": "此電郵由叫號系統自動發送，請勿回覆。",
    "en": "This message was sent by the calling system; please do not reply.",
}
#: What the notices of an appointment that stands say besides, where the hall says it: where it is, what to bring.
WITH_PLACE = frozenset({"booked", "changed", "reminder", "stands"})
ADDRESS = {"zh-CN": "地址：{address}。", "zh-HK": "地址：{address}。", "en": " Address: {address}."}
BRING = {"zh-CN": "请带：{bring}", "zh-HK": "請帶：{bring}", "en": "Please bring: {bring}"}
_ZH_DAYS, _EN_DAYS = "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken(language: str) -> str:
    """The language of these in which a visitor is written to."""
    if language in FOOTER:
        return language
    return "zh-CN" if language.startswith("zh") else "en"


def pick(text: Mapping[str, str], language: str) -> str:
    """A hall's own text in that language; any Chinese falls back to zh-CN, others to English."""
    return text.get(language) or text["zh-CN" if language.startswith("zh") else "en"]


def when(moment: datetime, language: str) -> str:
    """A date and time as one reads it: 11月24日（周二）10:00, Tue 24 Nov, 10:00."""
    if language == "en":
        return f"{_EN_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}, {moment:%H:%M}"
    week = "周" if language == "zh-CN" else "週"
    return f"{moment.month}月{moment.day}日（{week}{_ZH_DAYS[moment.weekday()]}）{moment:%H:%M}"


def day(moment: datetime, *, today: datetime, language: str) -> str:
    """Today, tomorrow, or the date."""
    days = (moment.date() - today.date()).days
    if days in (0, 1):
        names = {"zh-CN": ("今天", "明天"), "zh-HK": ("今天", "明天"), "en": ("today", "tomorrow")}
        return names[language][days]
    if language == "en":
        return f"on {moment.day} {_MONTHS[moment.month - 1]}"
    return f"{moment.month}月{moment.day}日"


def say(kind: str, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a notice; `facts` are the words' gaps."""
    subject, text = WORDS[kind][language]
    if kind == "near" and not facts["ahead"]:
        text = NEXT[language]
    return subject.format_map(facts), text.format_map(facts) + (_place(language, facts) if kind in WITH_PLACE else "")


def _place(language: str, facts: Mapping[str, Any]) -> str:
    said = ""
    if facts.get("address"):
        said += ADDRESS[language].format(address=_bare(facts["address"]))
    if facts.get("bring"):
        said += (" " if language == "en" else "") + BRING[language].format(bring=_bare(facts["bring"]))
        said += "." if language == "en" else "。"
    return said


def _bare(text: str) -> str:
    """Without the stop at its end, which the sentence around it brings."""
    return text.rstrip("。.；; ")
