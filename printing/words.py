"""The words on a printed ticket."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from printing.ticket import PrintedPlace, Text

#: A longer wait (minutes) is told in half hours, with the time of day.
LONG = 90

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
        "no_counter": "暂无窗口，开窗后叫号",
        "place": "{counters}（{place}）",
        "priority": "绿色通道",
        "marked_appointment": "预约",
        "ready": "请备好：{proof}",
        "wait_hours": "预计等候 {low}–{high} 小时，约 {start}–{end}",
        "tomorrow": "明天 {time}",
        "wait_hour": "预计等候约 {high} 小时，约 {start}–{end}",
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
        "no_counter": "暫無櫃檯，開放後叫號",
        "place": "{counters}（{place}）",
        "priority": "綠色通道",
        "marked_appointment": "預約",
        "ready": "請備好：{proof}",
        "wait_hours": "預計等候 {low}–{high} 小時，約 {start}–{end}",
        "tomorrow": "明天 {time}",
        "wait_hour": "預計等候約 {high} 小時，約 {start}–{end}",
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
        "no_counter": "No counter is open yet: your number is called once one opens",
        "place": "{counters} ({place})",
        "priority": "Priority",
        "marked_appointment": "Appointment",
        "ready": "Please have ready: {proof}",
        "wait_hours": "Expected wait {low}–{high} h, about {start}–{end}",
        "tomorrow": "tomorrow {time}",
        "wait_hour": "Expected wait about {high} h, about {start}–{end}",
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


def wait_words(language: str, wait: tuple[int, int], *, taken: datetime) -> str:
    """As in "Expected wait 10–15 min", from when the number was taken; a range that starts at 0 says "under".

    One beyond LONG is in half hours, and says at which times.
    """
    low, high = wait
    if high <= LONG:
        return say(language, "wait" if low > 0 else "wait_under", low=low, high=high)
    start, end = taken + timedelta(minutes=low), taken + timedelta(minutes=high)
    halves = (low // 30 / 2, -(-high // 30) / 2)
    key = "wait_hours" if halves[0] > 0 else "wait_hour"
    said = (clock_words(language, _to_5(start), taken=taken), clock_words(language, _to_5(end), taken=start))
    return say(language, key, low=f"{halves[0]:g}", high=f"{halves[1]:g}", start=said[0], end=said[1])


def clock_words(language: str, at: datetime, *, taken: datetime) -> str:
    """A time of the hall's clock; it says when that is on the day after the number was taken."""
    time = f"{at:%H:%M}"
    return time if at.date() == taken.date() else say(language, "tomorrow", time=time)


def _to_5(at: datetime) -> datetime:
    """To five minutes: 09:31 is 09:30."""
    return at.replace(minute=at.minute // 5 * 5)


def place_words(language: str, place: PrintedPlace) -> str:
    """As in "Counters: 1–4, 7 (East wing, second floor, left)"."""
    parts = [text_of(place.zone, language), text_of(place.where, language)]
    said = ("，" if language.startswith("zh") else ", ").join(filter(None, parts))
    return say(language, "place", counters=counter_words(language, place.counters), place=said)


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
