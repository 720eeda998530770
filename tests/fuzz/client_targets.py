"""Files and messages that the clients read: print agent, announcer, terminal console, replay."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from counter_client.terminal.kept import Kept
from display.announcer.clips import clip_of
from display.announcer.memory import Memory
from display.announcer.providers import RecordedVoice
from display.announcer.sound import Sound, read_wav, trim, write_wav
from display.announcer.sound_card import mix
from kiosk.agent.desk import picture_of
from kiosk.agent.identity import TokenFile
from printing.fonts import LatinFont
from printing.picture import draw_ticket, png_bytes
from printing.state import PrintFailed
from printing.ticket import PrintedTicket
from printing.ticket_form import BadTicket, read_ticket
from replay.day import DayError, read_day
from tests.fuzz.target import Target

DEEP = b"[" * 3000
PNG = b"\x89PNG\r\n\x1a\n"
#: Between the two files of a recorded day.
BESIDE = b"\n--counters--\n"


def ticket(content: bytes, _folder: Path) -> None:
    """The `ticket` of a print job at the agent's door: read, and drawn on both widths of paper."""
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:  # as the door itself does
        raise BadTicket("no JSON") from error
    read = read_ticket(parsed)
    for width_mm in (58, 80):
        draw_ticket(read, width_mm=width_mm, font=LatinFont())


def ticket_seeds() -> list[bytes]:
    """A ticket with everything, one with as little as possible, one of the first year."""
    names = {"zh-CN": "大厅", "en": "Hall"}
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    full = PrintedTicket(
        number="A012",
        hall=names,
        service=names,
        issued_at=at,
        ahead=3,
        wait=(5, 10),
        counters=("1", "2"),
        url="https://hall.example.cn/t/x",
        steps=(names, names),
        appointment=at,
        called_from=at,
        note=names,
    ).to_json()
    little = PrintedTicket(number="1", hall={}, service={}, issued_at=at, languages=("zh-HK",)).to_json()
    early, unseen = little | {"issued_at": "0001-01-01T00:00:00+23:59"}, little | {"number": "\u0000"}
    return [json.dumps(one, ensure_ascii=False).encode() for one in (full, little, early, unseen)] + [DEEP]


def picture(content: bytes, _folder: Path) -> None:
    """The picture of a print job, with the sums that its pieces need: chance finds none."""
    picture_of({"picture": base64.b64encode(summed(content)).decode()})


def summed(content: bytes) -> bytes:
    """A PNG whose pieces all have the sum that fits them; what is behind the last whole piece stays as it is."""
    whole, at = bytearray(content), len(PNG)
    while content.startswith(PNG) and at + 12 <= len(whole):
        end = at + 8 + int.from_bytes(whole[at : at + 4], "big")
        if end + 4 > len(whole):
            break
        whole[end : end + 4] = struct.pack(">I", zlib.crc32(whole[at + 4 : end]))
        at = end + 4
    return bytes(whole)


def picture_seeds() -> list[bytes]:
    """Each mode of a small picture, and some that say that they are huge."""
    seeds = [png_bytes(Image.new(mode, (8, 8))) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    seeds += [seeds[0][:16] + side.to_bytes(4, "big") * 2 + seeds[0][24:] for side in (0, 1200, 10_000, 2**31)]
    text = b"tEXta\0" + b"b" * 20
    packed = b"zTXta\0\0" + zlib.compress(b"b" * 2_000_000)
    for piece in (text, packed, b"acTL" + b"\0\0\0\x02" * 2, b"iCCPa\0\0x", b"tRNS", b"gAMA", b"eXIfII*\0"):
        whole = struct.pack(">I", len(piece) - 4) + piece + b"\0" * 4
        # Before the pixels and behind them: each is read by another part of the library.
        seeds += [seeds[0][:at] + whole + seeds[0][at:] for at in (33, len(seeds[0]) - 12)]
    return [*seeds, b"", PNG]


def wav(content: bytes, folder: Path) -> None:
    """A recorded clip or a chime: kept, trimmed, mixed for the sound card."""
    file = folder / "clip.wav"
    file.write_bytes(content)
    clip = clip_of(file)
    mix([(clip, 100)], volume=0.5)
    trim(read_wav(file))


def wav_seeds() -> list[bytes]:
    """A tone, and headers with every number at its edges."""
    whole = write_wav(Sound(np.sin(np.arange(400) / 5), 8000))
    return [
        whole,
        *(
            whole[:at] + edge + whole[at + len(edge) :]
            for at in (16, 20, 22, 24, 32, 34, 40)
            for edge in (b"\0\0", b"\x01\0", b"\xff\xff")
        ),
    ]


def manifest(content: bytes, folder: Path) -> None:
    """The manifest of a folder of clips: what cannot be read records nothing."""
    language = folder / "en"
    language.mkdir(exist_ok=True)
    (language / "manifest.json").write_bytes(content)
    RecordedVoice(folder, only_complete=True).missing({"en": ["1"]})


def manifest_seeds() -> list[bytes]:
    """Names of files that are and that cannot be."""
    names = ["1.wav", "../1.wav", "/etc/passwd", "x" * 300, "\0", "\ud800", "", 1, None]
    return [json.dumps({"pieces": {str(index): name for index, name in enumerate(names)}}).encode(), b"[]", DEEP]


def kept(content: bytes, folder: Path) -> None:
    """What programs keep for themselves, each of them given the same file: nonsense is nothing."""
    token = TokenFile(folder, "http://hall")
    token.keep("-")
    for file in (*folder.glob("printer-*.json"), folder / "kept.json"):
        file.write_bytes(content)
    token.read()
    Kept(folder / "kept.json").read()
    Memory(folder / "kept.json").save()


def kept_seeds() -> list[bytes]:
    """One of each program."""
    return [
        json.dumps(one).encode()
        for one in (
            {
                "hall": "hall",
                "seq": 7,
                "notice": None,
                "handled": {"A001": [3, 1]},
                "playing": {"main": {"call_seq": 3}},
            },
            {"handled": {"A001": [float("inf"), 1]}, "playing": {}, "hall": 1, "seq": 1, "notice": 1},
            {
                "line": [{"number": "A1", "service": "pass"}],
                "calls": [{"number": "A1", "called": "2026-11-23T09:00:00+08:00", "came": True}],
            },
            {"token": "secret"},
        )
    ] + [DEEP]


def recorded_day(content: bytes, folder: Path) -> None:
    """`hallcall replay` and `hallcall policy`: the file of tickets and, after a line of its own, that of counters."""
    tickets, _, counters = content.partition(BESIDE)
    (folder / "day.csv").write_bytes(tickets)
    (folder / "day_counters.csv").write_bytes(counters)
    assert read_day(folder / "day.csv").opens is not None


def day_seeds() -> list[bytes]:
    """A little day, one with its columns in another order and a line too short, one whose counters never open."""
    tickets = b"queue,ticket,issued_min,called_min\nA,1,480,490\nA,2,485,500\nB,1,490,495\n"
    counters = b"queue,name,minute,open\nA,Pass,480,1\nA,Pass,510,2\nA,Pass,600,0\nB,Tax,480,1\nB,Tax,600,0\n"
    closed = counters.replace(b",1\n", b",0\n").replace(b",2\n", b",0\n")
    turned = b"issued_min,called_min,ticket,queue\n480,490,1\n"
    return [tickets + BESIDE + counters, tickets + BESIDE + closed, turned + BESIDE + counters, tickets, BESIDE]


TARGETS = {
    "ticket": Target(ticket, ticket_seeds, (BadTicket,)),
    "picture": Target(picture, picture_seeds, (PrintFailed,)),
    "wav": Target(wav, wav_seeds, (OSError, ValueError), longest=2048),
    "clips-manifest": Target(manifest, manifest_seeds),
    "kept": Target(kept, kept_seeds),
    "recorded-day": Target(recorded_day, day_seeds, (DayError,)),
}
