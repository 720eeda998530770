"""A pyttsx3 driver over espeak-ng that does one thing at a time and says when it failed.

pyttsx3's own espeak driver takes whatever library the system has, runs asynchronously and loses files. This one loads
the library and the data of the PyPI package espeakng-loader, synthesises synchronously and refuses unknown voices.
`register()` makes it known to pyttsx3 as the driver `hallcall_espeak`; it is used through pyttsx3's engine.
"""

import ctypes
import os
import sys
import wave
from typing import Any

import espeakng_loader

DRIVER = "hallcall_espeak"
SYNCHRONOUS = 2
DO_NOT_EXIT = 0x8000
UTF8 = 1
RATE_PARAMETER = 1
POSITION_CHARACTER = 1

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechError(RuntimeError):
    """Espeak-ng could not be loaded, does not know the voice, or could not speak."""


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
    )


class Library:
    """Espeak-ng, loaded once a process: it keeps global state and cannot be started twice."""

    _only: "Library | None" = None

    def __init__(self) -> None:
        data = espeakng_loader.get_data_path()
        os.environ["ESPEAK_DATA_PATH"] = data
        self.calls = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        self.calls.espeak_Info.restype = ctypes.c_char_p
        self.calls.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.calls.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        self.sample_rate = self.calls.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data), DO_NOT_EXIT)
        if self.sample_rate <= 0:
            raise SpeechError("espeak-ng did not start")
        self._samples = bytearray()
        self._keep = _CALLBACK(self._collect)  # ctypes frees a callback that nobody holds
        self.calls.espeak_SetSynthCallback(self._keep)

    @classmethod
    def only(cls) -> "Library":
        """The library of this process; loads it at the first use."""
        if cls._only is None:
            cls._only = cls()
        return cls._only

    @property
    def version(self) -> str:
        """Such as `1.52.0`."""
        return str(self.calls.espeak_Info(None), "ascii")

    def choose(self, voice: str) -> None:
        """Take a voice by its file, such as `sit/cmn`; SpeechError when there is none of that name."""
        if self.calls.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechError(f"no voice {voice!r}")
        chosen = self.calls.espeak_GetCurrentVoice().contents.identifier.decode()
        if chosen.replace("\\", "/").lower() != voice.lower():
            raise SpeechError(f"asked for the voice {voice!r}, got {chosen!r}")

    def say(self, text: str) -> bytes:
        """16-bit mono samples of the text in the chosen voice; SpeechError when nothing was spoken."""
        self._samples.clear()
        raw = text.encode() + b"\0"
        failed = self.calls.espeak_Synth(raw, len(raw), 0, POSITION_CHARACTER, 0, UTF8, None, None)
        if failed or not self._samples:
            raise SpeechError(f"espeak-ng spoke nothing (code {failed})")
        return bytes(self._samples)

    def phonemes(self, text: str) -> str:
        """What would be spoken, in espeak's phoneme names; clauses are separated by ` / `."""
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value:
            clauses.append(self.calls.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, 0).decode())
        return " / ".join(clauses)

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if count > 0 and samples:
            self._samples += ctypes.string_at(samples, count * 2)
        return 0


class EspeakDriver:
    """What pyttsx3 asks of a driver, without threads."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._library = Library.only()
        self._voice_known = False

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802 - pyttsx3's name
        """`voice`: a voice file such as `sit/cmn`; `rate`: words a minute. KeyError for another name."""
        if name == "voice":
            self._voice_known = False  # a refused voice must not leave the one before it speaking
            self._library.choose(str(value))
            self._voice_known = True
        elif name == "rate":
            self._library.calls.espeak_SetParameter(RATE_PARAMETER, int(value), 0)
        else:
            raise KeyError(name)

    def save_to_file(self, text: str, filename: str) -> None:
        """Write the spoken text as a WAV file (mono, 16 bit)."""
        if not self._voice_known:
            raise SpeechError("no voice chosen")
        samples = self._library.say(text)
        with wave.open(filename, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self._library.sample_rate)
            file.writeframes(samples)

    def startLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Run the commands that wait; each is done when it returns, so there is nothing to wait for."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Nothing runs that could be ended."""

    def stop(self) -> None:
        """Nothing runs that could be stopped."""

    def destroy(self) -> None:
        """The library stays: it cannot be started twice in a process."""


def buildDriver(proxy: Any) -> EspeakDriver:  # noqa: N802 - pyttsx3's name
    """The function by which pyttsx3 gets its driver."""
    return EspeakDriver(proxy)


def register() -> str:
    """Make this module a driver of pyttsx3; returns the name for `pyttsx3.init`."""
    sys.modules[f"pyttsx3.drivers.{DRIVER}"] = sys.modules[__name__]
    return DRIVER
