import pytest

from display.announcer.announcement import Order, Plan
from display.announcer.text import notice_sentences
from tests.announcer.fake_outputs import CHIME, FakeOutputs
from tests.announcer.fixtures import call


@pytest.fixture
def outputs():
    return FakeOutputs()


def texts(order):
    return [item["text"] for _, item in order.items]


def test_a_call_from_queue_to_report(outputs):
    outputs.say(call(), now=100)
    speaker, order = outputs.orders[0]
    assert speaker == "screen 7"
    assert [(item["role"], item["gap_ms"]) for _, item in order.items] == [
        ("chime", 0),
        ("speech", 100),
        ("speech", 300),
    ]
    assert texts(order) == [None, "请A012号到3号窗口", "Ticket A012, please proceed to counter 3"]
    assert outputs.captions == [(["请A012号到3号窗口", "Ticket A012, please proceed to counter 3"], order.seconds)]
    outputs.played(now=109)
    assert outputs.reports == [("A012", "spoken", None, "screen")]


def test_it_is_remembered_before_it_sounds_and_while_it_does(outputs):
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    assert [started.number for started in outputs.started] == ["A012"]
    assert outputs.orders == []
    outputs.rendered(now=100)
    assert outputs.now_sounding == outputs.orders[0][1]
    outputs.played(now=109)
    assert outputs.now_sounding is None


def test_one_at_a_time_with_a_pause_between(outputs):
    outputs.say(call("A001", seq=1), now=100)
    outputs.zone.queue.add(call("A002", seq=2))
    outputs.zone.step(now=101)
    assert len(outputs.jobs) == 1
    outputs.played(now=109)
    outputs.zone.step(now=109.6)
    assert len(outputs.jobs) == 1
    assert outputs.zone.wake_at() == 109.7
    outputs.zone.step(now=109.7)
    assert len(outputs.jobs) == 2


def test_what_was_dropped_is_reported(outputs):
    outputs.gone = {"A001"}
    outputs.zone.queue.add(call("A001", seq=1))
    outputs.zone.queue.add(call("A002", seq=2, at=20))
    outputs.say(call("A003", seq=3), now=100)
    assert outputs.reports == [("A001", "dropped", "no_longer_called", None), ("A002", "dropped", "stale", None)]
    assert len(outputs.started) == 3
    assert outputs.orders[0][1].call.number == "A003"


def test_a_silent_zone_says_so_and_goes_on(outputs):
    outputs.refuse = "zone_silent"
    outputs.zone.queue.add(call("A001", seq=1))
    outputs.zone.queue.add(call("A002", seq=2))
    outputs.zone.step(now=100)
    assert [report[:3] for report in outputs.reports] == [
        ("A001", "dropped", "zone_silent"),
        ("A002", "dropped", "zone_silent"),
    ]
    assert outputs.captions == []


def test_a_language_that_cannot_be_said_is_left_out(outputs):
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    outputs.rendered(now=100, lacking=("zh-CN",))
    assert texts(outputs.orders[0][1]) == [None, "Ticket A012, please proceed to counter 3"]
    assert len(outputs.captions[0][0]) == 2
    outputs.played(now=105)
    assert outputs.reports[0][1] == "spoken"


def test_a_dead_voice_leaves_chime_and_captions(outputs):
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    outputs.rendered(now=100, lacking=("zh-CN", "en"))
    assert [clip for clip, _ in outputs.orders[0][1].items] == [CHIME]
    assert len(outputs.captions[0][0]) == 2
    assert outputs.captions[0][1] >= 6
    outputs.played(now=102)
    assert outputs.reports == [("A012", "failed", "no_voice", "screen")]


def test_a_voice_that_takes_too_long_is_not_waited_for(outputs):
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    outputs.zone.step(now=103.9)
    assert outputs.orders == []
    outputs.zone.step(now=104)
    assert [clip for clip, _ in outputs.orders[0][1].items] == [CHIME]
    outputs.rendered(now=105)
    assert len(outputs.orders) == 1


def test_clips_that_could_not_be_uploaded_leave_the_chime(outputs):
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    outputs.rendered(now=100, uploaded=False)
    assert [clip for clip, _ in outputs.orders[0][1].items] == [CHIME]


def test_the_card_needs_no_upload(outputs):
    outputs.speakers = ["card"]
    outputs.say(call(), now=100)
    assert outputs.jobs[0].upload is False
    assert len(outputs.orders[0][1].items) == 3
    outputs.played(now=108)
    assert outputs.reports == [("A012", "spoken", None, "card")]


def test_without_any_loudspeaker_the_words_are_shown(outputs):
    outputs.speakers = []
    outputs.zone.queue.add(call("A001", seq=1))
    outputs.zone.queue.add(call("A002", seq=2))
    outputs.zone.step(now=100)
    assert [report[:3] for report in outputs.reports] == [
        ("A001", "failed", "no_loudspeaker"),
        ("A002", "failed", "no_loudspeaker"),
    ]
    assert len(outputs.captions) == 2
    assert outputs.jobs == []


def test_no_answer_within_duration_and_three_seconds_next_item_next_owner(outputs):
    outputs.say(call("A001", seq=1), now=100)
    outputs.zone.queue.add(call("A002", seq=2))
    end = 100 + outputs.orders[0][1].seconds
    outputs.zone.step(now=end + 2.9)
    assert outputs.reports == []
    outputs.zone.step(now=end + 3)
    assert outputs.reports == [("A001", "failed", "no_answer", "screen")]
    assert outputs.faults == [("screen 7", "no_answer")]
    outputs.zone.step(now=end + 3.7)
    outputs.rendered(now=end + 3.7)
    assert outputs.orders[1][0] == "screen 8"


def test_what_a_restart_of_the_server_cut_off_is_said_once_more(outputs):
    outputs.say(call("A001", seq=1), now=100)
    end = 100 + outputs.orders[0][1].seconds + 3
    outputs.online_since = 101
    outputs.zone.step(now=end)
    outputs.rendered(now=end)
    assert [speaker for speaker, _ in outputs.orders] == ["screen 7", "screen 7"]
    assert (outputs.reports, outputs.faults) == ([], [])
    outputs.played(now=end + 5)
    assert outputs.reports == [("A001", "spoken", None, "screen")]


def test_what_a_page_that_is_loaded_anew_was_saying_is_said_once_more_at_once(outputs):
    outputs.say(call("A001", seq=1), now=100)
    outputs.zone.lost("screen 8", now=101)
    assert len(outputs.orders) == 1 and len(outputs.jobs) == 1, "another screen's"
    outputs.zone.lost("screen 7", now=102)
    outputs.rendered(now=102)
    assert [speaker for speaker, _ in outputs.orders] == ["screen 7", "screen 7"]
    assert (outputs.reports, outputs.faults) == ([], [])
    outputs.played(now=107)
    assert outputs.reports == [("A001", "spoken", None, "screen")]


def test_a_page_that_is_loaded_anew_ends_the_wait_for_a_call_that_is_over(outputs):
    outputs.say(call("A001", seq=1), now=100)
    outputs.zone.queue.add(call("A002", seq=2))
    outputs.gone.add("A001")
    outputs.zone.lost("screen 7", now=102)
    assert outputs.reports == [("A001", "failed", "no_answer", "screen")] and outputs.faults == []
    outputs.zone.step(now=102.8)
    outputs.rendered(now=102.8)
    assert outputs.orders[1][0] == "screen 7"


def test_a_call_that_is_over_is_not_said_after_a_restart(outputs):
    outputs.say(call("A001", seq=1), now=100)
    outputs.online_since = 101
    outputs.gone.add("A001")
    outputs.zone.step(now=100 + outputs.orders[0][1].seconds + 3)
    assert outputs.reports == [("A001", "failed", "no_answer", "screen")]
    assert len(outputs.orders) == 1


@pytest.mark.parametrize("error", ["blocked", "muted", "off", "silent", "unknown_device", "offline"])
def test_a_screen_that_made_no_sound_is_replaced_at_once(outputs, error):
    outputs.say(call(), now=100)
    outputs.played(now=100.1, ok=False, error=error)
    outputs.rendered(now=100.2)
    assert outputs.orders[1][0] == "screen 8"
    assert outputs.reports == []
    outputs.played(now=109)
    assert outputs.reports == [("A012", "spoken", None, "screen")]


def test_when_the_last_screen_fails_too_it_has_failed(outputs):
    outputs.say(call(), now=100)
    outputs.played(now=100.1, ok=False, error="blocked")
    outputs.rendered(now=100.1)
    outputs.played(now=100.2, ok=False, error="blocked")
    assert outputs.reports == [("A012", "failed", "blocked", "screen")]


def test_a_screen_without_the_clip_gets_it_again_but_not_for_ever(outputs):
    outputs.say(call(), now=100)
    for _ in range(2):
        outputs.played(now=101, ok=False, error="clip")
        outputs.rendered(now=101)
    outputs.played(now=102, ok=False, error="clip")
    assert [speaker for speaker, _ in outputs.orders] == ["screen 7"] * 3
    assert outputs.reports == [("A012", "failed", "clip", "screen")]


def test_a_loudspeaker_that_another_zone_uses_is_waited_for(outputs):
    outputs.taken = {"screen 7"}
    outputs.zone.queue.add(call())
    outputs.zone.step(now=100)
    assert outputs.jobs == []
    outputs.taken = set()
    outputs.zone.step(now=outputs.zone.wake_at())
    assert len(outputs.jobs) == 1


def test_answers_to_other_plays_are_passed_over(outputs):
    outputs.say(call(), now=100)
    outputs.zone.played("A.1.1", ok=False, error="blocked", now=101)
    assert outputs.reports == []
    assert outputs.faults == []


def emergency():
    said = tuple(notice_sentences("火警", language="zh-CN"))
    return Plan(said, said, CHIME, volume=1.0, rate=1.0)


def test_an_emergency_cuts_the_call_which_comes_again_after_it(outputs):
    outputs.languages = ("zh-CN",)
    outputs.say(call(), now=100)
    outputs.zone.urgent(emergency(), now=102)
    assert outputs.stopped == [("screen 7", outputs.orders[0][1].play)]
    outputs.rendered(now=102)
    assert texts(outputs.orders[1][1])[1] == "火警"
    outputs.played(now=110)
    outputs.zone.step(now=111)
    outputs.rendered(now=111)
    assert outputs.orders[2][1].call.number == "A012"
    assert outputs.reports == [(None, "spoken", None, "screen")]


def test_an_emergency_that_is_over_is_not_said_to_its_end(outputs):
    outputs.zone.urgent(emergency(), now=100)
    outputs.rendered(now=100)
    outputs.zone.quieten(now=101)
    assert outputs.stopped == [("screen 7", outputs.orders[0][1].play)]
    assert outputs.zone.speaker is None


def test_a_call_is_not_cut_by_the_end_of_an_emergency(outputs):
    outputs.say(call(), now=100)
    outputs.zone.quieten(now=101)
    assert outputs.stopped == []
    assert outputs.zone.speaker == "screen 7"


def test_a_call_that_was_undone_is_not_said_to_its_end(outputs):
    outputs.say(call(), now=100)
    outputs.zone.withdraw(call("A013"), now=101)
    assert outputs.stopped == []
    outputs.zone.withdraw(call(), now=101)
    assert outputs.stopped == [("screen 7", outputs.orders[0][1].play)]
    assert outputs.reports == [("A012", "dropped", "no_longer_called", "screen")]


def test_after_a_restart_the_answer_is_waited_for(outputs):
    order = Order("A.1.1", "A", call(), (), 1.0)
    outputs.zone.resume(order, Plan((), (), None, volume=1, rate=1, call=call()), "screen 7", until=110)
    outputs.zone.queue.add(call("A013", seq=11))
    outputs.zone.step(now=105)
    assert outputs.jobs == []
    outputs.zone.played("A.1.1", ok=True, error=None, now=106)
    assert outputs.reports == [("A012", "spoken", None, "screen")]
    outputs.zone.step(now=107)
    assert len(outputs.jobs) == 1


def test_a_servers_clock_that_is_set_back_does_not_silence_the_zone(outputs):
    outputs.say(call(at=10_000), now=10_000)
    outputs.zone.queue.add(call("A013", seq=11))
    outputs.zone.step(now=100)
    assert outputs.reports == [("A012", "failed", "no_answer", "screen")]
    outputs.zone.step(now=101)
    assert len(outputs.jobs) == 2


def test_chime_only_in_a_great_backlog_counts_as_spoken(outputs):
    for number in range(8):
        outputs.zone.queue.add(call(f"A{number:03}", seq=number))
    outputs.zone.step(now=100)
    outputs.rendered(now=100)
    assert [clip for clip, _ in outputs.orders[0][1].items] == [CHIME]
    outputs.played(now=101)
    assert outputs.reports == [("A000", "spoken", "backlog", "screen")]


def test_after_a_restart_of_the_server_a_fresh_call_waits_for_the_screens(outputs):
    screens, outputs.speakers, outputs.returning = outputs.speakers, [], True
    outputs.zone.queue.add(call("A001"))
    outputs.zone.step(now=100)
    assert (outputs.reports, outputs.jobs) == ([], [])
    outputs.speakers = screens
    outputs.zone.step(now=100.5)
    outputs.rendered(100.5)
    assert outputs.orders[0][1].call.number == "A001"


def test_when_no_screen_came_back_the_call_is_given_up(outputs):
    outputs.speakers, outputs.returning = [], True
    outputs.zone.queue.add(call("A001"))
    outputs.zone.step(now=100)
    outputs.returning = False
    outputs.zone.step(now=100.5)
    assert outputs.reports[0][:3] == ("A001", "failed", "no_loudspeaker")


TRIAL = Plan(tuple(notice_sentences("试音", language="zh-CN")), (), CHIME, volume=1.0, rate=1.0, trial=True)


def test_a_trial_sounds_where_nothing_is_said_and_is_in_no_log(outputs):
    assert outputs.zone.try_out(TRIAL, "screen 8", now=100)
    outputs.rendered(now=100)
    ((speaker, order),) = outputs.orders
    assert (speaker, order.call, texts(order)) == ("screen 8", None, [None, "试音"])
    outputs.played(now=109)
    assert [number for number, *_ in outputs.reports] == [None]
    assert (outputs.started, outputs.now_sounding) == ([], None)


def test_a_trial_never_stands_before_a_call(outputs):
    outputs.zone.queue.add(call())
    assert not outputs.zone.try_out(TRIAL, "screen 7", now=100)
    outputs.say(call("A013", seq=2), now=100)
    assert not outputs.zone.try_out(TRIAL, "screen 7", now=101)
    assert {order.call.number for _, order in outputs.orders} == {"A012"}


@pytest.mark.parametrize("sounds", [False, True], ids=["being made", "sounding"])
def test_a_call_ends_a_trial_and_is_said_at_once(outputs, sounds):
    assert outputs.zone.try_out(TRIAL, "screen 7", now=100)
    if sounds:
        outputs.rendered(now=100)
    outputs.zone.end_trial(now=101)
    assert bool(outputs.stopped) is sounds
    outputs.say(call(), now=101)
    assert outputs.orders[-1][1].call.number == "A012"
    outputs.zone.end_trial(now=102)
    outputs.played(now=109)
    assert outputs.reports[-1] == ("A012", "spoken", None, "screen")


def test_a_trial_waits_for_no_loudspeaker_that_another_zone_uses(outputs):
    outputs.taken = {"screen 7"}
    assert not outputs.zone.try_out(TRIAL, "screen 7", now=100)


@pytest.mark.parametrize("how", ["muted", "loaded anew", "silent after a restart"])
def test_a_trial_that_fails_is_said_by_no_other_loudspeaker(outputs, how):
    assert outputs.zone.try_out(TRIAL, "screen 8", now=100)
    outputs.rendered(now=100)
    if how == "muted":
        outputs.played(now=101, ok=False, error="muted")
    elif how == "loaded anew":
        outputs.zone.lost("screen 8", now=101)
    else:
        outputs.online_since = 101
        outputs.zone.step(now=outputs.zone.wake_at() + 1)
    assert [speaker for speaker, _ in outputs.orders] == ["screen 8"]
    assert len(outputs.jobs) == 1
