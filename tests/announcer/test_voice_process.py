"""Faults injected into the voice process: the parent notices, kills, restarts, rests, and never waits for ever."""

import sys
from pathlib import Path

import pytest

from display.announcer.voice_process import Rest, VoiceFault, VoiceProcess

FAKE = str(Path(__file__).with_name("fake_worker.py"))


@pytest.fixture
def start(tmp_path):
    made = []

    def make(fault, **times):
        made.append(VoiceProcess(command=[sys.executable, FAKE, fault, str(tmp_path / "starts")], **times))
        return made[-1]

    yield make
    for process in made:
        process.close()


def speak(process, tmp_path, language="en"):
    process.speak(language=language, rate=160, text="one two three", file=tmp_path / "said.wav")
    return tmp_path / "said.wav"


def starts(tmp_path):
    return (tmp_path / "starts").read_text().count("started")


def test_one_process_speaks_many_sentences(start, tmp_path):
    process = start("none")
    for _ in range(3):
        assert speak(process, tmp_path).stat().st_size > 10_000
    assert starts(tmp_path) == 1
    assert process.engine == "fake"


def test_garbage_on_its_output_is_passed_over(start, tmp_path):
    assert speak(start("garbage"), tmp_path).exists()


def test_a_hang_is_killed_and_the_next_sentence_has_a_new_process(start, tmp_path):
    process = start("hang", sentence_s=0.3)
    for count in (1, 2):
        with pytest.raises(VoiceFault, match=r"no answer within 0\.3 s"):
            speak(process, tmp_path)
        assert process.pid is None
        assert starts(tmp_path) == count


def test_a_death_is_noticed_at_once(start, tmp_path):
    with pytest.raises(VoiceFault, match="died"):
        speak(start("die", sentence_s=60), tmp_path)


@pytest.mark.parametrize(
    ("fault", "says"), [("dead at start", "died"), ("no library", "no espeak"), ("never ready", "no answer")]
)
def test_what_does_not_start(start, tmp_path, fault, says):
    with pytest.raises(VoiceFault, match=says):
        speak(start(fault, start_s=1 if fault == "never ready" else 60), tmp_path)


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(VoiceFault, match="did not start"):
        speak(VoiceProcess(command=[str(tmp_path / "nothing")]), tmp_path)


def test_an_unknown_language_is_refused_without_asking(start, tmp_path):
    with pytest.raises(VoiceFault, match="no voice for zh-HK"):
        speak(start("none"), tmp_path, language="zh-HK")


def test_after_three_faults_in_a_minute_it_rests_half_a_minute(start, tmp_path):
    now = [1000.0]
    process = start("die", clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(VoiceFault, match="died"):
            speak(process, tmp_path)
    with pytest.raises(VoiceFault, match="resting 30 s"):
        speak(process, tmp_path)
    now[0] += 31
    with pytest.raises(VoiceFault, match="died"):
        speak(process, tmp_path)
    assert starts(tmp_path) == 4


def test_a_refused_sentence_leaves_the_process_alive(start, tmp_path):
    process = start("refuse")
    for _ in range(2):
        with pytest.raises(VoiceFault, match="SpeechError: no"):
            speak(process, tmp_path)
    assert starts(tmp_path) == 1


def test_faults_far_apart_bring_no_rest():
    rest = Rest()
    for now in (0, 40, 80, 120, 160):
        rest.failed(now=now)
        assert rest.left(now=now) == 0
    rest.failed(now=161)
    assert rest.left(now=161) == 30
    assert rest.left(now=192) == 0
