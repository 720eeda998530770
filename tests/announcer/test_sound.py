import io
import wave

import numpy as np
import pytest

from display.announcer.loudness import integrated_loudness
from display.announcer.sound import Sound, join, level, read_wav, trim, write_wav


def tone(*, hertz=997.0, dbfs=0.0, seconds=1.0, rate=48000):
    time = np.arange(round(seconds * rate)) / rate
    return Sound(10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * time), rate)


def lufs(sound):
    return integrated_loudness(sound.samples, rate=sound.rate)


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_a_full_sine_of_997_hz_is_minus_3_01_lufs_by_definition(rate):
    assert lufs(tone(rate=rate, seconds=5)) == pytest.approx(-3.01, abs=0.1)


def test_quiet_parts_are_gated_as_in_the_ebus_third_test_signal():
    parts = [
        tone(hertz=1000, dbfs=dbfs, seconds=seconds, rate=16000) for dbfs, seconds in ((-36, 10), (-23, 60), (-36, 10))
    ]
    assert lufs(join(parts, gap_s=0)) == pytest.approx(-23.0 - 3.01, abs=0.1)  # one channel of its two


def test_silence_has_no_loudness():
    assert lufs(Sound(np.zeros(48000), 48000)) == float("-inf")


def test_low_notes_count_less_and_high_notes_more():
    assert lufs(tone(hertz=30)) < -6
    assert lufs(tone(hertz=4000)) > 0


def test_level_reaches_its_target():
    assert lufs(level(tone(dbfs=-40, seconds=2))) == pytest.approx(-18.0, abs=0.01)


def test_level_never_passes_the_ceiling_and_leaves_the_rest_alone():
    loud = tone(dbfs=-20, seconds=2)
    loud.samples[24000] = 1.0
    levelled = level(loud)
    assert levelled.peak_dbfs <= -0.999
    assert lufs(levelled) == pytest.approx(-18, abs=0.2)
    assert np.max(np.abs(levelled.samples[:12000])) == pytest.approx(np.max(np.abs(levelled.samples[36000:])), rel=1e-3)


def test_trim_takes_the_silence_and_leaves_a_breath():
    quiet = np.zeros(4800)
    sound = trim(Sound(np.concatenate([quiet, tone(seconds=0.5).samples, quiet, quiet]), 48000))
    assert sound.seconds == pytest.approx(0.56, abs=0.002)


def test_trim_refuses_silence():
    with pytest.raises(ValueError, match="silence"):
        trim(Sound(np.full(1000, 1e-4), 8000))
    with pytest.raises(ValueError, match="silence"):
        trim(Sound(np.array([]), 8000))


def test_wav_there_and_back():
    sound = tone(dbfs=-6, rate=22050)
    again = read_wav(write_wav(sound))
    assert again.rate == 22050
    assert np.max(np.abs(again.samples - sound.samples)) < 1e-4


@pytest.mark.parametrize(
    ("width", "raw"),
    [
        (1, b"\xc0\x40"),
        (2, b"\x00\x40\x00\xc0"),
        (3, b"\x00\x00\x40\x00\x00\xc0"),
        (4, b"\x00\x00\x00\x40\x00\x00\x00\xc0"),
    ],
)
def test_all_sample_sizes(width, raw):
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(raw)
    assert read_wav(target.getvalue()).samples == pytest.approx([0.5, -0.5], abs=0.01)


def test_stereo_becomes_mono():
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.array([16384, 0], "<i2").tobytes())
    assert read_wav(target.getvalue()).samples == pytest.approx([0.25])


@pytest.mark.parametrize("content", [b"", b"RIFF", b"nothing like it"])
def test_what_is_no_wav_is_refused(content):
    with pytest.raises(ValueError, match="WAV"):
        read_wav(content)


def test_join_needs_one_rate():
    with pytest.raises(ValueError, match="rates"):
        join([tone(rate=8000), tone(rate=16000)], gap_s=0.1)
    assert join([tone(), tone()], gap_s=0.5).seconds == pytest.approx(2.5)
