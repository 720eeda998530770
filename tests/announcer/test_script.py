from dataclasses import replace
from datetime import datetime

import pytest

from display.announcer.announcement import Plan, Refused
from display.announcer.app import SOUNDS
from display.announcer.board import Board
from display.announcer.clips import load_chimes
from display.announcer.script import Script
from display.announcer.text import TEMPLATES
from display.announcer.voice_settings import read_voice
from tests.announcer.fixtures import call, hall_of, ticket

CHIMES = load_chimes(SOUNDS)
MONDAY_NOON = datetime.fromisoformat("2026-11-23T12:30:00+08:00").timestamp()


def script(**voice):
    board = Board()
    counters = [{"code": "1", "state": "open"}]
    board.load({"seq": 1, "hall": hall_of(**voice), "calls": [], "counters": counters})
    return Script.of(board, CHIMES)


def said(plan):
    return [sentence.language for sentence in plan.sentences]


def test_a_call_in_the_languages_of_the_hall():
    plan = script(languages=["zh-CN", "zh-HK", "en"]).call("A", call(), backlog=1, now=MONDAY_NOON)
    assert [sentence.shown for sentence in plan.sentences] == [
        "请A012号到3号窗口",
        "請A012號到3號窗口",
        "Ticket A012, please proceed to counter 3",
    ]
    assert (plan.chime, plan.volume, plan.rate, plan.reason) == (CHIMES["two-tone"], 1.0, 1.0, None)


TWO_ZONES = {
    "zones": [
        {"code": "A", "name": {"zh-CN": "东区", "en": "East"}, "where": {"zh-CN": "二楼", "en": "second floor"}},
        {"code": "B", "name": {"zh-CN": "西区", "en": "West"}},
    ],
    "counters": [
        {"code": "3", "zone": "A", "name": {}},
        {"code": "4", "zone": "B", "name": {}},
        {"code": "5", "zone": "A", "name": {}, "where": {"zh-CN": "地下一层", "en": "basement"}},
    ],
}


@pytest.mark.parametrize(
    ("counter", "apart", "zh", "en"),
    [
        ("3", True, "请A012号到二楼3号窗口", "Ticket A012, please proceed to counter 3, second floor"),
        ("3", False, "请A012号到3号窗口", "Ticket A012, please proceed to counter 3"),
        ("4", True, "请A012号到西区4号窗口", "Ticket A012, please proceed to counter 4, West"),
        ("5", False, "请A012号到地下一层5号窗口", "Ticket A012, please proceed to counter 5, basement"),
    ],
)
def test_the_way_is_said_to_people_elsewhere_and_to_a_counter_with_a_way_of_its_own(counter, apart, zh, en):
    speaks = script()
    speaks.board.hall |= TWO_ZONES
    plan = speaks.call("A", replace(call(), counter=counter), backlog=1, now=MONDAY_NOON, apart=apart)
    assert [sentence.shown for sentence in plan.sentences] == [zh, en]


def test_a_hall_of_one_zone_without_a_way_says_nothing_of_it():
    speaks = script()
    speaks.board.hall |= {"zones": [{"code": "A", "name": {"zh-CN": "东区", "en": "East"}}]}
    plan = speaks.call("A", call(), backlog=1, now=MONDAY_NOON, apart=True)
    assert plan.sentences[0].shown == "请A012号到3号窗口"


def test_a_sentence_of_its_own_loses_the_comma_with_the_way():
    speaks = script(templates={"en": "{number}: go to {where}, counter {counter}"}, languages=["en"])
    assert speaks.sentence("A1", "3", "en").shown == "A1: go to counter 3"


@pytest.mark.parametrize(("backlog", "languages"), [(3, ["zh-CN"]), (5, ["zh-CN"]), (8, [])])
def test_a_backlog_takes_languages_but_no_captions(backlog, languages):
    plan = script().call("A", call(), backlog=backlog, now=MONDAY_NOON)
    assert said(plan) == languages
    assert len(plan.captions) == 2
    assert plan.reason == "backlog"


@pytest.mark.parametrize(
    ("zone", "refused"),
    [({"enabled": False}, True), ({"speech": False, "chime": False}, True), ({"speech": False}, False), ({}, False)],
)
def test_a_zone_may_be_silent(zone, refused):
    plan = script(zones={"A": zone}).call("A", call(), backlog=1, now=MONDAY_NOON)
    assert isinstance(plan, Refused) is refused


def test_chime_and_speech_are_switched_separately():
    chime_only = script(zones={"A": {"speech": False}}).call("A", call(), backlog=1, now=MONDAY_NOON)
    assert (said(chime_only), chime_only.chime is None, chime_only.reason) == ([], False, None)
    speech_only = script(zones={"A": {"chime": False, "languages": ["en"]}}).call(
        "A", call(), backlog=1, now=MONDAY_NOON
    )
    assert (said(speech_only), speech_only.chime) == (["en"], None)


def test_quiet_hours_are_the_halls_own_time():
    quiet = [{"days": ["mon"], "from": "12:00", "to": "14:00", "volume": 0.4}]
    speaks = script(quiet=quiet)
    assert speaks.call("A", call(), backlog=1, now=MONDAY_NOON).volume == 0.4
    assert speaks.call("A", call(), backlog=1, now=MONDAY_NOON + 2 * 3600).volume == 1.0
    assert speaks.call("A", call(), backlog=1, now=MONDAY_NOON + 24 * 3600).volume == 1.0
    quiet[0]["volume"] = 0
    assert script(quiet=quiet).call("A", call(), backlog=1, now=MONDAY_NOON) == Refused(call(), "quiet_hours")


def test_a_quiet_night_goes_past_midnight():
    settings = read_voice({"quiet": [{"days": ["mon"], "from": "22:00", "to": "06:00", "volume": 0.1}]})
    local = [(23, "23:00", 0.1), (24, "05:59", 0.1), (24, "06:00", 1.0), (24, "23:00", 1.0), (23, "05:00", 1.0)]
    for day, clock, volume in local:
        assert settings.volume_at(datetime.fromisoformat(f"2026-11-{day}T{clock}:00+08:00")) == volume


def test_an_unknown_chime_is_the_usual_one_and_none_is_none():
    assert script(chime="gong").chime() == CHIMES["two-tone"]
    assert script(chime="soft").chime() == CHIMES["soft"]
    assert script(chime=None).chime() is None


def test_an_emergency_is_said_twice_after_the_alert_even_in_quiet_hours():
    speaks = script(quiet=[{"days": [], "from": "00:00", "to": "23:59", "volume": 0}], languages=["zh-CN", "zh-HK"])
    plan = speaks.notice("A", {"zh-CN": "请离开", "en": "Please leave"})
    assert [sentence.spoken for sentence in plan.sentences] == ["请离开"] * 4
    assert (len(plan.captions), plan.chime, plan.volume) == (2, CHIMES["alert"], 1.0)
    assert script(zones={"A": {"enabled": False}}).notice("A", {"zh-CN": "请离开"}) is None


def test_an_english_voice_is_not_given_chinese():
    plan = script(languages=["en"]).notice("A", {"zh-CN": "请离开"})
    assert isinstance(plan, Plan)
    assert plan.sentences == ()


def test_what_a_recorded_voice_needs():
    pieces = script(languages=["zh-CN"]).pieces()["zh-CN"]
    assert pieces == {"请", "号到", "号窗口", "A", "B", *"0123456789"}


def test_the_likely_sentences():
    speaks = script()
    speaks.board.apply({"seq": 2, "prev": 1, "kind": "ticket_issued", "ticket": ticket("A020", state="waiting")})
    assert [sentence.shown for sentence in speaks.likely()] == [
        "请A020号到1号窗口",
        "Ticket A020, please proceed to counter 1",
    ]


@pytest.mark.parametrize(
    "voice",
    [
        {"rate": 9},
        {"rate": True},
        {"volume": "loud"},
        {"quiet": [{"from": "x"}]},
        {"quiet": [7]},
        {"templates": {"en": "{x}"}},
    ],
)
def test_settings_that_cannot_be_used_are_named_and_have_their_default(voice):
    settings = read_voice(voice)
    assert len(settings.problems) == 1
    assert (settings.rate, settings.volume, settings.quiet, dict(settings.templates)) == (1.0, 1.0, (), TEMPLATES)


@pytest.mark.parametrize("voice", [{}, {"languages": []}, {"languages": "en"}, {"languages": ["fr"]}, {"zones": 3}])
def test_a_hall_that_says_nothing_speaks_chinese_and_english(voice):
    assert read_voice(voice).zone("A").languages == ("zh-CN", "en")


def test_a_hall_without_a_time_zone_uses_the_machines():
    board = Board()
    board.load({"seq": 1, "hall": {"code": "h", "time_zone": "Mars/Base"}, "calls": []})
    assert isinstance(Script.of(board, CHIMES).call("", call(), backlog=1, now=MONDAY_NOON), Plan)
