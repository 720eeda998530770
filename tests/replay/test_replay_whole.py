"""The commands against a real server: a small day to its end, and the busy play for some moments."""

import json
import os
import random
import signal
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.hall import PASSWORD
from client.board import Board
from client.rest import Rest
from client.sign_in import SignIn
from replay import busy
from replay.busy_clerk import BusyClerk
from replay.cli import command
from replay.play import Follower

TICKETS = "queue,ticket,issued_min,called_min\n" + "".join(
    f"{queue},{number},{485 + 5 * (number // 4)},{490 + 5 * (number // 3)}\n"
    for queue in "AB"
    for number in range(1, 9)
)
COUNTERS = (
    "queue,name,minute,open\nA,Alpha,480,2\nA,Alpha,490,1\nA,Alpha,495,2\nA,Alpha,500,0\nB,Beta,480,1\nB,Beta,510,0\n"
)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    (tmp_path / "small_counters.csv").write_text(COUNTERS, encoding="utf-8")
    (tmp_path / "small.csv").write_text(TICKETS, encoding="utf-8")
    return tmp_path / "small.csv"


def replay(*arguments: str, password: str = PASSWORD) -> Result:
    return CliRunner().invoke(command, arguments, env={"HALLCALL_PASSWORD": password})


def test_a_day_is_played_until_everybody_is_served(demo_hall, day) -> None:
    result = replay(str(day), "--speed", "2000", "--server", demo_hall.server)
    assert result.exit_code == 0, result.output
    whole = next(line.split() for line in result.output.splitlines() if line.startswith("all"))
    assert whole[1:5] == ["16", "16", "0", "0"]
    assert "calls per hour: 08:00" in result.output
    with closing(Rest(server=demo_hall.server)) as rest:
        board = rest.get(f"/halls/{demo_hall.code}/board")
    assert sum(board["waiting"].values()) == 0
    assert {counter["state"] for counter in board["counters"]} == {"closed"}


def test_without_a_terminal_and_a_password_one_sentence_says_so(demo_hall, day) -> None:
    quiet = {"HALLCALL_PASSWORD": None, "HALLCALL_DEMO_PASSWORD": None, "LC_ALL": "C.UTF-8"}
    result = CliRunner(env=quiet).invoke(command, [str(day), "--server", demo_hall.server])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "set HALLCALL_PASSWORD or HALLCALL_PASSWORD_FILE" in result.output


def test_those_who_never_come_leave_at_the_end(demo_hall, day) -> None:
    result = replay(str(day), "--speed", "2000", "--server", demo_hall.server, "--no-shows", "1")
    assert result.exit_code == 0, result.output
    whole = next(line.split() for line in result.output.splitlines() if line.startswith("all"))
    issued, served, missed, left = map(int, whole[1:5])
    # Most come back into the queue after three further calls and are missed for good; the last ones leave.
    assert (issued, served, missed + left) == (16, 0, 16)
    assert missed > left


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--map", "A"], 2, "expected QUEUE=SERVICE"),
        (["--map", "A=nothing"], 1, "no service nothing"),
        (["--hall", "nowhere"], 1, "nowhere"),
        (["--user", "nobody"], 1, "The user name or the password is wrong"),
    ],
)
def test_what_cannot_be_played_is_said(demo_hall, day, arguments, code, said) -> None:
    result = replay(str(day), "--server", demo_hall.server, *arguments)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_a_counter_where_somebody_is_on_duty_is_left_alone(demo_hall, day) -> None:
    hall = f"/halls/{demo_hall.code}"
    with closing(Rest(server=demo_hall.server)) as clerk:
        clerk.sign(demo_hall.token("clerk1"))
        before = clerk.get(f"{hall}/events?since=0")["seq"]
        for counter in demo_hall.shape["counters"]:
            clerk.post(f"{hall}/counters/{counter['code']}/session", {})
        signed_on = clerk.get(f"{hall}/events?since=0")["seq"]
        try:
            english, chinese = (
                CliRunner(env={"LC_ALL": lang, "HALLCALL_PASSWORD": PASSWORD}).invoke(
                    command, [str(day), "--server", demo_hall.server]
                )
                for lang in ("C.UTF-8", "zh_CN.UTF-8")
            )
            assert english.exit_code == chinese.exit_code == 1
            name = clerk.get("/me")["user"]["name"]
            assert f"{name} at counter " in english.output
            assert f" 号窗口（{name}）" in chinese.output
            assert before < signed_on == clerk.get(f"{hall}/events?since=0")["seq"]
        finally:
            for counter in demo_hall.shape["counters"]:
                clerk.delete(f"{hall}/counters/{counter['code']}/session")


def test_a_server_that_is_not_there_is_named(day) -> None:
    result = replay(str(day), "--server", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "http://127.0.0.1:9" in result.output


def test_a_busy_clerk_serves_and_leaves_when_the_play_ends(demo_hall, admin) -> None:
    board, stopped = Board(), threading.Event()
    follower = Follower(hall=demo_hall.code, sign_in=admin, follower=board)
    follower.start()
    clerk = BusyClerk(
        hall=demo_hall.code,
        counter=demo_hall.shape["counters"][4],
        types=["general", "social"],
        sign_in=SignIn(server=demo_hall.server, username="clerk5", password=PASSWORD),
        board=board,
        stopped=stopped,
        service_s=20,
        pace=400,
        dice=random.Random(1),
    )
    visitors = busy.BusyVisitors(
        server=demo_hall.server,
        hall=demo_hall.code,
        services=["consult"],
        board=board,
        stopped=stopped,
        every_s=0.05,
        dice=random.Random(1),
    )
    served = threading.Event()
    count = board.apply

    def apply(event) -> None:
        count(event)
        if board.today["completed"] >= before + 3:
            served.set()

    before = board.today["completed"]
    board.apply = apply  # type: ignore[method-assign]
    for person in (clerk, visitors):
        person.start()
    assert served.wait(20)
    stopped.set()
    for person in (clerk, visitors):
        person.join(20)
    follower.stop()
    with closing(Rest(server=demo_hall.server)) as rest:
        counters = rest.get(f"/halls/{demo_hall.code}/board")["counters"]
    assert next(counter["state"] for counter in counters if counter["code"] == "5") == "closed"


@pytest.mark.parametrize("sent", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]], ids=["ended", "twice Ctrl-C"])
def test_a_signal_lets_the_busy_clerks_sign_off(demo_hall, capsys, sent) -> None:
    names = ["supervisor", *(f"clerk{counter['code']}" for counter in demo_hall.shape["counters"])]
    accounts = [{"username": name, "password": PASSWORD} for name in names]

    def end() -> None:
        with closing(Rest(server=demo_hall.server)) as rest:
            while {one["state"] for one in rest.get(f"/halls/{demo_hall.code}/board")["counters"][2:]} == {"closed"}:
                time.sleep(0.05)
        for one in sent:
            os.kill(os.getpid(), one)

    ender = threading.Thread(target=end, daemon=True)
    ender.start()
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    busy.play(
        server=demo_hall.server,
        demo={"accounts": accounts},
        hall=demo_hall.shape,
        every_s=0.1,
        service_s=40,
        pace=5,
        leave=2,
        dice=random.Random(1),
    )
    ender.join()
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
    assert "Closing the counters" in capsys.readouterr().out
    with closing(Rest(server=demo_hall.server)) as rest:
        counters = rest.get(f"/halls/{demo_hall.code}/board")["counters"]
    assert {counter["state"] for counter in counters} == {"closed"}


def test_a_signal_ends_a_recorded_day_and_the_clerks_sign_off(demo_hall, day) -> None:
    def end() -> None:
        with closing(Rest(server=demo_hall.server)) as rest:
            while {one["state"] for one in rest.get(f"/halls/{demo_hall.code}/board")["counters"]} == {"closed"}:
                time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    ender = threading.Thread(target=end, daemon=True)
    ender.start()
    result = replay(str(day), "--speed", "60", "--server", demo_hall.server)
    ender.join()
    assert result.exit_code == 1
    assert "ended before everybody was served" in result.output
    with closing(Rest(server=demo_hall.server)) as rest:
        counters = rest.get(f"/halls/{demo_hall.code}/board")["counters"]
    assert {counter["state"] for counter in counters} == {"closed"}


def test_the_busy_play_needs_the_demo_of_this_machine(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HALLCALL_DATA", str(tmp_path / "empty"))
    result = CliRunner().invoke(busy.command, [])
    assert result.exit_code == 1
    assert "Error" in result.output


def test_the_busy_play_leaves_a_real_hall_alone(monkeypatch) -> None:
    class Shown:
        returncode, stdout = 0, json.dumps({"hall": "real", "addresses": {}, "accounts": []})

    monkeypatch.setattr(busy.subprocess, "run", lambda *_, **__: Shown)
    result = CliRunner().invoke(busy.command, [])
    assert result.exit_code == 1
    assert "not the demo" in result.output
