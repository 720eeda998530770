from dataclasses import replace

import pytest

from kiosk.printing.lines import Code, Number, Words, ticket_lines
from kiosk.printing.words import WORDS, counter_words, text_of, wait_words


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
    assert wait_words("en", (0, 5)) == "Expected wait under 5 min"
    assert wait_words("zh-CN", (0, 5)) == "预计等候不到 5 分钟"
    assert wait_words("en", (10, 20)) == "Expected wait 10–20 min"


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
        "1. 社保", "1. Insurance", "2. 税务", "2. Tax", "预约时间 10:00", "Appointment at 10:00",
        "09:50 起可能叫号", "May be called from 09:50",
    ]  # fmt: skip
    assert visit.to_json()["appointment"] == day.replace(hour=10, minute=0).isoformat(timespec="seconds")
    assert "企业注册登记与变更" not in lines
