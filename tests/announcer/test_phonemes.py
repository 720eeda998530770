"""What the voice really says, by its phonemes, in a process of its own that cannot see a system's espeak."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from display.announcer.text import call_sentence
from display.announcer.worker import ESPEAK_VOICES

READ = """
import json, pathlib, sys
from display.announcer.espeak import Library
library = Library.only()
spoken = []
for voice, text in json.load(sys.stdin):
    library.choose(voice)
    spoken.append(library.phonemes(text))
maps = pathlib.Path("/proc/self/maps")
lines = maps.read_text().splitlines() if maps.exists() else []
loaded = sorted({line.split()[-1] for line in lines if "espeak" in line})
print(json.dumps({"spoken": spoken, "loaded": loaded, "version": library.version}))
"""

QING, HAO, DAO = "tS;h'i214N_|", "X'Au51_|", "t'Au51_|"
HAO_CHUANGKOU = f"{HAO} ts.hwA55Nkh'ou214_|"
CHENG, HOU, DOU, HEUNGHAU = "c'ing2_|", "h'ou6_|", "d'ou3_|", "c'oeng1_| h'au2_|"
PROCEED = "pl'i:z pr@s'i:d t@ k'aUnt3"

GOLDEN = [
    ("zh-CN", "A012", "3", f"{QING} (en)'eI(cmn)_| l'i35N_| j'i55_| '@r51_| {HAO} / {DAO} s'a55n_| {HAO_CHUANGKOU}"),
    (
        "zh-CN",
        "V1288",
        "12",
        f"{QING} (en)v'i:(cmn)_| j'i55_| '@r51_| p'A55_| p'A55_| {HAO} / {DAO} s.i.35_|'@r51_| {HAO_CHUANGKOU}",
    ),
    (
        "zh-CN",
        "AB7",
        "T1",
        f"{QING} (en)'eIb'i:(cmn)_| tS;h'i55_| {HAO} / {DAO} (en)t'i:(cmn)_| j'i55_| {HAO_CHUANGKOU}",
    ),
    ("zh-CN", "IOQ1", "3", f"{QING} (en)aI'oUkj'u:(cmn)_| j'i55_| {HAO} / {DAO} s'a55n_| {HAO_CHUANGKOU}"),
    ("zh-CN", "512", "3", f"{QING} w'u214_| j'i55_| '@r51_| {HAO} / {DAO} s'a55n_| {HAO_CHUANGKOU}"),
    ("zh-HK", "Z020", "3", f"{CHENG} (en)z'Ed(yue)_| l'ing4_| j'i6_| l'ing4_| {HOU} / {DOU} s'aa7m_| {HOU} {HEUNGHAU}"),
    ("en", "IOQ1", "3", f"t'IkI2t 'aI / 'oU / kj'u: / w,Vn / {PROCEED} Tr'i:"),
    ("en", "512", "3", f"t'IkI2t f'aIv w'Vn t'u: / {PROCEED} Tr'i:"),
    ("zh-HK", "A012", "3", f"{CHENG} (en)'eI(yue)_| l'ing4_| j'a1t_| j'i6_| {HOU} / {DOU} s'aa7m_| {HOU} {HEUNGHAU}"),
    (
        "zh-HK",
        "V1288",
        "12",
        f"{CHENG} (en)v'i:(yue)_| j'a1t_| j'i6_| b'aa3t_| b'aa3t_| {HOU} / {DOU} sa6p_| j'i6_| {HOU} {HEUNGHAU}",
    ),
    ("en", "A012", "3", f"t'IkI2t 'eI / z'i@roU w'Vn t'u: / {PROCEED} Tr'i:"),
    ("en", "V1288", "12", f"t'IkI2t v'i: / w'Vn t'u: 'eIt 'eIt / {PROCEED} tw'Elv"),
    ("en", "AB7", "21", f"t'IkI2t 'eI / b'i: / s'Ev@n / {PROCEED} tw'Entiw,Vn"),
]


@pytest.fixture(scope="module")
def read() -> dict:
    sentences = [
        call_sentence(language=language, number=number, counter=counter) for language, number, counter, _ in GOLDEN
    ]
    asked = [(ESPEAK_VOICES[sentence.language], sentence.spoken) for sentence in sentences]
    nowhere = {
        "PATH": "",
        "LD_LIBRARY_PATH": "",
        "ESPEAK_DATA_PATH": "/nowhere",
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
    }
    run = subprocess.run(
        [sys.executable, "-c", READ],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env=nowhere,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("place", range(len(GOLDEN)), ids=[" ".join(entry[:3]) for entry in GOLDEN])
def test_every_digit_and_counter_is_said_right(read, place):
    assert read["spoken"][place] == GOLDEN[place][3]


def test_the_library_and_its_data_are_those_of_the_package(read):
    package = Path(find_spec("espeakng_loader").origin).parent
    assert read["version"].startswith("1.5")
    assert all(Path(file).is_relative_to(package) for file in read["loaded"])
    assert read["loaded"] or sys.platform != "linux"
