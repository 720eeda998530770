"""The reasons as sentences for a visitor, who sees numbers and times but nobody's status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.why import Reason

LANGUAGES = ("zh-CN", "zh-HK", "en")

#: Why `number` was called before the visitor.
BEFORE: Mapping[Reason, Mapping[str, str]] = {
    Reason.ORDER: {
        "zh-CN": "{number} 排在您前面：它从 {since} 开始等候。",
        "zh-HK": "{number} 排在您前面：它由 {since} 開始等候。",
        "en": "{number} stood before you: it has waited since {since}.",
    },
    Reason.APPOINTMENT: {
        "zh-CN": "{number} 预约了 {slot}。",
        "zh-HK": "{number} 預約了 {slot}。",
        "en": "{number} has an appointment at {slot}.",
    },
    Reason.STATUS: {
        "zh-CN": "{number} 按大厅规定享有优先。",
        "zh-HK": "{number} 按大廳規定享有優先。",
        "en": "{number} has priority by the rules of the hall.",
    },
    Reason.OVERDUE: {
        "zh-CN": "{number} 已等候 {minutes} 分钟，超过 {guard} 分钟的号票先叫（每 {every} 次叫号最多一次）。",
        "zh-HK": "{number} 已等候 {minutes} 分鐘，超過 {guard} 分鐘的號票先叫（每 {every} 次叫號最多一次）。",
        "en": "{number} had waited {minutes} min. Whoever waits over {guard} min goes first, at most every {every}th call.",
    },
    Reason.RETURN: {
        "zh-CN": "{number} 曾未到，现按原来的位置（{since}）办理。",
        "zh-HK": "{number} 曾過號，現按原來的位置（{since}）辦理。",
        "en": "{number} had missed its call and came back to its old place ({since}).",
    },
    Reason.TRANSFER: {
        "zh-CN": "{number} 由其他窗口转来，已从 {since} 开始等候。",
        "zh-HK": "{number} 由其他窗口轉來，已由 {since} 開始等候。",
        "en": "{number} was sent here by another counter and has waited since {since}.",
    },
    Reason.SKILL: {
        "zh-CN": "{counter} 号窗口先办理自己的业务，或不办理您的业务。",
        "zh-HK": "{counter} 號窗口先辦理自己的業務，或不辦理您的業務。",
        "en": "Counter {counter} calls its own services first, or does not handle yours.",
    },
    Reason.SHARE: {
        "zh-CN": "每 {all} 次叫号中有 {share} 次轮到 {number} 所在的队列，这次轮到它。",
        "zh-HK": "每 {all} 次叫號中有 {share} 次輪到 {number} 所在的隊列，這次輪到它。",
        "en": "Of every {all} calls {share} go to the queue of {number}; it was its turn.",
    },
    Reason.MANUAL: {
        "zh-CN": "{number} 由工作人员提前安排。",
        "zh-HK": "{number} 由工作人員提前安排。",
        "en": "A member of staff chose {number}.",
    },
    Reason.BY_HAND: {
        "zh-CN": "{number} 是人工发的号：取号时间登记为 {since}，{entered} 由工作人员补录。",
        "zh-HK": "{number} 是人工發的號：取號時間登記為 {since}，{entered} 由工作人員補錄。",
        "en": "{number} was given by hand: staff entered it at {entered} as taken at {since}.",
    },
}

#: The same of one that was called by voice while the server was away.
BEFORE_BY_VOICE: Mapping[str, str] = {
    "zh-CN": "{number} 在系统中断时由窗口口头叫号（{at}），{entered} 补登。",
    "zh-HK": "{number} 在系統中斷時由窗口口頭叫號（{at}），{entered} 補登。",
    "en": "{number} was called by voice at {at} while the system was away; this was entered at {entered}.",
}

#: To a visitor who waits: a number that was entered later and stands before.
PUT_BEFORE: Mapping[str, str] = {
    "zh-CN": "{number} 是人工发的号：取号时间登记为 {since}，{entered} 由工作人员补录，排在您前面。",
    "zh-HK": "{number} 是人工發的號：取號時間登記為 {since}，{entered} 由工作人員補錄，排在您前面。",
    "en": "{number} was given by hand: staff entered it at {entered} as taken at {since}. It stands before you.",
}

#: The same of one that a member of staff moved up in the queue; the rule then called it.
BEFORE_MOVED: Mapping[str, str] = {
    "zh-CN": "{number} 由工作人员排到了前面。",
    "zh-HK": "{number} 由工作人員排到了前面。",
    "en": "A member of staff moved {number} up in the queue.",
}

#: The sum behind a score, added where the two are compared by score.
SUM: Mapping[str, str] = {
    "zh-CN": "它从 {since} 起计：{minutes} 分钟 × {speed} = {score}。您：{my_minutes} 分钟 × {my_speed} = {my_score}。",
    "zh-HK": "它由 {since} 起計：{minutes} 分鐘 × {speed} = {score}。您：{my_minutes} 分鐘 × {my_speed} = {my_score}。",
    "en": "It counts from {since}: {minutes} min x {speed} = {score}. You: {my_minutes} min x {my_speed} = {my_score}.",
}

#: To a visitor who waits and was overtaken by nobody.
NOBODY: Mapping[str, str] = {
    "zh-CN": "没有比您晚取号的人先被叫到。您前面还有 {ahead} 人。",
    "zh-HK": "沒有比您晚取號的人先被叫到。您前面還有 {ahead} 人。",
    "en": "Nobody who came after you was called before you. {ahead} stand before you.",
}

#: To one who comes next.
NEXT: Mapping[str, str] = {
    "zh-CN": "没有比您晚取号的人先被叫到。您就是下一位。",
    "zh-HK": "沒有比您晚取號的人先被叫到。您就是下一位。",
    "en": "Nobody who came after you was called before you. You are next.",
}

#: To a visitor who was called: why now.
CALLED: Mapping[Reason, Mapping[str, str]] = {
    Reason.ORDER: {
        "zh-CN": "轮到您了：您等候得最久。",
        "zh-HK": "輪到您了：您等候得最久。",
        "en": "It was your turn: you had waited longest.",
    },
    Reason.APPOINTMENT: {
        "zh-CN": "您预约的时间到了。",
        "zh-HK": "您預約的時間到了。",
        "en": "The time of your appointment had come.",
    },
    Reason.STATUS: {
        "zh-CN": "您按大厅规定享有优先。",
        "zh-HK": "您按大廳規定享有優先。",
        "en": "You have priority by the rules of the hall.",
    },
    Reason.OVERDUE: {
        "zh-CN": "您等候已久，因此先叫您。",
        "zh-HK": "您等候已久，因此先叫您。",
        "en": "You had waited so long that you went first.",
    },
    Reason.RETURN: {
        "zh-CN": "您按原来的位置继续办理。",
        "zh-HK": "您按原來的位置繼續辦理。",
        "en": "You came back to your old place.",
    },
    Reason.TRANSFER: {
        "zh-CN": "您由其他窗口转来。",
        "zh-HK": "您由其他窗口轉來。",
        "en": "Another counter sent you here.",
    },
    Reason.SKILL: {
        "zh-CN": "轮到您了：此窗口办理您的业务。",
        "zh-HK": "輪到您了：此窗口辦理您的業務。",
        "en": "It was your turn at this counter.",
    },
    Reason.SHARE: {
        "zh-CN": "轮到您所在的队列。",
        "zh-HK": "輪到您所在的隊列。",
        "en": "It was the turn of your queue.",
    },
    Reason.MANUAL: {
        "zh-CN": "工作人员叫了您的号。",
        "zh-HK": "工作人員叫了您的號。",
        "en": "A member of staff chose your number.",
    },
    Reason.BY_HAND: {
        "zh-CN": "轮到您了：您等候得最久。",
        "zh-HK": "輪到您了：您等候得最久。",
        "en": "It was your turn: you had waited longest.",
    },
}

#: The same of a visitor whom a member of staff moved up.
CALLED_MOVED: Mapping[str, str] = {
    "zh-CN": "工作人员把您的号排到了前面。",
    "zh-HK": "工作人員把您的號排到了前面。",
    "en": "A member of staff moved you up in the queue.",
}


def say(texts: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """A sentence in every language, filled."""
    return {language: texts[language].format(**values) for language in LANGUAGES}


def join(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Two sentences one after the other; English puts a space between them."""
    return {language: first[language] + (" " if language == "en" else "") + second[language] for language in LANGUAGES}
