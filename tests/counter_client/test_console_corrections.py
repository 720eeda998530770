"""At the terminal: numbers taken out with a reason, completed ones opened again, long lists, and held keys."""

import pytest

from client.board import Json
from counter_client.terminal.press import press
from tests.counter_client.test_console_screen import outlook, shown


def keys(console, *pressed):
    """Each of these keys, pressed and let go."""
    for key in pressed:
        console._key_at.clear()
        press(console, key)


def meets(desk, removed: list[str], skipped: list[Json] | None = None) -> Json:
    """Answer the look at whom a removal would meet; what was asked."""
    name, payload, then = desk.asked[-1]
    assert (name, payload["check"]) == ("remove_many", True)
    then({"ok": True, "removed": removed, "skipped": skipped or []})
    return payload


def test_one_number_is_taken_out_with_a_reason(console, desk):
    keys(console, "d", "1", *"a012", "enter")
    assert meets(desk, ["A012"])["numbers"] == ["A012"]
    keys(console, "2")
    assert desk.sent[-1][:2] == ("remove", {"hall": "main", "number": "A012", "reason": "Took two numbers"})
    before = console.board.counters["3"]
    desk.sent[-1][2]({"ok": True, "ticket": {}})
    assert console.board.counters["3"] is before
    assert console.note.text == "Taken out: A012"


def test_many_are_taken_out_only_after_a_yes(console, desk):
    keys(console, "d", "1", *"A012，13 a014", "enter")
    asked = meets(desk, ["A012", "A014"], [{"number": "A013", "state": "called"}])
    assert asked["numbers"] == ["A012", "13", "A014"]
    keys(console, "4", *"fire drill", "enter")
    assert console.dialog.title == "Take these 2 out? A012 A014. These stay: A013"
    keys(console, "enter")  # no, unless said otherwise
    assert desk.names == []
    keys(console, "d", "1", *"A012 A014", "enter")
    meets(desk, ["A012", "A014"])
    keys(console, "1", "2")
    wish = {"hall": "main", "numbers": ["A012", "A014"], "reason": "The visitor has left", "check": False}
    assert desk.sent[-1][:2] == ("remove_many", wish)
    desk.sent[-1][2]({"ok": True, "removed": ["A012"], "skipped": [{"number": "A014", "state": "called"}]})
    assert console.note.text == "Taken out: A012. These stay: A014"


def test_all_who_wait_for_a_service_are_taken_out(console, desk, make):
    console.outlook = outlook(make)
    keys(console, "d")
    assert [label for label, _ in console.dialog.options] == ["numbers…", "Residence permit: all 2 who wait"]
    keys(console, "2")
    assert meets(desk, [f"A{n:03}" for n in range(1, 13)])["services"] == ["permit"]
    assert console.dialog.title == "Why take A001 A002 A003 A004 A005 A006 A007 A008 and 4 more out"


def test_a_number_that_nobody_can_take_out_is_named(console, desk):
    keys(console, "d", "1", *"A012", "enter")
    meets(desk, [], [{"number": "A012", "state": "serving"}])
    assert console.dialog is None
    assert "These stay: A012" in console.note.text
    assert console.note.failed


@pytest.mark.parametrize(("state", "does"), [("waiting", "21"), ("parked", "21"), ("cancelled", "1")])
def test_a_found_number_is_taken_out_or_waits_again(console, desk, make, state, does):
    keys(console, "f", "7", "enter")
    desk.asked[-1][2]({"ok": True, "tickets": [make.ticket("A007", state=state)]})
    keys(console, "1", *does)
    assert (desk.names, desk.sent[0][1]["number"]) == (["return" if state == "cancelled" else "remove"], "A007")


def completed(console, make, number, counter="3", kind="ticket_completed"):
    ticket = make.called(number, counter) | {"state": "completed", "started_at": None}
    console.apply({"kind": kind, "ticket": ticket, "from": make.called(number, counter)})


def test_a_completed_number_is_opened_again_by_its_place_or_its_number(console, desk, make):
    keys(console, "o", *"a9", "enter")
    assert desk.sent[-1][:2] == ("reopen", {"hall": "main", "counter": "3", "number": "A9"})
    desk.answer({})
    for number, counter in (("A001", "3"), ("A002", "4"), ("A003", "3"), ("A004", "3")):
        completed(console, make, number, counter)
    completed(console, make, "A004", kind="ticket_undone")
    keys(console, "o")
    assert [label for label, _ in console.dialog.options] == ["A003", "A001", "another number…"]
    keys(console, "enter")
    assert desk.sent[-1][1]["number"] == "A003"


def test_nothing_is_opened_again_beside_a_ticket(serving_console, desk):
    keys(serving_console, "o")
    assert (desk.names, serving_console.note.text) == ([], "Finish the present ticket first")


@pytest.fixture
def wide_hall(serving_console):
    """A hall of fourteen counter types."""
    types = [{"code": f"t{n}", "prefix": "C", "name": {"zh-CN": f"类{n}", "en": f"Type {n}"}} for n in range(1, 15)]
    serving_console.board.hall = serving_console.board.hall | {"counter_types": types, "counters": []}
    return serving_console


def test_a_long_list_says_what_follows_and_every_option_has_a_digit(wide_hall, desk):
    keys(wide_hall, "t")
    text = "\n".join(shown(wide_hall))
    assert "Transfer to  1-9 of 14" in text
    assert "0 for the next page" in text
    keys(wide_hall, "0")
    text = "\n".join(shown(wide_hall))
    assert "10-14 of 14" in text
    assert "1  Type 10" in text
    keys(wide_hall, "9")  # the page has five
    assert desk.names == []
    keys(wide_hall, "5", "1")
    assert desk.sent[0][1]["to"] == "t14"


@pytest.mark.parametrize(("pressed", "at"), [(("0", "0"), 0), (("left",), 9), (("pagedown", "up"), 8), (("up",), 13)])
def test_pages_turn_both_ways(wide_hall, pressed, at):
    keys(wide_hall, "t", *pressed)
    assert wide_hall.dialog.at == at


def test_a_transfer_takes_a_note_along(serving_console, desk):
    keys(serving_console, "t", "2", "3", *"has the form", "enter", "2")
    assert desk.sent[0][1] | {"place": "front", "note": "has the form"} == desk.sent[0][1]


def test_a_pause_may_have_another_reason(console, desk):
    keys(console, "p", "4", *"fire drill", "enter")
    assert desk.sent[0][1]["reason"] == "fire drill"


@pytest.mark.parametrize("opens", ["t", "p", "h", "f", "d", "q", "?", "l"])
@pytest.mark.parametrize("held", ["enter", "1", "7", "x"])
def test_a_held_key_answers_nothing_that_it_asked(serving_console, desk, clock, opens, held):
    for key in [opens] * 20 + [held] * 20:
        clock.move(0.033)
        press(serving_console, key)
    assert len(desk.sent) <= 1
    questions = len(desk.asked)
    for _ in range(20):
        clock.move(0.033)
        press(serving_console, held)
    assert (len(desk.sent), len(desk.asked)) == (min(1, len(desk.sent)), questions)


def test_a_held_digit_answers_one_question(serving_console, desk, clock):
    press(serving_console, "t")
    for _ in range(30):
        clock.move(0.033)
        press(serving_console, "1")
    assert serving_console.dialog.title == "Its place"
    assert desk.names == []
    clock.move(1)
    press(serving_console, "1")
    assert desk.names == ["transfer"]


def test_a_held_letter_is_not_typed_into_the_question_that_it_opened(console, clock):
    for _ in range(20):
        clock.move(0.033)
        press(console, "f")
    assert console.dialog.text == ""
    for key in "11":  # two quick ones in a text are two
        press(console, key)
    assert console.dialog.text == "11"
