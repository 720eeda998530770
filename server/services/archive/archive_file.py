"""A file of the archive: gzip of JSON lines, readable without Hallcall.

The first line is the header {"hallcall_archive": 1, "hall", "day", "part", "schema", "legend"}; then a line for each
row, {"ticket": {...}}, {"appointment": ...}, {"session": ...}, {"event": ...}; the last line is
{"end": {"counts", "sha256"}}, where the sum is of all lines before it. A file is written once and never changed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from server.data_folder.durable import make_private, settle_folder

VERSION = 1
#: After so many lines others may run.
LINES = 200
#: Bytes of a line, unpacked. The longest is the header, with the names of a hall whose file is a quarter of it at most.
LONGEST = 4_000_000
#: The rows of a file by kind, each with the column of its number.
KEYS = {"ticket": "id", "appointment": "id", "session": "id", "event": "seq"}
Record = tuple[str, dict[str, Any]]
Pause = Callable[[], None]


class ArchiveError(RuntimeError):
    """A file of the archive cannot be written or is not sound, in a sentence; nothing was deleted."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh

    def message(self, language: str) -> str:
        """The sentence in `language` ("zh-CN" or "en")."""
        return self.zh if language.startswith("zh") else str(self)


@dataclass(slots=True)
class Summary:
    """What a file holds. last_seq: of its events."""

    header: dict[str, Any]
    counts: Counter[str] = field(default_factory=Counter)
    sha256: str = ""
    last_seq: int | None = None

    def count(self, kind: str, row: dict[str, Any]) -> None:
        """One more row."""
        self.counts[kind] += 1
        if kind == "event":
            self.last_seq = row["seq"]


def place(folder: Path, *, hall: str, day: str, part: int) -> Path:
    """Where a part of a hall's day is kept: FOLDER/HALL/YEAR/DAY.jsonl.gz, further parts DAY.2.jsonl.gz."""
    # A hall's code may be ".." or begin with a dot.
    name = f"%2E{hall[1:]}" if hall.startswith(".") else hall
    return folder / name / day[:4] / f"{day}{'' if part == 1 else f'.{part}'}.jsonl.gz"


def parts(folder: Path, *, hall: str, day: str) -> dict[int, Path]:
    """The parts of a day that are there."""
    found: dict[int, Path] = {}
    while (file := place(folder, hall=hall, day=day, part=len(found) + 1)).exists():
        found[len(found) + 1] = file
    return found


def write(file: Path, header: dict[str, Any], records: Iterable[Record], *, pause: Pause) -> Summary:
    """Write a file, on the disk before it gets its name; one that is there already stays. Raises ArchiveError."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        make_private(file.parent)
        clear_up(file)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            summary = _pack(opened, header, records, pause)
            opened.flush()
            os.fsync(opened.fileno())
        _give_name(part, file)
        for folder in (file.parent, *file.parents[1:4]):
            settle_folder(folder)
    except OSError as error:
        raise ArchiveError(
            f"{file} cannot be written: {error.strerror or error}.", f"无法写入 {file}：{error.strerror or error}。"
        ) from error
    finally:
        with suppress(OSError):  # what went wrong is being told already
            part.unlink(missing_ok=True)
    return summary


def clear_up(file: Path) -> None:
    """Remove what a process left beside a file that was killed while it wrote it, or had just given it its name."""
    for left in file.parent.glob(f".{file.name}.*.part"):
        left.unlink(missing_ok=True)


def _pack(opened: BinaryIO, header: dict[str, Any], records: Iterable[Record], pause: Pause) -> Summary:
    summary, total = Summary(header), hashlib.sha256()
    with gzip.GzipFile(filename="", fileobj=opened, mode="wb", compresslevel=6, mtime=0) as packed:

        def put(line: dict[str, Any]) -> None:
            content = orjson.dumps(line) + b"\n"
            total.update(content)
            packed.write(content)

        put({"hallcall_archive": VERSION} | header)
        for number, (kind, row) in enumerate(records, 1):
            put({kind: row})
            summary.count(kind, row)
            if number % LINES == 0:
                pause()
        summary.sha256 = total.hexdigest()
        put({"end": {"counts": dict(summary.counts), "sha256": summary.sha256}})
    return summary


def check(file: Path, *, pause: Pause = lambda: None) -> Summary:
    """Read a whole file and compare it with its last line. Raises ArchiveError."""
    total, end = hashlib.sha256(), None
    summary = Summary({})
    for number, (content, line) in enumerate(_lines(file)):
        if end is not None:
            raise ArchiveError(f"{file} is damaged: something follows its end.", f"{file} 已损坏：结束行之后还有内容。")
        (kind, row), *more = line.items()
        if number == 0:
            summary.header = _header(file, line)
        elif kind == "end":
            end = row
            continue
        elif more or kind not in KEYS or not isinstance(row, dict) or not isinstance(row.get(KEYS[kind]), int):
            raise ArchiveError(f"{file} is damaged in line {number + 1}.", f"{file} 第 {number + 1} 行已损坏。")
        else:
            summary.count(kind, row)
        total.update(content)
        if number % LINES == LINES - 1:
            pause()
    summary.sha256 = total.hexdigest()
    if end != {"counts": dict(summary.counts), "sha256": summary.sha256}:
        raise ArchiveError(
            f"{file} is damaged: its end is missing, or does not fit what is before it.",
            f"{file} 已损坏：缺少结束行，或结束行与前面的内容不符。",
        )
    return summary


def check_place(file: Path, *, hall: str, day: str, part: int) -> Summary:
    """As `check`, and that it is the file of that hall and day. Raises ArchiveError."""
    summary = check(file)
    told = tuple(summary.header.get(name) for name in ("hall", "day", "part"))
    if told != (hall, day, part):
        where = ", ".join(str(one) for one in told)
        raise ArchiveError(f"{file} is of another place: {where}.", f"{file} 是别处的归档：{where}。")
    return summary


def _header(file: Path, line: dict[str, Any]) -> dict[str, Any]:
    if line.get("hallcall_archive") != VERSION:
        raise ArchiveError(
            f"{file} is no archive of a hall, or one of a newer Hallcall.",
            f"{file} 不是大厅的归档文件，或由更新版本的 Hallcall 写成。",
        )
    return {name: value for name, value in line.items() if name != "hallcall_archive"}


def records(file: Path) -> Iterator[Record]:
    """The rows of a file that was checked. Raises ArchiveError."""
    for number, (_, line) in enumerate(_lines(file)):
        kind, row = next(iter(line.items()))
        if number and kind != "end":
            yield kind, row


def text(file: Path) -> Iterator[str]:
    """The lines of a file that was checked, as they are. Raises ArchiveError."""
    return (content.decode() for content, _ in _lines(file))


def _lines(file: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    try:
        with gzip.open(file, "rb") as packed:
            # A few kilobytes can unpack to a line of gigabytes.
            while content := packed.readline(LONGEST + 1):
                if len(content) > LONGEST:
                    raise ArchiveError(
                        f"{file} is damaged: a line is longer than {LONGEST:,} bytes.",
                        f"{file} 已损坏：有一行超过 {LONGEST:,} 字节。",
                    )
                line = orjson.loads(content)
                if not isinstance(line, dict) or not line:
                    raise ArchiveError(f"{file} is damaged: a line is no object.", f"{file} 已损坏：有一行不是对象。")
                yield content, line
    except FileNotFoundError as error:
        raise ArchiveError(f"{file} is missing.", f"缺少 {file}。") from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        if why := getattr(error, "strerror", None):
            raise ArchiveError(f"{file} cannot be read: {why}.", f"无法读取 {file}：{why}。") from error
        raise ArchiveError(f"{file} is damaged and cannot be read: {error}.", f"{file} 已损坏，无法读取。") from error


def _give_name(part: Path, file: Path) -> None:
    try:
        os.link(part, file)
    except FileExistsError:
        raise _taken(file) from None
    except OSError:  # a file system without links
        if file.exists():
            raise _taken(file) from None
        part.rename(file)


def _taken(file: Path) -> ArchiveError:
    return ArchiveError(f"{file} is there already.", f"{file} 已存在。")
