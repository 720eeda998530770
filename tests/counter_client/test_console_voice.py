"""Calling by voice while the server is away: the list, the marks, the question when it is back."""

import stat

import pytest
from prompt_toolkit.utils import get_cwidth

from client.rest import Refused, Unreachable
from counter_client.terminal.by_voice import ByVoice
from counter_client.terminal.kept import Kept, kept_file
from counter_client.terminal.press import press
from counter_client.terminal.screen import draw
from counter_client.terminal.voice_keys import Return
from counter_client.terminal.words import Words


def shown(console, columns=80, rows=24):
    return "\n".join("".join(text for _, text in line) for line in draw(console, columns=columns, rows=rows))


@pytest.fixture
def away(console, desk, make, clock):
    """A console that knew four who waited when the server went away."""
    console.tick()
    tickets = [make.ticket(f"A0{serial}") for serial in range(12, 17)]
    next(then for name, _, then in desk.asked if name == "line")({"ok": True, "tickets": tickets})
    console.outlook = {"next": tickets[1], "upcoming": tickets[1:4], "waiting": [], "mine": 4, "others": 0}
    clock.move(60)
    console.lost(Unreachable("gone"))
    return console


def marks(console):
    return [(call["number"], call["came"]) for call in console.voice.calls]


def back(console):
    returning = Return(console)
    console.connected()
    returning.tick()
    return returning


def test_the_line_is_asked_after_a_change_at_most_every_five_seconds(console, desk, clock, make):
    def asked():
        return [name for name, _, _ in desk.asked].count("line")

    for seconds, count in ((0, 1), (4, 1), (1, 2)):
        clock.move(seconds)
        console.take_snapshot(make.snapshot())
        console.tick()
        assert asked() == count
    clock.move(6)
    console.tick()
    assert asked() == 2


def test_the_list_begins_with_the_newest_outlook_and_goes_on_with_the_line(away):
    text = shown(away)
    assert [number for number in ("A012", "A013", "A014", "A015", "A016") if number in text] == [
        "A013",
        "A014",
        "A015",
        "A016",
    ]
    assert "No connection to the server" in text
    assert "as of" in text


def test_s_and_x_mark_and_the_same_again_takes_it_back(away, desk, clock, make):
    sent = len(desk.sent)
    press(away, "s")
    press(away, "-")
    assert marks(away) == [("A013", True), ("A014", False)]
    assert "√ Came 01:01" in shown(away)
    clock.move(30)
    press(away, "up")
    press(away, "x")
    assert marks(away) == [("A013", True)]
    press(away, "up")
    clock.move(1)
    press(away, "x")
    assert marks(away) == [("A013", False)]
    assert len(desk.sent) == sent


def test_a_held_key_marks_one(away, clock):
    for _ in range(5):
        press(away, "s")
        clock.move(0.03)
    assert marks(away) == [("A013", True)]


def test_marks_survive_the_terminal_and_belong_to_their_counter(away, kept, tmp_path):
    press(away, "s")
    again = ByVoice(kept)
    assert again.calls == away.voice.calls
    assert [one["number"] for one in again.line] == ["A012", "A013", "A014", "A015", "A016"]
    path = tmp_path / "state" / "voice.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    places = [("http://a", "h", "1"), ("http://a", "h", "2"), ("http://b", "h", "1"), ("http://a", "g", "1")]
    files = {
        kept_file(server=server, hall=hall, counter=counter, environment=environment)
        for server, hall, counter in places
    }
    assert len(files) == len(places)
    assert kept_file(server="http://a/", hall="h", counter="1", environment=environment) in files


@pytest.mark.parametrize(
    "nonsense",
    [
        "{",
        "[1]",
        '{"calls": 3, "line": [{"number": 4}]}',
        '{"calls": [{"came": 1}]}',
        '{"calls": [{"number": "A013", "called": "noon", "came": true}]}',
    ],
)
def test_a_memory_that_holds_nonsense_is_empty(tmp_path, nonsense):
    path = tmp_path / "voice.json"
    path.write_text(nonsense, encoding="utf-8")
    assert Kept(path).read() == ([], [])


def test_what_cannot_be_kept_is_said(away, tmp_path):
    away.voice._kept._path = tmp_path / "state" / "voice.json" / "below a file"
    press(away, "s")
    assert away.note.failed
    assert "do not close this program" in away.note.text
    assert marks(away) == [("A013", True)]


def test_when_it_is_back_one_question_enters_all_in_one_step(away, desk):
    press(away, "s")
    press(away, "x")
    calls = away.voice.calls
    back(away)
    assert "A013 A014" in away.dialog.title
    press(away, "enter")
    assert desk.sent[-1][:2] == ("enter_calls", {"hall": "main", "counter": "3", "calls": calls})
    desk.answer({"entered": ["A013"], "skipped": [{"number": "A014", "state": "called"}]})
    assert away.dialog.lines == ["Entered: A013", "Left as they are, somebody has dealt with them: A014"]
    assert ByVoice(away.voice._kept).calls == []


def test_it_is_asked_once_and_v_asks_again(away):
    press(away, "s")
    returning = back(away)
    press(away, "escape")
    returning.tick()
    assert away.dialog is None
    assert "press V" in shown(away)
    press(away, "v")
    assert "A013" in away.dialog.title


def test_marks_are_thrown_away_only_after_a_second_yes(away, kept, clock):
    press(away, "s")
    back(away)
    press(away, "2")
    clock.move(1)
    press(away, "2")
    assert (away.dialog, len(ByVoice(kept).calls)) == (None, 1)
    press(away, "v")
    clock.move(1)
    press(away, "2")
    press(away, "enter")
    assert len(ByVoice(kept).calls) == 1
    clock.move(1)
    press(away, "v")
    press(away, "2")
    press(away, "1")
    assert ByVoice(kept).calls == []


@pytest.mark.parametrize("answer", [Refused("invalid", {}, "no"), Unreachable("gone")])
def test_what_was_not_entered_stays(away, desk, kept, answer):
    press(away, "s")
    back(away)
    press(away, "enter")
    desk.answer(answer)
    assert len(ByVoice(kept).calls) == 1


def test_away_v_sends_nothing(away):
    press(away, "s")
    press(away, "v")
    assert (away.dialog, away.note.text) == (None, "No connection: nothing was sent")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_twenty_fit_a_small_terminal_and_the_chosen_one_is_seen(away, make, language):
    away.words = Words(language)
    away.voice.line = [make.ticket(f"A0{serial}") for serial in range(13, 33)]
    for _ in range(19):
        press(away, "down")
        lines = shown(away).split("\n")
        assert len(lines) <= 24
        assert all(get_cwidth(line) <= 80 for line in lines)
        assert sum("›" in line for line in lines) == 1
    assert "› A032" in shown(away)
    assert away.words("voice_hint") in shown(away)
