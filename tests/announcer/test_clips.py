"""Stored clips: found again, pruned, and thrown away when broken."""

import numpy as np
import pytest

from display.announcer.clips import ClipStore, clip_of, load_chimes
from display.announcer.providers import ToneVoice
from display.announcer.sound import Sound, write_wav
from display.announcer.text import Sentence


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
