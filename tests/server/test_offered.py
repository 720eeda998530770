"""Where a running server takes questions: a server in a copy of its data folder leaves that alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from server.listening import handover
from server.listening.handover import offered, renew

pytestmark = pytest.mark.skipif(not handover.POSSIBLE, reason="a socket cannot be passed here")


def answering(connection: object, question: bytes) -> bool:
    connection.sendall(question)  # type: ignore[attr-defined]
    return False


def spawn(function: object, *arguments: object) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()  # type: ignore[arg-type]


def test_a_server_in_a_copy_of_the_folder_leaves_the_running_one_its_socket(tmp_path: Path) -> None:
    running, copy = tmp_path / "running", tmp_path / "copy"
    with offered(running, answering, spawn=spawn):
        copy.write_bytes(running.read_bytes())
        with offered(copy, answering, spawn=spawn):
            assert renew(copy)
        assert renew(running)


def test_what_a_killed_server_has_left_is_cleared_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{handover.PREFIX}dead"
    left.mkdir()
    file = tmp_path / "ask"
    file.write_text(f"{left / 'ask'}\n", encoding="utf-8")
    with offered(file, answering, spawn=spawn):
        assert not left.exists()
