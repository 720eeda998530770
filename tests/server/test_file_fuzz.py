"""Any content of the files that people give us: used, or refused by a sentence; never a traceback."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from replay.day import DayError, read_day
from server.services.archive.backup import BackupError, prove
from server.services.hall_setup.hall_file import HallFileError, check_hall
from server.services.notices.keys import KeysError, load
from server.settings.config import Config
from server.settings.environment import ConfigError

#: The same each time, so that a run says something of the change and not of its luck; HYPOTHESIS_MORE=10 looks further.
MORE = int(os.environ.get("HYPOTHESIS_MORE", "0"))
FUZZ = settings(
    max_examples=200 * max(1, MORE),
    derandomize=not MORE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HALL = json.loads((Path(__file__).parents[2] / "replay" / "days" / "bemowo_hall.json").read_text(encoding="utf-8"))
LITTLE = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20)
ANYTHING = some.recursive(
    LITTLE,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SETTINGS = [
    "HALLCALL_HOST",
    "HALLCALL_PORT",
    "HALLCALL_PUBLIC_URL",
    "HALLCALL_TRUSTED_PROXIES",
    "HALLCALL_DATABASE_URL",
    "HALLCALL_ASYNC_MODE",
    "HALLCALL_LOG_LEVEL",
    "HALLCALL_SESSION_DAYS",
    "HALLCALL_REDIS_URL",
    "HALLCALL_TRIAL_CLOCK",
    "HALLCALL_SMTP_URL",
    "HALLCALL_WEBHOOK_URL",
    "HALLCALL_WEBHOOK_SECRET",
    "HALLCALL_DEMO_PASSWORD_FILE",
]
#: What an environment can hold.
LETTERS = some.characters(exclude_characters="\x00", exclude_categories=["Cs"])
VALUE = some.text(LETTERS, max_size=40) | some.sampled_from(
    ["0", "-1", "1e9", "nan", "http://[", "http://x:99999", "smtp://:@", "postgresql+psycopg://", "60@", "::", "/"]
)


def paths(content: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in parsed JSON."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(deeper for name, value in inner for deeper in paths(value, (*path, name)))]


def put(content: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The same with another value at a place."""
    if not path:
        return value
    copy = content.copy()
    copy[path[0]] = put(content[path[0]], path[1:], value)
    return copy


@FUZZ
@given(some.sampled_from(paths(HALL)), ANYTHING)
def test_a_hall_file_with_anything_anywhere(path: tuple[str | int, ...], value: Any) -> None:
    with suppress(HallFileError):
        check_hall(put(HALL, path, value))


@FUZZ
@given(some.dictionaries(some.sampled_from(SETTINGS), VALUE, max_size=4))
def test_an_environment_with_anything(environ: dict[str, str]) -> None:
    with suppress(ConfigError):
        Config.from_env(environ)


HEADS = ["queue,ticket,issued_min,called_min", "queue,name,minute,open"]
USUAL = ["A", "B", "1", "480", "490.5", "-1", "nan", "1e99", "", '"', "\u202e"]
FIELD = some.sampled_from(USUAL) | some.text(max_size=6)
ROWS = some.lists(some.lists(FIELD, max_size=5).map(",".join), max_size=6).map("\n".join)


@FUZZ
@given(ROWS, ROWS, some.binary(max_size=40))
def test_a_recorded_day_with_anything(tmp_path: Path, tickets: str, counters: str, junk: bytes) -> None:
    for name, head, rows in (("day.csv", HEADS[0], tickets), ("day_counters.csv", HEADS[1], counters)):
        (tmp_path / name).write_bytes(f"{head}\n{rows}\n".encode("utf-8", "surrogatepass") + junk)
    with suppress(DayError):
        read_day(tmp_path / "day.csv")


@FUZZ
@given(some.binary(max_size=300) | ANYTHING.map(json.dumps).map(str.encode))
def test_keys_with_anything(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys.json").write_bytes(content)
    with suppress(KeysError):
        load(tmp_path)


def test_keys_that_are_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[" * 100_000)
    with pytest.raises(KeysError):
        load(tmp_path)


@FUZZ
@given(some.binary(max_size=600), some.booleans())
def test_a_copy_of_a_database_with_anything(tmp_path: Path, content: bytes, begins_well: bool) -> None:
    file = tmp_path / "copy.db"
    file.write_bytes((b"SQLite format 3\x00" if begins_well else b"") + content)
    with pytest.raises(BackupError):
        prove(file)
