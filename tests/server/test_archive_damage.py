"""Files of the archive that are not as Hallcall wrote them: refused by a sentence, in little memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from server.services.archive import archive_copies, archive_file, archive_table
from server.services.archive.archive_file import LONGEST, ArchiveError

HEADER = {"hallcall_archive": 1, "hall": "hall", "time_zone": "Asia/Shanghai", "legend": {}}


def archive(folder: Path, *lines: Any) -> Path:
    """A file whose end fits what is before it."""
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    counts = Counter(next(iter(line)) for line in lines[1:])
    end = {"end": {"counts": counts, "sha256": hashlib.sha256(content).hexdigest()}}
    file = folder / "day.jsonl.gz"
    file.write_bytes(gzip.compress(content + json.dumps(end).encode() + b"\n"))
    return file


def test_a_file_that_unpacks_to_one_endless_line_needs_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"hallcall_archive": "' + b"a" * 50 * LONGEST))
    assert file.stat().st_size < LONGEST / 10
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match="longer than 4,000,000 bytes"):
            archive_file.check(file)
        assert tracemalloc.get_traced_memory()[1] < 5 * LONGEST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "line", [{"event": 5}, {"event": {}}, {"event": {"seq": "1"}}, {"ticket": [1]}, {"visit": {"id": 1}}]
)
def test_a_line_that_is_no_row_is_damage(tmp_path: Path, line: Any) -> None:
    with pytest.raises(ArchiveError, match="damaged in line 2"):
        archive_file.check(archive(tmp_path, HEADER, line))


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER, "Ticket 1"),
        (HEADER | {"legend": []}, "Ticket 1"),
        (HEADER | {"time_zone": "Asia"}, "header"),
        (HEADER | {"time_zone": 8}, "header"),
        (HEADER | {"time_zone": "../../etc"}, "header"),
        ({"hallcall_archive": 1}, "header"),
    ],
)
def test_a_table_of_what_has_not_its_columns_is_refused(tmp_path: Path, header: dict[str, Any], says: str) -> None:
    file = archive(tmp_path, header, {"ticket": {"id": 1}})
    summary = archive_file.check(file)
    with pytest.raises(ArchiveError, match=says):
        list(archive_table.lines(summary.header, archive_file.records(file)))


def test_a_restore_reads_a_file_once_to_prove_it_and_proves_what_came_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def check(file: Path) -> archive_file.Summary:
        read.append(file.name)
        return archive_file.check(file)

    monkeypatch.setattr(archive_copies, "check", check)
    (source := tmp_path / "copies").mkdir()
    proven = archive(source, HEADER, {"ticket": {"id": 1}})
    sound = archive_copies.refuse_unsound(source)
    late = source / "late.jsonl.gz"
    late.write_bytes(proven.read_bytes()[:-9])
    with pytest.raises(ArchiveError, match="late"):
        archive_copies.copy_new(source, tmp_path / "archive", sound=sound)
    assert read == [proven.name, late.name]
    assert [file.name for file in (tmp_path / "archive").iterdir()] == [proven.name]
