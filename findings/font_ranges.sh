#!/bin/sh
# The list of a web font's letters that a package of fonts brings is not what its files hold.
# Guess: unicode.json says which code points each file has, as the CSS beside it promises to browsers. Seen with
#   @fontsource/noto-sans-sc 5.3.0     announces 1,162 letters as "latin-ext"; 1,086 of them, Ł and č too, are in no file
#   @fontsource/lxgw-wenkai 5.3.0      unicode.json is {}, and its file "latin" is the whole font: 30,142 letters, 7 MB
# Who looks a letter up there prints boxes, or loads seven megabytes for a Latin name; the file itself must be asked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent @fontsource/noto-sans-sc@5.3.0 @fontsource/lxgw-wenkai@5.3.0 >/dev/null
for font in noto-sans-sc lxgw-wenkai; do
    mkdir "$font"
    tar xzf "fontsource-$font-5.3.0.tgz" -C "$font"
done
python3 -m venv venv
venv/bin/pip install -q fonttools==4.60.1 brotli==1.1.0
venv/bin/python - <<'PY'
import json
import sys
from pathlib import Path

from fontTools.ttLib import TTFont


def announced(ranges):
    for part in ranges.split(","):
        first, _, last = part.strip().upper().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def held(file):
    return set(TTFont(file).getBestCmap())


noto, wenkai = Path("noto-sans-sc/package"), Path("lxgw-wenkai/package")
print(*(json.loads((one / "package.json").read_text())["version"] for one in (noto, wenkai)))
promised = set(announced(json.loads((noto / "unicode.json").read_text())["latin-ext"]))
there = set().union(*map(held, noto.glob("files/*-500-normal.woff2")))
print("latin-ext promises", len(promised), "letters;", len(promised - there), "of them are in no file, among them Ł Ą č")
latin = wenkai / "files" / "lxgw-wenkai-latin-500-normal.woff2"
print("the Latin file of WenKai:", latin.stat().st_size, "bytes,", len(held(latin)), "letters; its list:",
      (wenkai / "unicode.json").read_text().strip())
lacking = set(map(ord, "ŁĄč")) <= promised - there
whole = len(held(latin)) > 20_000 and json.loads((wenkai / "unicode.json").read_text()) == {}
sys.exit(0 if lacking and whole else "the lists and the files say something else now")
PY
echo "seen: letters that are promised and not there, and a Latin file with all of Chinese"
