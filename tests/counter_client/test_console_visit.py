"""A visit of several services at the terminal: its services, quantity, notes, holding with a time, the timeline."""

import pytest

from counter_client.terminal.dialogs import Page
from counter_client.terminal.press import press
from tests.counter_client.test_console_screen import outlook, shown

STEPS = [
    {"service": "permit", "counter_type": "general", "state": "open", "counter": None},
    {"service": "pension", "counter_type": "social", "state": "later", "counter": None},
]


@pytest.fixture
def visiting(serving_console, make):
    """A012 at the counter, with a pension to come."""
    serving_console.board.counters["3"]["ticket"] = make.called("A012", steps=STEPS, quantity=3) | {
        "state": "serving",
        "started_at": make.time(make.start),
    }
    return serving_console


def keys(console, *pressed):
    """Each of these keys, pressed and let go."""
    for key in pressed:
        console._key_at.clear()
        press(console, key)


def test_a_service_is_added_in_its_turn_or_at_once(serving_console, desk):
    keys(serving_console, "a", "1", "2")
    at = {"hall": "main", "counter": "3"}
    assert desk.sent[0][:2] == ("add_service", at | {"service": "pension", "mode": "parallel"})


def test_a_service_to_come_is_dropped_and_none_is_offered_twice(visiting, desk):
    press(visiting, "a")
    assert [label for label, _ in visiting.dialog.options] == ["drop: Pension"]
    press(visiting, "enter")
    assert desk.sent[0][:2] == ("drop_service", {"hall": "main", "counter": "3", "service": "pension"})


def test_quantity_and_note_are_typed(serving_console, desk):
    keys(serving_console, "u", "1", "2", "enter")
    desk.answer({"counter": serving_console.board.counters["3"]})
    keys(serving_console, "w", *"copies ok", "enter")
    assert [one[:2] for one in desk.sent] == [
        ("quantity", {"hall": "main", "counter": "3", "quantity": 12}),
        ("note", {"hall": "main", "counter": "3", "note": "copies ok"}),
    ]


@pytest.mark.parametrize("typed", ["0", "100", "1000", "x"])
def test_a_quantity_out_of_bounds_is_refused_and_not_cut(serving_console, desk, typed):
    keys(serving_console, "u", *typed, "enter")
    assert desk.names == []
    assert "from 1 to 99" in serving_console.note.text
    assert serving_console.note.failed


@pytest.mark.parametrize(
    ("pressed", "until"),
    [
        (("enter",), None),
        (("3",), "2026-11-23T01:20:00.000+00:00"),
        (("6", *"14:30", "enter"), "2026-11-23T14:30:00.000+00:00"),
        (("6", *"0030", "enter"), "2026-11-24T00:30:00.000+00:00"),
    ],
)
def test_a_ticket_is_held_until_a_time_or_without_one(serving_console, desk, pressed, until):
    keys(serving_console, "h", *pressed)
    more = {} if until is None else {"until": until}
    assert desk.sent[0][:2] == ("hold", {"hall": "main", "counter": "3"} | more)


def test_a_hold_says_what_the_visitor_and_staff_are_to_know(serving_console, desk):
    keys(serving_console, "h", "7", *"bring a copy", "enter", "8", *"form 3", "enter")
    assert [label for label, _ in serving_console.dialog.options][6:] == [
        "tell the visitor (shown on the phone): bring a copy",
        "note for staff: form 3",
    ]
    keys(serving_console, "enter")
    told = {"tell": "bring a copy", "note": "form 3"}
    assert desk.sent[0][:2] == ("hold", {"hall": "main", "counter": "3"} | told)


def test_words_of_a_hold_may_be_taken_away_again_and_stay_when_the_time_is_wrong(serving_console, desk):
    keys(serving_console, "h", "7", "x", "enter")
    keys(serving_console, "7", "backspace", "enter", "8", *"form", "enter", "6", *"2500", "enter", "3")
    assert desk.sent[0][1].keys() == {"hall", "counter", "until", "note"}


def test_what_is_no_time_is_not_sent(serving_console, desk):
    keys(serving_console, "h", "6", *"25:00", "enter")
    assert desk.names == []
    assert "no time" in serving_console.note.text


def test_the_screen_shows_the_visit_and_what_enter_does(visiting, make):
    visiting.outlook = outlook(make)
    text = "\n".join(shown(visiting, columns=110))
    assert "● Residence permit   ○ Pension" in text
    assert "quantity 3" in text
    assert "Done here: A012 goes on to Pension · Call next: A013" in text
    visiting.outlook = outlook(make, next=None, upcoming=[], mine=0)
    assert "Done here: A012 goes on to Pension" in "\n".join(shown(visiting))


def test_on_one_who_was_called_enter_says_that_it_starts(serving_console, make):
    serving_console.outlook = outlook(make)
    assert "A012 is here: start" in "\n".join(shown(serving_console))


def test_enter_says_that_it_completes_before_it_calls(started_console, make):
    started_console.outlook = outlook(make)
    assert "Complete A012 · Call next: A013" in "\n".join(shown(started_console, columns=110))


def test_without_a_further_service_enter_completes(started_console, make):
    serving_console = started_console
    serving_console.outlook = outlook(make, next=None, upcoming=[], mine=0)
    assert "Complete A012" in "\n".join(shown(serving_console))


def test_a_held_ticket_says_when_it_comes_back(console, make):
    console.board.held = [make.ticket("A003", state="held", hold_until="2026-11-23T14:30:00+08:00", note="copy")]
    assert "back at 14:30 · copy" in "\n".join(shown(console))


def test_the_timeline_is_read_and_closed(serving_console, desk, make):
    press(serving_console, "l")
    name, payload, then = desk.asked[-1]
    assert (name, payload) == ("timeline", {"hall": "main", "number": "A012"})
    line = {"at": make.time(make.start), "service": "permit", "counter": "3", "by": "Wang"}
    then(
        {
            "ok": True,
            "timeline": [
                line | {"kind": "ticket_called", "details": {"manual": "came back"}},
                line | {"kind": "ticket_changed", "details": {"what": "service_added", "service": "pension"}},
            ],
        }
    )
    assert isinstance(serving_console.dialog, Page)
    text = "\n".join(shown(serving_console))
    assert "01:00:00  called to counter 3: Residence permit  came back  (Wang)" in text
    assert "service added: Pension" in text
    press(serving_console, "down")
    assert serving_console.dialog is not None
    press(serving_console, "enter")
    assert serving_console.dialog is None
    assert desk.names == []
