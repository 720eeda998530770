"""A voice process with a fault: `python fake_worker.py FAULT [FILE]`. `FILE` counts its starts."""

import json
import sys
import time
from pathlib import Path

from display.announcer.providers import ToneVoice
from display.announcer.sound import Sound, level, write_wav
from display.announcer.text import Sentence

fault = sys.argv[1]
if len(sys.argv) > 2:
    with Path(sys.argv[2]).open("a") as file:
        file.write("started\n")


def tell(message):
    print(json.dumps(message), flush=True)


if fault == "never ready":
    time.sleep(60)
if fault == "dead at start":
    sys.exit(1)
if fault == "no library":
    tell({"ready": False, "error": "OSError: no espeak"})
    sys.exit(0)
if fault == "garbage":
    print("espeak: loading voices...\n{half a line\n[1, 2]\nnull", flush=True)
tell({"ready": True, "engine": "fake", "voices": {"zh-CN": "v", "en": "v"}})
for line in sys.stdin:
    order = json.loads(line)
    if fault == "hang":
        time.sleep(60)
    if fault == "die":
        sys.exit(9)
    if fault == "refuse":
        tell({"id": order["id"], "ok": False, "error": "SpeechError: no"})
        continue
    if fault == "garbage":
        print('noise\n{"id": 999, "ok": true}\n', flush=True)
    sound = level(ToneVoice().speak(Sentence("en", order["text"], order["text"]), rate=1))
    if fault == "cut short":
        sound = Sound(sound.samples[: sound.rate // 10], sound.rate)
    content = write_wav(sound)
    if fault == "silent":
        content = write_wav(Sound(sound.samples * 0, sound.rate))
    if fault != "no file":
        Path(order["file"]).write_bytes(b"" if fault == "empty file" else content)
    tell({"id": order["id"], "ok": True})
