"""Files and bodies that the server and its commands read."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson

from server.cli import tickets as by_paper
from server.domain.hours import from_text
from server.domain.refusals import Refusal
from server.schemas.bodies import parse
from server.schemas.offline_bodies import AskBlocks, HandCalls, HandTickets, MachineTickets
from server.services.archive import archive_file, archive_table
from server.services.archive.archive_file import ArchiveError
from server.services.hall_setup.hall_file import HallFileError, in_order, read_hall_file, settings_of
from server.services.notices import keys
from server.services.notices.keys import KeysError
from server.services.offline import kiosk_import, paper_numbers
from server.settings.config import Config
from server.settings.environment import ConfigError
from tests.fuzz.target import Target

ROOT = Path(__file__).resolve().parents[2]
DEEP = b"[" * 3000
RANDOM = "AAAAAAAAAAAAAAAAAAAAAA"
NINE = "2026-11-23T09:00:00+08:00"


def hall_file(content: bytes, _folder: Path) -> None:
    """`hallcall init`."""
    hall = read_hall_file(content)
    settings_of(hall)
    in_order([one.code for one in hall.services])


def hall_seeds() -> list[bytes]:
    """The example, a hall with as little as possible, and numbers that JSON readers stumble over."""
    whole = (ROOT / "examples" / "hall.json").read_bytes()
    little = {name: json.loads(whole)[name] for name in ("code", "name", "zones", "counter_types", "hours")}
    empty = json.dumps(little | {"services": [], "counters": []}).encode()
    return [whole, empty, b"9" * 4400, b'{"a":1,"a":NaN}', DEEP]


PAPER_HALL: Any = SimpleNamespace(services={"pass": None, "tax": None}, time_zone=ZoneInfo("Asia/Shanghai"))


def paper_tickets(content: bytes, folder: Path) -> None:
    """`hallcall tickets import`: the file, and the request that is made of it."""
    file = folder / "paper.csv"
    file.write_bytes(content)
    with redirect_stderr(StringIO()):
        read = by_paper._read(file, PAPER_HALL)
    if read.tickets:
        paper_numbers.asked(parse(HandTickets, {"tickets": list(read.tickets.values())}))


def paper_seeds() -> list[bytes]:
    """Commas, semicolons with Chinese in GB18030, a quotation mark too few, a field that is too long."""
    return [
        b"number,service,taken\nA001,pass,09:00\n,tax," + NINE.encode() + b"\n",
        "service;number;taken;备注\ntax;B002;08:15;急\n".encode("gb18030"),
        b'number,service,taken\n"A001,pass,09:00\n',
        b"number,service,taken\n" + b"A" * 140_000,
        b"number,service,taken\n,pass,0001-01-01T00:00:00+23:59\n",
    ]


#: What becomes of each body that hands something in: its name in a content's first line, the model, and what reads on.
BODIES: dict[bytes, tuple[Any, Any]] = {
    b"by-hand": (HandTickets, paper_numbers.asked),
    b"from-machine": (MachineTickets, kiosk_import.asked),
    b"by-voice": (HandCalls, lambda body: [from_text(call.called) for call in body.calls]),
    b"blocks": (AskBlocks, lambda body: body.used),
}


def bodies(content: bytes, _folder: Path) -> None:
    """What is handed in when the server is back: a first line with the body's name, then its JSON."""
    name, _, body = content.partition(b"\n")
    model, read_on = BODIES.get(name, BODIES[b"by-hand"])
    read_on(parse(model, orjson.loads(body)))


def body_seeds() -> list[bytes]:
    """One of each that is taken, and one that is nested as deeply as a reader of JSON allows."""
    machine = {"number": "A9001", "day": "2026-11-23", "token": RANDOM, "service": "pass", "taken": NINE}
    whole = {
        b"by-hand": {"tickets": [{"service": "pass", "taken": NINE, "number": "A001"}], "check": True},
        b"from-machine": {"tickets": [machine | {"status": "elderly", "language": "en", "instead_of": "key"}]},
        b"by-voice": {"calls": [{"number": "A001", "called": NINE, "came": True}]},
        b"blocks": {"keeper": RANDOM, "used": {"A": 12}},
    }
    deep = b'by-hand\n{"tickets": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    return [*(name + b"\n" + json.dumps(body).encode() for name, body in whole.items()), deep]


def settings(content: bytes, folder: Path) -> None:
    """The environment: a line NAME=VALUE for each variable; NAME<VALUE stands in a file that NAME_FILE names."""
    environ: dict[str, str] = {}
    for number, line in enumerate(content.replace(b"\0", b"").split(b"\n")):
        name, sign, value = line.partition(b"<") if b"<" in line.partition(b"=")[0] else line.partition(b"=")
        # As the system hands it over: bytes that are no UTF-8 are halves of characters.
        key, text = name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")
        if sign == b"=" and not key.endswith("_FILE"):
            environ[key] = text
        elif sign == b"<":
            file = folder / f"secret-{number}"
            file.write_bytes(value)
            environ[f"{key}_FILE"] = str(file)
    Config.from_env(environ)


def settings_seeds() -> list[bytes]:
    """Every kind of setting once."""
    usual = """HALLCALL_HOST=::
HALLCALL_PORT=8000
HALLCALL_PUBLIC_URL=https://hall.example.cn
HALLCALL_TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8
HALLCALL_DATABASE_URL<postgresql+psycopg://user:secret@db/hall
HALLCALL_REDIS_URL=redis://:secret@redis:6379/0
HALLCALL_TRIAL_CLOCK=60@2026-11-27T07:30:00+08:00
HALLCALL_SMTP_URL=smtp://user:secret@mail.example.cn:587
HALLCALL_MAIL_FROM=hall@example.cn
HALLCALL_WEBHOOK_URL=https://example.cn/hook
HALLCALL_WEBHOOK_SECRET<long enough to be a secret of its own
HALLCALL_KEEP_DAYS=0
HALLCALL_DATA=/var/lib/hallcall"""
    others = ["HALLCALL_PORT=" + "9" * 4400, "HALLCALL_ARCHIVE=~nobody/x", "HALLCALL_PUBLIC_URL=http://[", "A=\udcff"]
    return [one.encode("utf-8", "surrogateescape") for one in (usual, *usual.split("\n"), *others)]


def archive_bytes(content: bytes, folder: Path) -> None:
    """`hallcall archive check` and `show`: a file as it lies on the disk."""
    file = folder / "day.jsonl.gz"
    file.write_bytes(content)
    summary = archive_file.check(file)
    list(archive_file.text(file))
    list(archive_table.lines(summary.header, archive_file.records(file)))


def archive_lines(content: bytes, folder: Path) -> None:
    """The same for the lines inside, packed and with the end that fits them: chance finds neither sum."""
    lines = b"".join(line + b"\n" for line in content.split(b"\n") if line)
    counts = Counter(kind for kind in map(_kind, lines.split(b"\n")[1:]) if kind is not None)
    end = {"end": {"counts": counts, "sha256": hashlib.sha256(lines).hexdigest()}}
    archive_bytes(gzip.compress(lines + orjson.dumps(end) + b"\n", compresslevel=1), folder)


def _kind(line: bytes) -> str | None:
    try:
        read = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return next(iter(read), None) if isinstance(read, dict) else None


def lines_seeds() -> list[bytes]:
    """A day with a row of each kind, and headers and rows that lack something."""
    named = {"services": {"1": "pass"}, "counter_types": {"1": "A"}, "counters": {"1": "1"}}
    header = {
        "hallcall_archive": 1,
        "hall": "hall",
        "day": "2026-11-23",
        "part": 1,
        "schema": "x",
        "time_zone": "Asia/Shanghai",
        "legend": named,
    }
    numbers = ("id", "service_id", "counter_type_id", "counter_id", "reference_at")
    ticket = dict.fromkeys((*archive_table.HEADINGS, *numbers), 1) | {"day": "2026-11-23", "state": "completed"}
    rows = [{"ticket": ticket}, {"appointment": {"id": 1}}, {"session": {"id": 1}}, {"event": {"seq": 1}}]
    days = [
        [header, *rows],
        [header | {"time_zone": "Asia"}, *rows],
        [header, {"ticket": {"id": 1}}],
        [header, {"event": 5}],
        [header | {"legend": []}, {"ticket": ticket | {"issued_at": 10**18}}],
    ]
    return [b"\n".join(orjson.dumps(line) for line in day) for day in days]


def archive_seeds() -> list[bytes]:
    """Packed files: whole, cut, followed by something, and one that unpacks to far more than it is."""
    lines = b'{"hallcall_archive":1,"time_zone":"UTC","legend":{}}\n'
    end = orjson.dumps({"end": {"counts": {}, "sha256": hashlib.sha256(lines).hexdigest()}}) + b"\n"
    whole = gzip.compress(lines + end, mtime=0)
    bomb = gzip.compress(b'{"hallcall_archive": "' + b"a" * 3_000_000, mtime=0)
    return [whole, whole[:-9], whole + whole, whole + b"\0junk", bomb, b"\x1f\x8b", b""]


def kept_keys(content: bytes, folder: Path) -> None:
    """keys.json."""
    (folder / keys.NAME).write_bytes(content)
    keys.load(folder)


def keys_seeds() -> list[bytes]:
    """A file of keys, one with a key that is none, and one that is nested too deeply."""
    sealing = "A" * 43 + "="
    return [json.dumps({"sealing": [one], "hashing": "5" * 64}).encode() for one in (sealing, "short")] + [DEEP]


TARGETS = {
    "hall-file": Target(hall_file, hall_seeds, (HallFileError,), longest=16_384),
    "paper-tickets": Target(paper_tickets, paper_seeds, (click.ClickException, Refusal)),
    "handed-in": Target(bodies, body_seeds, (orjson.JSONDecodeError, Refusal)),
    "settings": Target(settings, settings_seeds, (ConfigError,)),
    "archive": Target(archive_bytes, archive_seeds, (ArchiveError,)),
    "archive-lines": Target(archive_lines, lines_seeds, (ArchiveError,)),
    "keys": Target(kept_keys, keys_seeds, (KeysError,)),
}
