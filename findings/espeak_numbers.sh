#!/bin/sh
# espeak-ng reads numbers of three digits with a nought in the middle, and ten thousands, in another value.
# Guess: the phonemes of a number are those of the number written out. Seen with espeak-ng 1.52.0 (espeakng-loader 0.2.4):
#   Mandarin  205    er bai wu          as people say 250; 205 is er bai ling wu
#   Cantonese 10000  jat baak maan      as people say 1,000,000; 10,000 is jat maan
# A hall that lets the voice read rooms or amounts writes such numbers out first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q espeakng-loader==0.2.4
"$folder/venv/bin/python" - <<'PY'
import ctypes
import re
import sys

import espeakng_loader

library = ctypes.CDLL(espeakng_loader.get_library_path())
RETRIEVAL, UTF8, MNEMONICS = 2, 1, 0
assert library.espeak_Initialize(RETRIEVAL, 0, str(espeakng_loader.get_data_path()).encode(), 0) > 0
library.espeak_TextToPhonemes.restype = library.espeak_Info.restype = ctypes.c_char_p
print("espeak-ng", library.espeak_Info(None).decode())


def said(voice, text):
    """The sounds of a text, without the marks of stress and pauses."""
    assert library.espeak_SetVoiceByName(voice.encode()) == 0
    rest, parts = ctypes.c_char_p(text.encode()), []
    while rest.value is not None:
        part = library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, MNEMONICS) or b""
        parts.append(part.decode())
    return re.sub(r"[\s',_|]", "", "".join(parts))


seen = []
for voice, digits, taken_for, right in (("cmn", "205", "二百五", "二百零五"), ("yue", "10000", "一百萬", "一萬")):
    sounds = {text: said(voice, text) for text in (digits, taken_for, right)}
    for text, sound in sounds.items():
        print(f"{voice}  {text:<8} {sound}")
    seen.append(sounds[digits] == sounds[taken_for] != sounds[right])
sys.exit(0 if all(seen) else "espeak-ng says these numbers otherwise now")
PY
echo "seen: 205 sounds like 250, ten thousand like a million"
