"""The chimes in the repository: made by their script, and fit to be played."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from display.announcer.app import SOUNDS
from display.announcer.clips import ALERT_CHIME, DEFAULT_CHIME, load_chimes
from display.announcer.loudness import integrated_loudness
from display.announcer.sound import read_wav

MADE = runpy.run_path(str(SOUNDS / "make_chimes.py"), run_name="chimes")
FILES = sorted(SOUNDS.glob("*.wav"))


def test_the_default_and_the_alert_are_there():
    assert {DEFAULT_CHIME, ALERT_CHIME} <= set(load_chimes(SOUNDS))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_chime_is_what_its_script_makes(file: Path):
    again = MADE["chime"](MADE["CHIMES"][file.stem])
    assert np.max(np.abs(read_wav(file).samples - again.samples)) < 1e-3


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_chime_is_short_and_as_loud_as_the_speech(file: Path):
    sound = read_wav(file)
    assert 0.5 < sound.seconds < 2
    assert sound.peak_dbfs <= -0.99
    assert integrated_loudness(sound.samples, rate=sound.rate) == pytest.approx(-18, abs=1)


def test_every_sound_has_its_licence_in_the_readme():
    readme = (SOUNDS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in readme for file in FILES)
    assert readme.count("CC0-1.0") == len(FILES)


def test_a_broken_chime_is_left_out(tmp_path: Path):
    (tmp_path / "bad.wav").write_bytes(b"no")
    (tmp_path / "good.wav").write_bytes(FILES[0].read_bytes())
    assert set(load_chimes(tmp_path)) == {"good"}
