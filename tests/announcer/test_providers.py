import json
import sys
from pathlib import Path

import pytest

from display.announcer.clips import ClipStore
from display.announcer.providers import CommandVoice, EngineVoice, RecordedVoice, ToneVoice, read_manifest
from display.announcer.sound import read_wav, write_wav
from display.announcer.text import Sentence, call_sentence
from display.announcer.voice_fallback import VoiceFallback
from display.announcer.voice_process import VoiceFault, VoiceProcess

FAKE = Path(__file__).with_name("fake_worker.py")
SENTENCE = call_sentence(language="zh-CN", number="A012", counter="3")


@pytest.mark.parametrize(
    ("fault", "says"),
    [("cut short", "cut short"), ("silent", "silence"), ("no file", "no usable sound"), ("empty file", "WAV")],
)
def test_a_file_that_does_not_hold_the_sentence_is_a_fault(tmp_path, fault, says):
    voice = EngineVoice(VoiceProcess(command=[sys.executable, str(FAKE), fault]), driver="espeak", folder=tmp_path)
    with pytest.raises(VoiceFault, match=says):
        voice.speak(SENTENCE, rate=1)
    voice.close()
    assert list(tmp_path.iterdir()) == []


def test_an_engine_says_that_it_has_no_such_language_once_it_knows(tmp_path):
    voice = EngineVoice(VoiceProcess(command=[sys.executable, str(FAKE), "none"]), driver="espeak", folder=tmp_path)
    cantonese = Sentence("zh-HK", "", "一")
    assert voice.can(cantonese)
    voice.speak(SENTENCE, rate=1)
    assert not voice.can(cantonese)
    voice.close()


# Recorded clips


@pytest.fixture
def clips(tmp_path):
    folder = tmp_path / "clips" / "zh-CN"
    folder.mkdir(parents=True)
    names = {
        "请": "please.wav",
        "A": "a.wav",
        "0": "0.wav",
        "1": "1.wav",
        "2": "2.wav",
        "号到": "to.wav",
        "3": "3.wav",
        "号窗口": "window.wav",
    }
    for name in names.values():
        (folder / name).write_bytes(write_wav(ToneVoice().speak(Sentence("en", "", "one"), rate=1)))
    (folder / "manifest.json").write_text(
        json.dumps({"pieces": names | {"B": "gone.wav", "C": "../../escaped.wav"}}), "utf-8"
    )
    return tmp_path / "clips"


def test_a_sentence_from_recorded_pieces(clips):
    sound = RecordedVoice(clips, only_complete=True).speak(SENTENCE, rate=1)
    assert sound.seconds == pytest.approx(8 * 0.26 + 7 * 0.06, abs=0.2)


def test_the_manifest_check_says_what_is_missing(clips):
    voice = RecordedVoice(clips, only_complete=True)
    assert voice.missing({"zh-CN": ["请", "A", "B", "C", "9"], "en": ["ticket"]}) == {"zh-CN": ["9", "B", "C"]}
    assert not voice.can(SENTENCE)
    assert RecordedVoice(clips, only_complete=False).can(SENTENCE)
    assert voice.missing({"zh-CN": ["请", "A"]}) == {}
    assert voice.can(SENTENCE)


def test_a_sentence_with_a_piece_that_is_not_there(clips):
    voice = RecordedVoice(clips, only_complete=False)
    assert not voice.can(call_sentence(language="zh-CN", number="A019", counter="3"))
    assert not voice.can(Sentence("zh-CN", "通知", "通知"))
    with pytest.raises(VoiceFault):
        voice.speak(call_sentence(language="zh-CN", number="A019", counter="3"), rate=1)


def test_a_manifest_that_is_broken_records_nothing(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "manifest.json").write_text('{"pieces": [1]}')
    assert not RecordedVoice(tmp_path, only_complete=False).can(SENTENCE)


# The operator's own engine

ENGINE = """
import sys
from display.announcer.providers import ToneVoice
from display.announcer.sound import write_wav
from display.announcer.text import Sentence
text = sys.stdin.buffer.read().decode("utf-8")
if sys.argv[2] != "zh-CN": sys.exit(1)
open(sys.argv[1], "wb").write(write_wav(ToneVoice().speak(Sentence("zh-CN", text, text), rate=float(sys.argv[3]))))
"""


@pytest.fixture
def own_engine(tmp_path):
    script = tmp_path / "engine.py"
    script.write_text(ENGINE)
    now = [0.0]
    python, path = (str(part).replace("\\", "/") for part in (sys.executable, script))
    voice = CommandVoice(f'"{python}" "{path}" {{file}} {{language}} {{rate}}', folder=tmp_path, clock=lambda: now[0])
    return voice, now


def test_an_operators_engine_gets_the_text_on_its_input(own_engine):
    assert own_engine[0].speak(SENTENCE, rate=1).seconds == pytest.approx(11 * 0.3 - 0.05, abs=0.1)


def test_an_operators_engine_that_fails_rests_too(own_engine):
    voice, now = own_engine
    for _ in range(3):
        with pytest.raises(VoiceFault, match="exit status 1"):
            voice.speak(Sentence("en", "", "one"), rate=1)
    with pytest.raises(VoiceFault, match="rests for 30 s"):
        voice.speak(SENTENCE, rate=1)
    now[0] = 31
    assert voice.speak(SENTENCE, rate=1)


def test_a_command_that_is_not_there(tmp_path):
    with pytest.raises(VoiceFault, match="operator"):
        CommandVoice(str(tmp_path / "nothing"), folder=tmp_path).speak(SENTENCE, rate=1)


# The ladder


class Voice(ToneVoice):
    def __init__(self, name, *, fails=False, languages=("zh-CN", "en")):
        self.name, self.fails, self.languages, self.asked = name, fails, languages, 0

    def can(self, sentence):
        return sentence.language in self.languages

    def speak(self, sentence, *, rate):
        self.asked += 1
        if self.fails:
            raise VoiceFault("broken")
        return super().speak(sentence, rate=rate)


def ladder(tmp_path, *voices):
    return VoiceFallback(voices, store=ClipStore(tmp_path / "store"))


def test_the_best_voice_speaks_and_its_clip_is_kept(tmp_path):
    best, second = Voice("best"), Voice("second")
    steps = ladder(tmp_path, best, second)
    assert steps.clip(SENTENCE, rate=1) == steps.clip(SENTENCE, rate=1)
    assert (best.asked, second.asked) == (1, 0)
    assert steps.state(["zh-CN"]) == "ok"
    assert read_wav(steps.clip(SENTENCE, rate=1).path).seconds > 2


def test_another_rate_or_voice_is_another_clip(tmp_path):
    best = Voice("best")
    steps = ladder(tmp_path, best)
    assert steps.clip(SENTENCE, rate=1) != steps.clip(SENTENCE, rate=1.5)
    assert ladder(tmp_path, Voice("new")).clip(SENTENCE, rate=1).path != steps.clip(SENTENCE, rate=1).path


def test_a_kept_clip_needs_no_voice(tmp_path):
    best = Voice("best")
    steps = ladder(tmp_path, best)
    steps.clip(SENTENCE, rate=1)
    best.fails = True
    assert steps.clip(SENTENCE, rate=1)
    assert best.asked == 1


def test_when_the_best_fails_the_next_stands_in_and_it_shows(tmp_path, caplog):
    steps = ladder(tmp_path, Voice("best", fails=True), Voice("second"))
    assert steps.clip(SENTENCE, rate=1)
    assert steps.clip(call_sentence(language="zh-CN", number="A013", counter="3"), rate=1)
    assert steps.state(["zh-CN", "en"]) == "degraded"
    assert len(caplog.messages) == 1  # not a line a sentence


def test_no_voice_at_all_is_dead_and_probes_find_it_again(tmp_path):
    only = Voice("only", fails=True)
    steps = ladder(tmp_path, only)
    assert steps.clip(SENTENCE, rate=1) is None
    assert steps.state(["zh-CN"]) == "dead"
    steps.probe()
    assert steps.state(["zh-CN"]) == "dead"
    only.fails = False
    steps.probe()
    assert steps.state(["zh-CN"]) == "ok"
    assert steps.speaking() == {"zh-CN": "only"}


def test_no_english_voice_ever_speaks_chinese(tmp_path):
    english = Voice("english", languages=("en",))
    assert ladder(tmp_path, english).clip(SENTENCE, rate=1) is None
    assert english.asked == 0


def test_one_language_without_a_voice_is_degraded(tmp_path):
    steps = ladder(tmp_path, Voice("english", languages=("en",)))
    steps.clip(SENTENCE, rate=1)
    steps.clip(call_sentence(language="en", number="A012", counter="3"), rate=1)
    assert steps.state(["zh-CN", "en"]) == "degraded"


@pytest.mark.parametrize("name", ["x" * 300, "\x00", "\ud800", "..", ""])
def test_a_manifest_names_no_file_that_cannot_be(tmp_path, name):
    (tmp_path / "manifest.json").write_text(json.dumps({"pieces": {"a": name}}))
    assert read_manifest(tmp_path / "manifest.json") == {}


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", '{"pieces": 1}'])
def test_a_manifest_with_nonsense_records_nothing(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    assert read_manifest(tmp_path / "manifest.json") == {}
