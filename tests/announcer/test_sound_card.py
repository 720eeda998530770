import sys
import threading

import pytest

from display.announcer.clips import clip_of
from display.announcer.providers import ToneVoice
from display.announcer.sound import read_wav, write_wav
from display.announcer.sound_card import SoundCard, find_player, has_card, mix, resampled
from display.announcer.text import Sentence

LISTEN = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"


@pytest.fixture
def clips(tmp_path):
    (tmp_path / "x.wav").write_bytes(write_wav(ToneVoice().speak(Sentence("en", "", "one two"), rate=1)))
    clip = clip_of(tmp_path / "x.wav")
    return [(clip, 0), (clip, 300)]


class Ended:
    """What the card says at the end."""

    def __init__(self):
        self.heard, self._there = None, threading.Event()

    def __call__(self, play, error):
        self.heard = (play, error)
        self._there.set()

    def wait(self):
        assert self._there.wait(20)
        return self.heard


def play(code, clips, *args):
    ended = Ended()
    card = SoundCard([sys.executable, "-c", code, "{file}", *args], done=ended)
    card.play("p1", clips, volume=0.5)
    return card, ended


def test_the_player_gets_everything_in_one_file(clips, tmp_path):
    _, ended = play(LISTEN, clips, str(tmp_path / "heard.wav"))
    assert ended.wait() == ("p1", None)
    heard = read_wav(tmp_path / "heard.wav")
    assert heard.seconds == pytest.approx(1.5, abs=0.01)
    assert heard.samples.max() == pytest.approx(0.15, abs=0.01)


def test_a_player_that_fails(clips):
    assert play("raise SystemExit(1)", clips)[1].wait() == ("p1", "card")


def test_a_player_that_is_not_there(clips, tmp_path):
    ended = Ended()
    SoundCard([str(tmp_path / "nothing"), "{file}"], done=ended).play("p1", clips, volume=1)
    assert ended.wait() == ("p1", "card")


def test_a_player_that_hangs_is_killed(clips, monkeypatch):
    monkeypatch.setattr("display.announcer.sound_card.GRACE_S", -1.0)
    assert play("import time; time.sleep(60)", clips)[1].wait() == ("p1", "no_answer")


def test_it_can_be_silenced(clips, tmp_path):
    code = "import pathlib, sys, time; pathlib.Path(sys.argv[2]).touch(); time.sleep(60)"
    card, ended = play(code, [(clips[0][0], 9000)], str(tmp_path / "began"))
    for _ in range(400):
        if (tmp_path / "began").exists():
            break
        threading.Event().wait(0.02)
    card.stop("other")
    card.stop("p1")
    assert ended.wait() == ("p1", "card")


def test_a_clip_that_is_gone(clips, tmp_path):
    (tmp_path / "x.wav").unlink()
    assert play(LISTEN, clips, "nowhere")[1].wait() == ("p1", "card")


def test_which_player(monkeypatch):
    monkeypatch.setattr("display.announcer.sound_card.has_card", lambda: True)
    assert find_player(platform="linux", which={"aplay": "/usr/bin/aplay"}.get)[0] == "aplay"
    assert find_player(platform="linux", which=lambda _name: None) is None
    assert find_player(platform="darwin", which={"afplay": "/usr/bin/afplay"}.get) == ["afplay", "{file}"]
    assert "winsound" in find_player(platform="win32")[2]
    monkeypatch.setattr("display.announcer.sound_card.has_card", lambda: False)
    assert find_player(platform="linux", which=lambda name: name) is None


def test_whether_there_is_a_card(tmp_path):
    cards = tmp_path / "cards"
    assert not has_card(cards)
    cards.write_text("--- no soundcards ---\n")
    assert not has_card(cards)
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    assert has_card(cards)


def test_sounds_of_two_rates_are_mixed(clips):
    assert read_wav(mix(clips, volume=1)).rate == 44100
    sound = read_wav(clips[0][0].path)
    assert resampled(sound, rate=44100).seconds == pytest.approx(sound.seconds, abs=0.001)
