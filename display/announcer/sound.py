"""Sound as numbers: reading and writing WAV, cutting silence, setting loudness."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from display.announcer.loudness import Samples, integrated_loudness

TARGET_LUFS = -18.0
CEILING_DBFS = -1.0
SILENCE_DBFS = -50.0
HEAD_S = 0.01
TAIL_S = 0.05
LIMITER_S = 0.003
#: Samples a second of a sound. Slower ones grow to many times their size on the sound card.
RATES = range(4_000, 384_001)


@dataclass(frozen=True)
class Sound:
    """Mono samples from -1 to 1, and how many there are a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate

    @property
    def peak_dbfs(self) -> float:
        """The loudest sample in dB of full scale; -inf for silence."""
        return decibel(float(np.max(np.abs(self.samples), initial=0.0)))


def decibel(amplitude: float) -> float:
    """The amplitude in dB of full scale; -inf for 0."""
    return float(20 * np.log10(amplitude)) if amplitude > 0 else float("-inf")


def read_wav(source: Path | bytes) -> Sound:
    """A PCM WAV file of 8 to 32 bit as mono sound; ValueError when it is none."""
    try:
        with wave.open(io.BytesIO(source) if isinstance(source, bytes) else str(source)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, RuntimeError) as error:  # RuntimeError: a piece that says it is longer than the file
        raise ValueError(f"not a PCM WAV file: {error}") from error
    if rate not in RATES:
        raise ValueError(f"{rate} samples a second")
    whole = np.frombuffer(raw[: len(raw) // (width * channels) * width * channels], np.uint8).reshape(-1, width)
    if width == 1:
        values = (whole[:, 0].astype(np.float64) - 128) / 128
    else:
        padded = np.zeros((len(whole), 4), np.uint8)
        padded[:, 4 - width :] = whole
        values = padded.view("<i4")[:, 0] / 2**31
    return Sound(values.reshape(-1, channels).mean(axis=1), rate)


def write_wav(sound: Sound) -> bytes:
    """The sound as a WAV file, mono, 16 bit."""
    values = np.clip(np.round(sound.samples * 32767), -32768, 32767).astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(values.tobytes())
    return target.getvalue()


def trim(sound: Sound) -> Sound:
    """Without the silence at both ends, except 10 ms before and 50 ms after; ValueError when all is silent."""
    peak = float(np.max(np.abs(sound.samples), initial=0.0))
    loud = np.flatnonzero(np.abs(sound.samples) > peak * 10 ** (SILENCE_DBFS / 20))
    if peak < 10 ** (SILENCE_DBFS / 20) or not len(loud):
        raise ValueError("nothing but silence")
    first = max(0, loud[0] - round(HEAD_S * sound.rate))
    last = loud[-1] + 1 + round(TAIL_S * sound.rate)
    return Sound(sound.samples[first:last], sound.rate)


def level(sound: Sound, *, target: float = TARGET_LUFS, ceiling: float = CEILING_DBFS) -> Sound:
    """The sound at `target` LUFS, its highest peaks rounded off so that none passes `ceiling` dBFS."""
    gain = target - integrated_loudness(sound.samples, rate=sound.rate)
    return limited(Sound(sound.samples * 10 ** (gain / 20), sound.rate), ceiling=ceiling)


def limited(sound: Sound, *, ceiling: float) -> Sound:
    """The sound turned down around the peaks that pass `ceiling` dBFS, smoothly, from 3 ms before to 3 ms after."""
    highest = 10 ** (ceiling / 20)
    if sound.peak_dbfs <= ceiling:
        return sound
    reach = round(LIMITER_S * sound.rate)
    gain = np.minimum(1.0, highest / np.maximum(np.abs(sound.samples), 1e-9))
    lowest = sliding_window_view(np.pad(gain, 2 * reach, constant_values=1.0), 2 * reach + 1).min(axis=1)
    smooth = np.convolve(lowest, np.full(2 * reach + 1, 1 / (2 * reach + 1)), mode="valid")
    return Sound(sound.samples * smooth, sound.rate)


def join(sounds: list[Sound], *, gap_s: float) -> Sound:
    """The sounds after one another with a pause between; all must have the same rate, else ValueError."""
    rates = {sound.rate for sound in sounds}
    if len(rates) != 1:
        raise ValueError(f"sounds of different rates: {sorted(rates)}")
    rate = rates.pop()
    gap = np.zeros(round(gap_s * rate))
    parts = [part for sound in sounds for part in (sound.samples, gap)][:-1]
    return Sound(np.concatenate(parts), rate)
