"""The voice process: speaks sentences into files for its parent, over JSON lines.

Run as `python -m display.announcer.worker espeak` (or `sapi5` on Windows). First line out:
`{"ready": true, "engine": "espeak-ng 1.52.0", "voices": {"zh-CN": "sit/cmn", ...}}`. Each line in,
`{"id", "voice", "rate", "text", "file"}`, is answered by `{"id", "ok"}` or `{"id", "ok": false, "error"}`.
It ends when its input ends, so it never outlives its parent. Only this process ever loads a speech library.
"""

import json
import os
import sys
from collections.abc import Iterable
from typing import IO, Any

ESPEAK_VOICES = {"zh-CN": "sit/cmn", "zh-HK": "sit/yue", "en": "gmw/en-us"}


class Talker:
    """pyttsx3's engine, with its swallowed errors raised again."""

    def __init__(self, driver: str) -> None:
        import pyttsx3  # after the guard of stdout, and nowhere else in the project

        name = driver
        if driver == "espeak":
            from display.announcer import espeak  # loads espeak-ng: not wanted on the SAPI5 path

            name = espeak.register()
        self._engine = pyttsx3.init(name)
        self._errors: list[BaseException] = []
        self._engine.connect("error", self._note)
        if driver == "espeak":
            self.name, self.voices = f"espeak-ng {espeak.Library.only().version}", dict(ESPEAK_VOICES)
        else:
            self.name, self.voices = driver, sapi_voices(self._engine.getProperty("voices"))

    def speak(self, *, voice: str, rate: int, text: str, file: str) -> None:
        """Write the text, spoken by that voice at `rate` words a minute, to the file; raises what went wrong."""
        self._errors.clear()
        self._engine.setProperty("rate", rate)
        self._engine.setProperty("voice", voice)
        self._engine.save_to_file(text, file)
        self._engine.runAndWait()
        if self._errors:
            raise self._errors[0]

    def _note(self, name: str | None, exception: BaseException) -> None:
        self._errors.append(exception)


def sapi_voices(installed: Iterable[Any]) -> dict[str, str]:
    """Our languages to the ids of the first SAPI5 voice of each; a language without a voice is left out."""
    found: dict[str, str] = {}
    for voice in installed:
        for tag in voice.languages:
            language = {"zh-CN": "zh-CN", "zh-HK": "zh-HK"}.get(tag) or ("en" if tag.startswith("en-") else None)
            if language:
                found.setdefault(language, voice.id)
    return found


def answer(talker: Talker, line: str) -> dict[str, Any]:
    """Do what one line asks; never raises, an error is part of the answer."""
    number = None
    try:
        order = json.loads(line)
        number = order["id"]
        talker.speak(voice=order["voice"], rate=order["rate"], text=order["text"], file=order["file"])
    except Exception as error:  # noqa: BLE001 - whatever a speech library throws belongs to this one sentence
        return {"id": number, "ok": False, "error": f"{type(error).__name__}: {error}"}
    return {"id": number, "ok": True}


def guarded_stdout() -> IO[str]:
    """The pipe to the parent; from now on anything else that prints prints to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def main() -> None:
    """Serve sentences until the input ends."""
    pipe = guarded_stdout()

    def tell(message: dict[str, Any]) -> None:
        pipe.write(json.dumps(message) + "\n")
        pipe.flush()

    try:
        talker = Talker(sys.argv[1])
    except Exception as error:  # noqa: BLE001 - the parent hears why there is no voice, whatever it was
        tell({"ready": False, "error": f"{type(error).__name__}: {error}"})
        return
    tell({"ready": True, "engine": talker.name, "voices": talker.voices})
    for line in sys.stdin:
        tell(answer(talker, line))


if __name__ == "__main__":
    main()
