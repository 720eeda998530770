import pytest

from client.rest import Refused, Unreachable
from counter_client.terminal.press import press


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("enter", "start"),
        ("n", "start"),
        ("N", "start"),
        ("s", "start"),
        ("5", "start"),
        ("r", "recall"),
        ("+", "recall"),
        ("x", "no_show"),
        ("-", "no_show"),
        ("g", "go_on"),
        ("c", "complete"),
        ("0", "complete"),
        ("insert", "complete"),
    ],
)
def test_a_key_sends_its_command(serving_console, desk, key, command):
    press(serving_console, key)
    assert desk.sent[0][:2] == (command, {"hall": "main", "counter": "3"})


@pytest.mark.parametrize("key", ["s", "r", "x", "h", "c", "t", "a", "u", "w", "l"])
def test_without_a_ticket_nothing_is_sent_and_it_says_so(console, desk, key):
    press(console, key)
    assert desk.names == []
    assert console.note.text == "No ticket at this counter"


def test_a_held_key_counts_once(console, desk, clock):
    press(console, "n")
    desk.answer({})
    for _ in range(40):
        clock.move(0.033)
        press(console, "n")
    clock.move(0.5)
    press(console, "n")  # the first repeat of another press comes after half a second
    assert desk.names == ["call_next"]
    clock.move(1)
    press(console, "n")
    assert desk.names == ["call_next", "call_next"]


def test_a_second_command_waits_for_the_first_answer(serving_console, desk):
    press(serving_console, "r")
    press(serving_console, "c")
    assert desk.names == ["recall"]


def test_pause_asks_for_the_reason_and_the_same_key_resumes(console, desk, clock, make):
    press(console, "p")
    press(console, "2")
    assert desk.sent[0][:2] == ("pause", {"hall": "main", "counter": "3", "reason": "meal"})
    desk.answer({"counter": make.counter("3", state="paused", reason="meal")})
    clock.move(1)
    press(console, ".")
    assert desk.names == ["pause", "resume"]


def test_transfer_asks_where_to_and_in_which_place(serving_console, desk):
    for key in ("t", "down", "enter", "2"):
        press(serving_console, key)
    assert desk.sent[0][:2] == ("transfer", {"hall": "main", "counter": "3", "to": "social", "place": "front"})


def test_transfer_offers_the_other_counters(serving_console, desk):
    for key in ("t", "3", "enter"):
        press(serving_console, key)
    assert desk.sent[0][1]["to"] == "4"


def test_transfer_says_where_nobody_is_on_duty(serving_console):
    press(serving_console, "t")
    assert [option for option, _ in serving_console.dialog.options] == [
        "General",
        "Social insurance (nobody on duty)",
        "counter 4 (nobody on duty)",
    ]


def test_the_slash_searches_unless_the_pad_is_meant(serving_console):
    press(serving_console, "/")
    assert serving_console.dialog.title == "Search a number"
    press(serving_console, "escape")
    press(serving_console, "/", slash_transfers=True)
    assert serving_console.dialog is None  # the same key again too soon
    serving_console._key_at.clear()
    press(serving_console, "/", slash_transfers=True)
    assert serving_console.dialog.title == "Transfer to"


def test_escape_leaves_a_question_without_sending(serving_console, desk):
    press(serving_console, "t")
    press(serving_console, "escape")
    assert serving_console.dialog is None
    assert desk.names == []


def test_take_back_lists_held_and_missed(console, desk, make):
    console.board.held = [make.ticket("A003", state="held")]
    console.board.parked = [make.ticket("A005", state="parked")]
    press(console, "b")
    assert [label for label, _ in console.dialog.options] == ["A003  held", "A005  not here"]
    press(console, "2")
    assert desk.sent[0][:2] == ("take_back", {"hall": "main", "counter": "3", "number": "A005"})


def test_take_back_with_nobody_aside_says_so(console, desk):
    press(console, "b")
    assert desk.names == []
    assert console.note.text == "Nobody is held or not here"


@pytest.mark.parametrize(("counter", "offered"), [("3", "reopen"), ("4", None)])
def test_search_offers_to_go_on_with_what_this_counter_completed(console, desk, make, counter, offered):
    for key in ("f", "1", "enter"):
        press(console, key)
    desk.asked[-1][2]({"ok": True, "tickets": [make.ticket("A011", state="completed", counter=counter)]})
    console._key_at.clear()
    press(console, "enter")
    press(console, "1")
    assert desk.names == ([offered] if offered else [])


def test_search_offers_to_call_a_waiting_ticket(console, desk, make):
    for key in ("f", "0", "7", "enter"):
        press(console, key)
    name, payload, then = desk.asked[-1]
    assert (name, payload) == ("search", {"hall": "main", "q": "07"})
    then({"ok": True, "tickets": [make.ticket("A007")]})
    for key in ("1", "enter", "2"):
        console._key_at.clear()
        press(console, key)
    called = {"number": "A007", "reason": "Was here before, brings what was missing"}
    assert desk.sent[0][:2] == ("call", {"hall": "main", "counter": "3"} | called)


def test_undo_only_within_its_time(serving_console, desk, clock, make):
    press(serving_console, "r")
    desk.answer({"undo_until": make.time(clock.now.replace(second=10))})
    assert serving_console.undo_left() == 10
    press(serving_console, "z")
    assert desk.names == ["recall", "undo"]
    desk.answer({"undo_until": None})
    clock.move(11)
    press(serving_console, "z")
    assert desk.names == ["recall", "undo"]
    assert serving_console.note.text == "There is nothing to undo"


def test_a_refusal_is_shown_in_its_words(console, desk):
    press(console, "n")
    desk.answer(Refused("called_elsewhere", {"counter": "4"}, "A013 was called by counter 4 2 seconds ago"))
    assert console.note.text == "A013 was called by counter 4 2 seconds ago"
    assert console.pending is None


def test_no_answer_is_not_called_a_failure(console, desk):
    press(console, "n")
    desk.answer(Unreachable("gone"))
    assert "what the screen shows" in console.note.text


def test_offline_nothing_is_sent(console, desk):
    console.lost(Unreachable("gone"))
    press(console, "n")
    assert desk.names == []
    assert console.note.text == "No connection: nothing was sent"


def test_leaving_signs_off_first(console, desk):
    press(console, "q")
    press(console, "enter")
    assert desk.names == ["sign_off"]
    assert not desk.left
    desk.answer({})
    assert desk.left


def test_leaving_without_signing_off(console, desk):
    press(console, "q")
    press(console, "2")
    assert desk.names == []
    assert desk.left


def test_next_in_the_breath_after_a_call_does_nothing_and_says_so(serving_console, desk, clock):
    serving_console.board.hall["rules"] = {"next_guard_s": 1.5}
    press(serving_console, "enter")
    assert desk.names == []
    assert serving_console.note.text == "A012 was called just now: press again when they are here"
    clock.move(1.5)
    press(serving_console, "enter")
    assert desk.names == ["start"]


def test_next_on_one_who_is_served_completes_and_calls_but_not_in_the_same_breath(started_console, desk, clock):
    started_console.board.hall["rules"] = {"on_next": "start", "next_guard_s": 1.5}
    press(started_console, "enter")
    assert desk.names == []
    assert started_console.note.text == "A012 was started just now: press again when the matter is done"
    clock.move(1.5)
    press(started_console, "enter")
    assert desk.names == ["call_next"]


def test_a_hall_may_complete_whoever_was_called(serving_console, desk):
    serving_console.board.hall["rules"] = {"on_next": "complete", "next_guard_s": 0}
    press(serving_console, "enter")
    assert desk.names == ["call_next"]


def test_next_completes_when_nobody_waits(started_console, desk):
    serving_console = started_console
    serving_console.outlook = {"next": None, "upcoming": [], "waiting": [], "mine": 0, "others": 0}
    press(serving_console, "enter")
    assert desk.names == ["complete"]


def test_next_opens_a_paused_counter(console, desk, make):
    console.board.counters["3"] = make.counter("3", state="paused")
    press(console, "enter")
    assert desk.names == ["resume"]


@pytest.mark.parametrize(("key", "present"), [("1", "return"), ("2", "complete")])
def test_leaving_asks_whether_a_called_visitor_was_served(serving_console, desk, key, present):
    press(serving_console, "q")
    press(serving_console, key)
    assert desk.sent[0][:2] == ("sign_off", {"hall": "main", "counter": "3", "present": present})
