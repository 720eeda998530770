import pytest

from display.announcer.announcement import Order, Plan
from display.announcer.text import notice_sentences
from tests.announcer.cast import call
from tests.announcer.stage import CHIME, Stage


@pytest.fixture
def stage():
    return Stage()


def texts(order):
    return [item["text"] for _, item in order.items]


def test_a_call_from_queue_to_report(stage):
    stage.say(call(), now=100)
    speaker, order = stage.orders[0]
    assert speaker == "screen 7"
    assert [(item["role"], item["gap_ms"]) for _, item in order.items] == [
        ("chime", 0),
        ("speech", 100),
        ("speech", 300),
    ]
    assert texts(order) == [None, "请A012号到3号窗口", "Ticket A012, please proceed to counter 3"]
    assert stage.captions == [(["请A012号到3号窗口", "Ticket A012, please proceed to counter 3"], order.seconds)]
    stage.played(now=109)
    assert stage.reports == [("A012", "spoken", None, "screen")]


def test_it_is_remembered_before_it_sounds_and_while_it_does(stage):
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    assert [started.number for started in stage.started] == ["A012"]
    assert stage.orders == []
    stage.rendered(now=100)
    assert stage.now_sounding == stage.orders[0][1]
    stage.played(now=109)
    assert stage.now_sounding is None


def test_one_at_a_time_with_a_pause_between(stage):
    stage.say(call("A001", seq=1), now=100)
    stage.zone.queue.add(call("A002", seq=2))
    stage.zone.step(now=101)
    assert len(stage.jobs) == 1
    stage.played(now=109)
    stage.zone.step(now=109.6)
    assert len(stage.jobs) == 1
    assert stage.zone.wake_at() == 109.7
    stage.zone.step(now=109.7)
    assert len(stage.jobs) == 2


def test_what_was_dropped_is_reported(stage):
    stage.gone = {"A001"}
    stage.zone.queue.add(call("A001", seq=1))
    stage.zone.queue.add(call("A002", seq=2, at=20))
    stage.say(call("A003", seq=3), now=100)
    assert stage.reports == [("A001", "dropped", "no_longer_called", None), ("A002", "dropped", "stale", None)]
    assert len(stage.started) == 3
    assert stage.orders[0][1].call.number == "A003"


def test_a_silent_zone_says_so_and_goes_on(stage):
    stage.refuse = "zone_silent"
    stage.zone.queue.add(call("A001", seq=1))
    stage.zone.queue.add(call("A002", seq=2))
    stage.zone.step(now=100)
    assert [report[:3] for report in stage.reports] == [
        ("A001", "dropped", "zone_silent"),
        ("A002", "dropped", "zone_silent"),
    ]
    assert stage.captions == []


def test_a_language_that_cannot_be_said_is_left_out(stage):
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    stage.rendered(now=100, lacking=("zh-CN",))
    assert texts(stage.orders[0][1]) == [None, "Ticket A012, please proceed to counter 3"]
    assert len(stage.captions[0][0]) == 2
    stage.played(now=105)
    assert stage.reports[0][1] == "spoken"


def test_a_dead_voice_leaves_chime_and_captions(stage):
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    stage.rendered(now=100, lacking=("zh-CN", "en"))
    assert [clip for clip, _ in stage.orders[0][1].items] == [CHIME]
    assert len(stage.captions[0][0]) == 2
    assert stage.captions[0][1] >= 6
    stage.played(now=102)
    assert stage.reports == [("A012", "failed", "no_voice", "screen")]


def test_a_voice_that_takes_too_long_is_not_waited_for(stage):
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    stage.zone.step(now=103.9)
    assert stage.orders == []
    stage.zone.step(now=104)
    assert [clip for clip, _ in stage.orders[0][1].items] == [CHIME]
    stage.rendered(now=105)
    assert len(stage.orders) == 1


def test_clips_that_could_not_be_uploaded_leave_the_chime(stage):
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    stage.rendered(now=100, uploaded=False)
    assert [clip for clip, _ in stage.orders[0][1].items] == [CHIME]


def test_the_card_needs_no_upload(stage):
    stage.speakers = ["card"]
    stage.say(call(), now=100)
    assert stage.jobs[0].upload is False
    assert len(stage.orders[0][1].items) == 3
    stage.played(now=108)
    assert stage.reports == [("A012", "spoken", None, "card")]


def test_without_any_loudspeaker_the_words_are_shown(stage):
    stage.speakers = []
    stage.zone.queue.add(call("A001", seq=1))
    stage.zone.queue.add(call("A002", seq=2))
    stage.zone.step(now=100)
    assert [report[:3] for report in stage.reports] == [
        ("A001", "failed", "no_loudspeaker"),
        ("A002", "failed", "no_loudspeaker"),
    ]
    assert len(stage.captions) == 2
    assert stage.jobs == []


def test_no_answer_within_duration_and_three_seconds_next_item_next_owner(stage):
    stage.say(call("A001", seq=1), now=100)
    stage.zone.queue.add(call("A002", seq=2))
    end = 100 + stage.orders[0][1].seconds
    stage.zone.step(now=end + 2.9)
    assert stage.reports == []
    stage.zone.step(now=end + 3)
    assert stage.reports == [("A001", "failed", "no_answer", "screen")]
    assert stage.faults == [("screen 7", "no_answer")]
    stage.zone.step(now=end + 3.7)
    stage.rendered(now=end + 3.7)
    assert stage.orders[1][0] == "screen 8"


def test_what_a_restart_of_the_server_cut_off_is_said_once_more(stage):
    stage.say(call("A001", seq=1), now=100)
    end = 100 + stage.orders[0][1].seconds + 3
    stage.online_since = 101
    stage.zone.step(now=end)
    stage.rendered(now=end)
    assert [speaker for speaker, _ in stage.orders] == ["screen 7", "screen 7"]
    assert (stage.reports, stage.faults) == ([], [])
    stage.played(now=end + 5)
    assert stage.reports == [("A001", "spoken", None, "screen")]


def test_what_a_page_that_is_loaded_anew_was_saying_is_said_once_more_at_once(stage):
    stage.say(call("A001", seq=1), now=100)
    stage.zone.lost("screen 8", now=101)
    assert len(stage.orders) == 1 and len(stage.jobs) == 1, "another screen's"
    stage.zone.lost("screen 7", now=102)
    stage.rendered(now=102)
    assert [speaker for speaker, _ in stage.orders] == ["screen 7", "screen 7"]
    assert (stage.reports, stage.faults) == ([], [])
    stage.played(now=107)
    assert stage.reports == [("A001", "spoken", None, "screen")]


def test_a_page_that_is_loaded_anew_ends_the_wait_for_a_call_that_is_over(stage):
    stage.say(call("A001", seq=1), now=100)
    stage.zone.queue.add(call("A002", seq=2))
    stage.gone.add("A001")
    stage.zone.lost("screen 7", now=102)
    assert stage.reports == [("A001", "failed", "no_answer", "screen")] and stage.faults == []
    stage.zone.step(now=102.8)
    stage.rendered(now=102.8)
    assert stage.orders[1][0] == "screen 7"


def test_a_call_that_is_over_is_not_said_after_a_restart(stage):
    stage.say(call("A001", seq=1), now=100)
    stage.online_since = 101
    stage.gone.add("A001")
    stage.zone.step(now=100 + stage.orders[0][1].seconds + 3)
    assert stage.reports == [("A001", "failed", "no_answer", "screen")]
    assert len(stage.orders) == 1


@pytest.mark.parametrize("error", ["blocked", "muted", "off", "silent", "unknown_device", "offline"])
def test_a_screen_that_made_no_sound_is_replaced_at_once(stage, error):
    stage.say(call(), now=100)
    stage.played(now=100.1, ok=False, error=error)
    stage.rendered(now=100.2)
    assert stage.orders[1][0] == "screen 8"
    assert stage.reports == []
    stage.played(now=109)
    assert stage.reports == [("A012", "spoken", None, "screen")]


def test_when_the_last_screen_fails_too_it_has_failed(stage):
    stage.say(call(), now=100)
    stage.played(now=100.1, ok=False, error="blocked")
    stage.rendered(now=100.1)
    stage.played(now=100.2, ok=False, error="blocked")
    assert stage.reports == [("A012", "failed", "blocked", "screen")]


def test_a_screen_without_the_clip_gets_it_again_but_not_for_ever(stage):
    stage.say(call(), now=100)
    for _ in range(2):
        stage.played(now=101, ok=False, error="clip")
        stage.rendered(now=101)
    stage.played(now=102, ok=False, error="clip")
    assert [speaker for speaker, _ in stage.orders] == ["screen 7"] * 3
    assert stage.reports == [("A012", "failed", "clip", "screen")]


def test_a_loudspeaker_that_another_zone_uses_is_waited_for(stage):
    stage.taken = {"screen 7"}
    stage.zone.queue.add(call())
    stage.zone.step(now=100)
    assert stage.jobs == []
    stage.taken = set()
    stage.zone.step(now=stage.zone.wake_at())
    assert len(stage.jobs) == 1


def test_answers_to_other_plays_are_passed_over(stage):
    stage.say(call(), now=100)
    stage.zone.played("A.1.1", ok=False, error="blocked", now=101)
    assert stage.reports == []
    assert stage.faults == []


def emergency():
    said = tuple(notice_sentences("火警", language="zh-CN"))
    return Plan(said, said, CHIME, volume=1.0, rate=1.0)


def test_an_emergency_cuts_the_call_which_comes_again_after_it(stage):
    stage.languages = ("zh-CN",)
    stage.say(call(), now=100)
    stage.zone.urgent(emergency(), now=102)
    assert stage.stopped == [("screen 7", stage.orders[0][1].play)]
    stage.rendered(now=102)
    assert texts(stage.orders[1][1])[1] == "火警"
    stage.played(now=110)
    stage.zone.step(now=111)
    stage.rendered(now=111)
    assert stage.orders[2][1].call.number == "A012"
    assert stage.reports == [(None, "spoken", None, "screen")]


def test_an_emergency_that_is_over_is_not_said_to_its_end(stage):
    stage.zone.urgent(emergency(), now=100)
    stage.rendered(now=100)
    stage.zone.quieten(now=101)
    assert stage.stopped == [("screen 7", stage.orders[0][1].play)]
    assert stage.zone.speaker is None


def test_a_call_is_not_cut_by_the_end_of_an_emergency(stage):
    stage.say(call(), now=100)
    stage.zone.quieten(now=101)
    assert stage.stopped == []
    assert stage.zone.speaker == "screen 7"


def test_a_call_that_was_undone_is_not_said_to_its_end(stage):
    stage.say(call(), now=100)
    stage.zone.withdraw(call("A013"), now=101)
    assert stage.stopped == []
    stage.zone.withdraw(call(), now=101)
    assert stage.stopped == [("screen 7", stage.orders[0][1].play)]
    assert stage.reports == [("A012", "dropped", "no_longer_called", "screen")]


def test_after_a_restart_the_answer_is_waited_for(stage):
    order = Order("A.1.1", "A", call(), (), 1.0)
    stage.zone.resume(order, Plan((), (), None, volume=1, rate=1, call=call()), "screen 7", until=110)
    stage.zone.queue.add(call("A013", seq=11))
    stage.zone.step(now=105)
    assert stage.jobs == []
    stage.zone.played("A.1.1", ok=True, error=None, now=106)
    assert stage.reports == [("A012", "spoken", None, "screen")]
    stage.zone.step(now=107)
    assert len(stage.jobs) == 1


def test_a_servers_clock_that_is_set_back_does_not_silence_the_zone(stage):
    stage.say(call(at=10_000), now=10_000)
    stage.zone.queue.add(call("A013", seq=11))
    stage.zone.step(now=100)
    assert stage.reports == [("A012", "failed", "no_answer", "screen")]
    stage.zone.step(now=101)
    assert len(stage.jobs) == 2


def test_chime_only_in_a_great_backlog_counts_as_spoken(stage):
    for number in range(8):
        stage.zone.queue.add(call(f"A{number:03}", seq=number))
    stage.zone.step(now=100)
    stage.rendered(now=100)
    assert [clip for clip, _ in stage.orders[0][1].items] == [CHIME]
    stage.played(now=101)
    assert stage.reports == [("A000", "spoken", "backlog", "screen")]


def test_after_a_restart_of_the_server_a_fresh_call_waits_for_the_screens(stage):
    screens, stage.speakers, stage.returning = stage.speakers, [], True
    stage.zone.queue.add(call("A001"))
    stage.zone.step(now=100)
    assert (stage.reports, stage.jobs) == ([], [])
    stage.speakers = screens
    stage.zone.step(now=100.5)
    stage.rendered(100.5)
    assert stage.orders[0][1].call.number == "A001"


def test_when_no_screen_came_back_the_call_is_given_up(stage):
    stage.speakers, stage.returning = [], True
    stage.zone.queue.add(call("A001"))
    stage.zone.step(now=100)
    stage.returning = False
    stage.zone.step(now=100.5)
    assert stage.reports[0][:3] == ("A001", "failed", "no_loudspeaker")


TRIAL = Plan(tuple(notice_sentences("试音", language="zh-CN")), (), CHIME, volume=1.0, rate=1.0, trial=True)


def test_a_trial_sounds_where_nothing_is_said_and_is_in_no_log(stage):
    assert stage.zone.try_out(TRIAL, "screen 8", now=100)
    stage.rendered(now=100)
    ((speaker, order),) = stage.orders
    assert (speaker, order.call, texts(order)) == ("screen 8", None, [None, "试音"])
    stage.played(now=109)
    assert [number for number, *_ in stage.reports] == [None]
    assert (stage.started, stage.now_sounding) == ([], None)


def test_a_trial_never_stands_before_a_call(stage):
    stage.zone.queue.add(call())
    assert not stage.zone.try_out(TRIAL, "screen 7", now=100)
    stage.say(call("A013", seq=2), now=100)
    assert not stage.zone.try_out(TRIAL, "screen 7", now=101)
    assert {order.call.number for _, order in stage.orders} == {"A012"}


@pytest.mark.parametrize("sounds", [False, True], ids=["being made", "sounding"])
def test_a_call_ends_a_trial_and_is_said_at_once(stage, sounds):
    assert stage.zone.try_out(TRIAL, "screen 7", now=100)
    if sounds:
        stage.rendered(now=100)
    stage.zone.end_trial(now=101)
    assert bool(stage.stopped) is sounds
    stage.say(call(), now=101)
    assert stage.orders[-1][1].call.number == "A012"
    stage.zone.end_trial(now=102)
    stage.played(now=109)
    assert stage.reports[-1] == ("A012", "spoken", None, "screen")


def test_a_trial_waits_for_no_loudspeaker_that_another_zone_uses(stage):
    stage.taken = {"screen 7"}
    assert not stage.zone.try_out(TRIAL, "screen 7", now=100)


@pytest.mark.parametrize("how", ["muted", "loaded anew", "silent after a restart"])
def test_a_trial_that_fails_is_said_by_no_other_loudspeaker(stage, how):
    assert stage.zone.try_out(TRIAL, "screen 8", now=100)
    stage.rendered(now=100)
    if how == "muted":
        stage.played(now=101, ok=False, error="muted")
    elif how == "loaded anew":
        stage.zone.lost("screen 8", now=101)
    else:
        stage.online_since = 101
        stage.zone.step(now=stage.zone.wake_at() + 1)
    assert [speaker for speaker, _ in stage.orders] == ["screen 8"]
    assert len(stage.jobs) == 1
