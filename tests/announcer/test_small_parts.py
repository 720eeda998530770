"""Clock, memory, load, condition, loudspeakers, clips, back-off: the small parts of the announcer."""

import json

import numpy as np
import pytest

from client.language import words
from display.announcer.clips import ClipStore, clip_of, load_chimes
from display.announcer.clock import ServerClock
from display.announcer.link import Backoff
from display.announcer.load import Load, expected_load
from display.announcer.loudspeakers import Loudspeakers
from display.announcer.memory import Memory
from display.announcer.providers import ToneVoice
from display.announcer.sound import Sound, write_wav
from display.announcer.status_report import StatusReport
from display.announcer.text import Sentence
from display.announcer.voice_fallback import VoiceFallback
from tests.announcer.cast import call

# The server's clock


def test_the_clock_follows_the_server_but_not_its_jitter():
    now = [100.0]
    clock = ServerClock(wall=lambda: 5000.0, monotonic=lambda: now[0])
    assert clock.now() == 5000
    clock.hear("1970-01-01T08:00:10+08:00")
    assert clock.now() == pytest.approx(10)
    now[0] = 101
    clock.hear("1970-01-01T00:00:11.200+00:00")
    assert clock.now() == pytest.approx(11)
    clock.hear("yesterday")
    assert clock.now() == pytest.approx(11)


# Memory


def test_memory_survives(tmp_path):
    memory = Memory(tmp_path / "memory.json")
    memory.for_hall("h")
    memory.handle(call(calls=2))
    memory.seq, memory.playing = 7, {"A": {"play": "p"}}
    memory.save()
    again = Memory(tmp_path / "memory.json")
    assert (again.hall, again.seq, again.playing) == ("h", 7, {"A": {"play": "p"}})
    assert again.handled(call(calls=2))
    assert again.handled(call(calls=1))
    assert not again.handled(call(calls=3))
    assert not again.handled(call(seq=11))
    assert not again.handled(call("A013"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"hall": 1}', '{"handled": {"A": [1]}, "playing": {}}'])
def test_a_broken_memory_is_an_empty_one(tmp_path, content):
    (tmp_path / "memory.json").write_text(content)
    memory = Memory(tmp_path / "memory.json")
    assert (memory.hall, memory.seq, memory.playing) == (None, None, {})


def test_memory_does_not_grow_for_ever(tmp_path):
    memory = Memory(tmp_path / "memory.json")
    for number in range(700):
        memory.handle(call(f"A{number}"))
    memory.save()
    assert len(json.loads((tmp_path / "memory.json").read_text())["handled"]) == 500
    assert memory.handled(call("A699"))


# Load


def test_load_is_the_part_of_the_time_that_sounds():
    load = Load(began=0)
    for at in range(0, 900, 20):
        load.add(at=at, seconds=12)
    assert load.figure(now=900) == pytest.approx(0.6)
    assert load.figure(now=1350) == pytest.approx(0.3, abs=0.02)
    assert load.figure(now=5000) == 0


def test_a_single_call_after_the_start_is_no_alarm():
    load = Load(began=0)
    load.add(at=1, seconds=12)
    assert load.figure(now=10) == pytest.approx(12 / 300)


def test_the_figures_of_the_settings():
    assert expected_load(call_s=24, calls=1000, hours=8) == pytest.approx(0.83, abs=0.01)
    assert expected_load(call_s=4.5, calls=1000, hours=8) < 0.2


# StatusReport


def test_the_status_is_told_when_it_changes_and_every_half_minute(tmp_path):
    ladder = VoiceFallback([ToneVoice()], store=ClipStore(tmp_path))
    condition = StatusReport(began=0)

    def due(now, waiting=0):
        return condition.due(now=now, ladder=ladder, languages=["zh-CN"], waiting={"A": waiting}, card=False)

    first = due(100)
    assert (first["state"], first["voices"], first["queue"], first["overloaded"]) == ("ok", ["zh-CN"], {"A": 0}, [])
    assert due(110) is None
    assert due(110.5, waiting=1)["queue"] == {"A": 1}
    assert due(110.6, waiting=2) is None  # not more than one a second
    assert due(141)["queue"] == {"A": 0}
    assert due(172)
    condition.forget()
    assert due(173)


def test_an_overload_is_named_and_logged_once(tmp_path, caplog):
    condition = StatusReport(began=0)
    for at in range(0, 900, 10):
        condition.sounds("A", at=at, seconds=7)
    ladder = VoiceFallback([], store=ClipStore(tmp_path))
    for now in (900, 935):
        told = condition.due(now=now, ladder=ladder, languages=[], waiting={}, card=True)
        assert told["overloaded"] == ["A"]
        assert told["load"]["A"] in (0.65, 0.7)
    assert len([text for text in caplog.messages if "zone A" in text]) == 1


# Loudspeakers


def screens(*sounds, zone="A"):
    return [{"id": number, "zone": zone, "sound": sound} for number, sound in enumerate(sounds, 1)]


def test_one_owner_that_stays():
    speakers = Loudspeakers()
    speakers.update(screens("blocked", "on", "on"))
    assert speakers.owner("A", now=0) == 2
    speakers.update(screens("on", "on", "on"))
    assert speakers.owner("A", now=1) == 2
    assert speakers.owner("B", now=1) is None


def test_another_takes_over_when_the_owner_goes_or_fails():
    speakers = Loudspeakers()
    speakers.update(screens("on", "on"))
    assert speakers.owner("A", now=0) == 1
    speakers.failed(1, now=0)
    assert speakers.owner("A", now=1) == 2
    speakers.update(screens("on", "muted"))
    assert speakers.owner("A", now=2) is None
    assert speakers.owner("A", now=31) == 1


def test_a_screen_of_all_zones_stands_in_and_the_card_comes_last():
    speakers = Loudspeakers()
    speakers.card = True
    assert speakers.owner("A", now=0) == "card"
    assert speakers.apart("A", now=0)
    speakers.update([{"id": 9, "zone": None, "sound": "on"}, *screens("off")])
    assert speakers.owner("A", now=0) == 9
    assert speakers.apart("A", now=0)
    speakers.update(screens("on"))
    assert not speakers.apart("A", now=0)
    speakers.update([{"id": 10, "zone": "A", "sound": "on"}])
    assert speakers.owner("A", now=0) == 10
    speakers.update([])
    speakers.failed("card", now=0)
    assert speakers.owner("A", now=1) is None


def on(page, *, sound="on"):
    return {"id": 1, "zone": "A", "sound": sound, "page": page}


def test_a_page_that_was_loaded_anew_ends_the_bench_and_one_whose_line_was_cut_does_not():
    speakers = Loudspeakers()
    assert speakers.update([on("first")]) == []
    speakers.failed(1, now=0)
    speakers.update([])
    assert speakers.update([on("first", sound="off")]) == []
    assert speakers.update([on("first")]) == []
    assert speakers.owner("A", now=1) is None
    speakers.update([])
    assert speakers.update([on("second", sound="off")]) == [], "it has not said yet whether it sounds"
    assert speakers.update([on("second")]) == [1]
    assert speakers.owner("A", now=1) == 1
    assert speakers.update([on("second")]) == [], "it is told once"
    assert speakers.update([on("third")]) == [1], "also when it was never seen to be gone"


def test_a_screen_in_two_windows_is_not_loaded_anew_again_and_again():
    speakers = Loudspeakers()
    speakers.update([on("first")])
    for _ in range(3):
        assert speakers.update([on("first"), on("second")]) == []
    assert speakers.update([on("second")]) == [1]


def test_a_screen_that_does_not_name_its_page_is_new_when_it_comes_back():
    speakers = Loudspeakers()
    speakers.update(screens("on"))
    speakers.failed(1, now=0)
    speakers.update([])
    assert speakers.update(screens("off")) == []
    assert speakers.update(screens("on")) == [1]
    assert speakers.owner("A", now=1) == 1


def test_a_server_out_of_reach_makes_no_page_new():
    speakers = Loudspeakers()
    speakers.update(screens("on"))
    speakers.out_of_reach()
    assert speakers.owner("A", now=1) is None
    assert speakers.update(screens("on")) == []


# Kept clips


def wav(words=1):
    return write_wav(ToneVoice().speak(Sentence("en", "", " ".join(["word"] * words)), rate=1))


def test_a_clip_is_found_again_by_the_next_process(tmp_path):
    kept = ClipStore(tmp_path).put("k", wav())
    assert ClipStore(tmp_path).get("k") == kept
    assert kept.url == f"/api/v1/clips/{kept.sha256}"
    assert ClipStore(tmp_path).get("other") is None


def test_the_longest_unused_clips_go_first(tmp_path):
    store = ClipStore(tmp_path, most_files=10)
    for name in "abcdefghij":
        store.put(name, wav())
    store.get("a")
    store.put("k", wav())
    assert [name for name in "abcdefghijk" if store.get(name)] == list("adefghijk")[:1] + list("defghijk")
    assert len(list(tmp_path.iterdir())) == 9


def test_a_full_folder_is_measured_in_bytes_too(tmp_path):
    store = ClipStore(tmp_path, most_bytes=3 * len(wav()))
    for name in "abcd":
        store.put(name, wav())
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3 * len(wav())
    assert store.get("d")


def test_a_broken_or_half_written_clip_is_thrown_away(tmp_path, caplog):
    (tmp_path / "k.wav").write_bytes(b"half")
    (tmp_path / "left.part").write_bytes(b"")
    assert ClipStore(tmp_path).get("k") is None
    assert list(tmp_path.iterdir()) == []


def test_a_clip_that_somebody_deleted_is_simply_not_there(tmp_path, caplog):
    store = ClipStore(tmp_path)
    store.put("k", wav())
    (tmp_path / "k.wav").unlink()
    assert store.get("k") is None


def test_the_length_of_a_clip(tmp_path):
    (tmp_path / "x.wav").write_bytes(wav(3))
    assert clip_of(tmp_path / "x.wav").seconds == pytest.approx(0.9)


# Coming back


def test_the_waits_double_to_four_seconds_and_start_anew():
    backoff = Backoff(random_part=lambda: 0.5)
    assert [backoff.next() for _ in range(8)] == [0.5, 1, 2, 4, 4, 4, 4, 4]
    backoff.succeeded()
    assert backoff.next() == 0.5


@pytest.mark.parametrize("content", ['{"handled": {"A001": [Infinity, 1]}, "playing": {}}', "[" * 100_000, "[]"])
def test_a_memory_that_is_not_usable_is_none(tmp_path, content):
    (tmp_path / "memory.json").write_text(content)
    memory = Memory(tmp_path / "memory.json")
    assert (memory.hall, memory.seq, memory.playing) == (None, None, {})


@pytest.mark.parametrize("rate", [0, 1, 10_000_000])
def test_a_sound_of_an_impossible_rate_is_not_usable(tmp_path, rate):
    wav = bytearray(write_wav(Sound(np.zeros(100), 8000)))
    wav[24:28] = rate.to_bytes(4, "little")
    (tmp_path / "soft.wav").write_bytes(wav)
    with pytest.raises(ValueError, match="samples a second"):
        clip_of(tmp_path / "soft.wav")
    assert load_chimes(tmp_path) == {}


def test_a_sound_whose_piece_says_it_is_longer_than_the_file_is_not_usable(tmp_path):
    wav = write_wav(Sound(np.zeros(100), 8000))
    (tmp_path / "soft.wav").write_bytes(wav[:16] + b"\x10\0\x01\0" + wav[20:])
    with pytest.raises(ValueError, match="not a PCM WAV file"):
        clip_of(tmp_path / "soft.wav")


@pytest.mark.parametrize(("setting", "said"), [("zh_CN.UTF-8", "中"), ("en_GB.UTF-8", "en"), ("C", "en")])
def test_the_terminal_is_spoken_to_in_its_language(monkeypatch, setting, said):
    monkeypatch.setenv("LC_ALL", setting)
    assert words("en", "中") == said
