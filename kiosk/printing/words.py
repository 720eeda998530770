"""The words on a printed ticket."""

from collections.abc import Sequence

from kiosk.printing.ticket import Text

WORDS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "your_number": "您的号码",
        "appointment": "预约时间 {at}",
        "called_from": "{at} 起可能叫号",
        "nobody_ahead": "前面没有人等候",
        "one_ahead": "前面还有 1 位",
        "ahead": "前面还有 {ahead} 位",
        "wait": "预计等候 {low}–{high} 分钟",
        "wait_under": "预计等候不到 {high} 分钟",
        "counters": "办理窗口：{counters}",
        "scan": "扫码随时查看排队进度",
        "scan_later": "系统恢复后，扫码可看进度",
        "comma": "、",
    },
    "zh-HK": {
        "your_number": "您的號碼",
        "appointment": "預約時間 {at}",
        "called_from": "{at} 起可能叫號",
        "nobody_ahead": "前面沒有人等候",
        "one_ahead": "前面還有 1 位",
        "ahead": "前面還有 {ahead} 位",
        "wait": "預計等候 {low}–{high} 分鐘",
        "wait_under": "預計等候不到 {high} 分鐘",
        "counters": "辦理櫃檯：{counters}",
        "scan": "掃碼隨時查看排隊進度",
        "scan_later": "系統恢復後，掃碼可看進度",
        "comma": "、",
    },
    "en": {
        "your_number": "Your number",
        "appointment": "Appointment at {at}",
        "called_from": "May be called from {at}",
        "nobody_ahead": "Nobody is ahead of you",
        "one_ahead": "1 person ahead of you",
        "ahead": "{ahead} people ahead of you",
        "wait": "Expected wait {low}–{high} min",
        "wait_under": "Expected wait under {high} min",
        "counters": "Counters: {counters}",
        "scan": "Scan to follow your turn",
        "scan_later": "Scan it when the system is back",
        "comma": ", ",
    },
}


def say(language: str, key: str, **values: object) -> str:
    """The words of `key`; a language without words of its own is printed in English."""
    return WORDS.get(language, WORDS["en"])[key].format(**values)


def text_of(text: Text, language: str) -> str:
    """A name in `language`; Cantonese readers read zh-CN, the others English. Empty when there is none."""
    fallback = "zh-CN" if language.startswith("zh") else "en"
    return text.get(language) or text.get(fallback, "")


def ahead_words(language: str, ahead: int) -> str:
    """As in "3 people ahead of you"."""
    key = "nobody_ahead" if ahead == 0 else "one_ahead" if ahead == 1 else "ahead"
    return say(language, key, ahead=ahead)


def wait_words(language: str, wait: tuple[int, int]) -> str:
    """As in "Expected wait 10–15 min"; a range that starts at 0 says "under"."""
    low, high = wait
    return say(language, "wait" if low > 0 else "wait_under", low=low, high=high)


def counter_words(language: str, counters: Sequence[str]) -> str:
    """As in "Counters: 1–4, 7": three neighbours or more become a range, so that twenty fit on a line."""
    return say(language, "counters", counters=say(language, "comma").join(_ranges(counters)))


def _ranges(counters: Sequence[str]) -> list[str]:
    spans: list[list[str]] = []
    for code in counters:
        if spans and _follows(spans[-1][-1], code):
            spans[-1].append(code)
        else:
            spans.append([code])
    return [part for span in spans for part in ([f"{span[0]}–{span[-1]}"] if len(span) > 2 else span)]


def _follows(before: str, code: str) -> bool:
    return before.isdecimal() and code.isdecimal() and int(code) == int(before) + 1
