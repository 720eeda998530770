from dataclasses import replace
from datetime import datetime

import pytest

from printing.lines import Code, Number, Words, ticket_lines
from printing.ticket import PrintedPlace
from printing.words import WORDS, counter_words, text_of, wait_words

NINE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


def said(lines):
    return [line.text for line in lines if isinstance(line, Words)]


def test_every_language_has_every_sentence_with_the_same_values():
    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language
        for key, sentence in words.items():
            for value in ("{ahead}", "{low}", "{high}", "{counters}"):
                assert (value in sentence) == (value in WORDS["en"][key]), (language, key)


@pytest.mark.parametrize(
    ("counters", "english"),
    [
        (["5"], "Counters: 5"),
        (["1", "2"], "Counters: 1, 2"),
        (["1", "2", "3", "4", "7"], "Counters: 1–4, 7"),
        (["9", "10", "11", "VIP"], "Counters: 9–11, VIP"),
        ([str(n) for n in range(1, 21)], "Counters: 1–20"),
    ],
)
def test_neighbouring_counters_become_a_range(counters, english):
    assert counter_words("en", counters) == english


def test_a_wait_from_nothing_is_said_as_under():
    late = NINE.replace(hour=22, minute=40)
    assert wait_words("en", (75, 145), taken=late) == "Expected wait 1–2.5 h, about 23:55–tomorrow 01:05"
    assert wait_words("zh-CN", (75, 145), taken=late).endswith("约 23:55–明天 01:05")
    assert wait_words("en", (0, 5), taken=NINE) == "Expected wait under 5 min"
    assert wait_words("zh-CN", (0, 5), taken=NINE) == "预计等候不到 5 分钟"
    assert wait_words("en", (10, 90), taken=NINE) == "Expected wait 10–90 min"


def test_a_long_wait_is_hours_and_times_of_day():
    assert wait_words("zh-CN", (210, 395), taken=NINE) == "预计等候 3.5–7 小时，约 12:30–15:35"
    assert wait_words("en", (20, 95), taken=NINE) == "Expected wait about 2 h, about 09:20–10:35"


def test_a_ticket_says_why_it_goes_earlier_what_to_have_ready_and_where_to_go(ticket):
    way = {"zh-CN": "二楼左侧", "en": "second floor, left"}
    places = (
        PrintedPlace(zone={"zh-CN": "东区", "en": "East"}, where=way, counters=("1", "2", "3")),
        PrintedPlace(zone={"zh-CN": "西区", "en": "West"}, counters=("7",)),
    )
    proof = {"zh-CN": "身份证", "en": "ID card"}
    lines = said(ticket_lines(replace(ticket, marks=("appointment", "priority"), proof=proof, places=places)))
    assert [line for line in lines if "【" in line] == ["【 预约 Appointment 】", "【 绿色通道 Priority 】"]
    assert {"请备好：身份证", "Please have ready: ID card"} <= set(lines)
    assert {"办理窗口：1–3（东区，二楼左侧）", "Counters: 1–3 (East, second floor, left)"} <= set(lines)
    assert {"办理窗口：7（西区）", "Counters: 7 (West)"} <= set(lines)
    assert "办理窗口：1–4、7" not in lines


def test_a_ticket_before_any_counter_opens_says_so(ticket):
    lines = said(ticket_lines(replace(ticket, counters=(), wait=None, ahead=3)))
    assert "暂无窗口，开窗后叫号" in lines


def test_cantonese_readers_get_the_simplified_name_when_there_is_no_other():
    assert text_of({"zh-CN": "社保", "en": "Insurance"}, "zh-HK") == "社保"
    assert text_of({"zh-CN": "社保", "en": "Insurance"}, "fr") == "Insurance"


def test_a_ticket_says_hall_number_service_wait_counters_code_and_time_in_this_order(ticket):
    lines = ticket_lines(ticket)
    assert said(lines) == [
        "南山区行政服务大厅",
        "Nanshan District Service Hall",
        "您的号码 · Your number",
        "企业注册登记与变更",
        "Business registration and changes",
        "前面还有 3 位",
        "3 people ahead of you",
        "预计等候 10–15 分钟",
        "Expected wait 10–15 min",
        "办理窗口：1–4、7",
        "Counters: 1–4, 7",
        "扫码随时查看排队进度",
        "Scan to follow your turn",
        "2026-11-23 09:31",
    ]
    assert [line.text for line in lines if isinstance(line, Number)] == ["A012"]
    assert [line.url for line in lines if isinstance(line, Code)] == [ticket.url]


def test_what_is_unknown_is_left_out(ticket):
    bare = replace(ticket, ahead=None, wait=None, counters=(), url=None, languages=("en",))
    assert said(ticket_lines(bare)) == [
        "Nanshan District Service Hall",
        "Your number",
        "Business registration and changes",
        "2026-11-23 09:31",
    ]


def test_nobody_and_one_are_said_as_people_say_them(ticket):
    assert "Nobody is ahead of you" in said(ticket_lines(replace(ticket, ahead=0)))
    assert "1 person ahead of you" in said(ticket_lines(replace(ticket, ahead=1)))


def test_a_visit_of_several_services_and_an_appointment_say_so(ticket):
    day = ticket.issued_at
    steps = ({"zh-CN": "社保", "en": "Insurance"}, {"zh-CN": "税务", "en": "Tax"})
    visit = replace(ticket, steps=steps, appointment=day.replace(hour=10, minute=0), called_from=day.replace(minute=50))
    lines = said(ticket_lines(visit))
    at = lines.index("1. 社保")
    assert lines[at : at + 8] == [
        "1. 社保",
        "1. Insurance",
        "2. 税务",
        "2. Tax",
        "预约时间 10:00",
        "Appointment at 10:00",
        "09:50 起可能叫号",
        "May be called from 09:50",
    ]
    assert visit.to_json()["appointment"] == day.replace(hour=10, minute=0).isoformat(timespec="seconds")
    assert "企业注册登记与变更" not in lines
