import pytest
from prompt_toolkit.utils import get_cwidth

from client.language import preferred_language
from client.rest import Unreachable
from counter_client.terminal.dialogs import KeyList
from counter_client.terminal.large import enlarge
from counter_client.terminal.press import press
from counter_client.terminal.screen import draw
from counter_client.terminal.words import WORDS, Words


def shown(console, columns=80, rows=24):
    return ["".join(text for _, text in line) for line in draw(console, columns=columns, rows=rows)]


def outlook(make, **changes):
    return {
        "ok": True,
        "next": make.ticket("A013"),
        "upcoming": [make.ticket("A013"), make.ticket("A014"), make.ticket("A015")],
        "waiting": [
            {
                "counter_type": "general",
                "service": "permit",
                "counter": None,
                "count": 2,
                "oldest_at": make.ticket("A013")["issued_at"],
            }
        ],
        "mine": 2,
        "others": 0,
    } | changes


def test_the_main_key_says_whom_it_will_call(console, make):
    console.outlook = outlook(make)
    text = "\n".join(shown(console))
    assert "Call next: A013, waited 12 min" in text
    assert "Then: A014 A015" in text
    assert "Residence permit" in text


def test_the_head_says_what_the_counter_serves_otherwise_today(console, make):
    own = console.board.hall["counters"][0]
    until = "2026-11-23T11:30:00.000+08:00"
    own["changes"] = [{"counter_type": "social", "gives": True, "until": until, "today": False}]
    assert "also B until 11:30" in shown(console)[0]
    own["changes"] = [{"counter_type": "general", "gives": False, "until": until, "today": True}]
    assert "not A today" in shown(console)[0]


def test_the_present_ticket_with_all_that_is_known(serving_console, make):
    ticket = make.called("A012", note="bring the form", came_from="social", tags=["appointment"])
    serving_console.board.counters["3"]["ticket"] = ticket
    text = "\n".join(shown(serving_console))
    for line in enlarge("A012"):
        assert line in text
    for said in (
        "called",
        "appointment",
        "Mandarin",
        "waited 12 min",
        "Note: bring the form",
        "came from Social insurance",
    ):
        assert said in text


def test_nobody_for_this_counter_while_others_wait(console, make):
    console.outlook = outlook(make, next=None, upcoming=[], mine=0, others=4)
    assert "4 wait for others" in "\n".join(shown(console))


def test_offline_the_next_numbers_stay_readable(console, make):
    console.outlook = outlook(make)
    console.lost(Unreachable("gone"))
    text = "\n".join(shown(console))
    assert all(number in text for number in ("A013", "A014", "A015"))
    assert "call them by voice" in text
    assert "connection lost" in text


def test_the_undo_counts_down(serving_console, desk, clock, make):
    press(serving_console, "r")
    desk.answer({"undo_until": make.time(clock.now.replace(second=10))})
    assert "undo 10 s" in "\n".join(shown(serving_console))
    clock.move(4)
    assert "undo 6 s" in "\n".join(shown(serving_console))


def test_the_recall_shows_how_long_it_rests(serving_console, clock):
    assert "recall 5s" in "\n".join(shown(serving_console))
    clock.move(6)
    assert "recall  X" in "\n".join(shown(serving_console))


def test_paused_taken_and_closed_each_say_what_to_press(console, make):
    console.board.counters["3"] = make.counter("3", state="paused", reason="meal")
    assert "press P to resume" in "\n".join(shown(console))
    console.console_opened({"hall": "main", "counter": "3", "client": "other"})
    assert "press Enter to take it back" in "\n".join(shown(console))


def test_a_pause_counts_up_against_the_hall_s_minutes(console, clock, make):
    console.board.counters["3"] = make.counter("3", state="paused", reason="meal")
    clock.move(125)
    assert "paused: Meal 2:05 · 43 min left; press P" in "\n".join(shown(console))
    clock.move(46 * 60)
    assert "Meal 48:05 · 4 min over" in "\n".join(shown(console))
    console.board.counters["3"]["reason"] = "dentist"
    assert "paused: dentist 48:05; press P" in "\n".join(shown(console))


def test_the_pause_s_reasons_are_the_hall_s_with_their_minutes(console):
    press(console, "p")
    text = "\n".join(shown(console))
    assert "Short break (10 min)" in text
    assert "Equipment fault" in text


def test_the_waiting_stand_in_the_hall_s_order_with_their_sums_first(console, make):
    rows = [
        {"counter_type": "social", "service": "pension", "counter": None, "count": 7, "oldest_at": None},
        {"counter_type": "general", "service": "permit", "counter": None, "count": 2, "oldest_at": None},
    ]
    console.outlook = outlook(make, waiting=rows)
    lines = [line[:40].rstrip() for line in shown(console)]
    at = next(index for index, line in enumerate(lines) if line.endswith("Your services"))
    assert [line.split() for line in lines[at : at + 3]] == [
        ["2", "Your", "services"],
        ["7", "Other", "services"],
        ["2", "Residence", "permit"],
    ]


def test_a_list_that_is_cut_says_how_much_more_there_is(console, make):
    console.board.parked = [make.ticket(f"A{number:03}", state="parked") for number in range(1, 40)]
    assert " more" in "\n".join(shown(console))


def test_the_foot_tells_the_clerk_s_own_day(console, desk):
    console.tick()
    _, payload, answer = next(one for one in desk.asked if one[0] == "own_day")
    assert payload == {"hall": "main"}
    answer({"ok": True, "served": 23, "minutes": 6.4, "missed": 1, "unconfirmed": 0})
    assert "you today 23 · 6 min each" in "\n".join(shown(console))


def test_a_long_name_gives_way_to_how_long_its_people_wait(console, make):
    console.outlook = outlook(make)
    service = next(one for one in console.board.hall["services"] if one["code"] == "permit")
    service["name"] = {"zh-CN": "居住证", "en": "Residence permits of persons from elsewhere"}
    (line,) = [line for line in shown(console) if "Residence permits" in line]
    assert line[:40].rstrip().endswith("12 min")


def test_held_and_missed_stand_beside_the_waiting(console, make):
    console.board.held = [make.ticket("A003", state="held", note="photo")]
    console.board.parked = [make.ticket("A005", state="parked")]
    text = "\n".join(shown(console))
    assert "A003  held photo" in text
    assert "A005  not here" in text


def test_every_key_is_listed_with_its_pad_key(console):
    console.dialog = KeyList()
    text = "\n".join(shown(console))
    for said in ("N  next  (enter)", "R  recall  (+)", "X  no-show  (-)", "T  transfer  (/)", "P  pause  (.)"):
        assert said in text


def test_a_long_list_scrolls_with_the_choice(serving_console):
    serving_console.board.hall["counters"] = [
        {"code": str(number), "counter_types": [], "fallbacks": []} for number in range(1, 31)
    ]
    press(serving_console, "t")
    for _ in range(25):
        press(serving_console, "down")
    assert "counter 25" in "\n".join(shown(serving_console))


@pytest.mark.parametrize("columns", [50, 64, 80, 120])
@pytest.mark.parametrize("rows", [12, 24, 40])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_line_is_wider_than_the_terminal(serving_console, make, columns, rows, language):
    serving_console.words = Words(language)
    serving_console.outlook = outlook(make)
    serving_console.board.held = [make.ticket("A003", state="held", note="很长的备注" * 20)]
    lines = shown(serving_console, columns, rows)
    assert len(lines) <= rows
    assert max(get_cwidth(line) for line in lines) <= columns


def test_a_window_too_small_says_so(console):
    assert shown(console, columns=40) == ["please enlarge the window"]


def test_both_languages_have_every_word_with_the_same_values():
    for name, (chinese, english) in WORDS.items():
        assert chinese and english, name
        assert sorted(fields(chinese)) == sorted(fields(english)), name


def fields(text):
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "zh_HK", "LANG": "C.UTF-8"}, "zh-CN"),
        ({"LC_ALL": "en", "LANG": "zh"}, "en"),
    ],
)
def test_the_language_follows_the_environment(environment, language):
    assert preferred_language(environment) == language
