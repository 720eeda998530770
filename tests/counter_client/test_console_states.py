from client.rest import Refused, Unreachable
from counter_client.terminal.press import press


def test_the_first_connection_signs_on_and_a_later_one_does_not(new_console, desk, make):
    new_console.connected()
    assert desk.sent[0][:2] == ("session", {"hall": "main", "counter": "3", "client": "me"})
    desk.answer({})
    new_console.take_snapshot(make.snapshot())
    assert new_console.on_duty
    new_console.lost(Unreachable("gone"))
    new_console.connected()
    assert desk.names == ["session"]


def test_a_taken_counter_is_taken_over_only_after_a_yes(new_console, desk):
    new_console.connected()
    desk.answer(Refused("counter_taken", {"clerk": "李娜"}, "taken"))
    assert "李娜" in new_console.dialog.title
    press(new_console, "enter")  # the safe answer is chosen
    assert desk.names == ["session"]
    desk.sent.clear()
    new_console.sign_on()
    desk.answer(Refused("counter_taken", {"clerk": "李娜"}, "taken"))
    press(new_console, "1")
    assert desk.sent[-1][1]["take_over"] is True


def test_another_console_of_the_same_clerk_takes_over_and_is_taken_back(console, desk):
    console.console_opened({"hall": "main", "counter": "3", "client": "me"})
    assert console.on_duty
    console.console_opened({"hall": "main", "counter": "4", "client": "other"})
    assert console.on_duty
    console.console_opened({"hall": "main", "counter": "3", "client": "other"})
    assert not console.on_duty
    assert console.taken_by == "your other console"
    press(console, "c")
    assert desk.names == []
    press(console, "enter")
    assert desk.names == ["session"]
    desk.answer({})
    assert console.on_duty


def test_another_clerk_takes_the_counter(console, make):
    other = {"username": "clerk2", "name": "李娜"}
    console.apply({"seq": 11, "prev": 10, "kind": "counter_opened", "counter": make.counter("3", clerk=other)})
    assert console.taken_by == "李娜"
    assert not console.on_duty


def test_the_day_ends_and_enter_signs_on_again(console, desk, make):
    console.apply({"kind": "counter_closed", "counter": make.counter("3", state="closed", clerk=None)})
    assert not console.on_duty
    assert console.taken_by is None
    press(console, "enter")
    assert desk.names == ["session"]


def test_no_heartbeat_is_stale_and_the_next_one_heals(console, clock, make):
    clock.move(14)
    console.tick()
    assert console.link == "live"
    clock.move(2)
    console.tick()
    assert console.link == "stale"
    console.heartbeat({"seq": 10, "time": make.time(clock.now)})
    assert console.link == "live"


def test_the_clock_is_the_servers(console, clock, make):
    console.heartbeat({"seq": 10, "time": "2026-11-23T10:00:00.000+08:00"})
    assert console.server_now().isoformat() == "2026-11-23T10:00:00+08:00"
    clock.move(5)
    assert console.server_now().isoformat() == "2026-11-23T10:00:05+08:00"


def test_the_outlook_is_asked_after_a_change_at_most_every_400_ms(console, desk, clock):
    def asked():
        return [name for name, _, _ in desk.asked].count("outlook")

    console.tick()
    assert asked() == 1
    console.take_snapshot({**console_snapshot(console)})
    clock.move(0.2)
    console.tick()
    assert asked() == 1
    clock.move(0.2)
    console.tick()
    assert asked() == 2
    clock.move(5)
    console.tick()
    assert asked() == 2


def console_snapshot(console):
    board = console.board
    return {
        "hall": board.hall,
        "waiting": {"by_type": board.waiting_by_type, "by_service": board.waiting_by_service},
        "counters": list(board.counters.values()),
        "held": board.held,
        "parked": board.parked,
        "notice": None,
        "today": board.today,
    }


def test_a_refused_sign_in_is_shown(new_console):
    new_console.lost(Refused("bad_login", {}, "The user name or the password is wrong"))
    assert new_console.link == "denied"
    assert new_console.note.text == "The user name or the password is wrong"
