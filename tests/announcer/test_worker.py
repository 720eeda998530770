"""The real voice process, with the real engine: files that hold the whole sentence, refusals, a guarded output."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from display.announcer.loudness import integrated_loudness
from display.announcer.providers import EngineVoice
from display.announcer.sound import level, read_wav
from display.announcer.text import call_sentence, units
from display.announcer.voice_process import VoiceFault, VoiceProcess
from display.announcer.worker import answer, sapi_voices

LANGUAGES = ("zh-CN", "zh-HK", "en")


@pytest.fixture(scope="module")
def process():
    process = VoiceProcess.of_driver("espeak")
    yield process
    process.close()


@pytest.fixture
def voice(process, tmp_path):
    return EngineVoice(process, driver="espeak", folder=tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_is_whole_loud_and_without_long_silence(voice, language):
    sentence = call_sentence(language=language, number="V1288", counter="12")
    sound = level(voice.speak(sentence, rate=1))
    assert 0.15 < sound.seconds / units(sentence.spoken) < 0.45
    assert sound.peak_dbfs <= -0.999
    assert integrated_loudness(sound.samples, rate=sound.rate) == pytest.approx(-18, abs=0.5)
    blocks = [
        abs(sound.samples[at : at + sound.rate // 2]).max() for at in range(0, len(sound.samples), sound.rate // 2)
    ]
    assert min(blocks) > 0.02  # no half second is silent


def test_many_sentences_and_none_is_empty_or_cut_short(voice):
    lengths = {}
    for number in range(40):
        for language in LANGUAGES:
            sentence = call_sentence(language=language, number=f"A{number:03}", counter=str(number % 20 + 1))
            lengths.setdefault(language, []).append(voice.speak(sentence, rate=1).seconds)
    for seconds in lengths.values():
        assert min(seconds) > 0.75 * max(seconds)


def test_twice_as_fast_is_shorter(voice):
    sentence = call_sentence(language="zh-CN", number="A012", counter="3")
    assert voice.speak(sentence, rate=2).seconds < 0.7 * voice.speak(sentence, rate=1).seconds


def test_an_unknown_voice_speaks_nothing_at_all(process, tmp_path):
    process.start()
    process.voices["xx"] = "no/such"
    with pytest.raises(VoiceFault, match="no voice 'no/such'"):
        process.speak(language="xx", rate=160, text="hello", file=tmp_path / "said.wav")
    assert not (tmp_path / "said.wav").exists()
    assert process.pid is not None


def test_a_folder_that_is_not_there_is_an_error_not_a_hang(process, tmp_path):
    with pytest.raises(VoiceFault, match="FileNotFoundError"):
        process.speak(language="en", rate=160, text="hello", file=tmp_path / "none" / "said.wav")


def test_markup_in_a_name_is_not_obeyed(voice):
    lengths = []
    for name in ("tax", "<break time='9s'/>tax"):
        said = call_sentence(language="en", number="A1", counter="1", name=name, template="{number} {name}")
        lengths.append(voice.speak(said, rate=1).seconds)
    assert lengths[1] == pytest.approx(lengths[0], abs=0.1)


def test_whatever_prints_does_not_reach_the_parent():
    code = (
        "import os, sys\nfrom display.announcer.worker import guarded_stdout\npipe = guarded_stdout()\n"
        "print('from python', flush=True)\nos.write(1, b'from a library')\npipe.write('the answer')\npipe.flush()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "the answer"
    assert "from python" in run.stderr


def test_the_worker_ends_with_its_input(tmp_path):
    order = {"id": 5, "voice": "gmw/en-us", "rate": 160, "text": "hello", "file": str(tmp_path / "said.wav")}
    run = subprocess.run(
        [sys.executable, "-m", "display.announcer.worker", "espeak"],
        input=json.dumps(order) + "\nnot json\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    hello, said, refused = map(json.loads, run.stdout.splitlines())
    assert hello["ready"]
    assert said == {"id": 5, "ok": True}
    assert refused["ok"] is False
    assert read_wav(tmp_path / "said.wav").seconds > 0.3


def test_a_driver_that_cannot_be_loaded_is_said():
    run = subprocess.run(
        [sys.executable, "-m", "display.announcer.worker", "nothing"],
        input="",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == {
        "ready": False,
        "error": "ModuleNotFoundError: No module named 'pyttsx3.drivers.nothing'",
    }


def test_an_order_without_its_fields_is_answered():
    assert answer(None, '{"text": "hello"}') == {"id": None, "ok": False, "error": "KeyError: 'id'"}


def test_sapi_voices_are_chosen_by_language_never_by_name():
    installed = [
        SimpleNamespace(id="zira", languages=["en-US"]),
        SimpleNamespace(id="huihui", languages=["zh-CN"]),
        SimpleNamespace(id="kangkang", languages=["zh-CN"]),
        SimpleNamespace(id="hortense", languages=["fr-FR"]),
    ]
    assert sapi_voices(installed) == {"en": "zira", "zh-CN": "huihui"}
