"""Makes the chimes of this folder from nothing but sines: `python sounds/make_chimes.py` writes them again.

A bell is a sine with two overtones that die away, the higher the faster. Needs only this project and numpy.
"""

from pathlib import Path

import numpy as np

from display.announcer.loudness import Samples
from display.announcer.sound import Sound, level, write_wav

RATE = 44100
HERE = Path(__file__).parent

# name: the notes as (start in seconds, frequency in Hz, how long it rings in seconds)
CHIMES = {
    "two-tone": [(0.0, 659.26, 0.7), (0.3, 523.25, 0.8)],
    "three-tone": [(0.0, 523.25, 0.7), (0.22, 659.26, 0.7), (0.44, 783.99, 0.8)],
    "soft": [(0.0, 440.0, 1.0)],
    "alert": [(start, pitch, 0.35) for start in (0.0, 0.8) for pitch in (880.0, 987.77)]
    + [(start, pitch, 0.35) for start in (0.4, 1.2) for pitch in (698.46, 783.99)],
}
OVERTONES = [(1.0, 1.0, 1.0), (2.0, 0.35, 0.5), (3.01, 0.12, 0.3)]  # times the frequency, strength, times the ringing


def bell(*, frequency: float, rings: float) -> Samples:
    """One struck note; it is gone, -50 dB, after `rings` seconds."""
    time = np.arange(round(rings * RATE)) / RATE
    strike = np.minimum(time / 0.004, 1.0)  # 4 ms: without it the start clicks
    sound = sum(
        strength * np.sin(2 * np.pi * frequency * times * time) * 10 ** (-2.5 * time / (rings * lasts))
        for times, strength, lasts in OVERTONES
    )
    fade = np.minimum((rings - time) / 0.02, 1.0)
    return np.asarray(sound * strike * fade)


def chime(notes: list[tuple[float, float, float]]) -> Sound:
    """The notes over one another, at -18 LUFS like the speech."""
    length = max(start + rings for start, _, rings in notes)
    whole = np.zeros(round(length * RATE) + 1)
    for start, frequency, rings in notes:
        note = bell(frequency=frequency, rings=rings)
        first = round(start * RATE)
        whole[first : first + len(note)] += note
    return level(Sound(whole, RATE))


if __name__ == "__main__":
    for name, notes in CHIMES.items():
        (HERE / f"{name}.wav").write_bytes(write_wav(chime(notes)))
