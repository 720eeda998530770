"""The whole announcer against a fake hall, over a real socket: what is heard, shown, reported and remembered."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from display.announcer.app import Announcer, Setup
from display.announcer.sound import read_wav
from tests.announcer.fake_hall import TOKEN, FakeHall, serving

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def speaking(url, data, *, token=TOKEN, show_code=print, voice="tone"):
    announcer = Announcer(Setup(server=url, data=data, token=token, voice=voice, card=False), show_code=show_code)
    thread = threading.Thread(target=announcer.run)
    thread.start()
    try:
        yield announcer
    finally:
        announcer.stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("display.announcer.credentials.ASK_EVERY_S", 0.05)


@pytest.fixture
def hall():
    return FakeHall()


@pytest.fixture
def url(hall):
    with serving(hall) as url:
        yield url


def results(hall, count):
    return [(report["number"], report["result"], report["reason"]) for report in hall.wait("report", count)]


def test_a_trial_is_played_by_the_screen_that_is_named_and_not_reported(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.sio.emit("test", {"hall": "h", "zone": None, "screen": 7}, namespace="/announcer")
        (play,) = hall.wait("play")
        assert (play["screen"], play["number"], play["call_seq"]) == (7, None, None)
        assert [item["text"] for item in play["items"]][1] == "试音"
        hall.call("A012", "3")
        (report,) = hall.wait("report")
        assert (report["number"], report["result"]) == ("A012", "spoken")
    assert "caption" in hall.got and len(hall.got["caption"]) == 1, "the trial is shown nowhere"


def test_a_call_is_played_shown_and_reported(hall, url, tmp_path):
    with speaking(url, tmp_path, voice="auto"):
        hall.wait("status")
        hall.call("A012", "3")
        report = hall.wait("report")[0]
        play, caption = hall.got["play"][0], hall.got["caption"][0]
        assert (report["number"], report["call_seq"], report["zone"], report["result"], report["by"]) == (
            "A012",
            1,
            "A",
            "spoken",
            "screen",
        )
        assert (play["hall"], play["screen"], play["number"], play["counter"], play["volume"]) == (
            "h",
            7,
            "A012",
            "3",
            1.0,
        )
        assert [item["role"] for item in play["items"]] == ["chime", "speech", "speech"]
        assert [line["text"] for line in caption["lines"]] == [
            "请A012号到3号窗口",
            "Ticket A012, please proceed to counter 3",
        ]
        for item in play["items"]:
            sound = read_wav(hall.clips[item["url"].rsplit("/", 1)[1]])
            assert sound.seconds > 1
            assert sound.peak_dbfs > -12
        hall.wait("status", 2)
        status = hall.got["status"][-1]
        assert (status["state"], status["voices"], status["card"]) == ("ok", ["zh-CN", "en"], False)


def test_recalls_are_said_again_and_other_events_are_not(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        hall.wait("report")
        hall.call("A012", "3", kind="ticket_recalled")
        hall.wait("report", 2)
        hall.change("A012", kind="ticket_started", state="serving")
        hall.change("A012", kind="ticket_undone", state="called")
        hall.call("A013", "4")
        assert results(hall, 3) == [("A012", "spoken", None), ("A012", "spoken", None), ("A013", "spoken", None)]


def test_an_event_that_was_lost_is_fetched(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3", push=False)
        hall.beat()
        assert results(hall, 1) == [("A012", "spoken", None)]
        hall.call("A013", "3", push=False)
        hall.call("A014", "3")
        assert results(hall, 3)[1:] == [("A013", "spoken", None), ("A014", "spoken", None)]


def test_it_comes_back_by_itself_and_says_what_was_called_meanwhile(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        hall.wait("report")
        hall.cut()
        hall.call("A013", "3", push=False)
        assert results(hall, 2)[1] == ("A013", "spoken", None)
        assert hall.got["sync"][-1]["seq"] == 1


def test_a_bye_is_followed_by_a_return(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.sio.emit("bye", {"retry_ms": 50}, namespace="/announcer")
        assert hall.wait("sync", 2)[1]["seq"] == 0


def test_a_screen_that_is_gone_leaves_it_to_the_next(hall, url, tmp_path):
    hall.screens.append({"id": 8, "zone": None, "sound": "on", "name": "other"})
    hall.answers["play"] = {"ok": False, "error": {"code": "unknown_device"}}
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        hall.wait("play")
        hall.answers["play"] = {"ok": True}
        assert hall.wait("play", 2)[1]["screen"] == 8
        assert results(hall, 1) == [("A012", "spoken", None)]


@pytest.mark.parametrize("page", ["second", None])
def test_a_screen_that_is_loaded_anew_while_it_speaks_says_it_once_more(hall, url, tmp_path, page):
    hall.plays = False
    hall.screens[0] |= {"page": "first" if page else None}
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A001", "3")
        hall.wait("play")
        screen, hall.screens = hall.screens[0], []
        hall.tell_screens()
        hall.plays = True
        hall.screens = [screen | {"page": page, "sound": "off"}]
        hall.tell_screens()
        hall.screens = [screen | {"page": page}]
        hall.tell_screens()
        assert results(hall, 1) == [("A001", "spoken", None)]
        assert [play["number"] for play in hall.got["play"]] == ["A001", "A001"]


def test_a_call_waits_for_a_screen_that_has_just_gone(hall, url, tmp_path):
    with speaking(url, tmp_path):
        hall.wait("status")
        screen, hall.screens = hall.screens[0], []
        hall.tell_screens()
        hall.call("A001", "3")
        hall.beat()
        hall.screens = [screen]
        hall.tell_screens()
        assert results(hall, 1) == [("A001", "spoken", None)]


def test_without_uploads_the_chime_and_the_words_go_on(hall, url, tmp_path):
    hall.refuse_uploads = True
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        assert results(hall, 1) == [("A012", "failed", "no_voice")]
        assert [item["role"] for item in hall.got["play"][0]["items"]] == ["chime"]
        assert len(hall.got["caption"][0]["lines"]) == 2


def test_a_dead_voice_is_told_and_the_chime_goes_on(hall, url, tmp_path, monkeypatch):
    monkeypatch.setattr("display.announcer.app.ENGINES", ("nothing",))
    with speaking(url, tmp_path, voice="auto"):
        hall.wait("status")
        hall.call("A012", "3")
        assert results(hall, 1) == [("A012", "failed", "no_voice")]
        assert [item["role"] for item in hall.got["play"][0]["items"]] == ["chime"]
        with hall.changed:
            assert hall.changed.wait_for(lambda: hall.got["status"][-1]["state"] == "dead", 20)


def test_an_emergency_comes_first(hall, url, tmp_path):
    hall.plays = False
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        cut = hall.wait("play")[0]
        hall.notice({"zh-CN": "请立即离开", "en": "Please leave now"})
        assert hall.wait("stop")[0]["play"] == cut["play"]
        notice = hall.wait("play", 2)[1]
        assert notice["number"] is None
        assert [item["text"] for item in notice["items"]][1:] == ["请立即离开", "Please leave now"] * 2
        hall.notice(None)
        assert hall.wait("stop", 2)[1]["play"] == notice["play"]
        assert hall.wait("play", 3)[2]["number"] == "A012"


def test_an_emergency_is_said_once_through_a_screen_of_several_zones(hall, url, tmp_path):
    hall.screens = [{"id": 7, "zone": None, "sound": "on", "name": "whole hall"}]
    hall.plays = False
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A013", "3", zone="B")
        hall.wait("play")
        hall.notice({"zh-CN": "请立即离开", "en": "Please leave now"})
        assert len(hall.wait("stop")) == 1
        hall.plays = True
        said = hall.wait("play", 2)[1]
        hall.sio.emit("played", {"play": said["play"], "screen": 7, "ok": True}, namespace="/announcer")
        assert [play["number"] for play in hall.wait("play", 3)] == ["A013", None, "A013"]


def test_it_pairs_by_a_code_and_keeps_the_token(hall, url, tmp_path):
    shown = []
    with speaking(url, tmp_path, token=None, show_code=lambda code, page: shown.append((code, page))):
        hall.wait("pairing")
        hall.pairing["state"] = "confirmed"
        hall.wait("status")
    assert shown == [("483 920", "http://here/pair")]
    assert (tmp_path / "announcer" / "paired.token").read_text().strip() == TOKEN
    asked = len(hall.got["pairing"])
    with speaking(url, tmp_path, token=None):
        hall.wait("sync", 2)
    assert len(hall.got["pairing"]) == asked


def test_a_token_that_was_revoked_leads_to_a_new_pairing(hall, url, tmp_path):
    (tmp_path / "announcer.token").write_text("revoked")
    hall.pairing["state"] = "confirmed"
    with speaking(url, tmp_path, token=None, show_code=lambda code, page: None):
        hall.wait("status")


def test_an_announcer_of_one_zone_leaves_the_others_alone(hall, url, tmp_path):
    hall.only_zone = "B"
    hall.screens.append({"id": 8, "zone": "B", "sound": "on", "name": "other"})
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        hall.call("A013", "3", zone="B")
        assert results(hall, 1) == [("A013", "spoken", None)]
        assert hall.got["play"][0]["screen"] == 8
        assert list(hall.wait("status", 2)[-1]["queue"]) == ["B"]


def test_two_zones_do_not_talk_over_one_another_through_one_screen(hall, url, tmp_path):
    hall.screens = [{"id": 7, "zone": None, "sound": "on", "name": "whole hall"}]
    hall.plays = False
    with speaking(url, tmp_path):
        hall.wait("status")
        hall.call("A012", "3")
        first = hall.wait("play")[0]
        hall.call("A013", "3", zone="B")
        hall.beat()
        hall.plays = True
        hall.sio.emit("played", {"play": first["play"], "screen": 7, "ok": True}, namespace="/announcer")
        assert results(hall, 2) == [("A012", "spoken", None), ("A013", "spoken", None)]
        assert [play["zone"] for play in hall.got["play"]] == ["A", "B"]


# The process


class Processes:
    """`hallcall announcer` as a process, which can be killed like any other."""

    def __init__(self, url, data):
        self.url, self.data, self.all = url, data, []

    def start(self, *, url=None):
        environment = os.environ | {"HALLCALL_ANNOUNCER_TOKEN": TOKEN, "HALLCALL_DATA": str(self.data)}
        run = "from display.announcer.cli import command; command()"
        arguments = ["--server", url or self.url, "--voice", "tone", "--no-card"]
        words = [sys.executable, "-c", run, *arguments]
        self.all.append(subprocess.Popen(words, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True))
        return self.all[-1]

    def end_all(self):
        for process in self.all:
            process.kill()
            process.communicate(timeout=20)


@pytest.fixture
def processes(url, tmp_path):
    processes = Processes(url, tmp_path)
    yield processes
    processes.end_all()


def test_killed_while_it_speaks_nothing_is_repeated_and_nothing_fresh_is_skipped(hall, processes):
    hall.plays = False
    first = processes.start()
    hall.wait("status")
    hall.call("A012", "3")
    cut = hall.wait("play")[0]
    hall.call("A013", "4")
    first.kill()
    hall.call("A014", "5", push=False)
    hall.call("A001", "1", age_s=90, push=False)
    hall.plays = True
    processes.start()
    assert hall.wait("sync", 3)[2]["seq"] == 1
    hall.sio.emit("played", {"play": cut["play"], "screen": 7, "ok": True}, namespace="/announcer")
    assert results(hall, 3) == [("A012", "spoken", None), ("A013", "spoken", None), ("A014", "spoken", None)]
    assert [play["number"] for play in hall.got["play"]] == ["A012", "A013", "A014"]


def test_killed_after_it_has_spoken_it_is_silent(hall, processes):
    first = processes.start()
    hall.wait("status")
    hall.call("A012", "3")
    hall.wait("report")
    first.kill()
    processes.start()
    hall.wait("sync", 3)
    hall.call("A013", "3")
    assert results(hall, 2) == [("A012", "spoken", None), ("A013", "spoken", None)]


def test_a_second_one_on_the_same_folder_is_refused(hall, processes):
    processes.start()
    hall.wait("status")
    second = processes.start()
    assert "another announcer uses" in second.communicate(timeout=20)[1]
    assert second.returncode == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_asked(hall, processes, how):
    process = processes.start()
    hall.wait("status")
    process.send_signal(how)
    told = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert told == f"announcer: connected to {processes.url}\n"


def test_a_server_that_is_away_does_not_fill_the_log(processes):
    process = processes.start(url="http://127.0.0.1:9")
    assert "cannot reach the server" in process.stderr.readline()
    threading.Event().wait(1.3)  # two more tries, by the back-off
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[1] == ""
